"""``journeys history`` and ``journeys export``: what became of probes, in a terminal and for other tools."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from pyarrow import parquet

sys.path.insert(0, str(Path(__file__).parents[1] / "probes"))

from outcomes import NOON, brief, full, plain

from journeys.cli import main
from journeys.cli.history import moment
from journeys.config import ConfigError
from journeys.probes.history import History
from journeys.probes.outcome import State, outcome_from


@pytest.fixture
def database(tmp_path: Path) -> str:
    """A database with one outcome that has everything, and a few that have nothing."""
    url = f"sqlite:///{tmp_path}/probes.sqlite3"
    history = History.at(url)
    history.record(full())
    history.record(plain(NOON + 60, probe="book", store="booking", state=State.SKIPPED, reason="the last run goes on"))
    history.record(plain(NOON + 120))
    history.close()
    return url


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as end:
        main([*arguments])
    told = capsys.readouterr()
    assert isinstance(end.value.code, int)
    return end.value.code, told.out, " ".join(told.err.split())


@pytest.fixture(autouse=True)
def _wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("journeys.cli.console.out._width", 140)


def test_the_newest_outcomes_come_first(capsys: pytest.CaptureFixture[str], database: str) -> None:
    code, out, _ = said(capsys, "history", "--database", database)
    lines = [line.split() for line in out.splitlines()]
    assert code == 0
    assert [line[:2] for line in lines if line and line[0] in "✓✗–"] == [
        ["✓", "PASSED"],
        ["–", "SKIPPED"],
        ["✗", "FAILED"],
    ]
    assert "2025-10-09 09:01:00 book@1760000460 booking" in " ".join(out.split())
    assert "the last run goes on" in out
    assert "FAIL freshness: the product page showed 20" in out


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (["--probe", "book"], ["book@1760000460"]),
        (["--store", "shop", "--limit", "1"], ["checkout@1760000520"]),
        (["--state", "failed", "--state", "skipped"], ["book@1760000460", "checkout@1760000400"]),
        (["--since", "2025-10-09T09:02"], ["checkout@1760000520"]),
        (["--since", "1 min"], []),
    ],
)
def test_it_can_be_asked_for_some_of_them(
    capsys: pytest.CaptureFixture[str], database: str, asked: list[str], found: list[str]
) -> None:
    code, out, _ = said(capsys, "history", "--database", database, "--output", "json", *asked)
    assert (code, [each["key"] for each in json.loads(out)]) == (0, found)


def test_machines_get_outcomes_that_can_be_read_back(capsys: pytest.CaptureFixture[str], database: str) -> None:
    _, many, _ = said(capsys, "history", "--database", database, "--output", "json")
    _, one, _ = said(capsys, "history", full().key, "--database", database, "--output", "json")
    assert outcome_from(json.loads(many)[-1]) == brief(full())
    assert outcome_from(json.loads(one)) == full()


def test_one_outcome_is_told_whole(capsys: pytest.CaptureFixture[str], database: str) -> None:
    code, out, _ = said(capsys, "history", full().key, "--database", database)
    text = " ".join(out.split())
    assert code == 0
    for part in (
        "✗ FAILED guest checkout in shop, probe checkout",
        "due 2025-10-09 09:00:00 UTC, took 12.2 s, from here by box-1:4242; run 5b0c7d21aa, history /var/lib/journeys",
        "failed place the order 3.0 s it said: „später“",
        "cache as good as certain, 99 % application cache at product page invalidate the key",
        "product page availability:mug 0.2–4.2 s",
        "dashboard availability:mug > 0.2 s",
        "order 100004 stands",
        "stale product page availability:mug 20 2025-10-09 09:00:05",
        "not told dashboard orders – 2025-10-09 09:00:06",
    ):
        assert part in text


def test_brackets_in_what_a_store_says_are_no_markup(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    url, said_so = f"sqlite:///{tmp_path}/probes.sqlite3", "it said [/b] and [red]5[/red]"
    History.at(url).record(full(headline=said_so, left=(said_so,)))
    for asked in (["history"], ["history", full().key]):
        code, out, _ = said(capsys, *asked, "--database", url)
        assert (code, said_so in " ".join(out.split())) == (0, True)


def test_a_narrow_window_gets_lines_instead_of_a_table(
    capsys: pytest.CaptureFixture[str], database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("journeys.cli.console.out._width", 70)
    _, out, _ = said(capsys, "history", "--database", database, "--state", "failed")
    assert [line.rstrip() for line in out.splitlines()] == [
        "✗ FAILED  checkout@1760000400, shop, 2025-10-09 09:00:00 UTC",
        "  FAIL freshness: the product page showed 20",
    ]


def test_an_outcome_that_is_not_kept_is_a_mistake(capsys: pytest.CaptureFixture[str], database: str) -> None:
    code, _, complaint = said(capsys, "history", "checkout@1", "--database", database)
    assert (code, complaint) == (2, "journeys: no outcome checkout@1 is kept; journeys history lists the newest")


def test_where_nothing_is_kept_nothing_is_made(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, _, complaint = said(capsys, "history", "--database", f"sqlite:///{tmp_path}/none.sqlite3")
    assert code == 3
    assert "there is no history at sqlite:///" in complaint
    assert list(tmp_path.iterdir()) == []


def test_the_database_is_the_one_of_the_environment_or_lies_in_the_state_folder(
    capsys: pytest.CaptureFixture[str], database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JOURNEYS_STATE", str(tmp_path))
    assert said(capsys, "history", "--output", "json", "--limit", "1")[0] == 0
    monkeypatch.setenv("JOURNEYS_STATE", str(tmp_path / "elsewhere"))
    assert said(capsys, "history")[0] == 3
    monkeypatch.setenv("JOURNEYS_DATABASE", database)
    assert said(capsys, "history", "--output", "json", "--limit", "1")[0] == 0


def test_lines_of_json_go_to_standard_output(capsys: pytest.CaptureFixture[str], database: str) -> None:
    code, out, _ = said(capsys, "export", "--database", database)
    told = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert told == list(History.at(database).export())
    assert {each["kind"] for each in told} == {
        "run", "step", "reading", "arrival", "finding", "diagnosis", "residue",
    }  # fmt: skip


def test_or_into_a_file_which_is_there_only_when_it_is_whole(
    capsys: pytest.CaptureFixture[str], database: str, tmp_path: Path
) -> None:
    into = tmp_path / "out" / "history.ndjson"
    code, out, err = said(capsys, "export", str(into), "--database", database, "--since", "2025-10-09T11:01+02:00")
    assert (code, out) == (0, "")
    assert err.startswith("2 records are in")
    assert [json.loads(line)["key"] for line in into.read_text().splitlines()] == [
        "book@1760000460", "checkout@1760000520",
    ]  # fmt: skip
    assert list(into.parent.iterdir()) == [into]


def test_parquet_has_one_file_for_each_kind(
    capsys: pytest.CaptureFixture[str], database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("journeys.probes.history.parquet.ROWS_AT_ONCE", 3)
    code, _, err = said(capsys, "export", str(tmp_path / "out"), "--format", "parquet", "--database", database)
    records = list(History.at(database).export())
    assert (code, err.startswith(f"{len(records)} records are in")) == (0, True)
    kept: dict[str, list[dict[str, Any]]] = {
        path.stem: parquet.read_table(path).to_pylist() for path in (tmp_path / "out").iterdir()
    }
    told = {kind: [_without_kind(each) for each in records if each["kind"] == kind] for kind in kept}
    assert len(kept) == 8
    assert kept == told


def test_parquet_of_nothing_has_the_same_files(
    capsys: pytest.CaptureFixture[str], database: str, tmp_path: Path
) -> None:
    said(capsys, "export", str(tmp_path / "out"), "--format", "parquet", "--database", database, "--since", "1 s")
    assert sorted(parquet.read_table(path).num_rows for path in (tmp_path / "out").iterdir()) == [0] * 8


def test_parquet_needs_a_folder(capsys: pytest.CaptureFixture[str], database: str) -> None:
    code, _, complaint = said(capsys, "export", "--format", "parquet", "--database", database)
    assert (code, complaint) == (
        2, "journeys: Parquet is written into a folder: journeys export FOLDER --format parquet",
    )  # fmt: skip


def test_what_cannot_be_written_is_named(capsys: pytest.CaptureFixture[str], database: str, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for how in ("ndjson", "parquet"):
        into = tmp_path / "file" / "below"
        code, _, complaint = said(capsys, "export", str(into), "--format", how, "--database", database)
        assert code == 3
        assert complaint.startswith("journeys: cannot write the history into")


@pytest.mark.parametrize(
    ("package", "arguments", "extra"),
    [("sqlalchemy", ["history"], "probes"), ("pyarrow", ["export", "out", "--format", "parquet"], "export")],
)
def test_what_is_not_installed_is_named(database: str, package: str, arguments: list[str], extra: str) -> None:
    """In a process of its own, in which the package cannot be imported from the beginning."""
    without = f"import sys; sys.modules[{package!r}] = None; from journeys.cli import main; main()"
    argv = [sys.executable, "-c", without, *arguments, "--database", database]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert done.stderr == f"journeys: {package} is missing: install journeys[{extra}]\n"
    assert done.returncode == 3


def test_moments_are_so_long_ago_or_in_iso_8601() -> None:
    now = datetime.now(UTC)
    assert moment("", 7.0) == 7.0
    for text, ago in (("90 s", 90), ("2 h", 7200), ("1.5h", 5400), ("3 min", 180), ("2d", 172800), ("1 w", 604800)):
        assert moment(text, 0) == pytest.approx(now.timestamp() - ago, abs=5)
    assert moment("2025-10-09T09:00", 0) == NOON
    assert (
        moment("2025-10-09T11:00+02:00", 0)
        == datetime(2025, 10, 9, 11, tzinfo=timezone(timedelta(hours=2))).timestamp()
    )
    with pytest.raises(
        ConfigError, match=r'"yesterday" is no moment; allowed: "2 h" \(s, min, h, d, w\), or ISO 8601 as'
    ):
        moment("yesterday", 0)


def _without_kind(record: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in record.items() if name != "kind"}
