"""What stands beside the stores: a calendar and a receiver of webhooks that they have in common, and status feeds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sandbox.full import receiver
from sandbox.full.caldav import Calendar
from sandbox.full.front import Way
from sandbox.full.receiver import Receiver, StatusFeed
from sandbox.part import Part
from sandbox.recipe import Recipe
from sandbox.state import Memory

CALENDAR, RECEIVER = "calendar", "receiver"
DOORS = {CALENDAR: CALENDAR, RECEIVER: RECEIVER}
"""Their ports by name, and which of them listens there."""
SECRETS = {CALENDAR: ("password",)}
"""The passwords that have to be generated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbours:
    """The neighbours of the stores of one sandbox; `folder` is where they keep what they hold."""

    memory: Memory
    recipes: Sequence[Recipe]
    folder: Path

    def receiver(self, store: str) -> Receiver:
        """Who receives the store's webhooks."""
        announced = store in self._announcing()
        return Receiver(store=store, port=self._port(RECEIVER), folder=self.memory.home / store, announced=announced)

    def status_feed(self, store: str) -> StatusFeed:
        """The store's status page."""
        return StatusFeed(folder=self.memory.home / store)

    def asked(self, store: str) -> dict[str, dict[str, str]]:
        """What holds the store's bookings as well, by its name in reports: its kind, and how it is asked."""
        if store not in self._announcing():
            return {}
        return {
            "calendar": {"kind": "caldav", **self._calendar().access(store)},
            "customer file": {"kind": "crm", "url": self.receiver(store).customers},
        }

    def organs(self, store: str) -> dict[str, dict[str, str]]:
        """What says how the store is, by its name in reports: its kind, and how it is asked."""
        return {"status page": {"kind": "statuspage", "url": self.receiver(store).status_page}}

    def parts(self, ways: Sequence[Way], python: Path) -> dict[str, Part]:
        """How they are started, Radicale from the venv of this interpreter."""
        told = {"stores": {way.store: self._told(way) for way in ways}}
        calendar, service = self._calendar(), self.memory.service
        return {
            CALENDAR: calendar.part(self._announcing(), python, service(CALENDAR)),
            RECEIVER: receiver.part(self.folder / RECEIVER, self._port(RECEIVER), told, service(RECEIVER)),
        }

    def _told(self, way: Way) -> Mapping[str, object]:
        """What the receiver is told of a store; it asks the store's own server, past all that stands before."""
        told = {"folder": str(self.memory.home / way.store)}
        if way.store not in self._announcing():
            return told
        return told | {
            "api": f"http://127.0.0.1:{way.origin}",
            "host": f"127.0.0.1:{way.public}",
            "token": self._token(way.store),
            "calendar": self._calendar().access(way.store),
        }

    def _calendar(self) -> Calendar:
        password = self.memory.secrets().get(CALENDAR, {}).get("password", "")
        return Calendar(port=self._port(CALENDAR), folder=self.folder / CALENDAR, password=password)

    def _announcing(self) -> tuple[str, ...]:
        return tuple(recipe.name for recipe in self.recipes if recipe.receiver_secret)

    def _token(self, store: str) -> str:
        secret = next(recipe.receiver_secret for recipe in self.recipes if recipe.name == store)
        return self.memory.secrets().get(store, {}).get(secret, "")

    def _port(self, name: str) -> int:
        return self.memory.ports().get(name, 0)
