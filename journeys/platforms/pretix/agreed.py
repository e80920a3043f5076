"""What the tester relies on in the answers of pretix's REST API."""

from __future__ import annotations

from typing import Final

from journeys.platforms.contract import Agreed, Seam, term

SEAM: Final = "booking API"


class _Position(Agreed):
    item: int
    subevent: int | None
    price: str


class _Order(Agreed):
    code: str
    email: str | None
    status: str
    total: str
    datetime: str
    positions: list[_Position]


class _Orders(Agreed):
    results: list[_Order]
    next: str | None


class _Places(Agreed):
    available_number: int | None
    cart_positions: int


class _Slot(Agreed):
    date_from: str
    active: bool


class _Item(Agreed):
    default_price: str
    active: bool


def seam() -> Seam:
    """The API as the record and the surfaces use it."""
    return Seam(
        name=SEAM,
        terms=(
            term(r"^orders/$", _Orders),
            term(r"^orders/[A-Z0-9]+/$", _Order),
            term(r"^quotas/\d+/availability/$", _Places),
            term(r"^subevents/\d+/$", _Slot),
            term(r"^items/\d+/$", _Item),
        ),
    )
