"""Whether each sale and booking arrived at the services that the store passes it on to: once, and unchanged."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from journeys.checks.check import check
from journeys.model import Entry, Finding, History, Ledger, Money, Verdict, Write, WriteOutcome

_OF_MONEY: Final = ("charge", "settlement")
_GONE: Final = ("cancelled", "canceled", "gone")


@check
def delivery(history: History) -> Iterator[Finding]:
    """Each sale or booking arrives at every neighbour of the store once and unchanged, and so does its undoing."""
    for ledger in history.ledgers:
        write = history.writes[ledger.write]
        if ledger.error:
            said = f"{ledger.neighbour} could not be asked about {_title(write)}: {ledger.error}"
            yield _finding(Verdict.UNKNOWN, ledger, said)
            continue
        wrong = list(_undone(write, ledger) if ledger.when == "undone" else _standing(history, write, ledger))
        for said in wrong:
            yield _finding(Verdict.FAIL, ledger, said)
        if not wrong:
            what = "the undoing of " if ledger.when == "undone" else ""
            yield _finding(Verdict.PASS, ledger, f"{ledger.neighbour} holds {what}{_title(write)} as it should")


def _standing(history: History, write: Write, ledger: Ledger) -> Iterator[str]:
    """What is wrong with the entries of a write that stands, or that the store did not take."""
    known = {each.number for each in history.writes if each.number}
    strange = [each for each in ledger.entries if each.kind in ledger.expects and each.number not in known]
    for each in strange:
        named = f"for order {each.number}" if each.number else "for no order"
        yield f"{ledger.neighbour} holds a {_words(each)} {named} of this customer, and the record holds no such order"
    if write.outcome is not WriteOutcome.ACKED:
        return
    total = recorded(history, ledger.write)
    for kind in ledger.expects:
        mine = [each for each in ledger.entries if each.kind == kind and each.number == write.number]
        wanted = 0 if kind in _OF_MONEY and total is not None and not total.minor else 1
        waited = ledger.received - write.acked_at
        if len(mine) < wanted:
            yield f"{ledger.neighbour} holds no {kind} of {_title(write)} {waited:.1f} s after it; the record holds it"
        elif len(mine) > wanted:
            said = ", ".join(_words(each) for each in mine)
            yield f"{ledger.neighbour} holds the {kind} of {_title(write)} {len(mine)} times: {said}"
        else:
            for each in mine:
                yield from _changed(history, write, ledger, each)


def _changed(history: History, write: Write, ledger: Ledger, entry: Entry) -> Iterator[str]:
    """What an entry says otherwise than the record."""
    total = recorded(history, ledger.write)
    told = (
        ("amount", entry.amount, total, (*_OF_MONEY, "customer")),
        ("customer", entry.email, write.email, ("event", "customer")),
        ("start", entry.starts, _starts(history, write), ("event",)),
    )
    for name, said, held, of in told:
        if said and held and said != held:
            yield f"{ledger.neighbour} has {name} {said} of {_title(write)}, where the record says {held}"
        elif held and not said and entry.kind in of:
            yield f"{ledger.neighbour} has no {name} of {_title(write)}, where the record says {held}"


def _undone(write: Write, ledger: Ledger) -> Iterator[str]:
    """After undoing: what was charged is refunded, and no event stands any more."""
    mine = [each for each in ledger.entries if each.number == write.number]
    charged = Money.total((e.amount for e in mine if e.kind == "charge" and e.amount), _currency(mine))
    refunded = Money.total((e.amount for e in mine if e.kind == "refund" and e.amount), _currency(mine))
    if "charge" in ledger.expects and charged != refunded:
        yield f"{ledger.neighbour}: {_title(write)} was cancelled; {charged} was charged and {refunded} given back"
    for each in mine:
        if each.kind == "event" and each.status.lower() not in _GONE:
            yield f"{ledger.neighbour} still holds the event of {_title(write)}, which was cancelled"


def recorded(history: History, write: int) -> Money | None:
    """The total of a write in the record."""
    amounts = (each.value for each in history.amounts if each.write == write and each.source == "record")
    return next(amounts, None)


def _starts(history: History, write: Write) -> str:
    key = f"schedule:{write.subject}"
    return next((str(sample.values[key]) for sample in reversed(history.samples) if key in sample.values), "")


def _currency(entries: list[Entry]) -> str:
    return next((each.amount.currency for each in entries if each.amount is not None), "EUR")


def _words(entry: Entry) -> str:
    return f"{entry.kind} of {entry.amount}" if entry.amount is not None else f"{entry.kind} {entry.id}"


def _title(write: Write) -> str:
    return f"{write.kind} {write.number}" if write.number else f"the {write.kind} that was not taken"


def _finding(verdict: Verdict, ledger: Ledger, explanation: str) -> Finding:
    return Finding(check="delivery", verdict=verdict, explanation=explanation, surface=ledger.neighbour)
