"""A PostgreSQL database, asked how it is: connections, locks, slow statements, and whether it takes writes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

import psycopg

_PATIENCE_S: Final = 3
_LONG_S: Final = 2.0
_ITS_OWN: Final = re.compile(r"too many (clients|connections)|connection slots|the database system is")
"""Why a database takes nobody. Any other refusal, such as of a password, may be the tester's own mistake."""
_WAITS: Final = """
    select count(*), coalesce(max(extract(epoch from now() - state_change)), 0),
           coalesce(max(left(query, 60)), '')
    from pg_stat_activity
    where wait_event_type = 'Lock' and state = 'active' and pid <> pg_backend_pid()
      and datname = current_database() and now() - query_start > make_interval(secs => %s)
"""
_SLOW: Final = """
    select count(*), coalesce(max(extract(epoch from now() - query_start)), 0),
           coalesce(max(left(query, 60)), '')
    from pg_stat_activity
    where state = 'active' and backend_type = 'client backend' and pid <> pg_backend_pid()
      and datname = current_database() and coalesce(wait_event_type, '') not in ('Lock', 'IPC')
      and now() - query_start > make_interval(secs => %s)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    """Asks the primary at ``url``; reads its own views alone, and never waits for longer than 3 s.

    Unwell is one that takes no connection for want of one, takes no writes, or where statements of this database wait
    for a lock or run for more than 2 s.
    """

    url: str = field(repr=False)
    part: str = "database"

    def ask(self) -> tuple[bool | None, str]:
        """Whether it is well, and what is wrong."""
        options = f"-c statement_timeout={_PATIENCE_S * 1000}"
        try:
            with psycopg.connect(self.url, connect_timeout=_PATIENCE_S, autocommit=True, options=options) as connection:
                return _well(connection)
        except psycopg.OperationalError as error:
            said = _line(str(error))
            return (False if _ITS_OWN.search(said) else None), said[-160:]
        except psycopg.Error as error:
            return None, _line(str(error))[-160:]


def _well(connection: psycopg.Connection) -> tuple[bool, str]:
    wrong = []
    (read_only,) = connection.execute("show transaction_read_only").fetchone() or ("off",)
    if read_only == "on":
        wrong.append("it takes no writes (transaction_read_only is on)")
    for words, query in (("wait for a lock", _WAITS), ("run", _SLOW)):
        count, longest, statement = connection.execute(query, (_LONG_S,)).fetchone() or (0, 0.0, "")
        if count:
            wrong.append(f"statements that {words}: {count}, for up to {float(longest):.1f} s: {_line(statement)}")
    return not wrong, "; ".join(wrong) or "it takes reads and writes"


def _line(statement: str) -> str:
    return " ".join(statement.split())
