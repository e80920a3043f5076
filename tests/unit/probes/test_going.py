"""One tick: begun once, undone whatever died, recorded once."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from crew import Crew, passed, probe, tick

from journeys.model import TesterFault
from journeys.probes.going import Tick
from journeys.probes.history import History
from journeys.probes.outcome import Outcome, State
from journeys.probes.probe import Probe
from journeys.probes.promises import SharedJournal, open_promises


@pytest.fixture
def crew(engine: sa.Engine, history: History) -> Crew:
    return Crew(database=engine, history=history)


@pytest.fixture
def now(crew: Crew) -> Tick:
    """A tick that waits for its run."""
    due = tick(crew.roster.now())
    crew.roster.schedule(due.probe, due.due, due.key)
    return due


def buying(crew: Crew, target: str = "jrn-1@example.org") -> None:
    """From now on a run promises to undo an order, and then dies."""

    def perform(each: Probe, at: Tick) -> Outcome:
        journal = SharedJournal(crew.database, worker=crew.name, key=at.key)
        journal.plan(run="r1", store=each.store, kind="orders", target=target)
        raise RuntimeError("the browser is gone")

    crew.perform = perform


def test_a_run_is_performed_and_recorded_and_its_probe_is_free_again(crew: Crew, now: Tick) -> None:
    crew.going.settle(crew.going.go(now))
    assert [(each.key, each.state) for each in crew.told] == [(now.key, State.PASSED)]
    assert crew.history.outcome(now.key) == passed(probe(), now)
    assert crew.roster.waiting() == ()


def test_a_run_is_begun_once_whoever_takes_it_up_again(crew: Crew, now: Tick) -> None:
    other = Crew(database=crew.database, history=crew.history, name="two")
    states = [crew.going.go(now).state, crew.going.go(now).state, other.going.go(now).state]
    assert states == [State.PASSED, State.INTERRUPTED, State.INTERRUPTED]


def test_an_outcome_is_recorded_once_and_told_once(crew: Crew, now: Tick) -> None:
    outcome = crew.going.go(now)
    crew.going.settle(outcome)
    crew.going.settle(crew.going.interrupted(now, "its worker was lost"))
    assert [each.state for each in crew.told] == [State.PASSED]
    assert [each.state for each in crew.history.outcomes()] == [State.PASSED]


def test_what_goes_wrong_with_performing_is_the_testers_and_what_was_promised_is_undone(crew: Crew, now: Tick) -> None:
    buying(crew)
    crew.going.settle(crew.going.go(now))
    assert [(each.state, each.reason) for each in crew.told] == [
        (State.BROKEN, "the tester failed: the browser is gone")
    ]
    assert crew.undone == [("orders", "jrn-1@example.org")]
    assert open_promises(crew.database) == ()


def test_what_cannot_be_undone_stays_promised_and_is_told(crew: Crew, now: Tick) -> None:
    buying(crew)
    crew.keeps = False
    crew.going.settle(crew.going.go(now))
    recorded = crew.history.outcome(now.key)
    assert recorded is not None
    assert recorded.left == ("an order still stands",)
    crew.keeps = True
    assert crew.going.sweep() == ()
    assert open_promises(crew.database) == ()


def test_nobody_sweeps_behind_a_run_that_is_under_way(crew: Crew, now: Tick) -> None:
    other = Crew(database=crew.database, history=crew.history, name="two")

    def perform(each: Probe, at: Tick) -> Outcome:
        SharedJournal(crew.database, worker=crew.name, key=at.key).plan(
            run="r1", store="shop", kind="cart", target="session"
        )
        assert (other.going.sweep(), other.undone) == ((), [])
        return passed(each, at)

    crew.perform = perform
    assert crew.going.go(now).state is State.PASSED


def test_a_worker_that_wakes_up_after_others_have_cleaned_up_may_buy_nothing(crew: Crew, now: Tick) -> None:
    other = Crew(database=crew.database, history=crew.history, name="two")

    def perform(each: Probe, at: Tick) -> Outcome:
        journal = SharedJournal(crew.database, worker=crew.name, key=at.key)
        journal.plan(run="r1", store="shop", kind="orders", target="first")
        other.going.settle(other.going.interrupted(at, "its worker was lost"))  # it slept that long
        with pytest.raises(TesterFault, match="taken over"):
            journal.plan(run="r1", store="shop", kind="orders", target="second")
        return passed(each, at)

    crew.perform = perform
    crew.going.settle(crew.going.go(now))
    assert other.undone == [("orders", "first")]
    assert [each.state for each in crew.history.outcomes()] == [State.INTERRUPTED]


def test_a_run_of_another_location_is_not_performed_here(crew: Crew) -> None:
    crew.probes = (probe(location="berlin"),)
    due = tick(crew.roster.now())
    crew.roster.schedule(due.probe, due.due, due.key)
    outcome = crew.going.go(due)
    assert (outcome.state, outcome.reason) == (State.SKIPPED, "berlin had no worker")


def test_a_run_that_waited_too_long_is_left_out(crew: Crew) -> None:
    due = tick(crew.roster.now() - 100)
    crew.roster.schedule(due.probe, due.due, due.key)
    outcome = crew.going.go(due)
    assert (outcome.state, outcome.reason) == (State.SKIPPED, "it waited 100 s for a worker")


def test_a_probe_that_is_not_in_the_configuration_is_the_testers_fault(crew: Crew) -> None:
    outcome = crew.going.go(tick(0.0, "gone"))
    assert (outcome.state, outcome.store) == (State.BROKEN, "")
