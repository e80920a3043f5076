"""What the tester relies on in the answers of a shop's REST API."""

from __future__ import annotations

from typing import Final

from journeys.platforms.contract import Agreed, Seam, term

SEAM: Final = "shop API"


class _Order(Agreed):
    number: str
    total_incl_tax: str
    date_placed: str
    email: str | None
    lines: str


class _Orders(Agreed):
    results: list[_Order]
    next: str | None


class _Line(Agreed):
    product: str | int | None
    quantity: int
    price_incl_tax: str


class _StockRecord(Agreed):
    num_in_stock: int | None
    num_allocated: int | None
    price: str
    price_currency: str


class _Price(Agreed):
    incl_tax: str | None
    excl_tax: str | None
    currency: str | None


class _Availability(Agreed):
    is_available_to_buy: bool
    num_available: int | None = None  # left out where stock is not counted


def seam() -> Seam:
    """The API as the record and the surfaces use it."""
    return Seam(
        name=SEAM,
        terms=(
            term(r"^admin/orders/$", _Orders),
            term(r"^admin/orders/\d+/lines/$", list[_Line]),
            term(r"^admin/stockrecords/\d+/$", _StockRecord),
            term(r"^products/\d+/price/$", _Price),
            term(r"^products/\d+/availability/$", _Availability),
        ),
    )
