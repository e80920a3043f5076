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
    }


def _specials(details: Mapping[str, Any]) -> set[str]:
    return {slot["special"] for slot in details["slots"]}
