"""A payment processor with Stripe's API: its charges and refunds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from journeys.model import Entry, Money, StoreFault
from journeys.neighbours.asking import ask
from journeys.run.clock import Clock, SystemClock
from journeys.run.options import address, only, text

_RECENT_S: Final = 3600
_PAGE: Final = 100
_WHOLE: Final = ("data.payment_intent", "data.customer", "data.refunds")
"""What the processor writes out in a list of charges, beside its ids."""
_NUMBER: Final = "order_number"
_FAILED: Final = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentLedger:
    """The charges of the last hour that took money, and what was given back of them; what is only held is none.

    A charge belongs to the order that its metadata (or that of its payment intent) name under ``order_number``, and to
    the mail address of its receipt, its billing details or its customer. Amounts are in the currency of the charge;
    its minor unit is the one of ISO 4217.
    """

    url: str
    api_key: str = field(repr=False)
    name: str = "payment ledger"
    expects: tuple[str, ...] = ("charge",)
    within_s: float = 10.0
    clock: Clock = field(default_factory=SystemClock, repr=False)

    def entries(self, number: str, email: str) -> tuple[Entry, ...]:
        """Charges and refunds of that order or that customer; StoreFault says how the processor answered instead."""
        try:
            found = [entry for charge in self._charges() for entry in _entries(charge)]
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise StoreFault(f"{self.name}: {self.url} lists no charges as Stripe does: {error!r}") from error
        return tuple(each for each in found if _is_about(each, number, email))

    def _charges(self) -> Iterator[Mapping[str, Any]]:
        since = int(self.clock.utc().timestamp()) - _RECENT_S
        wanted: dict[str, Any] = {"limit": _PAGE, "created[gt]": since, "expand[]": _WHOLE}
        headers = {"Authorization": f"Bearer {self.api_key}"}
        while True:
            page = ask(self.name, "GET", f"{self.url}/v1/charges", params=wanted, headers=headers).json()
            yield from page["data"]
            if not page["has_more"]:
                return
            wanted["starting_after"] = page["data"][-1]["id"]


def connect(options: Mapping[str, object]) -> PaymentLedger:
    """The ledger at a ``url`` (without ``/v1``), opened with an ``api_key`` that may read charges."""
    only(options, "url", "api_key")
    return PaymentLedger(url=address(options, "url"), api_key=text(options, "api_key"))


def _entries(charge: Mapping[str, Any]) -> Iterator[Entry]:
    if charge["status"] == _FAILED or charge.get("captured") is False:
        return
    number, email = _number(charge), _email(charge)
    yield Entry(
        id=charge["id"],
        kind="charge",
        number=number,
        email=email,
        amount=_amount(charge, charge),
        status=charge["status"],
    )
    for refund in (charge.get("refunds") or {}).get("data", ()):
        yield Entry(
            id=refund["id"],
            kind="refund",
            number=number,
            email=email,
            amount=_amount(refund, charge),
            status=refund["status"],
        )


def _is_about(entry: Entry, number: str, email: str) -> bool:
    return bool((number and entry.number == number) or (email and entry.email == email))


def _number(charge: Mapping[str, Any]) -> str:
    named = (each.get("metadata") or {} for each in (charge, _written_out(charge, "payment_intent")))
    return next((str(each[_NUMBER]) for each in named if each.get(_NUMBER)), "")


def _email(charge: Mapping[str, Any]) -> str:
    known = (
        charge.get("receipt_email"),
        (charge.get("billing_details") or {}).get("email"),
        _written_out(charge, "customer").get("email"),
    )
    return next((str(each) for each in known if each), "")


def _written_out(charge: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Nothing, where there is none or only its id."""
    found = charge.get(name)
    return found if isinstance(found, Mapping) else {}


def _amount(moved: Mapping[str, Any], charge: Mapping[str, Any]) -> Money:
    return Money(minor=int(moved["amount"]), currency=str(charge["currency"]).upper())
