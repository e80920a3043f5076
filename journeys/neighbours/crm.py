"""A customer file that the store writes its customers into, asked over HTTP: JSON with one row for each order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from journeys.model import Entry, Money, StoreFault
from journeys.neighbours.asking import ask
from journeys.run.options import address, only, text


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerFile:
    """``url`` answers ``{"customers": [...]}`` to a query by ``email`` or ``order``.

    Each row has ``id``, ``order``, ``email``, ``total`` (in major units) and ``currency``, which ``currency`` stands in
    for where it is missing, and may have ``status``.
    """

    url: str
    currency: str = ""
    name: str = "customer file"
    expects: tuple[str, ...] = ("customer",)
    within_s: float = 10.0

    def entries(self, number: str, email: str) -> tuple[Entry, ...]:
        """The rows of the order, and those of the customer."""
        asked = (("order", number), ("email", email))
        found = (row for name, value in asked if value for row in self._rows({name: value}))
        return tuple({entry.id: entry for entry in map(self._entry, found)}.values())

    def _rows(self, query: Mapping[str, str]) -> list[Any]:
        answer = ask(self.name, "GET", self.url, params=query)
        try:
            return list(answer.json()["customers"])
        except (ValueError, KeyError, TypeError) as error:
            raise StoreFault(f"{self.name}: {answer.url} answered no list of customers: {error!r}") from error

    def _entry(self, row: Any) -> Entry:
        try:
            return Entry(
                id=str(row["id"]),
                kind="customer",
                number=str(row.get("order") or ""),
                email=str(row.get("email") or ""),
                amount=self._amount(row),
                status=str(row.get("status") or ""),
            )
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise StoreFault(f"{self.name}: a row of {self.url} cannot be read: {error!r}") from error

    def _amount(self, row: Mapping[str, Any]) -> Money | None:
        currency = row.get("currency") or self.currency
        return Money.of(str(row["total"]), currency) if row.get("total") is not None and currency else None


def connect(options: Mapping[str, object]) -> CustomerFile:
    """A customer file by its ``url``; further option: ``currency``, of rows that name none."""
    only(options, "url", "currency")
    return CustomerFile(url=address(options, "url"), currency=text(options, "currency", ""))
