"""Judged runs as text for a terminal, readable without colour and in a narrow window."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from rich import box
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from journeys.model import Result, Verdict, worst
from reports.delays import delays_table
from reports.ladder import RECORD
from reports.words import SYMBOLS, Account, accounts, caches_in_words, sentence, what_ran

STYLES: Final = {Verdict.PASS: "bold green", Verdict.UNKNOWN: "bold yellow", Verdict.FAIL: "bold red"}
_PAST: Final = {Verdict.PASS: "passed", Verdict.UNKNOWN: "unknown", Verdict.FAIL: "failed"}
_NARROW: Final = 76
_DESIGNED: Final = 2
_EVIDENCE: Final = 6


def summary(results: Sequence[Result], explain: Callable[[str], str] | None = None) -> RenderableType:
    """A table of the runs, and under it what is not well and why, and what was left behind.

    ``explain`` gives the command that tells all of a run, by its id; None where no history is kept.
    """
    return _Summary(tuple(results), explain)


@dataclass(frozen=True, slots=True)
class _Summary:
    results: tuple[Result, ...]
    explain: Callable[[str], str] | None

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        if not self.results:
            yield Text("No journey was performed.")
            return
        yield from _list(self.results) if options.max_width < _NARROW else (_table(self.results),)
        for result in self.results:
            yield from _trouble(result, self.explain(result.history.heading.run) if self.explain else "")
        yield from _left_by_design(self.results)
        yield from _delays(self.results)
        yield Text()
        yield _total(self.results)


def _table(results: Sequence[Result]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    table.add_column("verdict", no_wrap=True)
    table.add_column("journey", overflow="fold", ratio=1)
    table.add_column("store", overflow="fold")
    table.add_column("caches", no_wrap=True)
    table.add_column("surfaces right", justify="right", no_wrap=True)
    table.add_column("time", justify="right", no_wrap=True)
    for result in results:
        heading = result.history.heading
        table.add_row(
            verdict(result.verdict),
            heading.title or heading.journey,
            heading.store,
            {"keep": "kept", "clear": "cleared"}.get(heading.caches, heading.caches),
            _surfaces(result),
            f"{result.duration_s:.1f} s",
        )
    return table


def _list(results: Sequence[Result]) -> Iterator[RenderableType]:
    for result in results:
        heading = result.history.heading
        yield Text.assemble(verdict(result.verdict), f"  {heading.title or heading.journey}")
        facts = (heading.store, caches_in_words(heading.caches), f"surfaces right: {_surfaces(result)}")
        yield Padding(Text(", ".join((*facts, f"{result.duration_s:.1f} s"))), (0, 0, 0, 2))


def verdict(of: Verdict) -> Text:
    """A verdict as a symbol and a word."""
    return Text(f"{SYMBOLS[of]} {of.upper()}", STYLES[of])


def _surfaces(result: Result) -> str:
    """How many of the surfaces that were read have no finding against them."""
    read = {each.surface for each in result.history.readings}
    read |= {receipt.source for receipt in result.history.receipts if receipt.source != RECORD}
    right = read - {finding.surface for finding in result.failures()}
    return f"{len(right)} of {len(read)}" if read else "none read"


def _trouble(result: Result, more: str) -> Iterator[RenderableType]:
    """The findings that are not PASS, by their causes, and what compensation left; ``more`` is how to see all of it."""
    told = accounts(result)
    harm = [residue for residue in result.history.residue if not residue.benign]
    if not told and not harm:
        return
    heading = result.history.heading
    yield Text()
    yield Text(f"{what_ran(heading)} (store {heading.store}, seed {heading.seed}, run {heading.run})", "bold")
    for account in told:
        yield Padding(block(account, most=_EVIDENCE, more=more), (0, 0, 0, 2))
    for residue in harm:
        left = Text.assemble(("! LEFT BEHIND ", "bold yellow"), sentence(residue.what))
        yield Padding(left, (0, 0, 0, 2))
    if more and result.diagnoses:
        yield Padding(Text(f"All of it, and what speaks against other causes: {more}", "dim"), (0, 0, 0, 2))


def _left_by_design(results: Sequence[Result]) -> Iterator[RenderableType]:
    """What stores keep of undone orders by their nature: no harm, and not worth many lines."""
    left = dict.fromkeys(each.what for result in results for each in result.history.residue if each.benign)
    if left:
        first = "; ".join(list(left)[:_DESIGNED])
        more = f"; and {len(left) - _DESIGNED} more like it" if len(left) > _DESIGNED else ""
        yield Text()
        yield Text(f"Left by design: {sentence(first + more)}", "dim")


def _delays(results: Sequence[Result]) -> Iterator[RenderableType]:
    """How long writes took to arrive, once the same journey was gone more than once."""
    turns = [(result.history.heading.store, result.history.heading.journey) for result in results]
    if len(turns) > len(set(turns)):
        yield Text()
        yield delays_table(results)


def block(account: Account, most: int | None = None, more: str = "") -> RenderableType:
    """Findings that have one reason, and under them that reason; at most so many pieces of evidence."""
    grid = Table.grid(padding=(0, 1))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    of = account.findings[0].verdict if account.findings else Verdict.FAIL
    for headline in account.headlines:
        text = Text(headline)
        text.stylize(STYLES[of], 0, len(of))
        grid.add_row(Text(SYMBOLS[of], STYLES[of]), text)
    for line in account.lines(most, more):
        label, colon, rest = line.partition(": ")
        grid.add_row("", Text.assemble((label + colon, "bold" if label in ("Cause", "Next") else "dim"), rest))
    return grid


def _total(results: Sequence[Result]) -> Text:
    counts = [(each, sum(result.verdict is each for result in results)) for each in reversed(Verdict)]
    parts = ", ".join(f"{count} {_PAST[each]}" for each, count in counts if count)
    took = sum(result.duration_s for result in results)
    runs = "1 run" if len(results) == 1 else f"{len(results)} runs"
    overall = verdict(worst(result.verdict for result in results))
    return Text.assemble(overall, f"  {runs}: {parts}, in {took:.1f} s")
