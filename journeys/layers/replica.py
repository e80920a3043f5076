"""A PostgreSQL streaming replica that a store reads from, seen beside its primary."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

import psycopg

from journeys.layers.permission import demand
from journeys.layers.replay import Lag, catch_up, lag
from journeys.model import DATABASE_REPLICA, TesterFault, Value
from journeys.run.clock import Clock, SystemClock
from journeys.run.options import only, text
from journeys.run.ports import Clears, Copy, Place, Visitor

_CONNECT_S: Final = 2
_STATEMENT_MS: Final = 2_000
_CATCH_UP_S: Final = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseReplica:
    """A replica and its primary, by their URLs.

    Keys of a place are queries of one value. Reading needs no more than a login; clearing needs a role that may pause
    and resume replay and change the server's settings. ``within_s`` is how long it may take to catch up.
    """

    primary: str = field(repr=False)
    replica: str = field(repr=False)
    clears: Clears = Clears.NARROW
    name: str = DATABASE_REPLICA
    personal: bool = False
    instances: tuple[str, ...] = ()
    within_s: float = _CATCH_UP_S
    clock: Clock = field(default_factory=SystemClock, repr=False)

    def door(self, instance: str = "") -> str:
        """None: the store decides which database it reads."""
        return ""

    def copy(self, place: Place, visitor: Visitor, evidence: Mapping[str, str]) -> Copy | None:
        """How long the replica will stay behind, if nobody helps; None when it has replayed all commits."""
        behind = self._lag()
        if not behind.commits:
            return None
        if behind.paused:
            return Copy(left_s=math.inf, words=f"replay is paused, {behind.commits} commits behind")
        return Copy(
            left_s=max(0.0, behind.delay_s - behind.oldest_s),
            words=f"{behind.commits} commits behind, replayed {behind.delay_s:g} s after they were made",
        )

    def holds(self, place: Place) -> Value | None:
        """What the place's query says on the replica; None where the place names no query, or it finds nothing."""
        for query in place.keys.get(self.name, ())[:1]:
            with self._connected("ask", self.replica, reading=True) as replica:
                row = replica.execute(query.encode()).fetchone()
            return None if row is None else _value(row[0])
        return None

    def behind(self) -> bool:
        """Whether commits of the primary are still to be replayed, or none will be for now."""
        lagging = self._lag()
        return lagging.paused or lagging.commits > 0

    def clear(self, place: Place, visitor: Visitor, instance: str = "") -> str:
        """Let it replay what the primary has by now, and put its pause and its delay back; ``all`` does no more.

        TesterFault when it does not catch up, which leaves its settings as they were.
        """
        demand(self.name, self.clears)
        with self._connected("ask", self.primary, reading=True) as primary:
            (goal,) = _one(primary, "SELECT pg_current_wal_lsn()::text")
        with self._connected("clear", self.replica) as replica:
            was = catch_up(replica, goal, self.clock, self.within_s)
        return f"what it had not replayed up to {goal} (its settings were put back: {was})"

    def _lag(self) -> Lag:
        with (
            self._connected("ask", self.primary, reading=True) as primary,
            self._connected("ask", self.replica, reading=True) as replica,
        ):
            return lag(primary, replica)

    @contextmanager
    def _connected(self, verb: str, url: str, *, reading: bool = False) -> Iterator[psycopg.Connection[Any]]:
        options = f"-c statement_timeout={_STATEMENT_MS}" + (" -c default_transaction_read_only=on" if reading else "")
        try:
            with psycopg.connect(url, connect_timeout=_CONNECT_S, autocommit=True, options=options) as connection:
                yield connection
        except psycopg.Error as error:
            first = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
            raise TesterFault(f"cannot {verb} the {self.name}: {first}") from error


def connect(options: Mapping[str, object], clears: Clears) -> DatabaseReplica:
    """A replica by ``replica`` and its ``primary``, both ``postgresql://USER:PASSWORD@HOST:PORT/DATABASE``."""
    only(options, "primary", "replica")
    for name in ("primary", "replica"):
        if not text(options, name).startswith(("postgresql://", "postgres://")):
            raise ValueError(f"{name}: an address begins with postgresql://")
    return DatabaseReplica(primary=text(options, "primary"), replica=text(options, "replica"), clears=clears)


def _one(connection: psycopg.Connection[Any], query: str) -> tuple[Any, ...]:
    row: tuple[Any, ...] | None = connection.execute(query.encode()).fetchone()
    if row is None:
        raise TesterFault(f"{query} found nothing")
    return row


def _value(found: object) -> Value | None:
    if isinstance(found, Decimal):
        return int(found) if found == found.to_integral_value() else str(found)
    return found if found is None or isinstance(found, bool | int | str) else str(found)
