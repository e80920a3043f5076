"""What a booking store's settings are, in words that a configuration can declare."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from journeys.model import JourneyError, Subject
from journeys.platforms.backend import Backend
from journeys.platforms.pretix.names import Series, price_of, start_of
from journeys.platforms.pretix.parsing import utc_text

DECLARABLE: Final = (
    "currency", "time zone", "gift cards", "price of ", "places of ", "start of ", "sale of ", "state of "
)  # fmt: skip
"""How the names of settings begin; after the blank stands a slot and product (``12/3``)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Reads them through the API."""

    api: Backend
    series: Series

    def of(self, subject: Subject) -> Mapping[str, str]:
        """Currency, time zone, payment, and of the subject price, places, start, end of sale and whether it is on.

        What the API does not tell is left out.
        """
        event = self.api.get("")
        slot = self.api.get(f"subevents/{subject.ids['slot']}/")
        item = self.api.get(f"items/{subject.ids['item']}/")
        quotas = [self.api.get(f"quotas/{each}/") for each in subject.ids["quotas"].split(",")]
        if event is None or slot is None or item is None or None in quotas:
            return {}
        key = f"{subject.ids['slot']}/{subject.ids['item']}"
        sizes = [each["size"] for each in quotas if each["size"] is not None]
        return {
            "currency": str(event["currency"]),
            "time zone": str(event["timezone"]),
            f"price of {key}": str(price_of(slot, item, str(event["currency"]))),
            f"places of {key}": str(min(sizes)) if sizes else "not counted",
            f"start of {key}": start_of(slot),
            f"sale of {key}": _sale(event, slot, item),
            f"state of {key}": "on" if event["live"] and slot["active"] and item["active"] else "off",
            **self._payment(),
        }

    def _payment(self) -> Mapping[str, str]:
        try:
            known = self.api.get("settings/") or {}
        except JourneyError:  # not every token may see them
            return {}
        paid = known.get("payment_giftcard__enabled")
        return {} if paid is None else {"gift cards": "accepted" if paid else "not accepted"}


def _sale(event: Mapping[str, Any], slot: Mapping[str, Any], item: Mapping[str, Any]) -> str:
    """Until when it is sold, in UTC: the earliest end of event, slot and product."""
    ends = [end for end in (event["presale_end"], slot["presale_end"], item["available_until"]) if end]
    return f"until {min(map(utc_text, ends))}" if ends else "without an end"
