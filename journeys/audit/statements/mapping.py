"""Which column of a table is what of a movement, and how a block of such a table becomes movements."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

from journeys.audit.model import Kind, Period
from journeys.audit.statements import columns as cells
from journeys.audit.statements.books import MOVEMENTS_TABLE
from journeys.audit.statements.columns import Bad, Numbers
from journeys.audit.statements.file import shown
from journeys.audit.statements.marks import Marks
from journeys.audit.statements.movements import of_columns
from journeys.audit.statements.table import Rows
from journeys.audit.statements.texts import or_null
from journeys.audit.tables import MOVEMENTS

IGNORE: Final = "ignore"
IGNORED: Final = "rows that are to be ignored"
"""Why such a row was left out, as reports say it."""
_MINUS: Final = (Kind.REFUND, Kind.CHARGEBACK, Kind.FEE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapped:
    """Columns by role, and how their cells are written."""

    columns: Mapping[str, str]
    texts: tuple[str, ...] = ()
    currency: str = ""
    numbers: Numbers = field(default_factory=Numbers)
    date_format: str = "%Y-%m-%d"
    time_format: str = ""
    zone: ZoneInfo | None = None
    sign: str = "written"
    fee_sign: str = "cost"
    kind: Kind | None = None
    kinds: Mapping[str, str] = field(default_factory=dict)
    marks: Marks = field(default_factory=Marks)

    @property
    def wanted(self) -> tuple[str, ...]:
        """The names of all columns that are read."""
        return tuple(dict.fromkeys((*self.columns.values(), *self.texts)))

    @property
    def tables(self) -> tuple[str, ...]:
        """Movements alone."""
        return (MOVEMENTS_TABLE,)

    def records(self, table: str, read: Rows, period: Period) -> tuple[pa.RecordBatch, Mapping[str, int]]:
        """The rows as movements, fees behind them, and how many rows were left out; Bad tells a cell that is wrong."""
        places = read.places
        rows = _Rows(self, read.columns, len(places))
        words = rows.words()
        currency = rows.currencies()
        amount = rows.amounts(currency)
        kind = rows.kinds(amount, words)
        amount = self._signed(amount, kind)
        day, at = rows.days(), rows.moments()
        rows.dated(day, at)
        made = {
            "place": places,
            "kind": kind,
            "amount": amount,
            "currency": currency,
            "at": at,
            "day": day,
            "reference": rows.found("reference", words, self.marks.order),
            "bundle": rows.found("bundle", words, self.marks.bundle),
            "text": words,
        }
        fee = rows.fees(currency)
        kept = self._kept(kind, words)
        whole = [_filtered(made, kept)]
        if fee is not None:
            taken = pc.and_(kept, pc.not_equal(fee, 0))
            costs = fee if self.fee_sign == "written" else pc.negate(fee)
            fees = made | {
                "place": pc.binary_join_element_wise(places, "fee", " "),
                "kind": pa.array([Kind.FEE.value], pa.string()).take(pa.array([0] * len(places), pa.int8())),
                "amount": costs,
            }
            whole.append(_filtered(fees, taken))
        batch = pa.Table.from_batches(whole, schema=MOVEMENTS).combine_chunks().to_batches()
        ignored = len(places) - (pc.sum(kept).as_py() or 0)
        return (batch[0] if batch else whole[0]), {IGNORED: ignored}

    def gathered(self, table: str, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Each row is a movement by itself."""
        return batches

    def _kept(self, kind: pa.Array, words: pa.Array) -> pa.Array:
        kept = pc.not_equal(kind, IGNORE)
        if self.marks.ignore is None:
            return kept
        return pc.and_(kept, pa.array([not self.marks.ignored(each or "") for each in words.to_pylist()], pa.bool_()))

    def _signed(self, amount: pa.Array, kind: pa.Array) -> pa.Array:
        """As the merchant sees it; a sign that follows from the kind leaves payouts as they are written."""
        if self.sign == "inverted":
            return pc.negate(amount)
        if self.sign != "kind":
            return amount
        size = pc.abs(amount)
        minus = pc.is_in(kind, pa.array([each.value for each in _MINUS]))
        signed = pc.if_else(minus, pc.negate(size), size)
        return pc.if_else(pc.equal(kind, Kind.PAYOUT.value), amount, signed)


def _filtered(made: Mapping[str, pa.Array], kept: pa.Array) -> pa.RecordBatch:
    batch = of_columns(made)
    return batch if pc.all(kept).as_py() else batch.filter(kept)


@dataclass(frozen=True, slots=True)
class _Rows:
    """One block; cells of a table that has types are taken as they are."""

    mapped: Mapped
    table: Mapping[str, pa.Array]
    many: int

    def column(self, role: str) -> pa.Array | None:
        name = self.mapped.columns.get(role)
        return None if name is None else self.table[name]

    def currencies(self) -> pa.Array:
        column = self.column("currency")
        if column is not None:
            return cells.currencies(_text(column))
        return pa.array([self.mapped.currency]).take(pa.nulls(self.many, pa.int8()).fill_null(0))

    def amounts(self, currency: pa.Array) -> pa.Array:
        column = self.column("amount")
        if column is not None:
            return self._amounts(column, currency)
        credit, debit = (self._unsigned(role, currency) for role in ("credit", "debit"))
        both = pc.equal(pc.equal(credit, 0), pc.equal(debit, 0))
        if pc.any(both).as_py():
            row = pc.index(both, True).as_py()
            zero = credit[row].as_py() == 0
            if not zero or not (self._says("credit", row) or self._says("debit", row)):
                says = f"{'neither' if zero else 'both'} of debit and credit is an amount"
                raise Bad(row, says, "an amount in one of the two")
        return pc.subtract(credit, debit)

    def fees(self, currency: pa.Array) -> pa.Array | None:
        column = self.column("fee")
        return None if column is None else self._amounts(_filled(column), currency)

    def _says(self, role: str, row: int) -> str:
        column = self.column(role)
        return "" if column is None else str(column[row].as_py() or "").strip()

    def _unsigned(self, role: str, currency: pa.Array) -> pa.Array:
        column = self.column(role)
        amounts = self._amounts(_filled(column), currency)
        below = pc.less(amounts, 0)
        if pc.any(below).as_py():
            row = pc.index(below, True).as_py()
            raise Bad(
                row, f"{shown(self._says(role, row))} in the column of {role}s has a sign", "none: the column tells it"
            )
        return amounts

    def _amounts(self, column: pa.Array, currency: pa.Array) -> pa.Array:
        kind = column.type
        if pa.types.is_string(kind) or pa.types.is_large_string(kind):
            return self.mapped.numbers.many(_text(column), currency)
        if column.null_count:
            raise Bad(pc.index(column.is_null(), True).as_py(), "an amount is missing", "one in each row")
        if pa.types.is_integer(kind) or pa.types.is_decimal(kind):
            try:
                return cells.scaled(column.cast(pa.decimal128(28, 9)), currency)
            except pa.ArrowInvalid as error:
                raise Bad(0, f"an amount from here on is not exact: {error}", "amounts in major units") from error
        raise Bad(0, f"amounts are of the type {kind}, and no such number is exact", "decimals, whole numbers or text")

    def kinds(self, amount: pa.Array, words: pa.Array) -> pa.Array:
        column = self.column("kind")
        known = {each.value: each.value for each in Kind} | {IGNORE: IGNORE} | dict(self.mapped.kinds)
        if column is not None:
            listed = ", ".join(shown(each) for each in sorted(known))
            # A kind that is not told would be a sum that is not told.
            read = cells.each_once(_text(column), lambda each: _known(known, each), pa.string(), f"one of {listed}")
            if read.null_count:
                raise Bad(pc.index(read.is_null(), True).as_py(), "no kind is told", f"one of {listed}")
            return read
        if self.mapped.kind is not None:
            return pa.array([self.mapped.kind.value]).take(pa.nulls(self.many, pa.int8()).fill_null(0))
        marks = self.mapped.marks
        if marks.payouts or marks.fees or marks.chargebacks:
            pairs = zip(amount.to_pylist(), words.to_pylist(), strict=True)
            return pa.array([marks.kind(each, said or "").value for each, said in pairs], pa.string())
        return pc.if_else(pc.less(amount, 0), Kind.REFUND.value, Kind.SALE.value)

    def days(self) -> pa.Array:
        column = self.column("day")
        if column is None:
            return pa.nulls(self.many, pa.date32())
        if pa.types.is_date(column.type):
            return column.cast(pa.date32())
        return cells.days(_text(column), self.mapped.date_format)

    def moments(self) -> pa.Array:
        column, kind = self.column("at"), pa.timestamp("us", tz="UTC")
        if column is None:
            return pa.nulls(self.many, kind)
        if not pa.types.is_timestamp(column.type):
            return cells.moments(_text(column), self.mapped.time_format, self.mapped.zone)
        if column.type.tz is not None:
            return column.cast(kind, safe=False)
        if self.mapped.zone is None:
            raise Bad(0, "moments have no zone", "the option zone, or moments in UTC")
        local = pc.assume_timezone(column, str(self.mapped.zone), ambiguous="earliest", nonexistent="raise")
        return local.cast(kind, safe=False)

    def dated(self, day: pa.Array, at: pa.Array) -> None:
        """Nothing, where each row has a day or a moment."""
        neither = pc.and_(day.is_null(), at.is_null())
        if pc.any(neither).as_py():
            raise Bad(pc.index(neither, True).as_py(), "neither a day nor a moment is told", "one of them in each row")

    def words(self) -> pa.Array:
        told = [_text(self.table[name]) for name in self.mapped.texts]
        if not told:
            return pa.nulls(self.many, pa.string())
        joined = told[0] if len(told) == 1 else pc.binary_join_element_wise(*told, " ", null_handling="skip")
        return or_null(pc.utf8_trim_whitespace(joined))

    def found(self, role: str, words: pa.Array, find: Callable[[str], str | None]) -> pa.Array:
        """What the column says, else what the mark finds in the text."""
        column = self.column(role)
        if column is not None:
            return or_null(pc.utf8_trim_whitespace(_text(column)))
        marks = self.mapped.marks
        if (marks.orders if role == "reference" else marks.payouts) is None:
            return pa.nulls(self.many, pa.string())
        return pa.array([find(each or "") for each in words.to_pylist()], pa.string())


def _known(known: Mapping[str, str], said: str) -> str:
    if said not in known:
        raise ValueError(said)
    return known[said]


def _text(column: pa.Array) -> pa.Array:
    return column.fill_null("") if pa.types.is_string(column.type) else column.cast(pa.string()).fill_null("")


def _filled(column: pa.Array | None) -> pa.Array:
    """Cells of amounts, 0 where nothing is written."""
    if column is None:
        raise ValueError("columns: a column is missing")
    if not pa.types.is_string(column.type) and not pa.types.is_large_string(column.type):
        return column.fill_null(0)
    tidy = pc.utf8_trim_whitespace(_text(column))
    return pc.if_else(pc.equal(tidy, ""), "0", tidy)
