"""Who is told: what a receiver is, and how one is connected by its kind.

A module of a kind has ``connect(options)``, which an entry point of the group ``journeys.receivers`` names.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.metadata import entry_points
from typing import Final, Protocol, runtime_checkable
from zoneinfo import ZoneInfo

from journeys.probes.alerts.incidents import Notice
from journeys.probes.alerts.text import Wording
from journeys.run.options import address, text

GROUP: Final = "journeys.receivers"
WORDING: Final = ("zone", "site", "runbook")
"""The options that every kind has."""


class Undelivered(Exception):
    """A notice did not arrive; its text says why. Only with ``retry`` may it arrive another time."""

    def __init__(self, why: str, *, retry: bool) -> None:
        super().__init__(why)
        self.retry = retry


class Receiver(Protocol):
    """Somebody who is told."""

    def deliver(self, notice: Notice) -> None:
        """Tell it; Undelivered when it did not arrive. It may come twice when the tester is killed in between."""
        ...


@runtime_checkable
class Forgetful(Protocol):
    """A receiver that forgets what stands, unless it is reminded at least each ``remind_s`` seconds."""

    @property
    def remind_s(self) -> float:
        """How often."""
        ...

    def remind(self, standing: Sequence[Notice]) -> None:
        """Remind it of what it was told last of each incident that stands; Undelivered when that did not arrive."""
        ...


def connect(receivers: Mapping[str, Mapping[str, object]]) -> dict[str, Receiver]:
    """The receivers by their names, each of the ``kind`` and with the options that are given.

    ValueError says with name and option what is wrong.
    """
    return {name: _one(name, options) for name, options in receivers.items()}


def wording(options: Mapping[str, object]) -> Wording:
    """How alerts are worded for this receiver."""
    zone = text(options, "zone", "UTC")
    try:
        known = ZoneInfo(zone)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f"zone: {zone!r} is none of IANA's, such as Europe/Berlin") from error
    return Wording(zone=known, site=address(options, "site", ""), runbook=address(options, "runbook", ""))


def _one(name: str, options: Mapping[str, object]) -> Receiver:
    kinds = {each.name: each for each in entry_points(group=GROUP)}
    try:
        kind = text(options, "kind")
    except ValueError as error:
        raise ValueError(f"{name}.{error}") from error
    if kind not in kinds:
        raise ValueError(f"{name}.kind: {kind!r} is not known; known are {', '.join(sorted(kinds)) or 'none'}")
    try:
        receiver: Receiver = kinds[kind].load()({key: value for key, value in options.items() if key != "kind"})
    except ModuleNotFoundError as error:
        raise ValueError(f"{name}.kind: {kind} needs {error.name}: pip install 'journeys[alerts]'") from error
    except ValueError as error:
        raise ValueError(f"{name}.{error}") from error
    return receiver
