"""The mechanisms by which faults are planted: the store's switches, the rules of its edges, the wire, the replica."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any, Final

from journeys.drill.fault import Box
from journeys.platforms.backend import Backend
from sandbox.full import EdgeRules, Hindrance, LinkRules, ReceiverRules

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


def slow_inserts(table: str, seconds: float) -> Planting:
    """Storing into a table takes so much longer."""
    return lambda box: box.controls.trouble.slow(table, seconds)


def locked(table: str, seconds: float) -> Planting:
    """Somebody locks a table again and again."""
    return lambda box: box.controls.trouble.lock(table, seconds)


def no_connections() -> Planting:
    """The database has no connection left."""
    return lambda box: box.controls.trouble.use_up_connections()


def read_only() -> Planting:
    """The database takes no writes."""
    return lambda box: box.controls.trouble.refuse_writes()


def sql(*statements: str) -> Planting:
    """Somebody changes the store's data, and then its caches and edges are emptied, as when staff save a form."""

    def plant(box: Box) -> None:
        box.controls.trouble.sql(*statements)
        box.controls.drop_copies()

    return plant


def incident(name: str, component: str) -> Planting:
    """The store's status page announces that a component is out of order."""
    return lambda box: box.controls.status.announce(name=name, impact="major", components=[component])


def earlier_order() -> Planting:
    """Somebody has bought before: the dashboard has something to show."""

    def plant(box: Box) -> None:
        details = box.details
        product = next(each for each in details["products"].values() if each["stock"] > 5)
        guest = Backend(details["api_root"], headers={}, ca=_authority(box))
        with closing(guest):
            added = guest.ask(
                "POST",
                "basket/add-product/",
                json={"url": f"{details['api_root']}products/{product['id']}/", "quantity": 1},
            )
            address = {
                "country": f"{details['api_root']}countries/DE/",
                "first_name": "Early",
                "last_name": "Bird",
                "line1": "1 Synthetic Test Street",
                "line4": "Nowhere",
                "postcode": "12345",
            }
            order = {"basket": added["url"], "guest_email": "early@customers.example", "shipping_address": address}
            guest.ask("POST", "checkout/", json=order)

    return plant


def hindered_payment(path: str, status: int) -> Planting:
    """The payment processor answers requests whose path matches with this status, and does nothing else."""
    return lambda box: box.controls.payment.use(Hindrance(path=path, status=status))


def received(**rules: Any) -> Planting:
    """Whoever receives the store's webhooks works by these rules (`sandbox.full.ReceiverRules`)."""
    return lambda box: box.controls.receiver.use(ReceiverRules(**rules))


def linked(**rules: Any) -> Planting:
    """The customers' way to the store behaves by these rules (`sandbox.full.LinkRules`)."""
    return lambda box: box.controls.link.use(LinkRules(**rules))


def second_linked(**rules: Any) -> Planting:
    """The way to the store's second address does."""
    return lambda box: box.controls.link.second.use(LinkRules(**rules))


def expired_certificate() -> Planting:
    """Both addresses show a certificate that is out of date."""
    return lambda box: box.controls.front.certificate("expired")


def scripted(rules: Mapping[str, str]) -> Planting:
    """Third parties have published a bad release of their scripts (`sandbox.full.Scripts`)."""
    return lambda box: box.controls.scripts.use(rules)


def renamed_field(path: str, old: str, new: str) -> Planting:
    """Answers at paths that match have another name for a field."""

    def plant(box: Box) -> None:
        rules: list[dict[str, Any]] = [{"path": path, "body": {f'"{old}":': f'"{new}":'}}]
        box.controls.wire.use(rules)

    return plant


def _authority(box: Box) -> str:
    """The file of the authority that signed the store's certificate, where it has one."""
    return str(box.details.get("ca", ""))


def _staff(box: Box) -> Backend:
    """Somebody who changes settings of the booking store by its API."""
    details = box.details
    return Backend(
        details["api_root"],
        headers={"Authorization": f"Token {details['api_token']}"},
        ca=_authority(box),
    )


def _changed(box: Box, path: str, **fields: Any) -> None:
    with closing(_staff(box)) as staff:
        staff.ask("PATCH", path, json=fields)


def event_changed(**fields: Any) -> Planting:
    """The staff change the event."""
    return lambda box: _changed(box, "", **fields)


def event_settings(**fields: Any) -> Planting:
    """The staff change the event's settings."""
    return lambda box: _changed(box, "settings/", **fields)


def slots_changed(**fields: Any) -> Planting:
    """The staff change every slot."""

    def plant(box: Box) -> None:
        for slot in box.details["slots"]:
            _changed(box, f"subevents/{slot['id']}/", **fields)

    return plant


def items_changed(**fields: Any) -> Planting:
    """The staff change every product."""

    def plant(box: Box) -> None:
        for product in box.details["products"].values():
            _changed(box, f"items/{product['id']}/", **fields)

    return plant


def quotas_changed(by: int) -> Planting:
    """Every quota has so many places more."""

    def plant(box: Box) -> None:
        for slot in box.details["slots"]:
            for quota in slot["quotas"].values():
                _changed(box, f"quotas/{quota}/", size=slot["places"] + by)

    return plant


def shifted_slots() -> Planting:
    """Every slot starts when its local time is reached in UTC: somebody took the one for the other."""

    def plant(box: Box) -> None:
        for slot in box.details["slots"]:
            start = datetime.fromisoformat(slot["starts_local"])
            moved = start.replace(tzinfo=UTC)
            fields = {"date_from": moved.isoformat(), "date_to": (moved + timedelta(hours=1)).isoformat()}
            _changed(box, f"subevents/{slot['id']}/", **fields)

    return plant


def timetable_moved(minutes: int) -> Planting:
    """The staff move every slot, by the store's API, after a guest has read the calendar feed."""

    def plant(box: Box) -> None:
        details, by = box.details, timedelta(minutes=minutes)
        guest = Backend(
            details["url"], headers={}, ca=_authority(box)
        )  # what the staff are answered is kept for nobody
        staff = _staff(box)
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
