"""``journeys audit`` end to end, on files as banks and exports write them: all that was planted, nothing invented."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from random import Random

import pytest
from book_files import declared, found_in, moved, write_books
from trades import PERIOD, Planter, compare, trade

from journeys.audit.model import OF_SALES
from journeys.auditor import Auditor
from journeys.cli import main
from journeys.config import load
from journeys.model import Verdict

FEE = '{ percent = "1.5", fixed = { EUR = "0.25", USD = "0.30", JPY = "40" } }'
SHOP = '[stores.shop]\nplatform = "oscar"\nurl = "http://shop.example"\n'
DAYS = ("--from", PERIOD.first.isoformat(), "--to", PERIOD.last.isoformat())


def configured(folder: Path, more: str = "") -> Path:
    file = folder / "journeys.toml"
    file.write_text(SHOP + declared("shop", cutoff="04:00", fees=FEE) + more, encoding="utf-8")
    return file


def audited(file: Path, *more: str) -> int:
    with pytest.raises(SystemExit) as end:
        main(["audit", "sales", "--export", "export", *DAYS, "--config", str(file), *more])
    return int(end.value.code or 0)


def test_books_that_agree_have_no_discrepancy(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_books(tmp_path, trade(Random(3), 1500), PERIOD)
    code = audited(configured(tmp_path))
    said = capsys.readouterr().out
    assert (code, said.splitlines()[0]) == (0, "✓ PASS Sales of shop, 16 Mar 2026 to 12 Apr 2026: no discrepancy")
    assert "does not add up" not in said


def test_a_thousand_planted_are_all_found_in_their_class_and_none_is_invented(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    planter = Planter(trade(Random(11), 4000), Random(11))
    planted = planter.plant_all(1000)
    places = write_books(tmp_path, planter.books, PERIOD)
    file = configured(tmp_path)
    assert audited(file, "--output", "json") == 1
    document = json.loads(capfdbinary.readouterr().out)
    missed, invented = compare(moved(planted, places), found_in(document))
    assert ([f"{each.flaw.value}: {each.how}" for each in missed], [each.explanation for each in invented]) == ([], [])
    assert sum(each["count"] for each in document["flaws"].values()) == 1000
    assert {flaw for flaw, each in document["flaws"].items() if each["count"]} == {flaw.value for flaw in OF_SALES}

    assert audited(file, "--output", "csv") == 1
    rows = list(csv.DictReader(io.StringIO(capfdbinary.readouterr().out.decode("utf-8-sig"), newline="")))
    assert len(rows) == 1000
    assert all(row["our place"] or row["their place"] for row in rows)


def test_a_file_that_is_named_by_its_path_is_told_by_its_content(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_books(tmp_path, trade(Random(3), 40), PERIOD)
    assert audited(configured(tmp_path), "--against", str(tmp_path / "bank.xml")) in (1, 4)
    assert "bank.xml" in capsys.readouterr().out


def test_a_table_without_its_columns_is_no_book(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_books(tmp_path, trade(Random(3), 40), PERIOD)
    assert audited(configured(tmp_path), "--against", str(tmp_path / "payments.csv")) == 2
    assert "payments.csv.columns: " in capsys.readouterr().err


def test_a_truncated_statement_is_one_message_with_file_and_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_books(tmp_path, trade(Random(3), 400), PERIOD)
    path = tmp_path / "bank.xml"
    path.write_bytes(path.read_bytes()[:-600])
    assert audited(configured(tmp_path)) == 2
    err = capsys.readouterr().err
    assert f"{path} line " in err
    assert "Traceback" not in err


def test_validate_names_every_mistake_in_the_books(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = configured(
        tmp_path,
        """
[stores.shop.books.odd]
kind = "camt"
file = "x.xml"
payouts = "("

[stores.shop.books.other]
kind = "stone tablets"
""",
    )
    with pytest.raises(SystemExit) as end:
        main(["validate", "--config", str(file)])
    err = capsys.readouterr().err
    assert end.value.code == 2
    assert "stores.shop.books.odd.payouts: " in err
    assert "stores.shop.books.other.kind: unknown kind stone tablets; installed are " in err


def test_validate_tells_of_books_that_are_in_order(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = configured(tmp_path)
    with pytest.raises(SystemExit) as end:
        main(["validate", "--config", str(file)])
    assert not end.value.code
    assert "shop: audited against bank, camt" in capsys.readouterr().out


def test_an_interrupted_audit_says_one_line_and_leaves_nothing(tmp_path: Path) -> None:
    write_books(tmp_path, trade(Random(3), 60_000), PERIOD)
    file, temporary = configured(tmp_path), tmp_path / "tmp"
    temporary.mkdir()
    report = tmp_path / "report"
    command = [sys.executable, "-m", "journeys", "audit", "sales", "--export", "export", *DAYS, "--config", str(file)]
    with subprocess.Popen(
        [*command, "--report", str(report)],
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(temporary)},
    ) as process:
        assert process.stderr is not None
        first = process.stderr.readline()
        process.send_signal(signal.SIGINT)
        *rest, last = process.stderr.read().splitlines()
    assert first.startswith("reading ")
    assert (process.returncode, last) == (130, "journeys: interrupted"), rest
    assert not any("Traceback" in line for line in rest)
    assert list(temporary.iterdir()) == []
    assert not report.exists() or not list(report.iterdir())


def test_a_page_and_its_files_are_left_in_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    planter = Planter(trade(Random(5), 1200), Random(5))
    planter.plant_all(110)
    write_books(tmp_path, planter.books, PERIOD)
    assert audited(configured(tmp_path), "--report", str(tmp_path / "report"), "--matches") == 1
    page = (tmp_path / "report" / "audit-sales-shop.html").read_text(encoding="utf-8")
    assert "110 discrepancies" in page
    assert datetime.fromisoformat(json.loads((tmp_path / "report" / "audit-sales-shop.json").read_text())["began"])
    matches = (tmp_path / "report" / "audit-sales-shop-matches.csv").read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(matches, newline="")))
    assert "same reference, amount and currency" in {row["rule"] for row in rows}
    assert all(row["our place"] and row["their place"] for row in rows)


def test_the_fixture_passes_a_test_whose_books_agree_and_fails_one_whose_do_not(tmp_path: Path) -> None:
    planter = Planter(trade(Random(5), 300), Random(5))
    write_books(tmp_path, planter.books, PERIOD)
    days = {"first": PERIOD.first, "last": PERIOD.last}
    with ExitStack() as stack:
        auditor = Auditor(config=load(configured(tmp_path)), folder=tmp_path, open_until_the_end=stack)
        assert auditor("sales", store="shop", export="export", **days).verdict is Verdict.PASS

        planter.plant(OF_SALES[0])
        write_books(tmp_path, planter.books, PERIOD)
        with pytest.raises(pytest.fail.Exception, match="missing there"):
            auditor("sales", store="shop", export="export", **days)
