"""CAMT.053: a bank's statement in XML (ISO 20022, BankToCustomerStatement, camt.053.001.02 and later)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Final, NamedTuple

from journeys.audit.model import Kind
from journeys.audit.statements import marks
from journeys.audit.statements.amounts import currency_of, iso_day, minor
from journeys.audit.statements.books import Books, files
from journeys.audit.statements.entry import Entry, Event, LeftOut, Stated, Statement
from journeys.audit.statements.file import fault, shown
from journeys.audit.statements.xml import Node, parts
from journeys.run.options import only

_ABOVE: Final = ("Document", "BkToCstmrStmt", "Stmt")
_OPENING: Final = ("OPBD", "PRCD")
"""Opening booked; previously closed booked, which is the same amount a day earlier."""
_CLOSING: Final = ("CLBD",)
_SIGNS: Final = {"CRDT": 1, "DBIT": -1}
_TRUE: Final = ("true", "1")
_PARTIES: Final = ("Dbtr/Nm", "Dbtr/Pty/Nm", "Cdtr/Nm", "Cdtr/Pty/Nm")
_REFERENCES: Final = ("EndToEndId", "InstrId", "PmtInfId", "TxId", "MndtId", "AcctSvcrRef")
_NONE: Final = ("", "NOTPROVIDED", "NONREF")


def connect(options: Mapping[str, object], name: str, folder: Path) -> Books:
    """Statements in ``file`` (a name or pattern, or a list of them; relative ones begin in the folder).

    Regular expressions on an entry's text tell what it is: ``payouts``, ``fees``, ``chargebacks``, ``ignore``; the
    first group of ``payouts`` is the payout's id, that of ``orders`` the order's number. ValueError names a mistake.
    """
    only(options, "file", *marks.OPTIONS)
    return Books(name=name, files=files(options, folder), parse=parse, marks=marks.marks(options))


def parse(path: Path) -> Iterator[Event]:
    """Entries that are booked, and one statement after the entries of each; Unreadable names file and line."""
    statement = _Reader(path)
    empty = True
    for part in parts(path, above=_ABOVE):
        yield from statement.part(part)
        if part.name == _ABOVE[-1]:
            empty, statement = False, _Reader(path)
    if empty:
        raise fault(path, None, "there is no <Stmt> in it", "at least one statement")


class _When(NamedTuple):
    day: date
    at: datetime | None


@dataclass(slots=True)
class _Reader:
    """One statement, part by part."""

    path: Path
    account: str = ""
    currency: str = ""
    balances: dict[str, tuple[Stated, str]] = field(default_factory=dict)

    def part(self, part: Node) -> Iterator[Event]:
        """What follows from one part of the statement."""
        if part.name == "Acct":
            self.account = part.said("Id/IBAN") or part.said("Id/Othr/Id")
            self.currency = part.said("Ccy")
        elif part.name == "Bal":
            self._balance(part)
        elif part.name == "Ntry":
            yield from self._entries(part)
        elif part.name == "Stmt":
            yield from self._statements()

    def _statements(self) -> Iterator[Statement]:
        """One for each currency in which a balance is stated, as a rule that of the account alone."""
        for currency in dict.fromkeys(currency for _, currency in self.balances.values()):
            yield Statement(
                account=self.account,
                currency=currency,
                opening=self._stated(_OPENING, currency),
                closing=self._stated(_CLOSING, currency),
            )

    def _stated(self, codes: tuple[str, ...], currency: str) -> Stated | None:
        found = (self.balances.get(f"{code} {currency}") for code in codes)
        return next((each[0] for each in found if each is not None), None)

    def _balance(self, part: Node) -> None:
        code = part.said("Tp/CdOrPrtry/Cd")
        if code not in (*_OPENING, *_CLOSING):
            return
        currency, amount = self._amount(part, part.find("Amt"), "the amount of a balance")
        day = self._day(part, part.find("Dt"))
        key = f"{code} {currency}"
        if key in self.balances:
            raise fault(self.path, part.line, f"a second balance {code} in {currency}", "one in each statement")
        self.balances[key] = Stated(amount=amount * self._sign(part, part), day=day.day), currency

    def _entries(self, part: Node) -> Iterator[Event]:
        status = part.said("Sts/Cd") or part.said("Sts/Prtry") or part.said("Sts")
        if not status:
            raise fault(self.path, part.line, "an entry without a status <Sts>", "BOOK for what is booked")
        if status != "BOOK":
            yield LeftOut(why=f"entries in state {shown(status)}, which are not booked")
            return
        entry = self._entry(part)
        details = [*part.all("NtryDtls/TxDtls")]
        inside = self._inside(entry, details)
        if not inside:
            text = " ".join(dict.fromkeys(filter(None, (entry.text, *(_text(each) for each in details)))))
            references = {_structured(each) for each in details}
            inside = [replace(entry, text=text, reference=references.pop() if len(references) == 1 else None)]
            yield from self._with_charges(inside[0], [part, *details[:1]] if len(details) < 2 else [part])
            return
        for each, detail in zip(inside, details, strict=True):
            yield from self._with_charges(each, [detail])

    def _entry(self, part: Node) -> Entry:
        currency, amount = self._amount(part, part.find("Amt"), "the amount of an entry")
        days = part.find("BookgDt") or part.find("ValDt")
        when = self._day(part, days)
        return Entry(
            line=part.line,
            account=self.account,
            amount=amount * self._sign(part, part),
            currency=currency,
            day=when.day,
            at=when.at,
            text=part.said("AddtlNtryInf"),
            reversal=part.said("RvslInd") in _TRUE,
        )

    def _inside(self, entry: Entry, details: list[Node]) -> list[Entry]:
        """The single payments of a batch, where their amounts are told and make the amount of the entry."""
        if len(details) < 2:
            return []
        inside = []
        for detail in details:
            told = detail.find("Amt") or detail.find("AmtDtls/TxAmt/Amt")
            if told is None or told.currency != entry.currency:
                return []
            _, amount = self._amount(detail, told, "the amount of a transaction")
            sign = self._sign(detail, detail) if detail.find("CdtDbtInd") else (1 if entry.amount >= 0 else -1)
            text = " ".join(filter(None, (entry.text, _text(detail))))
            inside.append(
                replace(entry, line=detail.line, amount=amount * sign, text=text, reference=_structured(detail))
            )
        return inside if sum(each.amount for each in inside) == entry.amount else []

    def _with_charges(self, entry: Entry, told: list[Node]) -> Iterator[Entry]:
        """The entry; where its amount includes charges, the amount before them and the charges by themselves."""
        charges = 0
        for node in told:
            mine = sum(self._charge(each, entry.currency) for each in _charges(node))
            charges = charges or mine  # told of the entry and of its only transaction, it is the same charge
        yield replace(entry, amount=entry.amount - charges)
        if charges:
            yield replace(entry, amount=charges, said=Kind.FEE)

    def _charge(self, charge: Node, currency: str) -> int:
        """What a charge that the entry's amount includes has taken from it, negative; other charges are none."""
        told = charge.find("Amt")
        if charge.said("ChrgInclInd") not in _TRUE or told is None or told.currency != currency:
            return 0
        _, amount = self._amount(charge, told, "the amount of a charge")
        return amount * (self._sign(charge, charge) if charge.find("CdtDbtInd") else -1)

    def _amount(self, part: Node, told: Node | None, what: str) -> tuple[str, int]:
        if told is None:
            raise fault(self.path, part.line, f"{what} is missing", '<Amt Ccy="EUR">12.50</Amt>')
        written = told.text.strip()
        try:
            currency = currency_of(told.currency)
            amount = minor(written, currency)
            if written.startswith(("-", "+")):
                raise ValueError("has a sign")
        except ValueError as error:
            says = f"{what} {shown(written)} in {shown(told.currency)} {_because(error)}"
            raise fault(self.path, told.line, says, '<Amt Ccy="EUR">12.50</Amt>') from error
        return currency, amount

    def _sign(self, part: Node, told: Node) -> int:
        written = told.said("CdtDbtInd")
        if written not in _SIGNS:
            raise fault(self.path, part.line, f"<CdtDbtInd> says {shown(written)}", "CRDT or DBIT")
        return _SIGNS[written]

    def _day(self, part: Node, told: Node | None) -> _When:
        written = (told.said("Dt") or told.said("DtTm")) if told is not None else ""
        try:
            day, at = iso_day(written)
        except ValueError as error:
            line = part.line if told is None else told.line
            raise fault(self.path, line, f"the day {shown(written)} is none", "a day such as 2026-05-31") from error
        return _When(day, at)


def _charges(node: Node) -> Iterator[Node]:
    """Charges as records (from version .04 on) or by themselves (.02)."""
    for charges in node.all("Chrgs"):
        records = [*charges.all("Rcrd")]
        yield from records or [charges]


def _structured(detail: Node) -> str | None:
    """The creditor's reference: what the payer was asked to write."""
    return detail.said("RmtInf/Strd/CdtrRefInf/Ref") or detail.said("RmtInf/Strd/CdtrRefInf/CdtrRef") or None


def _text(detail: Node) -> str:
    """All that a transaction says in words: purpose, references, names."""
    words = [
        each.text for path in ("RmtInf/Ustrd", "RmtInf/Strd/AddtlRmtInf", "AddtlTxInf") for each in detail.all(path)
    ]
    words += [each.text for each in detail.all("RmtInf/Strd/RfrdDocInf/Nb")]
    words += [detail.said(f"Refs/{name}") for name in _REFERENCES]
    words += [detail.said(f"RltdPties/{path}") for path in _PARTIES]
    tidy = (" ".join(each.split()) for each in (_structured(detail) or "", *words))
    return " ".join(dict.fromkeys(each for each in tidy if each not in _NONE))


def _because(error: ValueError) -> str:
    said = str(error)
    return said if said.startswith(("is ", "has ")) else "is not exact"
