"""Who is at work and on what: ticks that wait or are under way, live workers, and who leads; in the probes' database.

A tick is begun once, by whoever moves it from ``waiting`` to ``begun`` first: that holds whatever the queue does. Times
come from the database's own clock, so that machines need not agree on theirs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa

from journeys.probes.database import METADATA, inserting, reading

WAITING: Final = "waiting"
BEGUN: Final = "begun"
TAKEN: Final = "taken over"
LIFETIME_S: Final = 6.0
"""A worker that is not heard of for so long is dead, or as good as dead."""

TICKS: Final = sa.Table(
    "journeys_ticks",
    METADATA,
    sa.Column("key", sa.String(200), primary_key=True),
    sa.Column("probe", sa.String(120), nullable=False, index=True),
    sa.Column("due", sa.Double, nullable=False),
    sa.Column("state", sa.String(20), nullable=False),
    sa.Column("worker", sa.String(120), nullable=False, default=""),
    sa.Column("since", sa.Double, nullable=False),
)
SCHEDULED: Final = sa.Table(
    "journeys_scheduled",
    METADATA,
    sa.Column("probe", sa.String(120), primary_key=True),
    sa.Column("due", sa.Double, nullable=False),
)
WORKERS: Final = sa.Table(
    "journeys_workers",
    METADATA,
    sa.Column("name", sa.String(120), primary_key=True),
    sa.Column("location", sa.String(120), nullable=False),
    sa.Column("began", sa.Double, nullable=False),
    sa.Column("beat", sa.Double, nullable=False),
    sa.Column("ended", sa.Double),
)
LEASES: Final = sa.Table(
    "journeys_leases",
    METADATA,
    sa.Column("role", sa.String(40), primary_key=True),
    sa.Column("holder", sa.String(120), nullable=False),
    sa.Column("until", sa.Double, nullable=False),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A tick that is not finished: ``since`` is when it came into its state."""

    key: str
    probe: str
    due: float
    state: str
    worker: str
    since: float


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerNow:
    """One worker: when it was last heard of, and when it ended by its own will (None: it has not)."""

    name: str
    location: str
    began: float
    beat: float
    ended: float | None

    def is_gone(self, now: float) -> bool:
        """Whether it has ended, or was not heard of for so long that it counts as dead."""
        return self.ended is not None or now - self.beat > LIFETIME_S


class Roster:
    """The tables of those at work, for one worker."""

    def __init__(self, database: sa.Engine, worker: str, location: str) -> None:
        self._database = database
        self.worker = worker
        self.location = location
        self._begun: set[str] = set()

    def now(self) -> float:
        """The database's time, in seconds since 1970 in UTC."""
        with reading(self._database) as connection:
            return now_of(connection)

    # -- ticks

    def schedule(self, probe: str, due: float, key: str) -> bool:
        """Let a tick wait for its run; False when the run before is not finished. Once scheduled it stays so."""
        with self._database.begin() as connection:
            busy = connection.execute(
                sa.select(TICKS.c.key).where(TICKS.c.probe == probe, TICKS.c.key != key).limit(1)
            ).first()
            _upsert(connection, SCHEDULED, {"probe": probe}, {"due": due})
            if busy:
                return False
            known = connection.execute(sa.select(TICKS.c.key).where(TICKS.c.key == key)).first()
            if not known:
                now = now_of(connection)
                connection.execute(
                    TICKS.insert().values(key=key, probe=probe, due=due, state=WAITING, worker="", since=now)
                )
        return True

    def passed(self, probe: str, due: float) -> None:
        """A tick that no run will be begun for is dealt with."""
        with self._database.begin() as connection:
            _upsert(connection, SCHEDULED, {"probe": probe}, {"due": due})

    def scheduled(self) -> dict[str, float]:
        """The newest tick of each probe that was dealt with."""
        with reading(self._database) as connection:
            return {row.probe: row.due for row in connection.execute(sa.select(SCHEDULED))}

    def begin(self, key: str) -> bool:
        """Take a waiting tick; False when anybody has taken it before, this worker included: there is no second chance.

        It can be asked again when the database went away over the question.
        """
        if key in self._begun:
            return False
        with self._database.begin() as connection:
            connection.execute(
                TICKS.update()
                .where(TICKS.c.key == key, TICKS.c.state == WAITING)
                .values(state=BEGUN, worker=self.worker, since=now_of(connection))
            )
            mine = sa.select(TICKS.c.key).where(
                TICKS.c.key == key, TICKS.c.state == BEGUN, TICKS.c.worker == self.worker
            )
            taken = connection.execute(mine).first() is not None
        self._begun.add(key)
        return taken

    def finish(self, key: str) -> None:
        """The tick has its outcome, and the next one of its probe may begin."""
        with self._database.begin() as connection:
            connection.execute(TICKS.delete().where(TICKS.c.key == key))
        self._begun.discard(key)

    def take_over(self, key: str) -> None:
        """From now on its worker, should it live, may promise nothing more and so writes nothing more."""
        with self._database.begin() as connection:
            connection.execute(
                TICKS.update().where(TICKS.c.key == key, TICKS.c.worker != self.worker).values(state=TAKEN)
            )

    def waiting(self) -> tuple[Waiting, ...]:
        """All ticks that are not finished, the oldest first."""
        with reading(self._database) as connection:
            rows = connection.execute(sa.select(TICKS).order_by(TICKS.c.due))
            return tuple(Waiting(**row._mapping) for row in rows)

    # -- workers

    def join(self) -> None:
        """This worker is at work."""
        with self._database.begin() as connection:
            now = now_of(connection)
            values = {"location": self.location, "began": now, "beat": now, "ended": None}
            _upsert(connection, WORKERS, {"name": self.worker}, values)

    def beat(self) -> float:
        """This worker lives; returns the database's time."""
        with self._database.begin() as connection:
            now = now_of(connection)
            connection.execute(WORKERS.update().where(WORKERS.c.name == self.worker).values(beat=now, ended=None))
            return now

    def leave(self) -> None:
        """This worker ends by its own will, with nothing under way."""
        with self._database.begin() as connection:
            now = now_of(connection)
            connection.execute(WORKERS.update().where(WORKERS.c.name == self.worker).values(ended=now))

    def workers(self) -> tuple[WorkerNow, ...]:
        """All workers that are known, the newest first."""
        return workers(self._database)

    def forget(self, names: Iterable[str]) -> None:
        """Workers that are gone, with nothing of theirs left."""
        with self._database.begin() as connection:
            connection.execute(WORKERS.delete().where(WORKERS.c.name.in_(list(names))))

    # -- who leads

    def lead(self, role: str, for_s: float) -> bool:
        """Whether this worker has the role for so many seconds from now; it is the first who asks while nobody has."""
        with self._database.begin() as connection:
            now = now_of(connection)
            mine = sa.or_(LEASES.c.holder == self.worker, LEASES.c.until < now)
            held = connection.execute(
                LEASES.update().where(LEASES.c.role == role, mine).values(holder=self.worker, until=now + for_s)
            )
            if held.rowcount:
                return True
            if connection.execute(sa.select(LEASES.c.role).where(LEASES.c.role == role)).first():
                return False
            _upsert(connection, LEASES, {"role": role}, {"holder": self.worker, "until": now + for_s}, replace=False)
            holder = connection.execute(sa.select(LEASES.c.holder).where(LEASES.c.role == role)).scalar_one()
            return bool(holder == self.worker)


def workers(database: sa.Engine) -> tuple[WorkerNow, ...]:
    """All workers that are known, the newest first."""
    with reading(database) as connection:
        rows = connection.execute(sa.select(WORKERS).order_by(WORKERS.c.began.desc()))
        return tuple(WorkerNow(**row._mapping) for row in rows)


def now_of(connection: sa.Connection) -> float:
    """The database's clock, not that of the transaction's beginning."""
    clock = (
        "extract(epoch from clock_timestamp())"
        if connection.dialect.name == "postgresql"
        else "(julianday('now') - 2440587.5) * 86400.0"
    )
    return float(connection.execute(sa.text(f"select {clock}")).scalar_one())


def _upsert(
    connection: sa.Connection,
    table: sa.Table,
    key: dict[str, object],
    values: dict[str, object],
    *,
    replace: bool = True,
) -> None:
    statement = inserting(connection.dialect.name, table).values(**key, **values)
    names: Sequence[str] = list(key)
    connection.execute(
        statement.on_conflict_do_update(index_elements=names, set_=values)
        if replace
        else statement.on_conflict_do_nothing(index_elements=names)
    )
