"""An audit for a terminal, in colour and as wide as it is; and in plain lines for files and pipes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rich import box
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from journeys.audit.model import Audit, Balance, Discrepancy, Flaw, Item
from reports.audit.gathered import Group, gathered
from reports.audit.words import (
    NEXT,
    PARTS,
    amount,
    bare,
    counted,
    cutoff,
    day,
    discrepancies,
    headline,
    number,
    place,
    reconciles,
    title,
)
from reports.text import STYLES, verdict
from reports.words import SYMBOLS, sentence

MOST: Final = 12
"""So many discrepancies are told on a terminal; the other forms have all."""
_NARROW: Final = 100


def audit_summary(audit: Audit, more: str = "") -> RenderableType:
    """Verdict, classes, totals and the first discrepancies; ``more`` is how to see the rest."""
    return _Shown(audit, more)


def audit_lines(audit: Audit, more: str = "") -> Iterator[str]:
    """The same in plain lines, each of them whole: for files, pipes and logs."""
    yield f"{SYMBOLS[audit.verdict]} {audit.verdict.upper()} {title(audit)}: {headline(audit)}"
    yield from _compared(audit)
    groups = gathered(audit, MOST)
    for group in groups:
        if group.count:
            yield f"{group.flaw.value}: {number(group.count)}{_stake(group, ', ')}"
    for balance in audit.balances:
        yield f"{balance.source} {balance.currency}: {', '.join(_sums(balance))} ({reconciles(balance)})"
    for group in groups:
        for each in group.shown:
            yield f"{each.day.isoformat()} {each.flaw.value}: {sentence(each.explanation)} {_cause(each)}"
            yield from (f"  ours: {_item(item)}" for item in each.ours)
            yield from (f"  theirs: {_item(item)}" for item in each.theirs)
    yield from _rest(audit, groups, more)


class _Shown:
    """Tables in a wide window, lines in a narrow one."""

    def __init__(self, audit: Audit, more: str) -> None:
        self._audit = audit
        self._more = more

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        audit = self._audit
        groups = gathered(audit, MOST)
        yield Text.assemble(verdict(audit.verdict), "  ", (title(audit), "bold"))
        yield Padding(Text(headline(audit), STYLES[audit.verdict]), (0, 0, 0, 2))
        yield from (Padding(Text(line, "dim"), (0, 0, 0, 2)) for line in _compared(audit))
        if any(group.count for group in groups):
            yield Text()
            yield _classes(groups)
        if audit.balances:
            yield Text()
            yield from _totals(audit, wide=options.max_width >= _NARROW)
        for group in groups:
            yield from _group(group)
        yield from (Text(line, "dim") for line in _rest(audit, groups, self._more))


def _compared(audit: Audit) -> Iterator[str]:
    period = audit.period
    began = f", days begin at {cutoff(period.cutoff_s)}" if period.cutoff_s else ""
    records = ", ".join(f"{name} {number(many)}" for name, many in audit.records.items())
    yield f"records: {records or 'none'}; {period.zone.key}{began}; {audit.seconds:.1f} s"
    if audit.matched:
        yield f"matched: {', '.join(f'{rule} {number(many)}' for rule, many in audit.matched.items())}"


def _classes(groups: tuple[Group, ...]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    table.add_column("class", no_wrap=True)
    table.add_column("found", justify="right", no_wrap=True)
    table.add_column("at stake", justify="right", no_wrap=True)
    table.add_column("what to do", overflow="fold", ratio=1)
    for group in groups:
        if group.count:
            table.add_row(_name(group.flaw), number(group.count), _stake(group), escape(NEXT[group.flaw]))
    return table


def _name(flaw: Flaw) -> Text:
    return Text(flaw.value, "bold yellow" if flaw is Flaw.AMBIGUOUS else "bold red")


def _totals(audit: Audit, *, wide: bool) -> Iterator[RenderableType]:
    if not wide:
        for each in audit.balances:
            yield Text.assemble((f"{each.source}, {each.currency}", "bold"), f" ({reconciles(each)})")
            yield Padding(Text(", ".join(_sums(each))), (0, 0, 0, 2))
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    table.add_column("totals", overflow="fold")
    for name in ("opening", *PARTS, "closing"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("", overflow="fold")
    for each in audit.balances:
        known = (each.opening, *(getattr(each, part) for part in PARTS), each.closing)
        table.add_row(
            f"{escape(each.source)} {each.currency}", *(bare(minor, each.currency) for minor in known), reconciles(each)
        )
    yield table


def _sums(of: Balance) -> Iterator[str]:
    known = (("opening", of.opening), *((part, getattr(of, part)) for part in PARTS), ("closing", of.closing))
    for name, minor in known:
        if minor is not None and (minor or name in ("opening", "closing", "sales")):
            yield f"{name} {amount(minor, of.currency)}"


def _group(group: Group) -> Iterator[RenderableType]:
    if not group.shown:
        return
    yield Text()
    yield Text.assemble(_name(group.flaw), (f"  {number(group.count)}{_stake(group, ', ')}", "dim"))
    for each in group.shown:
        yield Padding(Text.assemble((f"{day(each.day)}  ", "bold"), sentence(each.explanation)), (0, 0, 0, 2))
        sides = (*(("ours", item) for item in each.ours), *(("theirs", item) for item in each.theirs))
        for side, item in sides:
            yield Padding(Text.assemble((f"{side}: ", "dim"), _item(item)), (0, 0, 0, 4))
        yield Padding(Text(_cause(each), "dim"), (0, 0, 0, 4))
    if group.left_out:
        yield Padding(Text(f"… and {number(group.left_out)} more", "dim"), (0, 0, 0, 2))


def _item(item: Item) -> str:
    return " ".join(filter(None, (f"[{place(item)}]", item.says)))


def _cause(of: Discrepancy) -> str:
    return f"Cause: {of.cause.value}{f', {sentence(of.why)}' if of.why else '.'}"


def _stake(group: Group, before: str = "") -> str:
    told = ", ".join(amount(minor, currency) for currency, minor in group.at_stake.items())
    return f"{before}{told}" if told else ""


def _rest(audit: Audit, groups: tuple[Group, ...], more: str) -> Iterator[str]:
    shown = sum(len(group.shown) for group in groups)
    if shown < discrepancies(audit):
        told = f"{number(shown)} of {counted(discrepancies(audit), 'discrepancy', 'discrepancies')} are told here"
        yield f"{told}{f'; all of them: {more}' if more else ''}"
    yield from (f"left out: {each}" for each in audit.left_out)
