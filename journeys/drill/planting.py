"""The mechanisms by which faults are planted: the store's switches, the rules of its edges, the wire, the replica."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any, Final

from journeys.drill.fault import Box
from journeys.platforms.backend import Backend
from sandbox.full import EdgeRules

Planting = Callable[[Box], None]

FIRST_EDGE: Final = "edge-a"
_MARKS_OF_AGE: Final = ("ETag", "Last-Modified", "Expires", "Pragma", "Vary")


def together(*plantings: Planting) -> Planting:
    """One after the other."""

    def plant(box: Box) -> None:
        for each in plantings:
            each(box)

    return plant


def switched(**switches: bool | int | str) -> Planting:
    """Throw these switches of the store."""
    return lambda box: box.switch(**switches)


def edges(**rules: Any) -> Planting:
    """Every edge of the store works by these rules (`sandbox.full.EdgeRules`)."""

    def plant(box: Box) -> None:
        for edge in box.controls.edges.values():
            edge.use(EdgeRules(**rules))

    return plant


def one_edge(**rules: Any) -> Planting:
    """One edge works by these rules, the others are healthy; customers are sent to all of them in turn."""

    def plant(box: Box) -> None:
        box.controls.edges[FIRST_EDGE].use(EdgeRules(**rules))

    return plant


def only_one_edge() -> Planting:
    """Customers are sent to one edge alone."""

    def plant(box: Box) -> None:
        box.controls.front.only(FIRST_EDGE)

    return plant


def kept_by_browsers(path: str, seconds: int = 600) -> Planting:
    """Pages at paths that match say that browsers may keep them, and lose what would make them ask again."""
    return _told(path, {"Cache-Control": f"private, max-age={seconds}"}, _MARKS_OF_AGE)


def dated_only(path: str, days: int = 30) -> Planting:
    """Pages at paths that match tell only that they were changed long ago: browsers reckon a lifetime from that.

    RFC 9111, section 4.2.2: typically a tenth of the time since.
    """

    def plant(box: Box) -> None:
        changed = format_datetime(datetime.now(UTC) - timedelta(days=days), usegmt=True)
        _told(path, {"Last-Modified": changed}, ("Cache-Control", "ETag", "Expires", "Pragma", "Vary"))(box)

    return plant


def replica_paused() -> Planting:
    """The replica takes what the primary sends, and shows none of it."""

    def plant(box: Box) -> None:
        box.controls.replica.pause()

    return plant


def replica_delayed(seconds: float) -> Planting:
    """The replica shows each commit so much later."""

    def plant(box: Box) -> None:
        box.controls.replica.delay(seconds)

    return plant


def timetable_moved(minutes: int) -> Planting:
    """The staff move every slot, by the store's API, after a guest has read the calendar feed."""

    def plant(box: Box) -> None:
        details, by = box.details, timedelta(minutes=minutes)
        guest = Backend(details["url"], headers={})  # what the staff are answered is kept for nobody
        staff = Backend(details["api_root"], headers={"Authorization": f"Token {details['api_token']}"})
        with closing(guest), closing(staff):
            guest.raw("GET", details["ical_path"])
            for slot in details["slots"]:
                where = f"subevents/{slot['id']}/"
                held = staff.ask("GET", where)
                staff.ask("PATCH", where, json={name: _later(held[name], by) for name in ("date_from", "date_to")})

    return plant


def _later(moment: str, by: timedelta) -> str:
    return (datetime.fromisoformat(moment) + by).isoformat()


def _told(path: str, set_: Mapping[str, str], remove: tuple[str, ...]) -> Planting:
    def plant(box: Box) -> None:
        rules: list[dict[str, Any]] = [{"path": path, "set": dict(set_), "remove": list(remove)}]
        box.controls.wire.use(rules)

    return plant
