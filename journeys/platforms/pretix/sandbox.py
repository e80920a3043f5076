"""What the sandbox says of its booking store, in the words of a connection."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from journeys.platforms.pretix.cached import EVENT_NUMBER

_ORDINARY: Final = ("", "ends on the next local day", "starts on the previous day in UTC")


def translate(details: Mapping[str, Any]) -> dict[str, Any]:
    """Credentials, subjects by role, means and options."""
    free, paid = details["products"]["free"]["id"], details["products"]["tasting"]["id"]
    slots = {
        special: [slot["id"] for slot in details["slots"] if slot["special"] == special]
        for special in _specials(details)
    }
    return {
        "credentials": {
            "api_token": details["api_token"],
            "staff_user": details["staff_email"],
            "staff_password": details["staff_password"],
        },
        "subjects": {
            "free": tuple(f"{slot}/{free}" for special in _ORDINARY for slot in slots.get(special, ())),
            "paid": tuple(f"{slot}/{paid}" for slot in slots[""]),
            "last": tuple(f"{slot}/{free}" for slot in slots["last place"]),
            "sold out": tuple(f"{slot}/{free}" for slot in slots["sold out"]),
        },
        "means": {"gift card": details["gift_card"]["code"]},
        "options": {
            "organizer": details["organizer"],
            "event": details["event"],
            EVENT_NUMBER: str(details.get("event_number", "")),
        },
        "layers": details.get("layers", {}),
        "intent": _intent(details),
    }


def _intent(details: Mapping[str, Any]) -> Mapping[str, str]:
    """The settings as they were sown."""
    if "currency" not in details:  # a store that is not sown yet
        return {}
    intent = {"currency": details["currency"], "time zone": details["timezone"], "gift cards": "accepted"}
    for slot in details["slots"]:
        for kind in slot["quotas"]:
            product = details["products"][kind]
            key = f"{slot['id']}/{product['id']}"
            intent |= {
                f"price of {key}": f"{product['price']} {details['currency']}",
                f"places of {key}": str(slot["places"]),
                f"start of {key}": slot["starts_utc"],
                f"sale of {key}": "without an end",
                f"state of {key}": "on",
            }
    return intent


def _specials(details: Mapping[str, Any]) -> set[str]:
    return {slot["special"] for slot in details["slots"]}
