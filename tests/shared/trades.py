"""Made-up trade and what everybody writes down of it, and discrepancies planted in that; pure, the same for one seed.

``trade`` gives books that agree. ``Planter`` changes them, one fact at a time, as the thing that went wrong would have
changed all of them: money that was not charged is missing in the payout as well. It plants in books that were read from
real services just as well: all it asks is rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from string import ascii_uppercase, digits
from zoneinfo import ZoneInfo

import pyarrow as pa

from journeys.audit.model import OF_SALES, Balance, Discrepancy, Flaw, Kind, Period
from journeys.audit.sales import Fee, Rules, Terms
from journeys.audit.tables import MOVEMENTS

STORE, SERVICE, BANK = "store", "payments", "bank"
CARD = Fee(percent=Decimal("1.5"), fixed={"EUR": 25, "USD": 30, "JPY": 40})
RULES = Rules(window_days=5, sources={SERVICE: Terms(fees=(CARD,)), BANK: Terms(lag_days=3)})
PERIOD = Period(first=date(2026, 3, 16), last=date(2026, 4, 12), zone=ZoneInfo("Europe/Berlin"), cutoff_s=4 * 3600)
"""Four weeks with a change of the clocks; the day begins at four."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One movement, as ``journeys.audit.tables`` has it."""

    place: str
    kind: Kind
    amount: int
    currency: str = "EUR"
    at: datetime | None = None
    day: date | None = None
    reference: str | None = None
    bundle: str | None = None
    text: str | None = None


@dataclass(slots=True, kw_only=True)
class Books:
    """What a store, a payment service and a bank have written down."""

    store: list[Row] = field(default_factory=list)
    service: list[Row] = field(default_factory=list)
    bank: list[Row] = field(default_factory=list)

    def sources(self, order: Random | None = None, batch: int = 1000) -> tuple[Rows, Rows, Rows]:
        """Them as an audit reads them; in any other order, if there is a random one."""
        sides = {STORE: self.store, SERVICE: self.service, BANK: self.bank}
        return tuple(  # type: ignore[return-value]
            Rows(name=name, rows=order.sample(rows, len(rows)) if order else rows, batch=batch)
            for name, rows in sides.items()
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Rows as a source."""

    name: str
    rows: Sequence[Row]
    batch: int = 1000
    stated: tuple[Balance, ...] = ()

    def tables(self) -> tuple[str, ...]:
        """Movements alone."""
        return ("movements",)

    def read(self, table: str, period: Period) -> Iterator[pa.RecordBatch]:
        """All of them: what lies outside of the period is for the audit to leave out."""
        for at in range(0, len(self.rows), self.batch):
            yield batch_of(self.rows[at : at + self.batch])

    def balances(self, period: Period) -> tuple[Balance, ...]:
        """What was given."""
        return self.stated


def batch_of(rows: Sequence[Row]) -> pa.RecordBatch:
    """Rows as columns."""
    return pa.RecordBatch.from_pylist([{f: getattr(row, f) for f in Row.__slots__} for row in rows], schema=MOVEMENTS)


def trade(random: Random, orders: int, period: Period = PERIOD, edge: int = 4, codes: bool = False) -> Books:
    """Books of that many orders that agree, from some days before the period to some days after it.

    Most are paid by card through the payment service, which pays out each day what was sold four days before; some by
    bank transfer: with the number in the text, without it, in two parts, or two orders at once. Orders are numbered,
    or have ``codes`` of letters and digits.
    """
    books, made = Books(), _Made(random, codes)
    days = [period.first + timedelta(days=n) for n in range(-edge, (period.last - period.first).days + 1 + edge)]
    for number in range(orders):
        day = days[number * len(days) // orders]
        how = random.choices(("card", "named", "nameless", "parts", "together"), (80, 9, 4, 3, 4))[0]
        made.order(books, number, _moment(random, day, period), how)
    made.pay_out(books, period)
    return books


class _Made:
    """Writes one trade into the books."""

    def __init__(self, random: Random, codes: bool) -> None:
        self._random = random
        self._codes = codes
        self._waiting: Row | None = None

    def order(self, books: Books, number: int, at: datetime, how: str) -> None:
        """One order, paid in one of five ways, and some of them given back."""
        random = self._random
        currency = random.choices(("EUR", "JPY"), (9, 1))[0] if how == "card" else "EUR"
        # Amounts that nobody else pays, where nothing but the amount tells which order it is.
        amount = 1_000_000 + number * 10 if how == "nameless" else random.randint(100, 20_000)
        key = code(number) if self._codes else str(100_000 + number)
        sale = Row(place=f"order {key}", kind=Kind.SALE, amount=amount, currency=currency, at=at, reference=key)
        books.store.append(sale)
        if how == "card":
            self._card(books, sale, number)
        elif how == "together" and self._waiting is None:
            self._waiting = sale
        else:
            self._transfer(books, sale, how)

    def _card(self, books: Books, sale: Row, number: int) -> None:
        random = self._random
        assert sale.at is not None
        bundle = f"po_{sale.at.date():%y%m%d}{sale.currency}"
        charge = replace(
            sale, place=f"ch_{number}", at=sale.at + timedelta(seconds=random.randint(0, 300)), bundle=bundle
        )
        books.service += [charge, fee_of(charge)]
        if random.random() < 0.1:
            part = sale.amount if random.random() < 0.5 else max(1, sale.amount // 3)
            back = replace(
                sale,
                place=f"refund of {sale.reference}",
                kind=Kind.REFUND,
                amount=-part,
                at=sale.at + timedelta(hours=1),
            )
            books.store.append(back)
            books.service.append(replace(back, place=f"re_{number}", bundle=bundle))
        elif random.random() < 0.02:
            lost = replace(sale, place=f"lost {sale.reference}", kind=Kind.CHARGEBACK, amount=-sale.amount)
            books.store.append(lost)
            books.service.append(replace(lost, place=f"dp_{number}", bundle=bundle))

    def _transfer(self, books: Books, sale: Row, how: str) -> None:
        assert sale.at is not None
        day = sale.at.date() + timedelta(days=self._random.randint(1, 2))
        line = Row(place=f"bank line {len(books.bank) + 1}", kind=Kind.SALE, amount=sale.amount, day=day)
        if how == "nameless":
            books.bank.append(replace(line, text="danke, J. Muster"))
        elif how == "parts":
            first = max(1, sale.amount // 3)
            books.bank.append(replace(line, amount=first, text=f"Anzahlung zu {sale.reference}"))
            rest = replace(line, place=f"bank line {len(books.bank) + 1}", amount=sale.amount - first)
            books.bank.append(replace(rest, text=f"{sale.reference} Rest"))
        elif how == "together" and self._waiting is not None:
            both = f"Rechnungen {self._waiting.reference}, {sale.reference}"
            books.bank.append(replace(line, amount=sale.amount + self._waiting.amount, text=both))
            self._waiting = None
        else:
            books.bank.append(replace(line, text=f"Bestellung #{sale.reference} J. Muster"))

    def pay_out(self, books: Books, period: Period) -> None:
        """What the service collected of each day goes to the bank; the last order that waits for company is paid."""
        if self._waiting is not None:
            self._transfer(books, self._waiting, "named")
        for bundle in sorted({row.bundle for row in books.service if row.bundle}):
            rows = [row for row in books.service if row.bundle == bundle]
            amount, currency = sum(row.amount for row in rows), rows[0].currency
            at = max(row.at for row in rows if row.at) + timedelta(days=1)
            books.service.append(
                Row(place=bundle, kind=Kind.PAYOUT, amount=-amount, currency=currency, at=at, bundle=bundle)
            )
            named = self._random.random() < 0.8
            books.bank.append(
                Row(
                    place=f"bank line {len(books.bank) + 1}",
                    kind=Kind.PAYOUT,
                    amount=amount,
                    currency=currency,
                    day=at.date() + timedelta(days=1),
                    text=f"PAYMENTS INC {bundle}" if named else "PAYMENTS INC",
                )
            )


def code(number: int) -> str:
    """A code of five letters and digits, with a digit at least, for a number below 100,000; no two are the same."""
    rest, signs = number * 7 % 100_000, []
    for _ in range(4):
        rest, at = divmod(rest, 31)
        signs.append("ABCDEFGHJKLMNPQRSTUVWXYZ3456789"[at])
    return "".join(signs) + digits[number % 10]


def fee_of(charge: Row, fee: Fee = CARD) -> Row:
    """What the service takes of a charge."""
    taken = -fee.of(charge.amount, charge.currency)
    return replace(charge, place=f"fee of {charge.place}", kind=Kind.FEE, amount=taken)


def _moment(random: Random, day: date, period: Period) -> datetime:
    """A moment of a day of the store, at least an hour from where it begins and ends, so that clocks may differ."""
    begin = datetime.combine(day, time(), tzinfo=period.zone) + timedelta(seconds=period.cutoff_s)
    return begin.astimezone(UTC) + timedelta(seconds=random.randint(3600, 22 * 3600))


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """One discrepancy that was planted, and a number or place that has to be among the records which are named."""

    flaw: Flaw
    how: str
    mark: str


class Planter:
    """Plants discrepancies in books, each in another order of the period; ValueError when there are none left."""

    def __init__(self, books: Books, random: Random, period: Period = PERIOD, fee: Fee = CARD) -> None:
        self.books = books
        self._random = random
        self._period = period
        self._fee = fee
        self._serial = 0
        self._invented: set[str] = set()
        refunded = {row.reference for row in books.service if row.kind in (Kind.REFUND, Kind.CHARGEBACK)}
        charges = [row for row in books.service if row.kind is Kind.SALE and self._within(row)]
        self._plain = [row for row in charges if row.reference not in refunded]
        self._refunds = [row for row in books.service if row.kind is Kind.REFUND and self._within(row)]
        self._payouts = [row for row in books.service if row.kind is Kind.PAYOUT and self._within(row)]
        for left in (self._plain, self._refunds, self._payouts):
            random.shuffle(left)

    def plant(self, flaw: Flaw) -> Planted:
        """One of that class."""
        how, do = self._random.choice(self._ways()[flaw])
        return Planted(flaw=flaw, how=how, mark=do())

    def plant_all(self, count: int, flaws: Sequence[Flaw] = OF_SALES) -> list[Planted]:
        """That many, over all classes in turn."""
        return [self.plant(flaws[n % len(flaws)]) for n in range(count)]

    def _ways(self) -> dict[Flaw, list[tuple[str, Callable[[], str]]]]:
        ways: dict[Flaw, list[tuple[str, Callable[[], str]]]] = {
            Flaw.MISSING_THERE: [("no charge", self._no_charge)],
            Flaw.MISSING_HERE: [
                ("a charge for no order", self._charge_for_nothing),
                ("the store lost the order", self._lost_order),
                ("money that names nothing", self._money_from_nowhere),
            ],
            Flaw.DUPLICATE: [
                ("charged twice at once", lambda: self._charged_twice(timedelta(seconds=3))),
                ("charged again later", lambda: self._charged_twice(timedelta(hours=26))),
                ("kept twice", self._kept_twice),
            ],
            Flaw.AMOUNT: [
                ("too much", lambda: self._other_amount(lambda amount: amount + 7)),
                ("wrong decimal point", lambda: self._other_amount(lambda amount: amount * 100)),
            ],
            Flaw.CURRENCY: [("charged in dollars", self._other_currency)],
            Flaw.FEE: [("too high", lambda: self._other_fee(13)), ("too low", lambda: self._other_fee(-5))],
            Flaw.REFUND_NOT_PASSED_ON: [
                ("not paid back", self._not_paid_back),
                ("the store does not know", self._paid_back_unknown),
            ],
            Flaw.CHARGEBACK: [("charged back", self._charged_back)],
            Flaw.WRONG_DAY: [("the next day", self._next_day), ("written as another day", self._written_day)],
            Flaw.UNKNOWN_PAYOUT: [("nobody's payout", self._nobodys_payout)],
            Flaw.AMBIGUOUS: [("two of the same amount", self._twins)],
        }
        if len(self._payouts) > 8:
            ways[Flaw.MISSING_THERE].append(("payout lost", self._payout_lost))
            ways[Flaw.AMOUNT].append(("payout cut", self._payout_cut))
        return ways

    # What went wrong with one order.

    def _no_charge(self) -> str:
        charge = self._next(self._plain)
        for row in self._of(charge.reference, Kind.SALE, Kind.FEE):
            self._change(row, None)
        return _named(charge)

    def _charge_for_nothing(self) -> str:
        like = self._random.choice(self._plain)
        key = self._unknown(like.reference or "")
        charge = replace(like, place=f"ch_x{self._new()}", reference=key)
        self._add(charge)
        self._add(fee_of(charge, self._fee))
        return key

    def _lost_order(self) -> str:
        charge = self._next(self._plain)
        self.books.store = [row for row in self.books.store if row.reference != charge.reference]
        return _named(charge)

    def _money_from_nowhere(self) -> str:
        line = Row(place=f"bank line x{self._new()}", kind=Kind.SALE, amount=self._odd_amount(), day=self._some_day())
        self.books.bank.append(replace(line, text="danke schön"))
        return line.place

    def _charged_twice(self, later: timedelta) -> str:
        charge = self._next(self._plain)
        again = replace(charge, place=f"ch_y{self._new()}", at=charge.at + later if charge.at else None)
        self._add(again)
        self._add(fee_of(again, self._fee))
        return _named(charge)

    def _kept_twice(self) -> str:
        charge = self._next(self._plain)
        kept = next(row for row in self.books.store if row.reference == charge.reference)
        self.books.store.append(replace(kept, place=f"{kept.place} again"))
        return _named(charge)

    def _other_amount(self, change: Callable[[int], int]) -> str:
        charge = self._next(self._plain)
        self._recharge(charge, replace(charge, amount=change(charge.amount)))
        return _named(charge)

    def _other_currency(self) -> str:
        charge = self._next(self._plain)
        self._recharge(charge, replace(charge, currency="USD"))
        return _named(charge)

    def _recharge(self, charge: Row, other: Row) -> None:
        for row in self._of(charge.reference, Kind.FEE):
            self._change(row, replace(fee_of(other, self._fee), place=row.place))
        self._change(charge, other)

    def _other_fee(self, more: int) -> str:
        charge = self._next(self._plain)
        (fee,) = self._of(charge.reference, Kind.FEE)
        self._change(fee, replace(fee, amount=fee.amount - more))
        return _named(charge)

    def _not_paid_back(self) -> str:
        refund = self._next(self._refunds)
        self._change(refund, None)
        return _named(refund)

    def _paid_back_unknown(self) -> str:
        refund = self._next(self._refunds)
        self.books.store = [
            row for row in self.books.store if row.reference != refund.reference or row.kind is not Kind.REFUND
        ]
        return _named(refund)

    def _charged_back(self) -> str:
        charge = self._next(self._plain)
        self._add(replace(charge, place=f"dp_x{self._new()}", kind=Kind.CHARGEBACK, amount=-charge.amount))
        return _named(charge)

    def _next_day(self) -> str:
        charge = self._next(self._plain)
        self._change(charge, replace(charge, at=charge.at + timedelta(days=1) if charge.at else None))
        return _named(charge)

    def _written_day(self) -> str:
        charge = self._next(self._plain)
        assert charge.at is not None
        self._change(charge, replace(charge, day=day_of(charge.at, self._period) + timedelta(days=1)))
        return _named(charge)

    def _twins(self) -> str:
        amount, day = self._odd_amount(), self._some_day()
        at = datetime.combine(day, time(12), tzinfo=UTC)
        keys = [self._unknown(self._plain[0].reference or "") for _ in range(2)]
        for key in keys:
            self.books.store.append(Row(place=f"order {key}", kind=Kind.SALE, amount=amount, at=at, reference=key))
            self.books.bank.append(Row(place=f"bank line x{self._new()}", kind=Kind.SALE, amount=amount, day=day))
        return keys[0]

    # What went wrong with a payout.

    def _nobodys_payout(self) -> str:
        line = Row(place=f"bank line x{self._new()}", kind=Kind.PAYOUT, amount=self._odd_amount(), day=self._some_day())
        self.books.bank.append(replace(line, text="SOMEBODY LTD"))
        return line.place

    def _payout_lost(self) -> str:
        payout = self._next(self._payouts)
        self.books.bank.remove(self._at_bank(payout))
        return payout.place

    def _payout_cut(self) -> str:
        payout = self._next(self._payouts)
        line = self._at_bank(payout)
        at = self.books.bank.index(line)
        self.books.bank[at] = replace(line, amount=line.amount - 3, text=f"PAYMENTS INC {payout.bundle}")
        return payout.place

    # How all books follow.

    def _add(self, row: Row) -> None:
        self.books.service.append(row)
        self._repay(row.bundle, row.currency, row.amount)

    def _change(self, row: Row, into: Row | None) -> None:
        at = self.books.service.index(row)
        self._repay(row.bundle, row.currency, -row.amount)
        if into is None:
            del self.books.service[at]
        else:
            self.books.service[at] = into
            self._repay(into.bundle, into.currency, into.amount)

    def _repay(self, bundle: str | None, currency: str, more: int) -> None:
        """The payout, and what came of it to the bank, are what they would have been."""
        for at, row in enumerate(self.books.service):
            if row.kind is Kind.PAYOUT and row.bundle == bundle and row.currency == currency:
                line = self._at_bank(row)
                if line is not None:
                    self.books.bank[self.books.bank.index(line)] = replace(line, amount=line.amount + more)
                self.books.service[at] = replace(row, amount=row.amount - more)
                self._payouts = [self.books.service[at] if each == row else each for each in self._payouts]
                return

    def _at_bank(self, payout: Row) -> Row:
        lines = [row for row in self.books.bank if row.kind is Kind.PAYOUT and row.currency == payout.currency]
        for row in lines:
            if payout.bundle and (row.bundle == payout.bundle or payout.bundle in (row.text or "")):
                return row
        return next((row for row in lines if row.amount == -payout.amount), None)  # type: ignore[return-value]

    def _of(self, reference: str | None, *kinds: Kind) -> list[Row]:
        return [row for row in self.books.service if row.reference == reference and row.kind in kinds]

    def _next(self, left: list[Row]) -> Row:
        if not left:
            raise ValueError("there are not enough orders to plant that many discrepancies")
        return left.pop()

    def _within(self, row: Row) -> bool:
        assert row.at is not None
        # Two days from the ends, so that what is moved stays in the period.
        spare = timedelta(days=2)
        return self._period.first + spare <= row.at.date() <= self._period.last - spare

    def _some_day(self) -> date:
        days = (self._period.last - self._period.first).days
        return self._period.first + timedelta(days=self._random.randint(min(4, days), max(min(4, days), days - 4)))

    def _unknown(self, like: str) -> str:
        """A number that looks like the store's, and is none of them."""
        known = {row.reference for row in (*self.books.store, *self.books.service)} | self._invented
        while True:
            number = "".join(self._random.choice(_like(sign)) for sign in like)
            if number not in known:
                self._invented.add(number)
                return number

    def _odd_amount(self) -> int:
        return 50_000_000 + 11 * self._new()

    def _new(self) -> int:
        self._serial += 1
        return self._serial


def day_of(at: datetime, period: Period) -> date:
    """The day of the store."""
    return (at.astimezone(period.zone).replace(tzinfo=None) - timedelta(seconds=period.cutoff_s)).date()


def compare(planted: Iterable[Planted], found: Iterable[Discrepancy]) -> tuple[list[Planted], list[Discrepancy]]:
    """What was planted and not found in its class, and what was found and not planted."""
    waiting: dict[tuple[Flaw, str], list[Planted]] = {}
    for each in planted:
        waiting.setdefault((each.flaw, each.mark), []).append(each)
    invented = []
    for said in found:
        items = (*said.ours, *said.theirs)
        marks = {item.reference for item in items} | {item.place for item in items}
        key = next(((said.flaw, mark) for mark in sorted(marks) if waiting.get((said.flaw, mark))), None)
        if key is None:
            invented.append(said)
        else:
            waiting[key].pop()
    return [each for left in waiting.values() for each in left], invented


def _like(sign: str) -> str:
    if sign.isdigit():
        return digits
    return ascii_uppercase if sign.isalpha() else sign


def _named(row: Row) -> str:
    assert row.reference is not None
    return row.reference
