"""How a probe and a store stand, from what became of their ticks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from watched import LOCKED, NOW, STALE, outcome, probe, steps_from

from journeys.probes.outcome import Outcome, State
from journeys.serving.standing import health_of, probe_now, silence_of, store_now
from reports.status import Health, Incident, Maintenance, ProbeNow, Silence

STATES = {"p": State.PASSED, "u": State.UNKNOWN, "b": State.BROKEN, "s": State.SKIPPED, "i": State.INTERRUPTED}
ERROR = "the store answered 504"


def runs(told: str, every_s: float = 300.0) -> list[Outcome]:
    """One run a letter, the newest first; ``d`` failed although all its steps succeeded."""
    made = []
    for place, letter in enumerate(told):
        due = NOW - 60 - place * every_s
        if letter == "d":
            made.append(outcome(due=due, state=State.FAILED, findings=(STALE,), headline=STALE.explanation))
        elif letter == "f":
            steps = steps_from(due, failed="place the order", error=ERROR)
            made.append(outcome(due=due, state=State.FAILED, steps=steps, headline=ERROR, diagnoses=(LOCKED,)))
        else:
            made.append(outcome(due=due, state=STATES[letter]))
    return made


def stands(told: str, at: float = NOW) -> ProbeNow:
    return probe_now("checkout", probe(), runs(told), at=at)


@pytest.mark.parametrize(
    ("told", "health"),
    [
        ("p", Health.WORKING),
        ("f", Health.FAILING),
        ("d", Health.DEGRADED),
        ("u", Health.UNKNOWN),
        ("b", Health.UNKNOWN),
        ("s", Health.UNKNOWN),
        ("", Health.UNKNOWN),
    ],
)
def test_what_one_run_says_of_the_store(told: str, health: Health) -> None:
    assert stands(told).health is health


@pytest.mark.parametrize(
    ("told", "health"),
    [
        ("bp", Health.WORKING),  # one run that says nothing changes nothing
        ("bf", Health.FAILING),
        ("ubp", Health.UNKNOWN),
        ("sp", Health.WORKING),  # what was not begun says nothing either way
        ("ssssp", Health.UNKNOWN),  # until what was seen is too old
        ("sbp", Health.WORKING),
        ("fp", Health.FAILING),
        ("pf", Health.WORKING),
    ],
)
def test_the_newest_runs_decide(told: str, health: Health) -> None:
    assert stands(told).health is health


@given(st.text(st.sampled_from("pfdubsi"), max_size=8))
def test_a_store_is_never_called_working_or_failing_without_a_run_that_says_so(told: str) -> None:
    stood = stands(told)
    told_of = {health_of(run) for run in runs(told)}
    assert stood.health in told_of | {Health.UNKNOWN}
    assert stood.judged is None or stood.judged.state.judged


@given(st.text(st.sampled_from("pfdubsi"), min_size=1, max_size=8))
def test_since_is_the_due_time_of_a_run_that_was_alike(told: str) -> None:
    stood = stands(told)
    if stood.since is not None:
        first = next(run for run in runs(told) if run.due == stood.since)
        assert health_of(first) is stood.health


@pytest.mark.parametrize(
    ("told", "place"),
    [("ffp", 1), ("fbfp", 2), ("ffbp", 1), ("pppp", None), ("fff", None), ("ddf", 1), ("bbp", 1)],
)
def test_since_when_it_is_so(told: str, place: int | None) -> None:
    assert stands(told).since == (None if place is None else runs(told)[place].due)


def test_the_words_say_where_it_fails_and_why() -> None:
    assert stands("f").words == "It fails at “place the order”: the store answered 504."
    assert stands("d").words == f"Customers get through, but not all is well: {STALE.explanation}."
    assert stands("bp").words == "Customers get through. The run after it broke, through no fault of the store."
    assert stands("bb").words == (
        "The last runs say nothing of the store; the newest broke, through no fault of the store."
    )
    assert stands("ssssp").words == "The last runs were skipped: it is not known why."
    assert stands("").words == "No run yet."


def test_a_probe_that_should_have_run_again_is_silent_and_nothing_is_known() -> None:
    late = NOW - 60 + 2 * 300 + 180 + 30 + 1  # two intervals, the timeout and some grace after it was due
    assert (stands("pp", late - 2).silent, stands("pp", late - 2).health) == (False, Health.WORKING)
    assert (stands("pp", late).silent, stands("pp", late).health, stands("pp", late).since) == (
        True,
        Health.UNKNOWN,
        None,
    )


def test_a_probe_that_only_skips_is_not_silent() -> None:
    assert (stands("ssssp").silent, stands("ssssp").health) == (False, Health.UNKNOWN)


def test_silence_is_whole_when_no_probe_runs_any_more() -> None:
    late = NOW + 3600
    quiet = probe_now("checkout", probe(), runs("p"), at=late)
    other = probe_now("browse", probe("browse", every_s=7200), runs("p"), at=late)
    never = probe_now("card", probe("card"), (), at=late)
    ended = runs("p")[0].ended
    assert silence_of([quiet, never]) == Silence(since=ended, probes=("checkout",), whole=True)
    assert silence_of([quiet, other]) == Silence(since=ended, probes=("checkout",), whole=False)
    assert silence_of([other, never]) is None


def named(name: str, told: str) -> ProbeNow:
    return probe_now(name, probe(name), runs(told), at=NOW)


@pytest.mark.parametrize(
    ("told", "health", "words"),
    [
        (("p", "p"), Health.WORKING, "All 2 journeys get through."),
        (("f", "f"), Health.FAILING, "a and b fail."),
        (("f", "p"), Health.DEGRADED, "a fails."),
        (("f", "bb"), Health.FAILING, "a fails; nothing is known of b."),
        (("d", "p"), Health.DEGRADED, "a is degraded."),
        (("p", "bb"), Health.UNKNOWN, "nothing is known of b."),
        (("", ""), Health.UNKNOWN, "No run yet."),
    ],
)
def test_a_store_stands_as_its_journeys_do(told: tuple[str, str], health: Health, words: str) -> None:
    store = store_now("shop", [named("a", told[0]), named("b", told[1])], (), (), at=NOW)
    assert (store.health, store.words) == (health, words)


def test_an_open_incident_keeps_a_store_from_being_called_well() -> None:
    incident = Incident(key="1", store="shop", title="stale", since=NOW - 60)
    working = [named("a", "p")]
    assert (
        store_now("shop", working, [incident], (), at=NOW).words
        == "Customers get through; an incident is not over yet."
    )
    shadow = Incident(key="1", store="shop", title="stale", since=NOW - 60, shadow=True)
    elsewhere = Incident(key="1", store="booking", title="stale", since=NOW - 60)
    own = Incident(key="1", store="shop", title="no browser", since=NOW - 60, of_tester=True)
    assert store_now("shop", working, [shadow, elsewhere, own], (), at=NOW).health is Health.WORKING


def test_maintenance_that_is_over_is_not_shown() -> None:
    over, now = (
        Maintenance(name=n, store="shop", since=NOW - 60, until=NOW + t) for n, t in (("over", 0), ("now", 60))
    )
    assert store_now("shop", [], (), [over, now], at=NOW).maintenance == (now,)
