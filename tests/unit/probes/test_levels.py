"""Service levels: what counts, what is left of the budget, and when its burning is told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journeys.model import Verdict
from journeys.probes.levels import CONDITIONS, LEAST_BAD, WINDOWS_S, Level, Urgency, enough_for, level
from journeys.probes.measuring import levels_of
from journeys.probes.outcome import Arrival, Outcome, State
from journeys.probes.probe import Objective, Probe
from journeys.probes.tallies import Tally, arrivals, arrivals_by_hour, runs, runs_by_hour

SUCCESS = Objective(name="checkout", share=0.99)
VISIBLE = Objective(name="dashboard", share=0.95, surface="dashboard orders", within_s=5.0)
MINUTE_S, HOUR_S, DAY_S = 60.0, 3600.0, 86400.0
NOW = 1_790_000_000.0


@dataclass(frozen=True)
class Ended:
    """An hour of runs, or of arrivals."""

    states: dict[State, int] = field(default_factory=dict)
    counts: dict[float, int] = field(default_factory=dict)
    censored: int = 0


def outcome(state: State, due: float = NOW) -> Outcome:
    return Outcome(
        key=f"checkout@{due}", probe="checkout", store="shop", journey="guest checkout", location="here", state=state,
        due=due, began=due, ended=due + 10,
    )  # fmt: skip


def arrival(low_s: float, high_s: float | None) -> Arrival:
    return Arrival(surface="dashboard orders", fact="orders", at=NOW, low_s=low_s, high_s=high_s)


def held(good: int, bad: int, unsure: int = 0, objective: Objective = SUCCESS) -> Level:
    return level(objective, Tally(good=good, bad=bad, unsure=unsure), {})


def burning(*each: tuple[float, int, int], objective: Objective = SUCCESS) -> Urgency | None:
    """The urgency where (window, bad, of) were counted, and all was well in windows that are not given."""
    recent = {seconds: Tally(good=1000) for seconds in WINDOWS_S}
    recent |= {seconds: Tally(good=of - bad, bad=bad) for seconds, bad, of in each}
    return level(objective, Tally(good=10_000), recent).urgency


def test_only_what_passed_or_failed_counts() -> None:
    states = dict.fromkeys(State, 3)
    assert runs_by_hour([Ended(states=states), Ended()]) == Tally(good=3, bad=3)
    assert runs([outcome(each) for each in State]) == Tally(good=1, bad=1)


def test_changes_are_good_when_they_were_visible_in_time() -> None:
    hour = Ended(counts={1.0: 7, 2.0: 1, 5.0: 2, 10.0: 3}, censored=4)
    assert arrivals_by_hour([hour], 5.0) == Tally(good=10, bad=7)


def test_changes_counted_between_two_bounds_around_that_moment_are_unsure() -> None:
    hour = Ended(counts={1.0: 7, 2.0: 1, 5.0: 2, 10.0: 3}, censored=4)
    assert arrivals_by_hour([hour], 3.0) == Tally(good=8, unsure=2, bad=7)
    assert arrivals_by_hour([hour], 0.5) == Tally(good=0, unsure=7, bad=10)
    assert arrivals_by_hour([hour], 60.0) == Tally(good=13, bad=4)


@pytest.mark.parametrize(
    ("low_s", "high_s", "wanted"),
    [
        (0.0, 5.0, Tally(good=1)),
        (4.9, 5.2, Tally(unsure=1)),
        (5.0, 5.2, Tally(bad=1)),
        (9.0, None, Tally(bad=1)),
        (0.3, None, Tally(bad=1)),
    ],
)
def test_an_interval_around_that_moment_is_unsure_and_one_without_end_is_late(
    low_s: float, high_s: float | None, wanted: Tally
) -> None:
    assert arrivals([arrival(low_s, high_s)], 5.0) == wanted


def test_the_budget_is_what_may_be_bad() -> None:
    """Of 1,000 runs ten may fail; four did."""
    assert held(996, 4).budget_left == pytest.approx(0.6)
    assert held(990, 10).budget_left == pytest.approx(0.0)
    assert held(980, 20).budget_left == pytest.approx(-1.0)


def test_the_unsure_are_told_apart_and_both_bounds_are_computed() -> None:
    said = held(90, 3, 7, objective=VISIBLE)
    assert said.share == (0.90, 0.97)
    assert (said.budget_left, said.budget_at_worst) == (pytest.approx(0.4), pytest.approx(-1.0))
    assert said.verdict is Verdict.UNKNOWN


def test_a_level_is_held_or_not_where_both_bounds_agree() -> None:
    assert held(995, 5).verdict is Verdict.PASS
    assert held(980, 20).verdict is Verdict.FAIL
    assert held(980, 5, 15).verdict is Verdict.UNKNOWN
    assert held(999, 0, 1).verdict is Verdict.PASS


def test_of_nothing_nothing_is_known() -> None:
    said = held(0, 0)
    assert (said.verdict, said.budget_left, said.share) == (Verdict.UNKNOWN, 1.0, (0.0, 1.0))


def test_few_runs_are_told_and_one_that_failed_among_them_decides_nothing() -> None:
    said = held(49, 1)
    assert said.few == "few yet: 50 runs, and it takes 100 until 99 % allows one that is bad"
    assert said.verdict is Verdict.UNKNOWN
    assert held(49, 1, objective=replace(VISIBLE, share=0.995)).few.startswith("few yet: 50 changes, and it takes 200")


def test_three_that_failed_among_few_do_decide() -> None:
    assert held(47, 3).verdict is Verdict.FAIL


def test_an_objective_of_all_has_no_budget() -> None:
    said = held(1000, 1, objective=replace(SUCCESS, share=1.0))
    assert (said.budget_left, said.verdict) == (-inf, Verdict.FAIL)
    assert held(1000, 0, objective=replace(SUCCESS, share=1.0)).verdict is Verdict.PASS


@pytest.mark.parametrize(("share", "many"), [(0.9, 10), (0.99, 100), (0.995, 200), (0.999, 1000), (0.0, 1), (1.0, 0)])
def test_enough_are_those_of_which_one_may_be_bad(share: float, many: int) -> None:
    assert enough_for(share) == many


def test_the_conditions_are_those_of_the_workbook() -> None:
    assert [(each.rate, each.long_s, each.short_s) for each in CONDITIONS] == [
        (14.4, HOUR_S, 5 * MINUTE_S),
        (6.0, 6 * HOUR_S, 30 * MINUTE_S),
        (1.0, 3 * DAY_S, 6 * HOUR_S),
    ]


@pytest.mark.parametrize(
    ("counted", "wanted"),
    [
        ([(HOUR_S, 3, 12), (5 * MINUTE_S, 1, 1)], Urgency.PAGE),
        ([(HOUR_S, 2, 12), (5 * MINUTE_S, 1, 1)], None),  # two bad runs are not yet a fire
        ([(HOUR_S, 3, 12), (5 * MINUTE_S, 0, 1)], None),  # it is over
        ([(HOUR_S, 3, 21), (5 * MINUTE_S, 1, 5)], None),  # 14.3 times as fast
        ([(6 * HOUR_S, 5, 72), (30 * MINUTE_S, 1, 6)], Urgency.PAGE),
        ([(6 * HOUR_S, 4, 72), (30 * MINUTE_S, 1, 6)], None),  # 5.6
        ([(3 * DAY_S, 9, 864), (6 * HOUR_S, 1, 72)], Urgency.TICKET),
        ([(3 * DAY_S, 8, 864), (6 * HOUR_S, 1, 72)], None),  # 0.93
    ],
)
def test_a_budget_that_burns_over_a_long_and_a_short_window_is_told(
    counted: list[tuple[float, int, int]], wanted: Urgency | None
) -> None:
    assert burning(*counted) is wanted


def test_windows_that_were_not_counted_burn_nothing() -> None:
    assert level(SUCCESS, Tally(), {HOUR_S: Tally(bad=12)}).urgency is None


tallies = st.builds(Tally, good=st.integers(0, 5000), bad=st.integers(0, 300), unsure=st.integers(0, 300))
objectives = st.builds(Objective, name=st.just("x"), share=st.floats(0.5, 0.9999))


@given(objectives, tallies)
def test_the_worst_bound_is_never_better_than_the_best(objective: Objective, tally: Tally) -> None:
    said = level(objective, tally, {HOUR_S: tally})
    assert 0 <= said.share[0] <= said.share[1] <= 1
    assert said.budget_at_worst <= said.budget_left <= 1
    assert said.burns[0].rate <= said.burns[0].at_most


@given(objectives, tallies)
def test_what_is_left_and_what_was_burnt_are_the_whole_budget(objective: Objective, tally: Tally) -> None:
    """Over the window of the objective itself, a burn rate of 1 spends just all of it."""
    said = level(objective, tally, {objective.window_s: tally})
    assert said.budget_left + said.burns[0].rate == pytest.approx(1)
    if tally.of:
        assert said.burns[0].rate == pytest.approx(tally.bad / tally.of / (1 - objective.share))


@given(objectives, tallies, st.integers(1, 9))
def test_a_level_is_the_same_for_as_many_times_the_runs(objective: Objective, tally: Tally, times: int) -> None:
    many = Tally(good=times * tally.good, bad=times * tally.bad, unsure=times * tally.unsure)
    once, often = level(objective, tally, {}), level(objective, many, {})
    assert often.share == pytest.approx(once.share)
    assert often.budget_left == pytest.approx(once.budget_left)


@given(objectives, st.lists(tallies, min_size=len(WINDOWS_S), max_size=len(WINDOWS_S)), st.data())
def test_one_more_that_is_good_never_alarms(objective: Objective, each: list[Tally], data: st.DataObject) -> None:
    recent = dict(zip(WINDOWS_S, each, strict=True))
    if level(objective, Tally(), recent).urgency is None:
        better = {seconds: tally + Tally(good=data.draw(st.integers(0, 50))) for seconds, tally in recent.items()}
        assert level(objective, Tally(), better).urgency is None


@given(st.lists(tallies, min_size=len(WINDOWS_S), max_size=len(WINDOWS_S)))
def test_what_is_unsure_alarms_nobody(each: list[Tally]) -> None:
    unsure = {seconds: Tally(good=one.good, unsure=one.bad) for seconds, one in zip(WINDOWS_S, each, strict=True)}
    assert level(VISIBLE, Tally(), unsure).urgency is None


bounds = st.dictionaries(st.sampled_from([0.5, 1.0, 2.0, 5.0, 10.0, 30.0]), st.integers(0, 50))


@given(bounds, st.integers(0, 20), st.floats(0.1, 100), st.floats(0.1, 100))
def test_with_more_time_more_is_visible_and_nothing_gets_lost(
    counts: dict[float, int], censored: int, a: float, b: float
) -> None:
    sooner, later = (arrivals_by_hour([Ended(counts=counts, censored=censored)], each) for each in sorted((a, b)))
    assert sooner.of == later.of == sum(counts.values()) + censored
    assert sooner.good <= later.good
    assert later.bad <= sooner.bad


class Book:
    """A history that keeps lists, and counts its hours from them."""

    def __init__(self, outcomes: Iterable[Outcome], changes: Iterable[Arrival] = ()) -> None:
        self.kept = list(outcomes)
        self.changes = list(changes)

    def outcomes(self, *, probe: str, since: float, limit: int) -> Sequence[Outcome]:
        return [each for each in self.kept if each.probe == probe and each.due >= since]

    def hours(self, *, probe: str, since: float) -> Iterable[Ended]:
        return [Ended(states={each.state: 1}) for each in self.outcomes(probe=probe, since=since, limit=0)]

    def arrivals(self, *, store: str, surface: str, since: float, limit: int) -> Sequence[Arrival]:
        return [each for each in self.changes if each.surface == surface and each.at >= since and store == "shop"]

    def arrived(self, *, store: str, surface: str, since: float) -> Iterable[Ended]:
        some = self.arrivals(store=store, surface=surface, since=since, limit=0)
        return [Ended(counts={5.0: int(each.high_s == 5.0), 10.0: int(each.high_s == 6.0)}) for each in some]


PROBE = Probe(name="checkout", store="shop", journey="guest checkout", every_s=300.0, objectives=(SUCCESS, VISIBLE))


def test_the_levels_of_a_probe_are_measured_over_their_own_windows() -> None:
    fails = [outcome(State.FAILED, NOW - 300 * back) for back in range(3)]
    passes = [outcome(State.PASSED, NOW - 300 * back) for back in range(3, 9000)]
    late = [replace(arrival(5.5, 6.0), at=NOW - 300 * back) for back in range(3)]
    success, visible = levels_of(Book(fails + passes, late), PROBE, NOW)
    assert (success.of, success.bad, success.urgency) == (8641, 3, Urgency.PAGE)
    assert {each.window_s: (each.bad, each.of) for each in success.burns} == {
        300.0: (2, 2), 1800.0: (3, 7), 3600.0: (3, 13), 21600.0: (3, 73), 259200.0: (3, 865)
    }  # fmt: skip
    assert (visible.objective, visible.bad, visible.verdict) == (VISIBLE, 3, Verdict.FAIL)


def test_a_probe_that_has_just_begun_is_told_to_have_few_runs() -> None:
    (success, _) = levels_of(Book([outcome(State.FAILED)]), PROBE, NOW)
    assert (success.urgency, success.verdict) == (None, Verdict.UNKNOWN)
    assert success.few == "few yet: 1 run, and it takes 100 until 99 % allows one that is bad"
    assert success.bad < LEAST_BAD
