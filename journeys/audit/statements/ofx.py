"""OFX: statements of banks and credit cards, in SGML (1.x) or XML (2.x), as people download them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Final

from journeys.audit.model import Kind
from journeys.audit.statements import marks
from journeys.audit.statements.amounts import currency_of, day_of, minor
from journeys.audit.statements.books import Books, files
from journeys.audit.statements.entry import Entry, Event, LeftOut, Stated, Statement
from journeys.audit.statements.file import fault, shown
from journeys.audit.statements.sgml import Token, tokens
from journeys.run.options import only

_STATEMENTS: Final = ("STMTRS", "CCSTMTRS", "INVSTMTRS")
_SAID: Final = {"FEE": Kind.FEE, "SRVCHG": Kind.FEE}
_PENDING: Final = "HOLD"
_AMOUNT: Final = re.compile(r"([+-]?)(\d*)(?:[.,](\d*))?", re.ASCII)
_MOMENT: Final = re.compile(
    r"(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d)?(?:\.\d{1,6})?)?"
    r"(?:\s*\[([+-]?\d{1,2})(?:[.:](\d{1,2}))?(?::[^\]]*)?\])?",
    re.ASCII,
)
_FILLERS: Final = ("000000", "120000")
"""Times that banks write who know none."""
_TEXTS: Final = ("NAME", "MEMO", "REFNUM", "CHECKNUM", "FITID")


def connect(options: Mapping[str, object], name: str, folder: Path) -> Books:
    """Statements in ``file`` (a name or pattern, or a list of them; relative ones begin in the folder).

    Regular expressions on an entry's text tell what it is: ``payouts``, ``fees``, ``chargebacks``, ``ignore``; the
    first group of ``payouts`` is the payout's id, that of ``orders`` the order's number. ValueError names a mistake.
    """
    only(options, "file", *marks.OPTIONS)
    return Books(name=name, files=files(options, folder), parse=Parser(), marks=marks.marks(options))


@dataclass(slots=True)
class Parser:
    """Reads the files of one account or of several.

    A transaction that was told already, by the same FITID with the same amount on the same day, is left out: files
    that were downloaded one after the other overlap.
    """

    told: dict[tuple[str, str, int, date], object] = field(default_factory=dict)

    def __call__(self, path: Path) -> Iterator[Event]:
        """Entries, and one statement after the entries of each; Unreadable names file and line."""
        reader = _Reader(path)
        for token in tokens(path):
            for event in reader.token(token):
                yield from self._once(event, path, reader.number)
        if not reader.number:
            raise fault(path, None, "there is no statement in it", "<STMTRS> or <CCSTMTRS>")

    def _once(self, event: Event | _Posted, path: Path, number: int) -> Iterator[Event]:
        if not isinstance(event, _Posted):
            yield event
            return
        key = (event.entry.account, event.fitid, event.entry.amount, event.entry.day)
        before = self.told.setdefault(key, (path, number)) if event.fitid else (path, number)
        if before == (path, number):
            yield event.entry
        else:
            yield LeftOut(why="transactions that another statement has told already (same FITID, amount and day)")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Posted:
    entry: Entry
    fitid: str
    corrects: str
    action: str


@dataclass(slots=True)
class _Reader:
    """One file, token by token: ``number`` counts its statements."""

    path: Path
    number: int = 0
    account: str = ""
    currency: str = ""
    closing: Stated | None = None
    line: int = 0
    values: dict[str, tuple[int, str]] = field(default_factory=dict)
    posted: list[_Posted] = field(default_factory=list)

    def token(self, token: Token) -> Iterator[Event | _Posted]:
        """What follows from one token: an element with its text, an aggregate that begins, or one that ends."""
        name, above = token.name, token.above
        if token.text is not None:
            self._element(token)
        elif token.ends:
            yield from self._ended(name)
        elif name in _STATEMENTS:
            self.number += 1
            self.account, self.currency, self.closing, self.posted = "", "", None, []
        elif name in ("STMTTRN", "LEDGERBAL", "STATUS"):
            self.line, self.values = token.line, {}
            if name == "STMTTRN" and not any(each in _STATEMENTS for each in above):
                raise fault(self.path, token.line, "a transaction outside of any statement", "<STMTRS> around it")

    def _element(self, token: Token) -> None:
        said = token.text or ""
        if token.name == "CURDEF":
            self.currency = said
        elif token.name == "ACCTID" and "STMTTRN" not in token.above:
            self.account = said
        else:
            key = "CURRENCY/CURSYM" if token.name == "CURSYM" and "CURRENCY" in token.above else token.name
            self.values.setdefault(key, (token.line, said))

    def _ended(self, name: str) -> Iterator[Event | _Posted]:
        if name == "STATUS":
            self._status()
        elif name == "LEDGERBAL" and self._said("BALAMT"):
            line, currency = self._currency("")
            amount = self._minor("BALAMT", currency or self.currency, line)
            self.closing = Stated(amount=amount, day=self._moment("DTASOF")[0])
        elif name == "STMTTRN":
            if self._said("TRNTYPE") == _PENDING:
                yield LeftOut(why="transactions that are only held, and not booked")
            else:
                self.posted.append(self._transaction())
        elif name in _STATEMENTS:
            yield from _corrected(self.posted)
            if self.currency:
                yield Statement(account=self.account, currency=self.currency, closing=self.closing)
            self.posted = []

    def _status(self) -> None:
        line, severity = self.values.get("SEVERITY", (self.line, ""))
        if severity == "ERROR":
            said = f"{self._said('CODE')} {self._said('MESSAGE')}".strip()
            raise fault(self.path, line, f"the bank answered with an error, {shown(said)}", "a statement")

    def _transaction(self) -> _Posted:
        line, currency = self._currency("CURRENCY/CURSYM")
        amount = self._minor("TRNAMT", currency, line)
        day, at = self._moment("DTPOSTED")
        words = (self._said(name) for name in _TEXTS)
        entry = Entry(
            line=self.line,
            account=self.account,
            amount=amount,
            currency=currency,
            day=day,
            at=at,
            text=" ".join(dict.fromkeys(" ".join(each.split()) for each in words if each)),
            said=_SAID.get(self._said("TRNTYPE")),
        )
        corrects, action = self._said("CORRECTFITID"), self._said("CORRECTACTION")
        return _Posted(entry=entry, fitid=self._said("FITID"), corrects=corrects, action=action)

    def _currency(self, name: str) -> tuple[int, str]:
        """That of the transaction, where it has one by itself, else that of the statement."""
        line, written = self.values.get(name, (self.line, self.currency))
        try:
            return line, currency_of(written)
        except ValueError as error:
            raise fault(self.path, line, f"{shown(written)} {error}", "<CURDEF>EUR before the transactions") from error

    def _minor(self, name: str, currency: str, line: int) -> int:
        line, written = self.values.get(name, (line, ""))
        try:
            return minor(_plain(written), currency)
        except ValueError as error:
            says = f"<{name}> {shown(written)} {error}"
            raise fault(self.path, line, says, "an amount such as -12.50") from error

    def _moment(self, name: str) -> tuple[date, datetime | None]:
        line, written = self.values.get(name, (self.line, ""))
        try:
            return _moment(written)
        except (ValueError, OverflowError) as error:
            says = f"<{name}> {shown(written)} is no moment"
            raise fault(self.path, line, says, "such as 20260531 or 20260531120000[+2:CEST]") from error

    def _said(self, name: str) -> str:
        return self.values.get(name, (0, ""))[1]


def _corrected(posted: list[_Posted]) -> Iterator[_Posted]:
    """What is left when corrections (CORRECTFITID) have replaced or deleted what they correct."""
    gone = {each.corrects for each in posted if each.corrects}
    for each in posted:
        if each.fitid not in gone and not (each.corrects and each.action == "DELETE"):
            yield each


def _plain(written: str) -> str:
    """An amount as OFX has it: a point or a comma before the decimals, and nothing between thousands.

    One comma with three digits behind it is refused: it may be either, and a thousandfold sum is a wrong one.
    """
    found = _AMOUNT.fullmatch(written)
    if found is None or not (found[2] or found[3]):
        raise ValueError("is no amount")
    if "," in written and len(found[3] or "") == 3:
        raise ValueError("may have a comma before decimals or between thousands")
    return f"{found[1]}{found[2] or '0'}.{found[3] or '0'}"


def _moment(written: str) -> tuple[date, datetime | None]:
    """The day as written, and the moment in UTC where a time is told; without a zone it is GMT (OFX 3.2.8.2)."""
    found = _MOMENT.fullmatch(written)
    if found is None:
        raise ValueError(written)
    day = day_of(found[1], found[2], found[3])
    time = "".join(each or "00" for each in found.group(4, 5, 6)) if found[4] else ""
    if not time or (found[7] is None and time in _FILLERS):
        return day, None
    hours = int(found[7] or 0)
    part = found[8] or "0"
    minutes = int(part) if len(part) == 2 and int(part) < 60 and ":" in written else round(float(f"0.{part}") * 60)
    negative = (found[7] or "").startswith("-")
    offset = timedelta(hours=hours, minutes=-minutes if negative else minutes)
    local = datetime(
        day.year, day.month, day.day, int(time[:2]), int(time[2:4]), int(time[4:]), tzinfo=timezone(offset)
    )
    return day, local.astimezone(UTC)
