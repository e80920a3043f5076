"""Who is taken for dead, and who is not."""

from __future__ import annotations

from journeys.probes.roster import LIFETIME_S, WorkerNow
from journeys.probes.worker import BEAT_S, Heard


def worker(name: str, beat: float, ended: float | None = None) -> WorkerNow:
    return WorkerNow(name=name, location="here", began=0.0, beat=beat, ended=ended)


def test_who_says_nothing_for_a_lifetime_is_silent() -> None:
    heard = Heard()
    for turn in range(10):
        heard.of([worker("one", 5.0), worker("two", 5.0 + turn)], turn * BEAT_S)
    assert heard.silent(9 * BEAT_S) == {"one"}


def test_nobody_is_silent_before_one_has_listened_for_a_lifetime() -> None:
    heard = Heard()
    heard.of([worker("old", -1e6)], 100.0)
    assert heard.silent(100.0 + LIFETIME_S) == frozenset()
    assert heard.silent(100.1 + LIFETIME_S) == {"old"}


def test_after_an_outage_of_the_database_everybody_is_given_a_lifetime_more() -> None:
    heard = Heard()
    heard.of([worker("one", 5.0)], 0.0)
    heard.nothing()
    heard.of([worker("one", 5.0)], 10.0)
    assert heard.silent(10.0 + 2 * LIFETIME_S) == frozenset()
    assert heard.silent(10.1 + 2 * LIFETIME_S) == {"one"}


def test_who_is_heard_again_after_an_outage_is_as_good_as_before() -> None:
    heard = Heard()
    heard.nothing()
    heard.of([worker("one", 5.0)], 10.0)
    heard.of([worker("one", 6.0)], 12.0)
    assert heard.silent(12.1 + LIFETIME_S) == {"one"}


def test_who_ended_by_its_own_will_is_not_listened_to() -> None:
    heard = Heard()
    heard.of([worker("one", 5.0, ended=5.0)], 0.0)
    assert heard.silent(1e9) == frozenset()
