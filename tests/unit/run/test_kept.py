"""Histories of earlier runs are found again: by id, by path, the latest; and what is not there is told with what is."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from journeys.run.kept import NoSuchRun, find, kept, prune


@pytest.fixture
def output(tmp_path: Path) -> Path:
    """Three runs: two by hand and, the newest, one of a drill."""
    for age, run in enumerate(("drill/runs/aa11", "runs/bb22", "runs/ab33")):
        path = tmp_path / run / "history.ndjson"
        path.parent.mkdir(parents=True)
        path.write_text("{}\n")
        os.utime(path, (1000 - age, 1000 - age))
    (tmp_path / "runs" / "no-history").mkdir()
    return tmp_path


def test_the_newest_comes_first(output: Path) -> None:
    assert list(kept(output)) == ["aa11", "bb22", "ab33"]


@pytest.mark.parametrize(
    ("asked", "found"),
    [("latest", "drill/runs/aa11"), ("bb22", "runs/bb22"), ("aa11", "drill/runs/aa11"), ("b", "runs/bb22")],
)
def test_a_run_is_found_by_its_id_or_as_the_latest(output: Path, asked: str, found: str) -> None:
    assert find(asked, output) == output / found / "history.ndjson"


def test_a_run_is_found_by_its_path(output: Path, tmp_path: Path) -> None:
    folder = output / "runs" / "bb22"
    elsewhere = tmp_path / "nothing"
    assert find(str(folder), elsewhere) == find(str(folder / "history.ndjson"), elsewhere) == folder / "history.ndjson"


@pytest.mark.parametrize(
    ("asked", "says"),
    [("zz", "no run zz .* there are aa11, bb22, ab33"), ("a", "several runs begin with a: aa11, ab33")],
)
def test_what_is_not_there_is_told_with_what_is(output: Path, asked: str, says: str) -> None:
    with pytest.raises(NoSuchRun, match=says):
        find(asked, output)


def test_where_nothing_is_kept_that_is_said(tmp_path: Path) -> None:
    with pytest.raises(NoSuchRun, match=r"no run latest is kept below .*: there is none"):
        find("latest", tmp_path)


def test_several_folders_are_looked_through(output: Path, tmp_path: Path) -> None:
    assert find("bb22", tmp_path / "nothing", output) == output / "runs" / "bb22" / "history.ndjson"


def test_where_nobody_asked_for_a_report_only_the_newest_are_kept(output: Path) -> None:
    prune(output / "runs", keep=1)
    assert [path.name for path in sorted((output / "runs").iterdir())] == ["bb22", "no-history"]
