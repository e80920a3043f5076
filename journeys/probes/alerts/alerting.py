"""Alerts as they are kept: each outcome moves its store on in one transaction, with the notices that this leads to.

Whatever is killed at whatever moment, an incident and its notices are there together or not at all, and an outcome that
is taken a second time changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import inf
from typing import Any, Protocol

import sqlalchemy as sa

from journeys.model import TesterFault
from journeys.probes.alerts.conditions import Watched, breaks, fails, remembering
from journeys.probes.alerts.incidents import Incident, Notice
from journeys.probes.alerts.outbox import Delivered, Entry, entry_from, put_in
from journeys.probes.alerts.standing import Standing
from journeys.probes.alerts.tables import INCIDENTS, NOTICES, STORES, WATCHED, put
from journeys.probes.alerts.telling import advance, retire
from journeys.probes.alerts.written import incident_as_json, incident_from, memory_as_json, watched_from
from journeys.probes.database import inserting, reading
from journeys.probes.outcome import Outcome
from journeys.probes.probe import Probe

Move = Callable[[Standing], tuple[Standing, tuple[Notice, ...]]]


class Recorded(Protocol):
    """What alerts ask of the history of outcomes."""

    def latest(self) -> tuple[Outcome, ...]:
        """The newest outcome of each probe."""
        ...

    def outcomes(self, *, probe: str, since: float, limit: int) -> tuple[Outcome, ...]:
        """The outcomes of a probe from a tick on, the newest first."""
        ...


class Alerting:
    """Incidents and what is to be told of them, of all probes that are declared and what is watched ``beside`` them.

    ``receivers`` are the names of those who are told. All workers of one database have to know the same probes: a store
    is judged by all of its probes together.
    """

    def __init__(
        self, engine: sa.Engine, probes: Iterable[Probe], *, beside: Iterable[Probe] = (), receivers: Iterable[str] = ()
    ) -> None:
        self._engine = engine
        declared = [Watched(probe=each) for each in probes] + [Watched(probe=each, beside=True) for each in beside]
        self._declared = {each.name: each for each in declared}
        self._receivers = tuple(receivers)

    def take(self, outcome: Outcome, at: float) -> tuple[Notice, ...]:
        """Let this outcome count; what is told because of it is in the outbox, and is returned.

        Nothing, when it has counted before or a later one has.
        """
        if outcome.probe not in self._declared:
            return ()
        with self._engine.begin() as connection:
            if self._is_quiet(connection, outcome):
                return ()
            return self._moved(connection, outcome.store, at, lambda standing: advance(standing, outcome, at))

    def pulse(self, at: float) -> tuple[Notice, ...]:
        """Let time count: what has to be repeated, or told now that a maintenance window is over."""
        return self._everywhere(at, lambda standing: advance(standing, None, at))

    def retire(self, at: float) -> tuple[Notice, ...]:
        """End the incidents of probes that are declared no longer; for a process that is told of all probes."""
        return self._everywhere(at, lambda standing: retire(standing, at))

    def catch_up(self, history: Recorded, at: float, *, most: int = 100) -> tuple[Notice, ...]:
        """Let the outcomes count that were recorded, and not taken because their process was killed in between."""
        with reading(self._engine) as connection:
            known = {row.probe: row.newest for row in connection.execute(sa.select(WATCHED.c.probe, WATCHED.c.newest))}
        notices: list[Notice] = []
        for last in history.latest():
            newest = known.get(last.probe, -inf)
            if last.probe in self._declared and last.due > newest:
                missed = history.outcomes(probe=last.probe, since=max(newest, 0.0), limit=most)
                for outcome in sorted(missed, key=lambda each: each.due):
                    notices += self.take(outcome, at)
        return tuple(notices)

    def open(self) -> tuple[Incident, ...]:
        """The incidents that stand, the newest first."""
        found = self._incidents(sa.select(INCIDENTS.c.body).where(sa.not_(INCIDENTS.c.over)))
        return tuple(sorted((each for each in found if each.open), key=lambda each: -each.opened))

    def incidents(self, *, since: float = 0.0, limit: int = 100) -> tuple[Incident, ...]:
        """The incidents that were opened since then, those that stand included, the newest first."""
        newest = sa.select(INCIDENTS.c.body).where(INCIDENTS.c.opened >= since).order_by(INCIDENTS.c.opened.desc())
        return self._incidents(newest.limit(limit))

    def incident(self, key: str) -> Incident | None:
        """The incident of this id, whether it is over or not."""
        return next(iter(self._incidents(sa.select(INCIDENTS.c.body).where(INCIDENTS.c.id == key))), None)

    def notices(self, incident: str) -> tuple[Entry, ...]:
        """What was told of an incident, to whom, and whether it arrived; in that order."""
        return self._entries(sa.select(NOTICES).where(NOTICES.c.incident == incident).order_by(NOTICES.c.id))

    def undelivered(self, *, limit: int = 100) -> tuple[Entry, ...]:
        """What waits or was given up, with the last error; the newest first."""
        missing = NOTICES.c.state.in_((Delivered.WAITING, Delivered.GIVEN_UP))
        return self._entries(sa.select(NOTICES).where(missing).order_by(NOTICES.c.made.desc()).limit(limit))

    def prune(self, *, before: float) -> int:
        """Delete incidents that were over before then, with their notices; how many."""
        old = sa.select(INCIDENTS.c.id).where(INCIDENTS.c.over, INCIDENTS.c.ended < before)
        with self._engine.begin() as connection:
            connection.execute(sa.delete(NOTICES).where(NOTICES.c.incident.in_(old)))
            return connection.execute(sa.delete(INCIDENTS).where(INCIDENTS.c.over, INCIDENTS.c.ended < before)).rowcount

    def _is_quiet(self, connection: sa.Connection, outcome: Outcome) -> bool:
        """Whether it is settled with what is remembered of its own probe, so that nobody has to wait for the store.

        It is where no incident stands, and this outcome gives no reason for one.
        """
        standing = sa.select(INCIDENTS.c.id).where(INCIDENTS.c.store == outcome.store, sa.not_(INCIDENTS.c.over))
        if connection.scalar(standing.limit(1)) is not None:
            return False
        rows = connection.execute(sa.select(WATCHED).where(WATCHED.c.probe == outcome.probe)).all()
        before = self._watched(rows[0]) if rows else self._declared[outcome.probe]
        if outcome.due <= before.newest:
            return True
        now = remembering(before, outcome, calm=True)
        if fails(now) or breaks(now):
            return False
        if not rows:
            first = inserting(connection.dialect.name, WATCHED).values(_row(now)).on_conflict_do_nothing()
            return connection.scalar(first.returning(WATCHED.c.probe)) is not None
        unchanged = (WATCHED.c.probe == now.name, WATCHED.c.newest == before.newest)
        return connection.execute(sa.update(WATCHED).where(*unchanged).values(_row(now))).rowcount == 1

    def _moved(self, connection: sa.Connection, store: str, at: float, move: Move) -> tuple[Notice, ...]:
        put(connection, STORES, {"store": store, "moved": at})
        before = self._standing(connection, store)
        after, notices = move(before)
        for then, now in zip(before.watched, after.watched, strict=True):
            if now != then:
                put(connection, WATCHED, _row(now))
        for incident in after.incidents:
            if incident not in before.incidents:
                put(connection, INCIDENTS, _incident_row(incident))
        put_in(connection, notices, self._receivers)
        return notices

    def _everywhere(self, at: float, move: Move) -> tuple[Notice, ...]:
        with reading(self._engine) as connection:
            stores = connection.scalars(sa.select(INCIDENTS.c.store).where(sa.not_(INCIDENTS.c.over)).distinct()).all()
        notices: list[Notice] = []
        for store in sorted(stores):
            with self._engine.begin() as connection:
                notices += self._moved(connection, store, at, move)
        return tuple(notices)

    def _standing(self, connection: sa.Connection, store: str) -> Standing:
        rows = connection.execute(sa.select(WATCHED).where(WATCHED.c.store == store))
        known = {row.probe: self._watched(row) for row in rows if row.probe in self._declared}
        declared = (each for each in self._declared.values() if each.probe.store == store)
        bodies = sa.select(INCIDENTS.c.body).where(INCIDENTS.c.store == store, sa.not_(INCIDENTS.c.over))
        return Standing(
            store=store,
            watched=tuple(known.get(each.name, each) for each in declared),
            incidents=tuple(
                incident_from(body) for body in connection.scalars(bodies.order_by(INCIDENTS.c.opened, INCIDENTS.c.id))
            ),
        )

    def _watched(self, row: Any) -> Watched:
        declared = self._declared[row.probe]
        try:
            return watched_from(row.memory, declared.probe, row.newest, beside=declared.beside)
        except (KeyError, TypeError, ValueError) as error:
            raise TesterFault(
                f"what alerts remember of the probe {row.probe} cannot be read ({error!r}); delete its row of "
                f"{WATCHED.name}, and it begins anew"
            ) from error

    def _incidents(self, wanted: sa.Select[Any]) -> tuple[Incident, ...]:
        with reading(self._engine) as connection:
            return tuple(map(incident_from, connection.scalars(wanted)))

    def _entries(self, wanted: sa.Select[Any]) -> tuple[Entry, ...]:
        with reading(self._engine) as connection:
            return tuple(map(entry_from, connection.execute(wanted)))


def _row(watched: Watched) -> dict[str, Any]:
    return {
        "probe": watched.name,
        "store": watched.probe.store,
        "newest": watched.newest,
        "memory": memory_as_json(watched),
    }


def _incident_row(incident: Incident) -> dict[str, Any]:
    names = ("id", "store", "kind", "name", "lane", "silence", "began", "opened", "ended", "over")
    columns = {name: getattr(incident, name) for name in names}
    return columns | {"cause": incident.reason.cause, "body": incident_as_json(incident)}
