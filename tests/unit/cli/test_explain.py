"""``journeys explain``: a run explained again from the history that it left, with the exit code of the run."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from histories import added, healthy, look, varied

from journeys.cli import main
from journeys.model import History, Setting
from journeys.run.ndjson import encode

JUDGED = ("completion", "confirmation", "conservation", "money", "reach", "intent")


def keep(history: History, output: Path, run: str = "5b0c7d21aa", *checks: str) -> Path:
    heading = replace(history.heading, run=run, checks=checks or JUDGED)
    path = output / "runs" / run / "history.ndjson"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"".join(map(encode, (heading, *history.events))))
    return path


def mis_set() -> History:
    return varied(healthy(), Setting, found="11.00 EUR")


def explained(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as end:
        main(["explain", *arguments])
    said = capsys.readouterr()
    assert isinstance(end.value.code, int)
    return end.value.code, " ".join(said.out.split()), " ".join(said.err.split())


def test_a_run_that_failed_is_explained(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    keep(mis_set(), tmp_path)
    code, out, _ = explained(capsys, "5b0c", "--report", str(tmp_path))
    assert code == 1
    assert "Cause configuration (as good as certain, 97 %)" in out
    assert "set price of mug back to 12.50 EUR, or declare what it is meant to be" in out
    assert "network customer's address answered 2 control requests" in out


def test_a_run_that_passed_is_one_sentence(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = keep(healthy(), tmp_path)
    code, out, _ = explained(capsys, str(path))
    assert (code, out.startswith("✓ PASS a guest buys one item"), out.endswith("nothing to explain.")) == (
        0,
        True,
        True,
    )


def test_a_check_that_this_version_does_not_know_is_unknown(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    keep(healthy(), tmp_path, "1", "completion", "telepathy")
    code, out, _ = explained(capsys, "latest", "--report", str(tmp_path))
    assert code == 4
    assert "? telepathy: no such check is known." in out


def test_machines_get_the_document_of_a_run(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = keep(added(mis_set(), look("office", failure="refused", status=0)), tmp_path)
    with pytest.raises(SystemExit):
        main(["explain", "latest", "--report", str(tmp_path), "--output", "json"])
    told = json.loads(capsys.readouterr().out)
    (run,) = told["runs"]
    assert told["history"] == str(path)
    assert [each["cause"] for each in run["diagnoses"]] == ["network", "configuration"]
    assert [each["cause"] for each in run["against"] if each["seen"]] == [
        "database", "cache", "integration", "third-party", "platform",
    ]  # fmt: skip


def test_the_page_is_written_where_it_is_wanted(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    keep(mis_set(), tmp_path)
    page = tmp_path / "deep" / "why.html"
    _, _, err = explained(capsys, "latest", "--report", str(tmp_path), "--html", str(page))
    assert "the page is" in err
    assert "<h3>configuration" in page.read_text(encoding="utf-8")


def test_an_unknown_run_is_a_mistake_of_usage_and_the_known_are_named(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    keep(healthy(), tmp_path)
    code, out, err = explained(capsys, "nonsense", "--report", str(tmp_path))
    assert (code, out) == (2, "")
    assert "no run nonsense is kept" in err and "5b0c7d21aa" in err and "Traceback" not in err


def test_what_is_no_history_is_named(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "history.ndjson"
    path.write_text('{"event": "nonsense"}\n')
    code, _, err = explained(capsys, str(path))
    assert code == 3 and "is not a history" in err
