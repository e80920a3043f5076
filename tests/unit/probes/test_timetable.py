"""Which ticks are let wait for a run, and what is said of those that are left out."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from crew import EVERY_S, Crew, probe

from journeys.probes.going import Tick
from journeys.probes.history import History
from journeys.probes.outcome import State
from journeys.probes.schedule import key_of
from journeys.probes.timetable import Timetable

START = 1_800_000_000.0


class Table:
    """A timetable whose database's time is what a test says it is."""

    def __init__(self, crew: Crew, monkeypatch: pytest.MonkeyPatch) -> None:
        self.crew = crew
        self.submitted: list[str] = []
        self.now = START
        monkeypatch.setattr(crew.roster, "now", lambda: self.now)
        self.timetable = self.another()

    def another(self) -> Timetable:
        return Timetable(
            probes=self.crew.probes,
            roster=self.crew.roster,
            recorder=self.crew.history,
            going=self.crew.going,
            submit=lambda tick, location: self.submitted.append(tick.key),
        )

    def at(self, seconds: float) -> float:
        self.now = START + seconds
        return self.timetable.advance()

    def finish(self) -> None:
        """All runs that wait are performed."""
        for waiting in self.crew.roster.waiting():
            due = Tick(key=waiting.key, probe=waiting.probe, due=waiting.due)
            assert self.crew.roster.begin(due.key)
            self.crew.roster.finish(due.key)

    def left_out(self) -> list[tuple[float, str]]:
        return [(each.due - START, each.reason) for each in reversed(self.crew.history.outcomes(limit=1000))]


@pytest.fixture
def table(engine: sa.Engine, history: History, monkeypatch: pytest.MonkeyPatch) -> Table:
    return Table(Crew(database=engine, history=history), monkeypatch)


def key(seconds: float) -> str:
    return key_of("buy", START + seconds)


def test_a_new_probe_begins_with_its_next_tick(table: Table) -> None:
    assert table.at(5.0) == EVERY_S - 5
    assert table.submitted == []
    table.at(EVERY_S)
    assert table.submitted == [key(EVERY_S)]


def test_a_tick_is_submitted_once_however_often_one_looks(table: Table) -> None:
    for second in (0.0, 20.0, 20.1, 20.2):
        table.at(second)
    assert table.submitted == [key(20)]


def test_a_tick_is_left_out_while_the_run_before_is_not_finished(table: Table) -> None:
    for second in (0.0, 20.0, 40.0):
        table.at(second)
    table.finish()
    table.at(60.0)
    assert table.submitted == [key(20), key(60)]
    assert table.left_out() == [(40.0, "the run before was not finished")]


def test_who_leads_next_goes_on_where_the_last_one_stopped(table: Table) -> None:
    table.at(0.0)
    table.at(20.0)
    table.finish()
    table.timetable = table.another()
    table.at(21.0)
    table.at(40.0)
    assert table.submitted == [key(20), key(40)]


def test_each_tick_that_nobody_was_there_for_is_recorded(table: Table) -> None:
    table.at(0.0)
    table.timetable = table.another()
    table.at(130.0)
    assert table.left_out() == [
        (20.0, "no prober was running"),
        (40.0, "no prober was running"),
        (60.0, "no prober was running"),
        (100.0, "the run before was not finished"),
        (120.0, "the run before was not finished"),
    ]
    assert table.submitted == [key(80)]


def test_a_long_absence_is_told_in_few_records(table: Table) -> None:
    table.at(0.0)
    table.at(86_400.0)
    outcomes = table.crew.history.outcomes(limit=1000)
    assert {each.state for each in outcomes} == {State.SKIPPED}
    assert len(outcomes) == 200 + 1 + 3
    assert "4116 ticks since" in outcomes[-1].reason


def test_a_run_begins_later_by_its_jitter(engine: sa.Engine, history: History, monkeypatch: pytest.MonkeyPatch) -> None:
    crew = Crew(database=engine, history=history, probes=(probe(jitter_s=10.0),))
    table = Table(crew, monkeypatch)
    table.at(0.0)
    late = table.at(20.0)
    assert 0 < late < 10
    assert table.submitted == []
    table.at(20.0 + late + 0.001)
    assert table.submitted == [key(20)]
