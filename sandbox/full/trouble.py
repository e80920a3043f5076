"""What can ail the database of one store: slow statements, a locked table, no connections left, no writes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import TYPE_CHECKING, Final

from sandbox.full.postgresql import Cluster

if TYPE_CHECKING:
    import psycopg

NAME: Final = "planted"
_REFILL_S: Final = 0.1
_PAUSE_S: Final = 1.0
_SETTINGS: Final = """
    select count(*) from pg_db_role_setting join pg_database on setdatabase = pg_database.oid where datname = '{store}'
"""
_EXISTS: Final = "select count(*) from pg_database where datname = '{store}'"
_FUNCTION: Final = """
    create or replace function {name}() returns trigger language plpgsql as $$
    begin perform pg_sleep({seconds}); return null; end $$
"""


@dataclass(slots=True, kw_only=True)
class Trouble:
    """The database of one store. What holds connections lives in this process, and ends with it."""

    store: str
    cluster: Cluster
    url: str = field(repr=False)
    _over: Event = field(default_factory=Event)
    _threads: list[Thread] = field(default_factory=list)

    def slow(self, table: str, seconds: float) -> None:
        """Every statement that inserts into the table takes so much longer."""
        self.sql(
            _FUNCTION.format(name=NAME, seconds=seconds),
            f"create trigger {NAME} before insert on {table} for each statement execute function {NAME}()",
        )

    def lock(self, table: str, seconds: float) -> None:
        """Somebody locks the table for so long, lets others in for a second, and locks it again."""

        def hold() -> None:
            with self._connected() as connection:
                while not self._over.is_set():
                    connection.execute(f"lock table {table} in access exclusive mode")
                    self._over.wait(seconds)
                    connection.rollback()
                    self._over.wait(_PAUSE_S)

        self._begin(hold)

    def use_up_connections(self) -> None:
        """Take every connection that the database server has to give, and each that comes free."""
        taken = Event()

        def take() -> None:
            held: list[psycopg.Connection] = []
            try:
                while not self._over.is_set():
                    try:
                        held.append(self._connected())
                    except OSError:
                        taken.set()
                        self._over.wait(_REFILL_S)
            finally:
                taken.set()
                for each in held:
                    each.close()

        self._begin(take)
        taken.wait()

    def refuse_writes(self) -> None:
        """New transactions only read, as when the disk is full and the database protects itself."""
        self.sql(f'alter database "{self.store}" set default_transaction_read_only = on')
        self._end_sessions()

    def sql(self, *statements: str) -> None:
        """Statements in the store's database, as somebody who may do everything."""
        self.cluster.ask("set default_transaction_read_only = off", *statements, database=self.store)

    def heal(self) -> None:
        """End all of that; a store that was never started has no database that could ail."""
        self._over.set()
        for thread in self._threads:
            thread.join()
        self._threads.clear()
        self._over.clear()
        if self.cluster.ask(_EXISTS.format(store=self.store)) == "0":
            return
        self.sql(f"drop function if exists {NAME}() cascade")
        if self.cluster.ask(_SETTINGS.format(store=self.store)) != "0":
            self.cluster.ask(f'alter database "{self.store}" reset default_transaction_read_only')
            self._end_sessions()

    def _connected(self) -> psycopg.Connection:
        """A connection under a name of its own; OSError when there is none to be had."""
        import psycopg  # nobody needs the driver who plants nothing

        try:
            return psycopg.connect(self.url, application_name=NAME)
        except psycopg.OperationalError as error:
            raise ConnectionError(str(error)) from error

    def _begin(self, deed: Callable[[], None]) -> None:
        thread = Thread(target=deed, name=f"{NAME} in {self.store}", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _end_sessions(self) -> None:
        """A session keeps the setting that it began with."""
        self.cluster.ask(f"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{self.store}'")
