"""How a calendar says which order an event is of, how many places it takes and which slot it is in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from journeys.audit.calendars.components import Component
from journeys.run.options import text

NAMES: Final = ("code", "places", "slot", "title", "capacity", "zone", "holds")
"""The options of all calendars; see ``Wording``."""
BOOKINGS: Final = "bookings"
SLOTS: Final = "slots"

_CODE: Final = (
    r"\b(?i:order|booking|reservation)(?i:\s+(?:number|no\.?|code))?\s*[:#]?\s*([A-Z0-9][A-Z0-9-]{2,}|[\w-]*\d[\w-]*)\b"
)
_PLACES: Final = r"(?i)\b(\d{1,6})\s*(?:x\s+)?(?:booked|places?|seats?|persons?|people|guests?|tickets?)\b"
_SEARCHED: Final = ("SUMMARY", "DESCRIPTION", "LOCATION", "CATEGORIES", "COMMENT", "UID", "URL")
_LONGEST: Final = 20_000
_EDGES: Final = " \t:,;-–—()[]·|"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """Regular expressions with one group each, or none where a calendar does not say it.

    They are searched in the properties of an event, each in a line of its own as ``SUMMARY:Harbour tour: 3 booked``
    (also DESCRIPTION, LOCATION, CATEGORIES, COMMENT, UID, URL); ``^`` and ``$`` are the ends of such a line. Without
    one of its own the ``title`` is the SUMMARY, without what says the places. ``zone`` is that of times without any.
    ``holds``: whether its events are bookings or slots.
    """

    code: re.Pattern[str] | None
    places: re.Pattern[str] | None
    slot: re.Pattern[str] | None
    title: re.Pattern[str] | None
    capacity: re.Pattern[str] | None
    zone: ZoneInfo | None
    holds: str

    def code_of(self, event: Component) -> str | None:
        """The number of its order."""
        return _found(self.code, searched(event))

    def places_of(self, event: Component) -> int:
        """How many places it takes; 0 where it does not say so."""
        return _number(_found(self.places, searched(event))) or 0

    def slot_of(self, event: Component) -> str | None:
        """The key of its slot at the store."""
        return _found(self.slot, searched(event))

    def capacity_of(self, event: Component) -> int | None:
        """How many places the slot has."""
        return _number(_found(self.capacity, searched(event)))

    def title_of(self, event: Component) -> str | None:
        """What it is called."""
        if self.title is not None:
            return _found(self.title, searched(event))
        said = event.text("SUMMARY")[:_LONGEST]
        if self.places is not None:
            said = self.places.sub("", said)
        return said.strip(_EDGES) or None


def searched(event: Component) -> str:
    """The properties that are searched, a line each."""
    said = ((name, " ".join(event.text(name).split())) for name in _SEARCHED)
    return "\n".join(f"{name}:{value}" for name, value in said if value)[:_LONGEST]


def read(options: Mapping[str, object]) -> Wording:
    """The wording from a source's options; ValueError names a mistake's option."""
    holds = text(options, "holds", BOOKINGS)
    if holds not in (BOOKINGS, SLOTS):
        raise ValueError(f"holds: {holds!r} is neither {BOOKINGS} nor {SLOTS}")
    return Wording(
        code=_pattern(options, "code", _CODE),
        places=_pattern(options, "places", _PLACES),
        slot=_pattern(options, "slot", ""),
        title=_pattern(options, "title", ""),
        capacity=_pattern(options, "capacity", ""),
        zone=_zone(options),
        holds=holds,
    )


def _pattern(options: Mapping[str, object], name: str, default: str) -> re.Pattern[str] | None:
    said = text(options, name, default)
    if not said:
        return None
    try:
        pattern = re.compile(said, re.MULTILINE)
    except re.error as error:
        raise ValueError(f"{name}: {said!r} is no regular expression: {error}") from error
    if pattern.groups != 1:
        raise ValueError(f"{name}: {said!r} has {pattern.groups} groups; one is wanted, around what it is to find")
    return pattern


def _zone(options: Mapping[str, object]) -> ZoneInfo | None:
    name = text(options, "zone", "")
    try:
        return ZoneInfo(name) if name else None
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f"zone: {name!r} is no time zone; they are called like Europe/Berlin") from error


def _found(pattern: re.Pattern[str] | None, said: str) -> str | None:
    found = pattern.search(said) if pattern else None
    return found[1] if found and found[1] else None


def _number(said: str | None) -> int | None:
    """What was found as a number; what is none, or larger than any hall, counts as not said."""
    return int(said) if said and said.isdecimal() and len(said) <= 9 else None
