"""The probes' database on a real PostgreSQL: used by many at once, stopped and started, read-only, not found."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest
import sqlalchemy as sa
from outcomes import NOON, full, plain
from server import Server
from test_database import (  # noqa: F401
    test_a_database_of_a_newer_version_is_left_alone,
    test_a_new_database_is_of_the_newest_version,
    test_migrations_are_applied_in_order_and_each_once,
    test_of_many_workers_that_start_at_once_one_migrates,
)
from together import killed_while_it_recorded, opened_at_once

from journeys.model import TesterFault
from journeys.probes.complaints import DatabaseAway
from journeys.probes.database import METADATA, open_database, reading
from journeys.probes.history import History

WITH_TABLES = (
    "journeys.probes.alerts.tables", "journeys.probes.history.tables", "journeys.probes.promises",
    "journeys.probes.roster", "journeys.probes.sales.tables",
)  # fmt: skip
"""All that have tables: they have to be known to be compared."""


def test_processes_that_make_the_same_database_at_once_do_not_get_in_each_others_way(database: str) -> None:
    assert opened_at_once(database, 4) == ["open\n"] * 4


def test_what_was_recorded_before_a_kill_is_there_and_nothing_is_there_in_part(database: str) -> None:
    recorded, kept = killed_while_it_recorded(database, after=40)
    assert recorded <= kept.keys()
    assert [kept[key] for key in sorted(kept)] == [full(NOON, key=key) for key in sorted(kept)]


def test_a_server_that_was_stopped_is_away_and_is_used_again_when_it_is_back(server: Server, history: History) -> None:
    history.record(plain(NOON))
    server.stop()
    try:
        with pytest.raises(DatabaseAway, match=r"it cannot be reached|it is stopping or starting"):
            history.record(plain(NOON + 60))
    finally:
        server.start()
    assert history.record(plain(NOON + 60)) is True
    assert history.last_due("checkout") == NOON + 60


def test_a_connection_that_the_server_ended_costs_nothing(server: Server, history: History) -> None:
    history.record(plain(NOON))
    server.cluster.ask("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'journeys'")
    assert history.record(plain(NOON + 60)) is True


def test_all_questions_of_one_reading_are_answered_as_of_one_moment(history: History, engine: sa.Engine) -> None:
    count, level = "select count(*) from journeys_runs", "show transaction_isolation"
    with reading(engine) as connection:
        before = connection.exec_driver_sql(count).scalar()
        history.record(plain(NOON))
        assert (before, connection.exec_driver_sql(count).scalar()) == (0, 0)
        assert connection.exec_driver_sql(level).scalar() == "repeatable read"
    with engine.begin() as connection:
        assert connection.exec_driver_sql(level).scalar() == "read committed"


def test_a_wrong_password_is_not_taken_for_a_server_that_is_away(database: str) -> None:
    wrong = sa.make_url(database).set(password="wrong").render_as_string(hide_password=False)
    with pytest.raises(TesterFault) as caught:
        open_database(wrong)
    assert not isinstance(caught.value, DatabaseAway)
    assert "see user and password in its address" in str(caught.value)


def test_a_database_that_is_not_there_is_named(database: str) -> None:
    with pytest.raises(TesterFault, match=r"/nowhere: there is no such database .*; make it with createdb"):
        open_database(sa.make_url(database).set(database="nowhere").render_as_string(hide_password=False))


def test_one_that_takes_no_writes_is_said_to_take_none(server: Server, database: str, history: History) -> None:
    name = sa.make_url(database).database
    server.cluster.ask(f"alter database {name} set default_transaction_read_only = on")
    read_only = open_database(database)
    with pytest.raises(TesterFault, match=r"it takes no writes .*; give the address of the primary"):
        History(read_only).record(plain())
    assert History(read_only).latest() == ()
    read_only.dispose()


def test_the_tables_are_those_that_the_program_asks(engine: sa.Engine, server: Server) -> None:
    """What the migrations have made of a database is what ``METADATA`` says of it today."""
    fresh = sa.create_engine(sa.make_url(server.database()).set(drivername="postgresql+psycopg"))
    for subject in WITH_TABLES:
        import_module(subject)
    METADATA.create_all(fresh)
    assert _columns(engine) == {**_columns(fresh), "journeys_schema": _columns(engine)["journeys_schema"]}
    assert _indexes(engine) == _indexes(fresh) | {each for each in _indexes(engine) if "journeys_schema" in each}
    fresh.dispose()


def test_processes_and_kills_are_the_same_to_sqlite(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path}/probes.sqlite3"
    assert opened_at_once(database, 3) == ["open\n"] * 3
    recorded, kept = killed_while_it_recorded(database, after=40)
    assert recorded <= kept.keys()
    assert [kept[key] for key in sorted(kept)] == [full(NOON, key=key) for key in sorted(kept)]


def _columns(engine: sa.Engine) -> dict[str, list[tuple[str, str, bool]]]:
    seen = sa.inspect(engine)
    return {
        table: sorted((each["name"], str(each["type"]), bool(each["nullable"])) for each in seen.get_columns(table))
        for table in seen.get_table_names()
    }


def _indexes(engine: sa.Engine) -> set[str]:
    with engine.connect() as connection:
        return set(connection.exec_driver_sql("select indexdef from pg_indexes where schemaname = 'public'").scalars())
