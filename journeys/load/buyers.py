"""How one order is placed by API and cancelled again, in each platform that the project knows."""

from __future__ import annotations

from typing import Final, Protocol

from journeys.customers import Customer
from journeys.model import AccessDenied, StoreFault, Subject
from journeys.platforms.backend import Backend
from journeys.platforms.connection import Connection
from journeys.platforms.oscar.dashboard import Dashboard

_CANCELLED: Final = "Cancelled"


class Buyer(Protocol):
    """Somebody who buys without a browser, and may change their mind."""

    @property
    def roles(self) -> tuple[str, ...]:
        """The roles of the subjects of which there is plenty."""
        ...

    def buy(self, subject: Subject, customer: Customer) -> str:
        """Order one piece or place; its number. JourneyError when the store does not take the order."""
        ...

    def cancel(self, number: str) -> None:
        """Cancel that order as a customer's wish; it stays in the list of orders. JourneyError when it stands."""
        ...

    def close(self) -> None:
        """Close the connections."""
        ...


class OscarBuyer:
    """A guest of django-oscar-api; the order is not paid for, as that API takes no payment."""

    roles: tuple[str, ...] = ("plenty",)

    def __init__(self, connection: Connection) -> None:
        known = connection.credentials
        self._root = connection.url + connection.options.get("api", "/api/")
        self._cancelled = connection.options.get("cancelled status", _CANCELLED)
        self._ca = connection.ca
        self._site = Backend(connection.url, headers={}, ca=connection.ca)
        staff, password = known.get("staff_user", ""), known.get("staff_password", "")
        self._dashboard = Dashboard(self._site, connection.url, staff, password, connection.currency)

    def buy(self, subject: Subject, customer: Customer) -> str:
        """Fill a basket and check it out; both in one session, for the basket belongs to it."""
        shop = Backend(self._root, headers={}, ca=self._ca)
        try:
            product = {"url": f"{self._root}products/{subject.ids['product']}/", "quantity": 1}
            basket = shop.ask("POST", "basket/add-product/", json=product)
            if basket is None:
                raise StoreFault(f"the shop's API has no product {subject.ids['product']}")
            address = {
                "country": f"{self._root}countries/{customer.country}/",
                "first_name": customer.first_name,
                "last_name": customer.last_name,
                "line1": customer.street,
                "line4": customer.city,
                "postcode": customer.postcode,
            }
            order = {"basket": basket["url"], "guest_email": customer.email, "shipping_address": address}
            placed = shop.ask("POST", "checkout/", json=order)
        finally:
            shop.close()
        if placed is None:
            raise StoreFault("the shop's API has no checkout")
        return str(placed["number"])

    def cancel(self, number: str) -> None:
        """Staff does it for the customer."""
        status = self._dashboard.cancel(number, self._cancelled)
        if status != self._cancelled:
            raise StoreFault(f"order {number} cannot be cancelled: its status is {status!r}")

    def close(self) -> None:
        """Close the connections."""
        self._site.close()


class PretixBuyer:
    """A booking by pretix's API, in test mode and without a mail; one that costs something stays pending."""

    roles: tuple[str, ...] = ("free", "paid")

    def __init__(self, connection: Connection) -> None:
        organizer, event = (connection.options[name] for name in ("organizer", "event"))
        token = connection.credentials.get("api_token")
        if not token:
            raise AccessDenied(f"stores.{connection.name}: credentials.api_token is missing")
        self._language = connection.locale.partition("_")[0]
        self._api = Backend(
            f"{connection.url}/api/v1/organizers/{organizer}/events/{event}",
            headers={"Authorization": f"Token {token}"},
            ca=connection.ca,
        )

    def buy(self, subject: Subject, customer: Customer) -> str:
        """One place."""
        order = {
            "email": customer.email,
            "locale": self._language,
            "testmode": True,
            "send_email": False,
            "positions": [{"item": int(subject.ids["item"]), "subevent": int(subject.ids["slot"])}],
        }
        placed = self._api.ask("POST", "orders/", json=order)
        if placed is None:
            raise StoreFault("the store's API takes no orders for this event")
        return str(placed["code"])

    def cancel(self, number: str) -> None:
        """Without a mail."""
        if self._api.ask("POST", f"orders/{number}/mark_canceled/", json={"send_email": False}) is None:
            raise StoreFault(f"the store has no order {number} to cancel")

    def close(self) -> None:
        """Close the connections."""
        self._api.close()
