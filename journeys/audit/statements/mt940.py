"""MT940: a bank's statement in the lines of SWIFT (Category 9, Customer Statement Message)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Final

from journeys.audit.statements import marks
from journeys.audit.statements.amounts import currency_of, day_of, minor
from journeys.audit.statements.books import Books, files
from journeys.audit.statements.entry import Entry, Event, Stated, Statement
from journeys.audit.statements.file import fault, known_encoding, lines, shown
from journeys.audit.statements.purpose import purpose
from journeys.run.options import only, text

_TAG: Final = re.compile(r"(?:\{1:.*\{4:)?:([0-9]{2}[A-Z]?|NS):(.*)", re.DOTALL)
_ENDS: Final = ("-", "-}", "\x03")
_BALANCE: Final = re.compile(r"([CD])(\d{2})(\d{2})(\d{2})([A-Z]{3})(\d{1,18},\d{0,3})", re.ASCII)
_LINE: Final = re.compile(
    r"(?P<year>\d{2})(?P<month>\d{2})(?P<day>\d{2})"  # the day of the value
    r"(?:(?P<entry_month>\d{2})(?P<entry_day>\d{2})|[ ]{4})?"  # the day of the booking
    r"(?P<mark>R?[CD])"
    r"(?P<funds>[A-Z])?"
    r"[ ]?(?P<amount>\d{1,15},\d{0,3}|\d{1,15}(?=[A-Z]))"
    r"(?:(?P<type>[A-Z][A-Z0-9 ]{3})(?P<reference>(?:(?!//).)*)(?://(?P<bank>.*))?)?",
    re.ASCII,
)
_BROKEN: Final = re.compile(r"\d{6}(?:\d{4})?R?[CD][A-Z]?", re.ASCII)
_SIGNS: Final = {"C": 1, "D": -1, "RC": -1, "RD": 1}
"""RC takes a credit back, and RD a debit."""
_OF_INTEREST: Final = (("02", "29"), ("02", "30"))
_CONTENT: Final = 100
"""Lines of one field; SWIFT allows six."""


def connect(options: Mapping[str, object], name: str, folder: Path) -> Books:
    """Statements in ``file`` (a name or pattern, or a list of them; relative ones begin in the folder).

    ``encoding`` is UTF-8 unless something else is said; many banks write cp1252. Regular expressions on an entry's text
    tell what it is: ``payouts``, ``fees``, ``chargebacks``, ``ignore``; the first group of ``payouts`` is the payout's
    id, that of ``orders`` the order's number. ValueError names what is wrong.
    """
    only(options, "file", "encoding", *marks.OPTIONS)
    encoding = known_encoding(text(options, "encoding", "utf-8"))
    reads = partial(parse, encoding=encoding)
    return Books(name=name, files=files(options, folder), parse=reads, marks=marks.marks(options))


def parse(path: Path, encoding: str = "utf-8") -> Iterator[Event]:
    """The entries, and one statement after the entries of each; Unreadable names file and line."""
    reader = _Reader(path)
    many = 0
    for each in _fields(path, encoding):
        if each.tag == "20":
            reader.ended(each.line)
            reader = _Reader(path, begun=each.line)
            many += 1
        elif not many:
            raise fault(path, each.line, f"the field :{each.tag}: stands before any statement", ":20:")
        yield from reader.field(each)
    if not many:
        raise fault(path, None, "there is no field :20: in it", "an MT940 statement")
    reader.ended(None)
    yield from reader.rest()


@dataclass(frozen=True, slots=True)
class _Field:
    line: int
    tag: str
    rows: tuple[str, ...]


def _fields(path: Path, encoding: str) -> Iterator[_Field]:
    """Tag and lines of each field; what stands between two messages is nobody's."""
    line, tag, rows = 0, "", [""]
    for number, written in lines(path, encoding):
        row = written.rstrip()
        found = _TAG.match(row)
        if found or row in _ENDS or row.startswith(("-}", "{1:")):
            if tag:
                yield _Field(line, tag, tuple(rows))
            line, tag, rows = (number, found[1], [found[2]]) if found else (0, "", [""])
        elif tag:
            rows.append(row)
            if len(rows) > _CONTENT:
                raise fault(path, line, f"the field :{tag}: has more than {_CONTENT} lines", "a field of a statement")
    if tag:
        yield _Field(line, tag, tuple(rows))


@dataclass(slots=True)
class _Reader:
    """One statement, field by field; an entry waits for the field :86: that tells its purpose."""

    path: Path
    begun: int = 0
    account: str = ""
    opening: tuple[Stated, str] | None = None
    closed: bool = False
    waiting: list[Entry] = field(default_factory=list)

    def field(self, each: _Field) -> Iterator[Event]:
        """What follows from one field."""
        if each.tag == "86" and self.waiting:
            yield self._explained(self.waiting.pop(), each)
            return
        if each.tag != "NS":
            yield from self.rest()
        if each.tag in ("25", "25P"):
            if self.account:
                raise fault(self.path, each.line, "a second account", "one :25: in each statement")
            self.account = each.rows[0].strip()
        elif each.tag in ("60F", "60M"):
            if self.opening is not None:
                raise fault(self.path, each.line, "a second opening balance", "one in each statement")
            self.opening = self._balance(each)
        elif each.tag == "61":
            self.waiting.append(self._entry(each))
        elif each.tag in ("62F", "62M"):
            yield self._statement(each)

    def rest(self) -> Iterator[Event]:
        """The entry that nothing more is said of."""
        waiting, self.waiting = self.waiting, []
        yield from waiting

    def ended(self, line: int | None) -> None:
        """The statement is over: at this line, or with the file."""
        if self.begun and not self.closed:
            where = "the file ends" if line is None else f"another one begins on line {line}"
            says = f"the statement has no closing balance before {where}: it was cut off"
            raise fault(self.path, self.begun, says, "a statement that ends with :62F: or :62M:")

    def _statement(self, each: _Field) -> Statement:
        closing, currency = self._balance(each)
        if self.closed or self.opening is None or self.opening[1] != currency:
            said = (
                "a second closing balance"
                if self.closed
                else "a closing balance without an opening one in its currency"
            )
            raise fault(self.path, each.line, said, "one :60F: and one :62F: in each statement")
        self.closed = True
        return Statement(account=self.account, currency=currency, opening=self.opening[0], closing=closing)

    def _balance(self, each: _Field) -> tuple[Stated, str]:
        written = each.rows[0].strip()
        found = _BALANCE.fullmatch(written)
        try:
            if found is None:
                raise ValueError("is none")
            day = day_of(_century(found[2]), found[3], found[4])
            currency = currency_of(found[5])
            amount = minor(found[6].replace(",", "."), currency)
        except ValueError as error:
            says = f"the balance {shown(written)} cannot be read ({error})"
            raise fault(self.path, each.line, says, "such as C260531EUR1234,50") from error
        return Stated(amount=amount if found[1] == "C" else -amount, day=day), currency

    def _entry(self, each: _Field) -> Entry:
        if self.opening is None or self.closed:
            says = "an entry outside of a statement's balances"
            raise fault(self.path, each.line, says, "entries between :60F: and :62F:")
        rows = _unbroken(each.rows)
        written = rows[0]
        found = _LINE.fullmatch(written)
        try:
            if found is None:
                raise ValueError("is not of that form")
            day = _booked(found)
            amount = minor(found["amount"].replace(",", "."), self.opening[1])
        except ValueError as error:
            says = f"the entry {shown(written)} cannot be read ({error})"
            raise fault(self.path, each.line, says, "such as 2605310531C12,50NTRFNONREF//4711") from error
        return Entry(
            line=each.line,
            account=self.account,
            amount=amount * _SIGNS[found["mark"]],
            currency=self.opening[1],
            day=day,
            text=_joined(found["reference"] or "", found["bank"] or "", *rows[1:]),
            reversal=found["mark"].startswith("R"),
        )

    def _explained(self, entry: Entry, each: _Field) -> Entry:
        return replace(entry, text=_joined(purpose(each.rows), entry.text))


def _unbroken(rows: tuple[str, ...]) -> tuple[str, ...]:
    """Some banks break the line before its amount."""
    broken = len(rows) > 1 and _BROKEN.fullmatch(rows[0])
    return (rows[0] + rows[1], *rows[2:]) if broken else rows


def _joined(*words: str) -> str:
    tidy = (" ".join(each.split()) for each in words)
    return " ".join(each for each in tidy if each and each != "NONREF")


def _century(year: str) -> str:
    """SWIFT's rule: 80 to 99 are those of the last century."""
    return f"19{year}" if year >= "80" else f"20{year}"


def _booked(found: re.Match[str]) -> date:
    """The day of the booking has no year: it is the one nearest to the day of the value.

    For their interest banks write 30 February as a day of value; then the day of the booking has to be told.
    """
    year, month, day = _century(found["year"]), found["month"], found["day"]
    if found["entry_month"] is None:
        return day_of(year, month, day)
    value = day_of(year, month, "28" if (month, day) in _OF_INTEREST else day)
    near = []
    for each in (value.year - 1, value.year, value.year + 1):
        try:
            near.append(date(each, int(found["entry_month"]), int(found["entry_day"])))
        except ValueError:  # 29 February, in other years
            continue
    if not near:
        raise ValueError(f"{found['entry_month']}-{found['entry_day']} is no day of a year")
    return min(near, key=lambda each: abs(each - value))
