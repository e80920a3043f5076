"""The probes' database: how it is opened, how it grows from version to version, and what it says when it cannot."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterable
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest
import sqlalchemy as sa

from journeys.model import TesterFault
from journeys.probes import database as databases
from journeys.probes.complaints import DatabaseAway
from journeys.probes.database import METADATA, migrate, open_database, reading
from journeys.probes.migrations import MIGRATIONS


def one_table(name: str) -> databases.Migration:
    def migration(connection: sa.Connection) -> None:
        connection.exec_driver_sql(f"create table journeys_{name} (what text)")

    return migration


def broken(connection: sa.Connection) -> None:
    connection.exec_driver_sql("create table journeys_half (what text)")
    connection.exec_driver_sql("create table")


def tables(engine: sa.Engine) -> set[str]:
    return set(sa.inspect(engine).get_table_names())


def versions(engine: sa.Engine) -> list[int]:
    with reading(engine) as connection:
        return list(connection.exec_driver_sql("select version from journeys_schema order by version").scalars())


def test_a_new_database_is_of_the_newest_version(engine: sa.Engine) -> None:
    assert versions(engine) == list(range(1, len(MIGRATIONS) + 1))
    assert migrate(engine) == 0


def test_its_folder_is_made(tmp_path: Path) -> None:
    open_database(f"sqlite:///{tmp_path}/deep/down/probes.sqlite3").dispose()
    assert (tmp_path / "deep" / "down" / "probes.sqlite3").exists()


def test_the_tables_are_those_that_the_program_asks(engine: sa.Engine, tmp_path: Path) -> None:
    """What the migrations have made of a database is what ``METADATA`` says of it today."""
    fresh = sa.create_engine(f"sqlite:///{tmp_path}/fresh.sqlite3")
    METADATA.create_all(fresh)
    names = {name for name in METADATA.tables if name.startswith("journeys_")}
    assert names >= {"journeys_runs", "journeys_readings"}
    for name in sorted(names):
        assert _described(engine, name) == _described(fresh, name)


def test_migrations_are_applied_in_order_and_each_once(database: str) -> None:
    first, second = open_database(database, [one_table("a")]), open_database(database, [one_table("a"), one_table("b")])
    assert tables(second) == {"journeys_schema", "journeys_a", "journeys_b"}
    assert versions(first) == [1, 2]


def test_a_migration_that_breaks_off_leaves_the_version_before_it(database: str) -> None:
    open_database(database, [one_table("a")]).dispose()
    with pytest.raises(sa.exc.OperationalError):
        open_database(database, [one_table("a"), broken])
    again = open_database(database, [one_table("a")])
    assert (tables(again), versions(again)) == ({"journeys_schema", "journeys_a"}, [1])


def test_of_many_workers_that_start_at_once_one_migrates(database: str) -> None:
    start, applied = Barrier(6), []
    engines = [open_database(database, ()) for _ in range(6)]

    def begin(engine: sa.Engine) -> None:
        start.wait()
        applied.append(migrate(engine, [one_table("a"), one_table("b"), one_table("c")]))

    threads = [Thread(target=begin, args=(engine,)) for engine in engines]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sum(applied) == 3
    assert len(applied) == 6


def test_a_database_of_a_newer_version_is_left_alone(database: str) -> None:
    open_database(database, [one_table("a"), one_table("b")]).dispose()
    with pytest.raises(
        TesterFault, match=r"made by a newer version .* of version 2, .* up to 1; install the newer one"
    ):
        open_database(database, [one_table("a")])


def test_on_sqlite_a_commit_is_on_disk_and_readers_keep_nobody_waiting(engine: sa.Engine) -> None:
    asked = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
    with engine.connect() as connection:
        assert [connection.exec_driver_sql(f"pragma {name}").scalar() for name in asked] == ["wal", 2, 1, 30_000]
    with reading(engine) as reader, engine.begin() as writer:
        reader.exec_driver_sql("select count(*) from journeys_facts").scalar()
        writer.exec_driver_sql("insert into journeys_facts (fact) values ('orders')")


def test_two_that_read_before_they_write_wait_for_each_other(engine: sa.Engine) -> None:
    """Without the lock from the beginning the second would fail at once: what it has read is no longer so."""
    with engine.begin() as connection:
        connection.exec_driver_sql("insert into journeys_facts (id, fact) values (1, '0')")
    start = Barrier(4)

    def add() -> None:
        start.wait()
        for _ in range(20):
            with engine.begin() as connection:
                count = connection.exec_driver_sql("select fact from journeys_facts").scalar()
                connection.exec_driver_sql(f"update journeys_facts set fact = '{int(count or 0) + 1}'")

    threads = [Thread(target=add) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    with reading(engine) as connection:
        assert connection.exec_driver_sql("select fact from journeys_facts").scalar() == "80"


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("probes.sqlite3", "the address of the probes' database is none; allowed: sqlite:///path"),
        ("sqlite://", "cannot keep their history in sqlite://; allowed"),
        ("sqlite:///:memory:", "cannot keep their history in sqlite:///%3Amemory%3A; allowed"),
        ("mysql://me:secret@db/x", r"cannot keep their history in mysql://me:\*\*\*@db/x; allowed"),
        ("postgresql+psycopg2://db/x", r"cannot keep their history in postgresql\+psycopg2://db/x; allowed"),
    ],
)
def test_other_addresses_are_refused_with_those_that_are_allowed(url: str, says: str) -> None:
    with pytest.raises(TesterFault, match=says):
        open_database(url)


def test_a_server_that_is_not_there_is_away_and_its_password_is_not_told() -> None:
    with pytest.raises(DatabaseAway, match=r"cannot be reached .*; start it, or see host and port") as caught:
        open_database("postgresql://me:secret@127.0.0.1:1/journeys")
    assert "me:***@127.0.0.1:1" in str(caught.value)
    assert "secret" not in str(caught.value)


def test_a_missing_driver_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(TesterFault, match=r"asked through psycopg, which is missing: install journeys\[probes\]"):
        open_database("postgresql://db/journeys")


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(TesterFault, match=r"cannot make .*file/deep for the probes' database: Not a directory"):
        open_database(f"sqlite:///{tmp_path}/file/deep/probes.sqlite3")


def test_a_folder_is_no_database(tmp_path: Path) -> None:
    with pytest.raises(TesterFault, match="its file cannot be opened"):
        open_database(f"sqlite:///{tmp_path}")


def test_a_file_of_something_else_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear Sir or Madam, " * 99)
    with pytest.raises(TesterFault, match=r"is not a database, or is damaged .*; restore a copy"):
        open_database(f"sqlite:///{path}")
    assert path.read_text() == "Dear Sir or Madam, " * 99


def test_a_full_disk_is_said_to_be_full(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("pragma max_page_count = 1")
        with pytest.raises(TesterFault, match=r"its disk is full .*; make room there"):
            connection.exec_driver_sql(f"insert into journeys_facts (fact) values ('{'x' * 100_000}')")


def test_a_database_that_takes_no_writes_is_said_to_take_none(engine: sa.Engine) -> None:
    with engine.connect() as connection:
        connection.exec_driver_sql("pragma query_only = on")
        with pytest.raises(TesterFault, match="it takes no writes"):
            connection.exec_driver_sql("insert into journeys_facts (fact) values ('orders')")


def test_one_that_stays_locked_may_be_free_a_little_later(engine: sa.Engine, database: str) -> None:
    with sqlite3.connect(database.removeprefix("sqlite:///")) as other:
        other.execute("begin immediate")
        with engine.connect() as connection:
            connection.get_isolation_level()
            raw = connection.connection.driver_connection
            assert isinstance(raw, sqlite3.Connection)
            raw.execute("pragma busy_timeout = 1")
            with pytest.raises(DatabaseAway, match="another process has kept it locked for too long"):
                connection.exec_driver_sql("select 1")


def test_a_mistake_of_the_program_stays_what_it_is(engine: sa.Engine) -> None:
    with engine.begin() as connection, pytest.raises(sa.exc.OperationalError, match="no such table"):
        connection.exec_driver_sql("select * from nobody")


def _described(engine: sa.Engine, table: str) -> tuple[object, ...]:
    seen = sa.inspect(engine)
    columns = {each["name"]: (str(each["type"]), each["nullable"]) for each in seen.get_columns(table)}
    return columns, seen.get_pk_constraint(table), *map(_sorted, (
        seen.get_indexes(table), seen.get_unique_constraints(table), seen.get_foreign_keys(table)
    ))  # fmt: skip


def _sorted(told: Iterable[Any]) -> list[str]:
    """In one order, and with the text of what an index is limited to."""

    def only(each: Any) -> list[str]:
        return [str(condition) for condition in each.get("dialect_options", {}).values()]

    return sorted(str({**each, "dialect_options": only(each)}) for each in told)
