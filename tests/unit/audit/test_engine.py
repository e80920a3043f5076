"""The database of an audit: a folder that goes with it, bounded memory, and clear words when something is full."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from journeys.audit.engine import Engine
from journeys.audit.sources import Unreadable
from journeys.model import TesterFault

NUMBERS = pa.schema([pa.field("n", pa.int64())])


def _batches(count: int, broken: bool = False) -> Iterator[pa.RecordBatch]:
    for at in range(count):
        yield pa.record_batch([pa.array(range(at * 1000, at * 1000 + 1000))], schema=NUMBERS)
    if broken:
        raise Unreadable("may.xml line 212: the file ends within an entry")


def test_it_leaves_nothing_behind(tmp_path: Path) -> None:
    with Engine(folder=tmp_path) as engine:
        room = engine.room("sales")
        room.run("CREATE TABLE t AS SELECT 1 AS n")
        assert list(tmp_path.iterdir())
    assert list(tmp_path.iterdir()) == []


def test_rooms_do_not_know_each_others_tables(tmp_path: Path) -> None:
    with Engine(folder=tmp_path) as engine:
        for number in (1, 2):
            engine.room("sales").run(f"CREATE TABLE t AS SELECT {number} AS n")
        assert engine.room("sales").one("SELECT count(*) FROM duckdb_tables()") == (2,)


def test_records_are_loaded_as_they_come(tmp_path: Path) -> None:
    with Engine(folder=tmp_path) as engine:
        room = engine.room("sales")
        room.run("CREATE TABLE t (n BIGINT)")
        assert room.load("INSERT INTO t SELECT n FROM incoming", _batches(5), NUMBERS) == 5000
        assert list(room.rows("SELECT n FROM t ORDER BY n LIMIT 2")) == [(0,), (1,)]


def test_what_a_source_raises_arrives_as_it_was(tmp_path: Path) -> None:
    with Engine(folder=tmp_path) as engine:
        room = engine.room("sales")
        room.run("CREATE TABLE t (n BIGINT)")
        with pytest.raises(Unreadable, match=r"^may\.xml line 212: "):
            room.load("INSERT INTO t SELECT n FROM incoming", _batches(2, broken=True), NUMBERS)
        assert room.one("SELECT count(*) FROM t") == (0,)


def test_more_than_the_memory_is_spilled(tmp_path: Path) -> None:
    with Engine(folder=tmp_path, memory_mb=100, threads=1) as engine:
        room = engine.room("sales")
        room.run("CREATE TABLE t AS SELECT range AS n, md5(range::VARCHAR) AS text FROM range(1_000_000)")
        counted = room.one("SELECT count(*) FROM (SELECT text, any_value(n) FROM t GROUP BY text)")
        assert counted == (1_000_000,)


def test_a_full_disk_is_said(tmp_path: Path) -> None:
    with Engine(folder=tmp_path, memory_mb=60, threads=1) as engine:
        room = engine.room("sales")
        room.run("SET max_temp_directory_size = '1MB'")
        with pytest.raises(TesterFault, match=r"disk of .* is full"):
            room.run("CREATE TABLE t AS SELECT text FROM (SELECT md5(range::VARCHAR) AS text FROM range(5_000_000))"
                     " ORDER BY text")  # fmt: skip


def test_a_folder_that_cannot_be_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(TesterFault, match="no folder for the audit's database"), Engine(folder=tmp_path / "file"):
        pass


def test_after_it_is_closed_nothing_is_asked(tmp_path: Path) -> None:
    with Engine(folder=tmp_path) as engine:
        room = engine.room("sales")
    with pytest.raises(TesterFault, match="is closed"):
        list(room.rows("SELECT 1"))
    with pytest.raises(TesterFault, match="is closed"):
        engine.room("sales")


def test_it_opens_no_file_and_no_extension(tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_text("a\n1\n")
    with Engine(folder=tmp_path) as engine, pytest.raises(TesterFault):
        engine.room("sales").run(f"SELECT * FROM read_csv('{tmp_path}/secret.csv')")
