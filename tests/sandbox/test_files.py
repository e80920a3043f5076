"""Files of the state are whole at every moment, and databases are copied while they are in use."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from sandbox import files


def database(path: Path, *values: int) -> Path:
    with closing(sqlite3.connect(path)) as made, made:
        made.execute("pragma journal_mode=wal")
        made.execute("create table sales (id integer)")
        made.executemany("insert into sales values (?)", [(value,) for value in values])
    return path


def test_a_written_file_is_private_and_leaves_no_other(tmp_path: Path) -> None:
    files.write(tmp_path / "a.json", "old")
    files.write(tmp_path / "a.json", "new")
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]
    assert ((tmp_path / "a.json").read_text(), (tmp_path / "a.json").stat().st_mode & 0o777) == ("new", 0o600)


def test_a_database_is_replaced_under_an_open_connection(tmp_path: Path) -> None:
    seed, live = database(tmp_path / "seed.db", 1), database(tmp_path / "live.db", 1, 2, 3)
    with closing(sqlite3.connect(live)) as open_one:
        assert open_one.execute("select count(*) from sales").fetchone() == (3,)
        files.copy_database(seed, live)
        assert open_one.execute("select count(*) from sales").fetchone() == (1,)
        with open_one:
            open_one.execute("insert into sales values (7)")
        assert open_one.execute("pragma journal_mode").fetchone() == ("wal",)


def test_a_locked_database_is_given_up_in_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "PATIENCE", 0.2)
    seed, live = database(tmp_path / "seed.db", 1), database(tmp_path / "live.db", 1, 2)
    with closing(sqlite3.connect(live, isolation_level=None)) as writer:
        writer.execute("begin immediate")
        with pytest.raises((TimeoutError, sqlite3.OperationalError)):
            files.copy_database(seed, live)


def test_a_folder_is_replaced_as_a_whole(tmp_path: Path) -> None:
    for name, text in (("seed", "seeded"), ("live", "changed")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "words").write_text(text)
    (tmp_path / "live" / "more").touch()
    files.replace_folder(tmp_path / "seed", tmp_path / "live")
    assert [path.name for path in (tmp_path / "live").iterdir()] == ["words"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["live", "seed"]


def test_sources_are_what_people_write(tmp_path: Path) -> None:
    for name in ("recipe.py", "site/seed.py", "site/__pycache__/seed.pyc", ".cache/x"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert sorted(path.name for path in files.sources(tmp_path)) == ["recipe.py", "seed.py"]
