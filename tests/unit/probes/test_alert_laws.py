"""What holds of alerts whatever happens: random probes, runs, windows and pauses."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from watching import B, F, P, Told, U, outcome, probe, store

from journeys.probes.alerts.incidents import Says
from journeys.probes.alerts.standing import Standing
from journeys.probes.alerts.telling import advance
from journeys.probes.outcome import Outcome, State
from journeys.probes.probe import AlertRule, Window
from journeys.probes.windows import under_maintenance

Event = tuple[Outcome | None, float]
NAMES = ("a", "b", "c")

rules = st.builds(
    AlertRule,
    failures=st.integers(1, 3),
    of=st.integers(3, 5),
    recoveries=st.integers(1, 3),
    repeat_s=st.sampled_from([0.0, 120.0, 600.0]),
    shadow=st.booleans(),
)
moments = st.integers(0, 60).map(lambda number: datetime.fromtimestamp(number * 60, UTC))
windows = st.tuples(moments, moments).map(lambda pair: Window(since=min(pair), until=max(pair)))


@st.composite
def stores(draw: st.DrawFn) -> Standing:
    return store(
        *(probe(name, rule=draw(rules), maintenance=tuple(draw(st.lists(windows, max_size=1)))) for name in NAMES),
        beside=[probe("sales", rule=draw(rules))],
    )


@st.composite
def events(draw: st.DrawFn) -> list[Event]:
    """What comes is mostly a run of some probe; sometimes time goes by, or a run is told twice or late."""
    states = st.sampled_from([P, P, F, F, F, U, B, State.SKIPPED, State.INTERRUPTED])
    told: list[Event] = []
    for number in range(draw(st.integers(0, 40))):
        at = 60.0 * number
        name = draw(st.sampled_from([*NAMES, "sales", "nobody", ""]))
        late = draw(st.sampled_from([0.0, 0.0, 0.0, 120.0]))
        news = outcome(draw(states), max(0.0, at - late), name, cause=draw(st.sampled_from(["cache", "network", ""])))
        told.append((news if name else None, at))
    return told


def gone(standing: Standing, happened: list[Event]) -> Told:
    told = Told(standing)
    for news, at in happened:
        told.take(news, at)
        opened = Counter(each.lane for each in told.standing.incidents if each.open)
        assert max(opened.values(), default=1) == 1, "two open incidents about the same"
    return told


@given(stores(), events())
def test_what_is_told_of_an_incident_begins_with_one_alert_and_ends_with_at_most_one_word_that_it_is_over(
    standing: Standing, happened: list[Event]
) -> None:
    told = gone(standing, happened)
    for incident in told.incidents:
        says = [each.says for each in told.notices if each.incident.id == incident]
        assert [each for each in says if each is Says.ALERT] == says[:1]
        assert [each for each in says if each.closes] in ([], says[-1:])


@given(stores(), events())
def test_no_notice_has_the_name_of_another(standing: Standing, happened: list[Event]) -> None:
    keys = [each.key for each in gone(standing, happened).notices]

    assert sorted(set(keys)) == sorted(keys)


@given(stores(), events())
def test_nobody_is_told_of_what_is_in_shadow_mode_or_under_maintenance(
    standing: Standing, happened: list[Event]
) -> None:
    for notice in gone(standing, happened).notices:
        members = standing.members(notice.incident.kind, notice.incident.name)
        spoken = [each for each in members if not each.rule.shadow]
        assert any(not under_maintenance(each.probe.maintenance, notice.at) for each in spoken)


@given(stores(), events())
def test_going_through_it_again_tells_the_same(standing: Standing, happened: list[Event]) -> None:
    assert gone(standing, happened).notices == gone(standing, happened).notices


@given(stores(), events())
def test_news_that_comes_twice_is_told_once(standing: Standing, happened: list[Event]) -> None:
    twice = [each for each in happened for _ in range(2)]

    assert gone(standing, twice).notices == gone(standing, happened).notices


@given(stores(), events())
def test_the_cause_is_said_to_have_changed_at_most_once_in_an_interval(
    standing: Standing, happened: list[Event]
) -> None:
    every = {each.name: each.rule.repeat_s for each in standing.watched}
    told = gone(standing, happened)
    for incident in told.incidents.values():
        if incident.name in every:
            at = [n.at for n in told.notices if n.incident.id == incident.id and n.says is Says.CHANGED]
            assert all(later - earlier >= every[incident.name] for earlier, later in pairwise(at))


@given(stores(), events())
def test_nothing_is_told_of_a_store_before_anything_failed(standing: Standing, happened: list[Event]) -> None:
    told = Told(standing)
    for news, at in happened:
        if news is not None and news.state in (F, B):
            break
        told.take(news, at)

    assert told.notices == []


@given(stores(), events())
def test_where_everything_passes_afterwards_all_is_over(standing: Standing, happened: list[Event]) -> None:
    told = gone(standing, happened)
    at = 60.0 * 1000
    for number in range(5):
        for name in (*NAMES, "sales"):
            told.take(outcome(P, at + number, name), at + number)

    assert [each for each in advance(told.standing, None, at + 5)[0].incidents if not each.over] == []
