"""Outcomes of probes in a terminal: many of them as one table, and one with all that is kept of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from rich import box
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from journeys.probes.outcome import Arrival, Blamed, Outcome, State
from reports.words import how_sure, listed, percent, sentence

SIGNS: Final = {
    State.PASSED: ("✓", "bold green"),
    State.FAILED: ("✗", "bold red"),
    State.UNKNOWN: ("?", "bold yellow"),
    State.BROKEN: ("!", "bold magenta"),
    State.SKIPPED: ("–", "dim"),
    State.INTERRUPTED: ("!", "bold magenta"),
}
_FRESH: Final = {True: ("fresh", "green"), False: ("stale", "bold red"), None: ("not told", "dim")}
_NARROW: Final = 100


def outcomes_table(outcomes: Sequence[Outcome]) -> RenderableType:
    """One line an outcome, in the order given; in a narrow window, two."""
    return _Outcomes(tuple(outcomes))


def outcome_in_full(outcome: Outcome) -> RenderableType:
    """All that is kept of one outcome."""
    return _Whole(outcome)


def when(at: float) -> str:
    """A moment, in UTC: ``2026-03-29 01:30:00``."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M:%S")


@dataclass(frozen=True, slots=True)
class _Outcomes:
    outcomes: tuple[Outcome, ...]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        if not self.outcomes:
            yield Text("No outcome fits.")
        elif options.max_width < _NARROW:
            for each in self.outcomes:
                yield Text.assemble(
                    _state(each.state), f"  {each.key}, {each.store}, ", (f"{when(each.due)} UTC", "dim")
                )
                if _said(each):
                    yield Padding(Text(_said(each)), (0, 0, 0, 2))
        else:
            yield _table(self.outcomes)


def _table(outcomes: Iterable[Outcome]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for title in ("state", "due (UTC)", "key", "store"):
        table.add_column(title, no_wrap=True)
    table.add_column("took", justify="right", no_wrap=True)
    table.add_column("what it says", overflow="fold", ratio=1)
    for each in outcomes:
        took = f"{each.took_s:.1f} s" if each.run else ""
        cells = (when(each.due), each.key, each.store, took, _said(each))
        table.add_row(_state(each.state), *map(_plain, cells))
    return table


@dataclass(frozen=True, slots=True)
class _Whole:
    outcome: Outcome

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        told = self.outcome
        yield Text.assemble(_state(told.state), (f"  {told.journey} in {told.store}", "bold"), f", probe {told.probe}")
        yield Text(_circumstances(told), "dim", overflow="fold")
        if _said(told):
            yield Text(_said(told))
        yield from _section(
            "Steps",
            ("", "step", "took", "error"),
            ((each.outcome, each.name, f"{each.took_s:.1f} s", each.error) for each in told.steps),
        )
        yield from _section(
            "Found",
            ("", "check", "what"),
            ((each.verdict, each.check, sentence(each.explanation)) for each in told.findings),
        )
        yield from _section("Why", ("cause", "how sure", "where", "next"), map(_why, told.diagnoses))
        yield from _section(
            "Arrived", ("surface", "fact", "after"), ((each.surface, each.fact, _after(each)) for each in told.arrivals)
        )
        yield from _section("Left behind", ("what",), ((each,) for each in told.left))
        yield from _section("Read", ("", "surface", "fact", "value", "at (UTC)"), (
            (Text(*_FRESH[each.fresh]), each.surface, each.fact, each.value or "–", when(each.at))
            for each in told.readings
        ))  # fmt: skip


def _section(title: str, head: tuple[str, ...], rows: Iterable[Sequence[RenderableType]]) -> Iterator[RenderableType]:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for name in head:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*map(_plain, row))
    if table.row_count:
        yield Text()
        yield Text(title, "bold underline")
        yield Padding(table, (0, 0, 0, 2))


def _circumstances(outcome: Outcome) -> str:
    begun = f", took {outcome.took_s:.1f} s" if outcome.run else ""
    by = f" by {outcome.worker}" if outcome.worker else ""
    where = f"; run {outcome.run}, history {outcome.history or 'not kept'}" if outcome.run else ""
    return f"{outcome.key}: due {when(outcome.due)} UTC{begun}, from {outcome.location}{by}{where}"


def _why(said: Blamed) -> tuple[str, ...]:
    where = listed([*said.layers]) or (f"perhaps {listed([*said.suspects])}" if said.suspects else "")
    place = " at ".join(filter(None, (where, said.surface)))
    sure = f"{how_sure(said.confidence)}, {percent(said.confidence)}" if said.confidence else "not known"
    return said.cause, sure, place, said.next_step


def _after(arrived: Arrival) -> str:
    """Between the last old value and the first lasting new one."""
    if arrived.high_s is None:
        return f"> {arrived.low_s:.1f} s"
    return f"{arrived.low_s:.1f}–{arrived.high_s:.1f} s"


def _said(outcome: Outcome) -> str:
    return outcome.headline or outcome.reason


def _plain(cell: RenderableType) -> RenderableType:
    """What a store says is shown as it is, brackets and all."""
    return Text(cell) if isinstance(cell, str) else cell


def _state(state: State) -> Text:
    sign, style = SIGNS[state]
    return Text(f"{sign} {state.upper()}", style)
