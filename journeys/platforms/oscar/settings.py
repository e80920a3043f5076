"""What a shop's settings are, in words that a configuration can declare."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from journeys.model import JourneyError, Money, Subject
from journeys.platforms.backend import Backend
from journeys.platforms.oscar.dashboard import Dashboard

DECLARABLE: Final = ("currency", "price of ", "stock of ", "publication of ", "voucher ")
"""How the names of settings begin; after the blank stands a product (``mug-red_1``) or a code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Reads them as staff; ``voucher`` is the code of the one that customers use."""

    api: Backend
    dashboard: Dashboard
    currency: str
    voucher: str

    def of(self, subject: Subject) -> Mapping[str, str]:
        """Price, currency, publication, whether stock is counted, and the voucher; what cannot be read is left out."""
        product = self.api.get(f"admin/products/{subject.ids['product']}/")
        stock = self.api.get(f"admin/stockrecords/{subject.ids['stockrecord']}/")
        if product is None or stock is None:
            return {}
        key = f"{subject.key}_{subject.ids['product']}"
        found = {
            "currency": str(stock["price_currency"]),
            f"price of {key}": str(Money.of(stock["price"], self.currency)),
            f"publication of {key}": "public" if product["is_public"] else "hidden",
        }
        counted = self._counted(product)
        if counted is not None:
            found[f"stock of {key}"] = "counted" if counted else "not counted"
        return found | self._voucher()

    def _counted(self, product: Mapping[str, Any]) -> bool | None:
        """Whether orders lower the stock of its kind of product; None when the API user may not see that."""
        try:
            classes = self.api.get("admin/productclasses/")
        except JourneyError:
            return None
        listed = classes["results"] if isinstance(classes, dict) else classes or []
        kind = next((each for each in listed if product["product_class"] in (each.get("slug"), each.get("name"))), None)
        return None if kind is None else bool(kind["track_stock"])

    def _voucher(self) -> dict[str, str]:
        """Its state, and what it takes off, as the dashboard prints both."""
        if not self.voucher:
            return {}
        said = self.dashboard.voucher(self.voucher)
        return {f"voucher {self.voucher}": said or "unknown to the shop"}
