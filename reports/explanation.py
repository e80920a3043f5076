"""One run explained in a terminal: what the journey did, why it is not well, and what speaks against other causes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from journeys.model import Result, Verdict
from reports.against import Against, against
from reports.happened import happened, origin
from reports.text import STYLES, verdict
from reports.words import SYMBOLS, Account, accounts, how_sure, listed, percent, sentence, what_ran

_MOST: Final = 4


def explanation(result: Result, source: str = "") -> RenderableType:
    """All that is known of why a run is not well; a run that passed is one line. ``source`` is where it was read."""
    return _Explained(result, source)


@dataclass(frozen=True, slots=True)
class _Explained:
    result: Result
    source: str

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        heading = self.result.history.heading
        of = self.result.verdict
        if of is Verdict.PASS:
            yield Text.assemble(verdict(of), f"  {_passed(self.result)}")
            return
        yield Text.assemble(verdict(of), ("  " + what_ran(heading), "bold"))
        yield Text(f"{origin(heading)}{f', from {self.source}' if self.source else ''}", "dim", overflow="fold")
        yield from _section("What the journey did", _did(self.result))
        told = accounts(self.result)
        known = [account for account in told if account.diagnosis is not None]
        for place, account in enumerate(known, start=1):
            title = "Why" if len(known) == 1 else f"Why, {place} of {len(known)}"
            yield from _section(title, _why(account))
        yield from _section("What could not be told", _unknown(told))
        yield from _section("What speaks against other causes", _others(against(self.result)))
        harm = [sentence(each.what) for each in self.result.history.residue if not each.benign]
        yield from _section("Left behind", _bullets(harm) if harm else None)


def _passed(result: Result) -> str:
    heading = result.history.heading
    promises = sum(finding.verdict is Verdict.PASS for finding in result.findings)
    return f"{what_ran(heading)} ({origin(heading)}): all {promises} findings are well, there is nothing to explain."


def _section(title: str, told: RenderableType | None) -> Iterator[RenderableType]:
    if told is not None:
        yield Text()
        yield Text(title, "bold underline")
        yield Padding(told, (0, 0, 0, 2))


def _did(result: Result) -> RenderableType | None:
    grid = _grid(2)
    for state, (what, how, when, lasted, said) in happened(result.history).rows:
        style = {"fresh": "green", "stale": "bold red", "unknown": "bold yellow"}.get(state, "dim")
        first = Text.assemble(what, (f"  {when}{f', took {lasted}' if lasted else ''}", "dim"))
        if said:
            first.append(f"\n{sentence(said)}", "" if state == "stale" else "dim")
        grid.add_row(Text(how, style), first)
    return grid if grid.row_count else None


def _why(account: Account) -> RenderableType:
    found = account.diagnosis
    assert found is not None
    grid = _grid(2)
    sure = f"{how_sure(found.confidence)}, {percent(found.confidence)}" if found.confidence else "not known"
    grid.add_row(_label("Cause"), Text.assemble((found.cause.value, "bold"), f" ({sure})"))
    if found.surface:
        grid.add_row(_label("About"), Text(found.surface))
    if account.headlines:
        grid.add_row(_label("Found"), _bullets(account.headlines, SYMBOLS[Verdict.FAIL], STYLES[Verdict.FAIL]))
    if account.layer:
        grid.add_row(_label("Layers"), Text(account.layer))
    if account.evidence:
        grid.add_row(_label("Evidence"), _bullets(list(map(sentence, account.evidence))))
    if found.next_step:
        grid.add_row(_label("Next"), Text(sentence(found.next_step), "bold"))
    return grid


def _unknown(told: tuple[Account, ...]) -> RenderableType | None:
    lines = [
        f"{listed(list(dict.fromkeys(each.check for each in account.findings)))}: "
        f"{sentence(account.findings[0].explanation)}"
        for account in told
        if account.diagnosis is None
    ]
    return _bullets(lines, SYMBOLS[Verdict.UNKNOWN], STYLES[Verdict.UNKNOWN]) if lines else None


def _others(told: tuple[Against, ...]) -> RenderableType | None:
    """Cause by cause, a few reasons each: the rest is in the document."""
    grid = _grid(2)
    for each in told:
        shown = list(map(sentence, each.why[:_MOST]))
        if len(each.why) > _MOST:
            shown.append(f"And {len(each.why) - _MOST} more like it.")
        grid.add_row(Text(each.cause.value, "bold" if each.seen else "dim"), _reasons(shown, seen=each.seen))
    return grid if told else None


def _reasons(shown: list[str], *, seen: bool) -> RenderableType:
    if not seen:
        return Text(shown[0], "dim")
    return Text("\n".join(shown))


def _bullets(lines: list[str] | tuple[str, ...], sign: str = "–", style: str = "dim") -> Table:
    grid = _grid(2, gap=1)
    for line in lines:
        grid.add_row(Text(sign, style), Text(line))
    return grid


def _label(text: str) -> Text:
    return Text(text, "dim")


def _grid(columns: int, gap: int = 2) -> Table:
    """Columns side by side, the last of which folds."""
    grid = Table.grid(padding=(0, gap, 0, 0))
    for _ in range(columns - 1):
        grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    return grid
