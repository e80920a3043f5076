"""A shop as its customers know it: its pages as Protocols, so that one journey runs on any platform."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from journeys.customers import Customer
from journeys.model import Confirmation, Money


class ConfirmationPage(Protocol):
    """What the customer sees when the order is placed."""

    def read(self) -> Confirmation:
        """Number, lines, total and mail address, as far as the page shows them."""
        ...


class CheckoutPage(Protocol):
    """The last page before the order is placed."""

    def total(self) -> Money:
        """What is going to be charged."""
        ...

    def place_order(self) -> ConfirmationPage:
        """Place the order; Refused when the payment is declined or the product is gone."""
        ...

    def submit(self, at: datetime) -> None:
        """Send the order at a moment, and wait for nothing."""
        ...

    def placed(self) -> ConfirmationPage:
        """What came of it; Refused when the payment is declined or the product is gone."""
        ...


class BasketPage(Protocol):
    """What the customer is about to buy."""

    def total(self) -> Money:
        """What it costs, vouchers included."""
        ...

    def apply_voucher(self, code: str) -> BasketPage:
        """Use a voucher; Refused when it is not valid."""
        ...

    def check_out(self, customer: Customer, card: str) -> CheckoutPage:
        """Give address and card, as a guest or as the customer logged in."""
        ...


class ProductPage(Protocol):
    """One product."""

    def title(self) -> str:
        """Its name."""
        ...

    def price(self) -> Money:
        """What one costs."""
        ...

    def add_to_basket(self) -> BasketPage:
        """Put one into the basket; Refused when it is sold out."""
        ...


class CataloguePage(Protocol):
    """Products to choose from: the whole catalogue, one category, or the result of a search."""

    def titles(self) -> tuple[str, ...]:
        """The products on this page."""
        ...

    def category(self, name: str) -> CataloguePage:
        """Go into a category."""
        ...

    def product(self, title: str) -> ProductPage:
        """Find the product, on a later page if need be, and open it."""
        ...


class AccountPages(Protocol):
    """The customer's account."""

    def register(self, customer: Customer) -> None:
        """Register, which logs in."""
        ...

    def log_out(self) -> None:
        """Log out."""
        ...

    def log_in(self, customer: Customer) -> None:
        """Log in; Refused when the shop does not know the customer."""
        ...

    def order(self, number: str) -> Confirmation:
        """What the order history says of an order."""
        ...


class ShopPages(Protocol):
    """The ways into a shop."""

    def catalogue(self) -> CataloguePage:
        """Open the catalogue."""
        ...

    def search(self, words: str) -> CataloguePage:
        """Search for products."""
        ...

    def account(self) -> AccountPages:
        """The account area."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """A shop in the eyes of one customer; ``means`` are what can be used there: ``card``, ``voucher``, ...

    Keys of ``means``: ``card`` and ``declined card`` (numbers of test cards), ``voucher`` (its code) and
    ``voucher percent`` (what it takes off), ``category`` (one that the subjects are in).
    """

    pages: ShopPages
    means: Mapping[str, str]
