"""The outbox: one row for each notice and receiver, waiting until it is delivered or given up; who may deliver it.

One process at a time speaks to a receiver, under a lease that another takes over when it has run out. So what is said
about one thing arrives in the order in which it was said, and nothing that stands is repeated after it was called over.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import sqlalchemy as sa

from journeys.probes.alerts.incidents import Notice, Says
from journeys.probes.alerts.tables import INCIDENTS, NOTICES, RECEIVERS
from journeys.probes.alerts.written import notice_as_json, notice_from
from journeys.probes.database import inserting

LEASE_S: Final = 30.0
"""Longer than any receiver takes for one notice."""
LONGEST_PAUSE_S: Final = 60.0
GIVEN_UP_AFTER_S: Final = 48 * 3600.0
# Written out, so that it is seen to be that of the index.
_WAITS: Final = NOTICES.c.state == sa.literal_column("'waiting'")
_FOLLOWED: Final = "a later notice about the same came before it could be delivered"


class Delivered(StrEnum):
    """What became of a notice at a receiver."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    GIVEN_UP = "given up"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One notice for one receiver: ``tries`` that failed, the last with ``last_error``, the next at ``next_try``."""

    id: int
    receiver: str
    notice: Notice
    state: Delivered
    made: float
    tries: int
    next_try: float
    last_error: str
    delivered: float | None


def put_in(connection: sa.Connection, notices: Iterable[Notice], receivers: Iterable[str]) -> None:
    """Put the notices in, in the transaction that moves their incidents on."""
    for notice in notices:
        about = notice.incident
        superfluous = (NOTICES.c.incident == about.id, _WAITS, NOTICES.c.passing)
        connection.execute(
            sa.update(NOTICES).where(*superfluous).values(state=Delivered.GIVEN_UP, last_error=_FOLLOWED)
        )
        for receiver in receivers:
            row = {
                "key": notice.key,
                "receiver": receiver,
                "incident": about.id,
                "lane": about.lane,
                "says": notice.says,
                "state": Delivered.WAITING,
                "passing": notice.says is Says.REPEATED,
                "made": notice.at,
                "tries": 0,
                "next_try": 0.0,
                "last_error": "",
                "body": notice_as_json(notice),
            }
            connection.execute(sa.insert(NOTICES).values(row))


def waiting(connection: sa.Connection, at: float) -> frozenset[str]:
    """The receivers for which something is due."""
    due = sa.select(NOTICES.c.receiver).where(_WAITS, NOTICES.c.next_try <= at)
    return frozenset(connection.scalars(due.distinct()))


def lease(connection: sa.Connection, receiver: str, owner: str, at: float) -> bool:
    """Whether this process alone may speak to the receiver from now on for ``LEASE_S``; the same one may ask again."""
    new = {"name": receiver, "leased_by": "", "leased_until": 0.0, "kept_up": 0.0}
    connection.execute(inserting(connection.dialect.name, RECEIVERS).values(new).on_conflict_do_nothing())
    mine = sa.or_(RECEIVERS.c.leased_by == owner, RECEIVERS.c.leased_until <= at)
    # Whoever comes at the same moment goes away instead of waiting; SQLite lets only one write anyhow.
    free = sa.select(RECEIVERS.c.name).where(RECEIVERS.c.name == receiver, mine).with_for_update(skip_locked=True)
    if connection.scalar(free) is None:
        return False
    values = {"leased_by": owner, "leased_until": at + LEASE_S}
    connection.execute(sa.update(RECEIVERS).where(RECEIVERS.c.name == receiver).values(values))
    return True


def release(connection: sa.Connection, receiver: str, owner: str) -> None:
    """Let others speak to the receiver."""
    held = (RECEIVERS.c.name == receiver, RECEIVERS.c.leased_by == owner)
    connection.execute(sa.update(RECEIVERS).where(*held).values(leased_until=0.0))


def next_due(connection: sa.Connection, receiver: str, at: float) -> Entry | None:
    """The oldest that is due and before which nothing about the same waits."""
    earlier = NOTICES.alias()
    overtaken = sa.exists().where(
        earlier.c.receiver == receiver,
        earlier.c.lane == NOTICES.c.lane,
        earlier.c.state == sa.literal_column("'waiting'"),
        earlier.c.id < NOTICES.c.id,
    )
    due = (NOTICES.c.receiver == receiver, _WAITS, NOTICES.c.next_try <= at)
    row = connection.execute(sa.select(NOTICES).where(*due, ~overtaken).order_by(NOTICES.c.id).limit(1)).first()
    return None if row is None else entry_from(row)


def delivered(connection: sa.Connection, entry: Entry, at: float) -> None:
    """It has arrived."""
    _becomes(connection, entry, state=Delivered.DELIVERED, delivered=at)


def failed(connection: sa.Connection, entry: Entry, error: str, at: float, *, retry: bool) -> Delivered:
    """It has not: it is tried again after 2, 4, 8 … and at most 60 s, for two days; or given up."""
    gives_up = not retry or at - entry.made > GIVEN_UP_AFTER_S
    state = Delivered.GIVEN_UP if gives_up else Delivered.WAITING
    tries = entry.tries + 1
    pause = min(LONGEST_PAUSE_S, 2.0 ** min(tries, 10))
    _becomes(connection, entry, state=state, tries=tries, next_try=at + pause, last_error=error)
    return state


def standing_at(connection: sa.Connection, receiver: str) -> tuple[Notice, ...]:
    """Of each incident that the receiver knows, and that it was not told to be over, what it was told last."""
    stand = connection.scalars(sa.select(INCIDENTS.c.id).where(sa.not_(INCIDENTS.c.over))).all()
    said = (NOTICES.c.state, NOTICES.c.incident, NOTICES.c.body)
    told = sa.select(*said).where(NOTICES.c.incident.in_(stand), NOTICES.c.receiver == receiver).order_by(NOTICES.c.id)
    # Sorted out here: a database asked for what was delivered may look through all that ever was.
    known = [row for row in connection.execute(told) if row.state == Delivered.DELIVERED]
    last = {row.incident: row.body for row in known}
    return tuple(map(notice_from, last.values()))


def kept_up(connection: sa.Connection, receiver: str) -> float:
    """When the receiver was last reminded of what stands; 0 for never."""
    return connection.scalar(sa.select(RECEIVERS.c.kept_up).where(RECEIVERS.c.name == receiver)) or 0.0


def keeps_up(connection: sa.Connection, receiver: str, at: float) -> None:
    """Note that it is reminded now."""
    connection.execute(sa.update(RECEIVERS).where(RECEIVERS.c.name == receiver).values(kept_up=at))


def entry_from(row: sa.Row[Any]) -> Entry:
    """A row of the outbox."""
    told = row._mapping
    names = ("id", "receiver", "made", "tries", "next_try", "last_error", "delivered")
    parts = {name: told[name] for name in names}
    return Entry(**parts, state=Delivered(told["state"]), notice=notice_from(told["body"]))


def _becomes(connection: sa.Connection, entry: Entry, **values: Any) -> None:
    connection.execute(sa.update(NOTICES).where(NOTICES.c.id == entry.id).values(values))
