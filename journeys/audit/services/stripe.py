"""Stripe as a source of an audit: its charges, refunds, disputes, payouts, and what it takes for them.

The order's number is in the metadata of a charge or of its payment intent. Fees, and the payout that a charge is part
of, are told by balance transactions (https://docs.stripe.com/api/balance_transactions); a service that speaks only part
of the API tells less, and what it does not tell is said in ``left_out``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import pyarrow as pa

from journeys.audit.model import Balance, Kind, Period
from journeys.audit.pages import Page, Pages, Row, asked_again
from journeys.audit.services.asking import Broken, NotUnderstood, Service, asking
from journeys.audit.statements.amounts import currency_of
from journeys.audit.statements.movements import Movement, batches
from journeys.model import StoreFault
from journeys.run.options import address, only, text

_TABLE: Final = "movements"
_PAGE: Final = 100
_BEFORE: Final = 1
_AFTER: Final = {"charges": 3, "balance_transactions": 3, "payouts": 14, "refunds": 35, "disputes": 35}
"""How many days before and after the period each is looked for: what follows a sale comes later than it."""
_EXPAND: Final = {
    "charges": ("data.payment_intent",),
    "refunds": ("data.charge", "data.charge.payment_intent"),
    "disputes": ("data.charge", "data.charge.payment_intent"),
}
"""What is to be written out, beside its id."""
_KNOWN: Final = (
    "charge", "payment", "refund", "payment_refund", "payment_failure_refund", "adjustment", "payout", "payout_cancel",
    "payout_failure",
)  # fmt: skip
_NOTHING_TAKEN: Final = ("won", "warning_closed", "warning_needs_response", "warning_under_review")
_LISTS: Final = {
    "charges": "charges",
    "refunds": "refunds",
    "disputes": "disputes",
    "payouts": "payouts",
    "balance_transactions": "balance transactions, and so no fees and no payouts of charges",
}


def connect(options: Mapping[str, object], name: str, folder: Path) -> Stripe:
    """The account behind an ``api_key`` that may read, at ``url`` (without ``/v1``; Stripe's own if nothing is said).

    ``number`` is the name of the order's number among the metadata (``order_number``); ``pages`` the folder in which
    pages are kept until the audit has them all (``.journeys/pages``). ValueError names what is wrong.
    """
    only(options, "url", "api_key", "number", "pages")
    return Stripe(
        name=name,
        url=address(options, "url", "https://api.stripe.com"),
        api_key=text(options, "api_key"),
        number=text(options, "number", "order_number"),
        pages=Pages(folder=folder / text(options, "pages", ".journeys/pages")),
    )


@dataclass(slots=True, kw_only=True)
class Stripe:
    """Asks for what was created in the period, a day before it and a month after it."""

    name: str
    url: str
    pages: Pages
    api_key: str = field(repr=False)
    number: str = "order_number"
    _left_out: dict[str, None] = field(default_factory=dict, repr=False)

    def tables(self) -> tuple[str, ...]:
        """Movements alone."""
        return (_TABLE,)

    def read(self, table: str, period: Period) -> Iterable[pa.RecordBatch]:
        """All that moved; StoreFault or AccessDenied when it cannot be asked, or never stays the same."""
        return batches(self._movements(period)) if table == _TABLE else ()

    def balances(self, period: Period) -> tuple[Balance, ...]:
        """Nothing: Stripe tells what its balance is now, and not what it was."""
        return ()

    @property
    def left_out(self) -> tuple[str, ...]:
        """What the service does not tell, and what was told and is no movement."""
        return tuple(f"{self.name}: {words}" for words in self._left_out)

    def _movements(self, period: Period) -> Iterator[Movement]:
        self._left_out = {}
        with ExitStack() as stack:
            service = stack.enter_context(asking(self.name, self.url, {"Authorization": f"Bearer {self.api_key}"}))
            try:
                yield from _Reading(self, service, stack, period).movements()
            except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
                raise StoreFault(f"{self.name}: {self.url} tells nothing as Stripe does: {error!r}") from error


@dataclass(slots=True)
class _Reading:
    """One reading: what is known of charges while their refunds, fees and payouts come."""

    of: Stripe
    service: Service
    stack: ExitStack
    period: Period
    bundles: dict[str, str] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)
    about: dict[str, str] = field(default_factory=dict)
    """The number of the order that a balance transaction is about, by the transaction's id."""

    def movements(self) -> Iterator[Movement]:
        """Payouts first: they tell what they bundle. Fees last: they follow what they were taken for."""
        yield from self._payouts()
        yield from self._charges()
        yield from self._refunds()
        yield from self._disputes()
        yield from self._fees()

    def _payouts(self) -> Iterator[Movement]:
        for payout in self._list("payouts"):
            if payout["status"] in ("failed", "canceled"):
                self._leave_out(f"payouts in state {payout['status']}")
                continue
            if payout.get("automatic", True):
                for each in self._list("balance_transactions", payout=payout["id"]):
                    self.bundles[each["id"]] = payout["id"]
            yield self._movement(Kind.PAYOUT, payout, -int(payout["amount"]), bundle=payout["id"])

    def _charges(self) -> Iterator[Movement]:
        for charge in self._list("charges"):
            if charge["status"] == "failed" or charge.get("captured") is False:
                self._leave_out("charges that failed, or that are only held")
                continue
            # Captured in part, it took that part.
            amount = charge.get("amount_captured") or charge["amount"]
            number = self._number(charge)
            yield self._movement(Kind.SALE, charge, int(amount), number, bundle=self._told_of(charge, number))

    def _refunds(self) -> Iterator[Movement]:
        for refund in self._list("refunds"):
            if refund["status"] in ("failed", "canceled"):
                self._leave_out(f"refunds in state {refund['status']}")
                continue
            number = self._number(refund.get("charge")) or self._number(refund)
            bundle = self._told_of(refund, number)
            yield self._movement(Kind.REFUND, refund, -int(refund["amount"]), number, bundle=bundle)

    def _disputes(self) -> Iterator[Movement]:
        """A dispute takes the money, and gives it back when it is won: each in a balance transaction of its own."""
        for dispute in self._list("disputes"):
            number = self._number(dispute.get("charge"))
            moved = dispute.get("balance_transactions") or ()
            for place, each in enumerate(moved, start=1):
                self.about[each["id"]] = number
                bundle = self.bundles.get(each["id"])
                where = dispute["id"] if place == 1 else f"{dispute['id']} no. {place}"
                yield self._movement(Kind.CHARGEBACK, each, int(each["amount"]), number, place=where, bundle=bundle)
                yield from self._fee(each)
            if not moved and dispute.get("status") not in _NOTHING_TAKEN:
                yield self._movement(Kind.CHARGEBACK, dispute, -int(dispute["amount"]), number)

    def _fees(self) -> Iterator[Movement]:
        for each in self._list("balance_transactions"):
            kind = each.get("type", "")
            yield from self._fee(each)
            if "fee" in kind:
                yield self._movement(Kind.FEE, each, int(each["amount"]), bundle=self.bundles.get(each["id"]))
            elif kind not in _KNOWN:
                self._leave_out(f"balance transactions of the type {kind}")

    def _fee(self, transaction: Row) -> Iterator[Movement]:
        """What was taken for it; a dispute tells its transactions before they come in their list."""
        fee, id_ = int(transaction.get("fee") or 0), transaction["id"]
        if fee and id_ not in self.taken:
            self.taken.add(id_)
            yield self._movement(
                Kind.FEE, transaction, -fee, self.about.get(id_, ""), place=f"{id_} fee", bundle=self.bundles.get(id_)
            )

    def _told_of(self, moved: Row, number: str) -> str | None:
        """The payout of what moved, by its balance transaction."""
        transaction = _id(moved.get("balance_transaction"))
        if transaction:
            self.about[transaction] = number
        return self.bundles.get(transaction)

    def _movement(
        self, kind: Kind, row: Row, amount: int, number: str = "", *, place: str = "", bundle: str | None = None
    ) -> Movement:
        return Movement(
            place=place or row["id"],
            kind=kind,
            amount=amount,
            currency=currency_of(str(row["currency"]).upper()),
            at=datetime.fromtimestamp(int(row["created"]), UTC),
            reference=number or None,
            bundle=bundle,
            text=str(row.get("description") or "") or None,
        )

    def _number(self, told: object) -> str:
        """The order's number that something or its payment intent has among its metadata."""
        intent = told.get("payment_intent") if isinstance(told, Mapping) else None
        return _metadata(told, self.of.number) or _metadata(intent, self.of.number)

    def _leave_out(self, words: str) -> None:
        self.of._left_out[words] = None

    def _list(self, what: str, **asked: str) -> Iterator[Row]:
        """All of one list that was created in its window, each once.

        Stripe filters by both ends of the window; a service that knows only one of them, or none, is asked for more.
        """
        window = None if asked else _window(self.period, _AFTER[what])
        refused: StoreFault | None = None
        for filter_ in _filters(window):
            try:
                yield from self._rows(what, {"limit": str(_PAGE), **filter_, **asked}, window)
            except (NotUnderstood, Broken) as error:
                refused = error
            else:
                return
        if isinstance(refused, Broken):
            raise refused
        self._leave_out(f"it tells no {_LISTS[what]}")

    def _rows(self, what: str, asked: Mapping[str, str], window: tuple[int, int] | None) -> Iterator[Row]:
        expand = {} if "payout" in asked else {"expand[]": _EXPAND.get(what, ())}

        def ask(cursor: str, began: datetime) -> Page:
            told = self.service.get(
                f"/v1/{what}", {**asked, **expand, **({"starting_after": cursor} if cursor else {})}
            )
            rows = [*told["data"]]
            follows = str(rows[-1]["id"]) if told["has_more"] and rows else ""
            # What is created while this is read would move all pages.
            return Page(rows=[row for row in rows if _within(row, window, began)], next=follows)

        words = " ".join(f"{name}={said}" for name, said in sorted(asked.items()))
        question = f"{self.of.name}: {what} of {self.of.url} ({words})"
        yield from self.stack.enter_context(self.of.pages.read(question, ask, _key, asked_again(ask, _key)))


def _window(period: Period, after: int) -> tuple[int, int]:
    """From a day before the period to some days after it, in seconds since 1970."""
    first, behind = period.first - timedelta(days=_BEFORE), period.last + timedelta(days=after + 1)
    begin, end = (datetime(day.year, day.month, day.day, tzinfo=period.zone) for day in (first, behind))
    return int(begin.timestamp()), int(end.timestamp())


def _filters(window: tuple[int, int] | None) -> Iterator[Mapping[str, str]]:
    if window is not None:
        yield {"created[gt]": str(window[0] - 1), "created[lt]": str(window[1])}
        yield {"created[gt]": str(window[0] - 1)}
    yield {}


def _within(row: Row, window: tuple[int, int] | None, began: datetime) -> bool:
    return window is None or window[0] <= int(row["created"]) < min(window[1], int(began.timestamp()) + 1)


def _key(row: Row) -> str:
    return str(row["id"])


def _id(told: object) -> str:
    """The id of what is told by its id or written out; "" when nothing is."""
    if isinstance(told, Mapping):
        return str(told.get("id") or "")
    return str(told or "")


def _metadata(told: object, name: str) -> str:
    known = told.get("metadata") if isinstance(told, Mapping) else None
    return str(known.get(name) or "") if isinstance(known, Mapping) else ""
