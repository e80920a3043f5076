"""Attempts at a real store, watched: what is asked of its record, what is kept of it, and when failures are told."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from steady import BERLIN, at

from journeys.model import Attempt, StoreFault, TesterFault
from journeys.probes.sales import Span, Unlikely
from journeys.probes.sales.hours import DAY_S, HOUR_S
from journeys.probes.sales.kept import sales_since
from journeys.probes.sales.trying import Attempting, Trying

NOW = at("2026-04-27 12:00")
MINUTE_S = 60.0
WEEKS_S = 4 * 7 * DAY_S
TRIED, FAILED = "attempt at: booking", "failed: booking"


def attempt(placed: float, failed: bool = False, email: str = "anna@kunde.example") -> Attempt:
    return Attempt(
        number=f"N{placed}", email=email, placed_at=datetime.fromtimestamp(placed, UTC).isoformat(), failed=failed
    )


def every(seconds: float, since: float, until: float, *, fails: int = 0) -> list[Attempt]:
    """An attempt each so many seconds, of which each ``fails``-th fails; none if that is 0."""
    many = int((until - since) / seconds)
    return [attempt(since + k * seconds, bool(fails) and k % fails == fails - 1) for k in range(many)]


class Record:
    """A record that knows of attempts, and notes since when it was asked for them."""

    def __init__(self, *held: Attempt) -> None:
        self.held = list(held)
        self.asked: list[float] = []
        self.broken: Exception | None = None

    def attempts_since(self, since: float) -> tuple[Attempt, ...]:
        self.asked.append(since)
        if self.broken:
            raise self.broken
        return tuple(each for each in self.held if datetime.fromisoformat(each.placed_at).timestamp() >= since)


def trying(engine: sa.Engine, noun: str = "booking") -> Trying:
    return Trying(engine, "tours", BERLIN, noun=noun)


def kept(engine: sa.Engine, noun: str) -> dict[float, int]:
    with engine.begin() as connection:
        return dict(sales_since(connection, "tours", noun, 0.0))


def alarming(said: tuple[Unlikely, ...]) -> list[float]:
    """The windows, in hours, of which somebody should be told."""
    return [(each.until - each.since) / HOUR_S for each in said if each.alarming]


USUAL = every(12 * MINUTE_S, NOW - WEEKS_S, NOW, fails=40)  # 120 a day, of which 3 fail
OUTAGE = every(3 * MINUTE_S, NOW, NOW + HOUR_S, fails=2)  # 10 of 20
AFTER = NOW + HOUR_S + 10 * MINUTE_S


def test_a_record_of_attempts_is_known_by_what_it_can_be_asked(engine: sa.Engine) -> None:
    assert isinstance(Record(), Attempting)
    assert not isinstance(engine, Attempting)


def test_a_store_at_which_as_many_fail_as_always_has_nothing_unusual(engine: sa.Engine) -> None:
    watched, record = trying(engine), Record(*USUAL)
    assert not any(each.suspicious for k in range(96) for each in watched.look(record, NOW - k * 15 * MINUTE_S))


def test_failures_are_found_while_they_last_and_forgotten_when_they_are_over(engine: sa.Engine) -> None:
    watched, record = trying(engine), Record(*USUAL)
    record.held += [*OUTAGE, *every(6 * MINUTE_S, NOW + HOUR_S, NOW + DAY_S, fails=50)]
    told = [bool(alarming(watched.look(record, NOW + k * 5 * MINUTE_S))) for k in range(12 * 24)]
    first, many = told.index(True), sum(told)
    assert (first * 5, many * 5) == (40, 75)
    assert all(told[first : first + many])


def test_the_failures_are_told_with_their_windows(engine: sa.Engine) -> None:
    said = trying(engine).look(Record(*USUAL, *OUTAGE), AFTER)
    assert [(each.seen, each.of, each.kind) for each in said] == [
        (10, 20, "failures"), (11, 30, "failures"), (11, 45, "failures"), (13, 135, "failures")
    ]  # fmt: skip
    assert alarming(said) == [1, 3, 6]
    assert said[0].words.startswith("10 of 20 attempts at a booking failed, where 0.5 would be usual; by chance")


def test_whose_payment_has_just_failed_may_be_at_it_again(engine: sa.Engine) -> None:
    record = Record(*USUAL, *every(MINUTE_S, NOW + 51 * MINUTE_S, NOW + HOUR_S, fails=1))
    assert alarming(trying(engine).look(record, NOW + HOUR_S)) == []
    assert alarming(trying(engine).look(record, NOW + HOUR_S + 5 * MINUTE_S)) == [1]


def test_one_usual_failure_after_an_outage_does_not_tell_of_it_again(engine: sa.Engine) -> None:
    record = Record(*USUAL, *OUTAGE, *every(6 * MINUTE_S, NOW + HOUR_S, NOW + 6 * HOUR_S))
    record.held[-3] = attempt(NOW + 6 * HOUR_S - 18 * MINUTE_S, True)
    assert trying(engine).look(record, NOW + 6 * HOUR_S) == ()


def test_those_who_pay_days_later_make_the_failures_of_others_no_larger(engine: sa.Engine) -> None:
    """19 of 20 pay by bank transfer; left out until they have, a tenth of today's would fail, and 0.5 % of the past."""
    record = Record(*every(3 * MINUTE_S, NOW - WEEKS_S, NOW, fails=200))
    assert not any(each.suspicious for each in trying(engine).look(record, NOW - 8 * MINUTE_S))


def test_testers_attempts_are_none(engine: sa.Engine) -> None:
    ours = [attempt(NOW + k * MINUTE_S, True, f"jrn-{k}@example.org") for k in range(50)]
    assert alarming(trying(engine).look(Record(*USUAL, *ours), AFTER)) == []


def test_what_failed_during_maintenance_is_neither_told_nor_learnt(engine: sa.Engine) -> None:
    record, deployed = Record(*USUAL, *OUTAGE), Span(since=NOW, until=NOW + HOUR_S)
    assert alarming(trying(engine).look(record, AFTER, maintenance=[deployed])) == []


def test_an_incident_teaches_nothing_and_hides_nothing(engine: sa.Engine) -> None:
    """A week long half of all bookings failed; a small incident still stands."""
    week = Span(since=NOW - 14 * DAY_S, until=NOW - 7 * DAY_S)
    bad = every(12 * MINUTE_S, week.since, week.until, fails=2)
    good = [each for each in USUAL if not week.since <= datetime.fromisoformat(each.placed_at).timestamp() < week.until]
    still = Span(since=NOW, until=AFTER)
    record = Record(*good, *bad, *OUTAGE)
    (known, *_), unknown = (trying(engine).look(record, AFTER, incidents=each) for each in ((week, still), ()))
    assert (known.alarming, known.expected) == (True, pytest.approx(0.5, rel=0.1))
    assert unknown == ()


def test_with_little_history_it_is_unknown_and_why(engine: sa.Engine) -> None:
    said = trying(engine).look(Record(*every(HOUR_S, NOW - 10 * DAY_S, NOW, fails=2)), NOW)
    assert {(each.known, each.alarming) for each in said} == {(False, False)}
    assert said[0].words == "not enough history: 216 attempts on 9 days are known, and it takes at least 50 on 14"


def test_where_nobody_tries_there_is_nothing_to_say(engine: sa.Engine) -> None:
    watched = trying(engine)
    assert watched.look(Record(), NOW) == watched.look(Record(), NOW + 20 * DAY_S) == ()


def test_a_record_that_cannot_be_asked_is_unknown(engine: sa.Engine) -> None:
    record = Record()
    record.broken = StoreFault("the store answered 503")
    (said,) = trying(engine).look(record, NOW)
    assert (said.kind, said.known, said.alarming) == ("failures", False, False)
    assert said.words == "the record could not be asked for attempts: the store answered 503"


def test_faults_of_the_tester_are_told_as_such(engine: sa.Engine) -> None:
    record = Record()
    record.broken = TesterFault("there is no such database")
    with pytest.raises(TesterFault):
        trying(engine).look(record, NOW)


def test_what_is_kept_is_counts_by_the_hour_beside_those_of_sales(engine: sa.Engine) -> None:
    start = NOW - 2 * HOUR_S
    trying(engine).look(Record(attempt(start - 5), attempt(start + 1), attempt(start + 2, True), attempt(NOW + 9)), NOW)
    assert kept(engine, TRIED) == {start: 2, start + HOUR_S: 0}
    assert kept(engine, FAILED) == {start: 1, start + HOUR_S: 0}
    assert kept(engine, "booking") == {}


def test_attempts_are_counted_again_while_they_may_be_decided(engine: sa.Engine) -> None:
    watched, record = trying(engine), Record(attempt(NOW - HOUR_S - 1), attempt(NOW - HOUR_S + 1))
    watched.look(record, NOW)
    assert kept(engine, FAILED) == {NOW - HOUR_S: 0}
    record.held[1] = attempt(NOW - HOUR_S + 1, True)
    watched.look(record, NOW + 47 * HOUR_S)
    assert kept(engine, FAILED)[NOW - HOUR_S] == 1


def test_what_fails_later_than_that_is_not_counted(engine: sa.Engine) -> None:
    watched, record = trying(engine), Record(*every(HOUR_S, NOW - 2 * DAY_S, NOW))
    for hours in range(60):
        watched.look(record, NOW + hours * HOUR_S)
    record.held = every(HOUR_S, NOW - 2 * DAY_S, NOW, fails=1)
    watched.look(record, NOW + 60 * HOUR_S)
    assert sum(kept(engine, FAILED).values()) == 0


def test_no_more_is_asked_for_than_is_judged_or_counted_again(engine: sa.Engine) -> None:
    watched, record = trying(engine), Record(*USUAL)
    for minutes in (0, 5, 60, 65):
        watched.look(record, NOW + minutes * MINUTE_S)
    recent = DAY_S + 10 * MINUTE_S
    assert record.asked == [
        NOW - 56 * DAY_S,
        NOW + 5 * MINUTE_S - recent,
        NOW - HOUR_S - 48 * HOUR_S,
        NOW + 65 * MINUTE_S - recent,
    ]


def test_what_is_usual_outlives_the_watcher_and_the_stores_own_memory(engine: sa.Engine) -> None:
    trying(engine).look(Record(*USUAL), NOW)
    forgotten = Record(*[each for each in USUAL if each.placed_at > "2026-04-25"], *OUTAGE)
    assert alarming(trying(engine).look(forgotten, AFTER)) == [1, 3, 6]
    assert kept(engine, TRIED)[NOW - 5 * DAY_S] == 5


def test_stores_and_nouns_are_kept_apart(engine: sa.Engine) -> None:
    trying(engine, "tour").look(Record(*USUAL), NOW)
    said = trying(engine).look(Record(*OUTAGE), AFTER)
    assert said[0].why == "not enough history: 0 attempts on 0 days are known, and it takes at least 50 on 14"
