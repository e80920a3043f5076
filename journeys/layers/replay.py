"""How far a PostgreSQL replica has replayed its primary's commits, and how to let it catch up once.

Positions in the log alone do not tell: checkpoints and the like move the primary's on without a change to see. So what
is compared are the transactions that the primary has committed and the replica has seen committed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from psycopg import Connection, sql

from journeys.model import TesterFault
from journeys.run.clock import Clock
from journeys.run.settle import attempts

_DELAY: Final = "recovery_min_apply_delay"

_REPLAY: Final = f"""
SELECT pg_is_wal_replay_paused(), (SELECT setting::float / 1000 FROM pg_settings WHERE name = '{_DELAY}'),
       extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp())::float,
       pg_snapshot_xmin(pg_current_snapshot())::text::bigint"""

_COMMITTED: Final = """
SELECT array(SELECT x FROM generate_series(%s::bigint, pg_snapshot_xmax(pg_current_snapshot())::text::bigint - 1) x
             WHERE pg_xact_status(x::text::xid8) = 'committed')"""

_NOT_REPLAYED: Final = """
SELECT array(SELECT x FROM unnest(%s::bigint[]) x
             WHERE CASE WHEN x >= pg_snapshot_xmax(s)::text::bigint THEN true  -- not begun here: it has no status yet
                        ELSE pg_xact_status(x::text::xid8) <> 'committed' END)
FROM pg_current_snapshot() s"""

_OLDEST: Final = """
SELECT extract(epoch FROM clock_timestamp() - min(pg_xact_commit_timestamp(x::text::xid8::xid)))::float
FROM unnest(%s::bigint[]) x WHERE current_setting('track_commit_timestamp')::bool"""

_SET: Final = sql.SQL(f"ALTER SYSTEM SET {_DELAY} = {{}}")
_RESET: Final = sql.SQL(f"ALTER SYSTEM RESET {_DELAY}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lag:
    """What a replica still has to replay: how many commits, and how long ago, at most, the oldest of them was made.

    ``delay_s`` is how long after they were made it replays them; ``paused``: not at all for now.
    """

    commits: int
    oldest_s: float
    delay_s: float
    paused: bool


def lag(primary: Connection[Any], replica: Connection[Any]) -> Lag:
    """What the replica lacks of what was committed when this began."""
    paused, delay_s, since_last_s, oldest_open = _row(replica, _REPLAY)
    (committed,) = _row(primary, _COMMITTED, oldest_open)
    # The replica is asked after the primary: what arrives in between makes it seem less behind, never more.
    missing = _row(replica, _NOT_REPLAYED, committed)[0] if committed else []
    oldest_s = _row(primary, _OLDEST, missing)[0] if missing else 0.0
    # Without timestamps of commits: the oldest one to come was made after the last one that was replayed.
    for known in (oldest_s, since_last_s):
        if known is not None:
            return Lag(commits=len(missing), oldest_s=known, delay_s=delay_s, paused=paused)
    return Lag(commits=len(missing), oldest_s=delay_s, delay_s=delay_s, paused=paused)


def catch_up(replica: Connection[Any], goal: str, clock: Clock, within_s: float) -> str:
    """Let it replay up to a position in the log, without delay or pause; both are put back, and said in words."""
    paused, delay_ms, file = _row(
        replica, f"SELECT pg_is_wal_replay_paused(), setting, sourcefile FROM pg_settings WHERE name = '{_DELAY}'"
    )
    own = str(file or "").endswith("postgresql.auto.conf")
    with _undelayed(replica, _SET.format(sql.Literal(f"{delay_ms}ms")) if own else _RESET, int(delay_ms)):
        try:
            replica.execute("SELECT pg_wal_replay_resume()")
            _wait(replica, goal, clock, within_s)
        finally:
            if paused:
                replica.execute("SELECT pg_wal_replay_pause()")
                _until(replica, "SELECT 'paused', pg_get_wal_replay_pause_state() = 'paused'", clock, within_s)
    return f"a delay of {int(delay_ms) / 1000:g} s, {'paused' if paused else 'not paused'}"


@contextmanager
def _undelayed(replica: Connection[Any], back: sql.Composed | sql.SQL, delay_ms: int) -> Iterator[None]:
    if not delay_ms:
        yield
        return
    try:
        _apply(replica, _SET.format(sql.Literal("0")))
        yield
    finally:
        _apply(replica, back)


def _apply(replica: Connection[Any], setting: sql.Composed | sql.SQL) -> None:
    replica.execute(setting)
    replica.execute("SELECT pg_reload_conf()")


def _wait(replica: Connection[Any], goal: str, clock: Clock, within_s: float) -> None:
    reached = f"SELECT pg_last_wal_replay_lsn()::text, pg_last_wal_replay_lsn() >= '{goal}'::pg_lsn"
    there, position = _until(replica, reached, clock, within_s)
    if not there:
        raise TesterFault(
            f"the replica has replayed up to {position}, not to {goal}, within {within_s:g} s: is it connected?"
        )


def _until(replica: Connection[Any], query: str, clock: Clock, within_s: float) -> tuple[bool, str]:
    """Whether the second column came true in time, and the first one at last."""
    for _ in attempts(clock, within_s):
        said, true = _row(replica, query)
        if true:
            break
    return bool(true), str(said)


def _row(connection: Connection[Any], query: str, *values: object) -> tuple[Any, ...]:
    row: tuple[Any, ...] | None = connection.execute(query.encode(), values or None).fetchone()
    if row is None:
        raise TesterFault(f"the database answered nothing to: {' '.join(query.split())}")
    return row
