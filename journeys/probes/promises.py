"""The journal of compensations that all workers share: what must be undone, whoever of them is left to do it.

A promise is in the database before what it undoes is done. One who was taken over can promise nothing more, so that a
worker that was frozen and wakes up buys nothing behind the back of those who cleaned up after it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import uuid4

import sqlalchemy as sa

from journeys.model import TesterFault
from journeys.probes.database import METADATA, reading
from journeys.probes.roster import BEGUN, TICKS, now_of
from journeys.run.journal import Compensation

PROMISES: Final = sa.Table(
    "journeys_promises",
    METADATA,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("key", sa.String(200), nullable=False, index=True),
    sa.Column("run", sa.String(40), nullable=False),
    sa.Column("store", sa.String(120), nullable=False),
    sa.Column("kind", sa.String(40), nullable=False),
    sa.Column("target", sa.Text, nullable=False),
    sa.Column("owner", sa.String(120), nullable=False),
    sa.Column("at", sa.Double, nullable=False),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """One thing to undo, of the run of one tick; ``age_s`` is how long ago it was promised."""

    key: str
    compensation: Compensation
    age_s: float


class SharedJournal:
    """What the run of one tick promises, in the same words as the journal on disk."""

    def __init__(self, database: sa.Engine, *, worker: str, key: str = "") -> None:
        self._database = database
        self._key = key
        self._worker = worker

    def plan(self, *, run: str, store: str, kind: str, target: str) -> Compensation:
        """Promise to undo something that is about to be done; TesterFault when it may not be done any more."""
        promised = Compensation(id=uuid4().hex, run=run, store=store, kind=kind, target=target, owner=self._worker)
        with self._database.begin() as connection:
            # Locked, so that who takes the tick over comes before this or after it, and then sees it.
            state = connection.execute(
                sa.select(TICKS.c.state)
                .where(TICKS.c.key == self._key, TICKS.c.worker == self._worker)
                .with_for_update()
            ).scalar_one_or_none()
            if state != BEGUN:
                raise TesterFault(f"{self._key} was taken over from {self._worker}: nothing more is bought")
            connection.execute(PROMISES.insert().values(_row(self._key, promised, now_of(connection))))
        return promised

    def done(self, compensation: Compensation) -> None:
        """Note that it is undone; TesterFault when that cannot be, and then it is undone once more."""
        with self._database.begin() as connection:
            connection.execute(PROMISES.delete().where(PROMISES.c.id == compensation.id))


def open_promises(database: sa.Engine, *, key: str = "") -> tuple[Promise, ...]:
    """What waits to be undone, of one tick or of all that nobody is at any more; the latest first."""
    with reading(database) as connection:
        now = now_of(connection)
        # A tick that is gone has its outcome; one that was taken over is being dealt with by whoever asks.
        alive = sa.select(TICKS.c.key).where(TICKS.c.state == BEGUN)
        mine = PROMISES.c.key == key if key else PROMISES.c.key.not_in(alive)
        rows = connection.execute(sa.select(PROMISES).where(mine).order_by(PROMISES.c.at.desc())).all()
    return tuple(
        Promise(
            key=row.key,
            compensation=Compensation(
                id=row.id, run=row.run, store=row.store, kind=row.kind, target=row.target, owner=row.owner
            ),
            age_s=now - row.at,
        )
        for row in rows
    )


def _row(key: str, promised: Compensation, at: float) -> dict[str, object]:
    return {
        "id": promised.id,
        "key": key,
        "run": promised.run,
        "store": promised.store,
        "kind": promised.kind,
        "target": promised.target,
        "owner": promised.owner,
        "at": at,
    }
