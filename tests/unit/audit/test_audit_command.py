"""``journeys audit``: exit codes, outputs, and messages in place of tracebacks; the audit itself is given."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import audits
import pytest

from journeys import auditing
from journeys.audit.model import Audit
from journeys.audit.sources import Unreadable
from journeys.cli import main
from journeys.config import ConfigError
from journeys.model import AccessDenied, StoreFault, TesterFault

CONFIG = """
[stores.shop]
platform = "oscar"
url = "http://shop.example"

[stores.booking]
platform = "pretix"
url = "http://booking.example"
"""
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> Run:
    """Runs a command line; its exit code, standard output and standard error."""
    file = tmp_path / "journeys.toml"
    file.write_text(CONFIG)

    def go(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as end:
            main([*arguments, "--config", str(file)])
        out, err = capfdbinary.readouterr()
        return int(end.value.code or 0), out.decode(), err.decode()

    return go


@pytest.fixture
def finds(monkeypatch: pytest.MonkeyPatch) -> Callable[[Audit | BaseException], list[auditing.Wanted]]:
    """What the audit finds, or fails with; and what it was asked."""

    def given(found: Audit | BaseException) -> list[auditing.Wanted]:
        asked: list[auditing.Wanted] = []

        @contextmanager
        def audited(config: Any, wanted: auditing.Wanted, say: Any) -> Iterator[Audit]:
            asked.append(wanted)
            say("matching", 0.5)
            if isinstance(found, BaseException):
                raise found
            yield found

        monkeypatch.setattr(auditing, "audited", audited)
        return asked

    return given


@pytest.mark.parametrize(
    ("found", "code"),
    [
        (audits.WELL, 0),
        (audits.EVERY_CLASS, 1),
        (audits.AMBIGUOUS, 4),
        (audits.NOTHING, 4),
        (Unreadable("may.xml line 3: no amount; expected is a number"), 2),
        (ConfigError("no such book"), 2),
        (AccessDenied("the key is refused"), 2),
        (TesterFault("the disk is full"), 3),
        (StoreFault("nobody answers at http://shop.example"), 4),
        (KeyboardInterrupt(), 130),
    ],
)
def test_exit_codes_tell_shells_what_was_found(run: Run, finds: Any, found: Any, code: int) -> None:
    finds(found)
    ended, _, err = run("audit", "sales")
    assert ended == code
    if isinstance(found, BaseException):
        assert (str(found) or "interrupted") in err
        assert "Traceback" not in err
        assert len(err.splitlines()) == 2


def test_without_a_book_nothing_is_selected(run: Run) -> None:
    code, _, err = run("audit", "sales")
    assert code == 5
    assert "declare [stores.shop.books.NAME]" in err


def test_the_only_store_of_its_kind_is_meant(run: Run, finds: Any) -> None:
    asked = finds(audits.WELL)
    run("audit", "sales", "--from", "2026-05-01", "--to", "2026-05-31", "--against", "bank", "--against", "may.xml")
    run("audit", "bookings")
    sales, bookings = asked
    assert (sales.store, sales.first, sales.last) == ("shop", date(2026, 5, 1), date(2026, 5, 31))
    assert sales.against == ("bank", "may.xml")
    assert (bookings.store, bookings.subject) == ("booking", "bookings")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--from", "1 May"), '--from is "1 May"; wanted is a day such as 2026-05-31'),
        (("--from", "2026-05-02", "--to", "2026-05-01"), "--from 2026-05-02 is after --to 2026-05-01"),
        (("--store", "nowhere"), "unknown store nowhere; configured are shop, booking"),
        (("--against", "nothing.xml"), "nothing.xml is neither a file nor a book"),
    ],
)
def test_what_cannot_be_meant_is_said_in_one_line(run: Run, arguments: tuple[str, ...], said: str) -> None:
    code, _, err = run("audit", "sales", *arguments)
    assert code == 2
    assert said in err
    assert "Traceback" not in err


def test_a_pipe_gets_plain_lines_and_progress_goes_to_stderr(run: Run, finds: Any) -> None:
    finds(audits.EVERY_CLASS)
    _, out, err = run("audit", "sales")
    assert out.startswith("✗ FAIL Sales of shop, 1 to 31 May 2026: 11 discrepancies")
    assert "\x1b" not in out
    assert err == "matching\n"


def test_machines_get_json_and_the_accountant_csv(run: Run, finds: Any) -> None:
    finds(audits.ATTACKED)
    _, out, _ = run("audit", "sales", "--output", "json")
    assert json.loads(out)["verdict"] == "fail"
    _, out, _ = run("audit", "sales", "--output", "csv")
    assert len(list(csv.reader(io.StringIO(out.removeprefix("\ufeff"), newline="")))) == 12
    _, out, _ = run("audit", "sales", "--output", "html")
    assert out.startswith("<!doctype html>")


def test_a_report_is_a_folder_and_a_full_disk_the_testers_fault(run: Run, finds: Any, tmp_path: Path) -> None:
    finds(audits.EVERY_CLASS)
    code, _, _ = run("audit", "sales", "--report", str(tmp_path / "report"))
    assert code == 1
    assert (tmp_path / "report" / "audit-sales-shop.html").is_file()
    (tmp_path / "file").write_text("")
    code, _, err = run("audit", "sales", "--report", str(tmp_path / "file" / "report"))
    assert code == 3
    assert "cannot write the report" in err
