"""The page that says why, the same in a terminal, and the tables of what was seen around a store."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from histories import added, healthy, history, page, step
from isolations import isolation
from neighbourhoods import cut_off, locked, mis_set, result, spoilt_by_a_script, twice_charged
from rich.console import Console

from journeys.model import Result, Trouble
from reports import explanation, why_page, write_why
from reports.happened import happened
from reports.tables import MOST_REQUESTS, Table, tables, telling

ONE_OF_EACH = (twice_charged, cut_off, mis_set, locked, spoilt_by_a_script, isolation)


def in_terminal(of: Result, width: int = 80, source: str = "") -> str:
    console = Console(width=width, file=io.StringIO(), color_system=None)
    console.print(explanation(of, source))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def named(of: Result, title: str) -> Table:
    return next(each for each in tables(of.history) if each.title == title)


class Tags(HTMLParser):
    """Whether every element that begins also ends, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("make", ONE_OF_EACH)
def test_each_cause_is_a_page_with_its_confidence_evidence_and_next_step(make: Callable[[], Result]) -> None:
    of = make()
    told = why_page(of)
    for diagnosis in of.diagnoses:
        assert f"<h3>{diagnosis.cause}" in told
        assert f'style="width:{diagnosis.confidence * 100:.0f}%"' in told
    assert told.count("<b>Next:</b>") == len(of.diagnoses)
    assert "http-equiv" not in told and "<script" not in told and 'src="' not in told
    tags = Tags()
    tags.feed(told.removeprefix("<!doctype html>"))
    assert tags.open == []


def test_what_a_store_says_is_no_markup() -> None:
    odd = Trouble(blame="store", what="<script>alert(1)</script>", at=1.0)
    told = why_page(result(added(mis_set().history, odd)))
    assert "<script>" not in told and "&lt;script&gt;alert(1)" in told


def test_a_run_that_passed_leaves_no_page(healthy: Result, stale: Result, tmp_path: Path) -> None:
    assert write_why(healthy, tmp_path) is None
    assert write_why(stale, tmp_path / "run") == tmp_path / "run" / "why.html"
    assert (tmp_path / "run" / "why.html").read_text(encoding="utf-8") == why_page(stale)


def test_a_table_opens_where_something_in_it_is_not_well() -> None:
    told = why_page(twice_charged())
    assert re.search(r"<details open><summary>Ledgers of neighbours", told)
    assert re.search(r"<details><summary>Settings", told)


def test_the_terminal_tells_what_was_done_why_and_what_speaks_against_the_rest() -> None:
    text = in_terminal(twice_charged(), source="runs/1/history.ndjson")
    sections = [line for line in text.splitlines() if line and not line.startswith(" ")]
    assert "Why" in sections and "What the journey did" in sections and "What speaks against other causes" in sections
    words = " ".join(text.split())
    assert "from runs/1/history.ndjson" in words
    assert "Cause integration (as good as certain, 95 %)" in words
    assert "Next look at what passes between the store and its payment ledger" in words
    assert "configuration 1 settings are as declared." in words


@pytest.mark.parametrize("make", ONE_OF_EACH)
@pytest.mark.parametrize("width", [40, 80])
def test_no_line_is_wider_than_the_window(make: Callable[[], Result], width: int) -> None:
    assert max(len(line) for line in in_terminal(make(), width).splitlines()) <= width


def test_a_run_that_passed_is_one_sentence(healthy: Result) -> None:
    (line,) = in_terminal(healthy, 400).splitlines()
    assert line.startswith("✓ PASS  a guest buys one item, caches kept (store shop, seed 1, run 5b0c7d21aa, ")
    assert line.rstrip().endswith("there is nothing to explain.")


def test_a_run_that_the_tester_broke_blames_no_store(broken: Result) -> None:
    text = in_terminal(broken)
    assert "? UNKNOWN" in text and "What could not be told" in text
    assert "Cause" not in text


def test_a_ledger_stands_beside_what_was_expected_of_it() -> None:
    assert [cells[:2] + cells[4:] for _, cells in named(twice_charged(), "Ledgers of neighbours").rows] == [
        (
            "payment ledger",
            "✗ not as expected",
            "charge",
            "charge of 12.50 EUR for A1; charge of 12.50 EUR for A1",
        )
    ] * 2


def test_the_same_answer_again_and_again_is_one_row() -> None:
    rows = [cells for _, cells in named(locked(times=5), "Vitals").rows if cells[0] == "database"]
    assert [cells[1:3] for cells in rows] == [("✓ yes", "+0.1 s"), ("✗ no", "5 times, +3.0 s to +7.0 s")]


def test_a_vantage_point_that_was_refused_says_so() -> None:
    bad = [cells for state, cells in named(cut_off(), "Vantage points").rows if state == "stale"]
    assert bad == [("customer's address", "✗ no", "static", "+9.0 s", "20 ms", "refused: nobody listens")]


def test_settings_and_rehearsals_say_what_differs() -> None:
    assert named(mis_set(), "Settings").rows == (("stale", ("price of mug", "✗ no", "12.50 EUR", "11.00 EUR")),)
    rehearsed = [(cells[0], cells[1]) for _, cells in named(spoilt_by_a_script(), "Rehearsals").rows]
    assert rehearsed == [
        ("none of them", "✓ all well"),
        ("https://chat.example, https://consent.example", "✗ the same again"),
        ("https://chat.example", "✗ the same again"),
    ]
    assert named(spoilt_by_a_script(), "Errors in pages").rows[0][1][3] == "https://chat.example"


def test_a_table_is_csv_as_well() -> None:
    told = named(mis_set(), "Settings").as_csv().decode()
    assert list(csv.reader(io.StringIO(told))) == [
        ["Setting", "As declared?", "Declared", "Found"],
        ["price of mug", "✗ no", "12.50 EUR", "11.00 EUR"],
    ]


def test_only_the_requests_that_tell_most_are_kept() -> None:
    many = [page(f"/{i}", float(i)) for i in range(60)]
    odd = [page("/down", 70.0, status=503), page("/slow", 71.0, took_s=9.0), page("/cut", 72.0, failure="net::ERR")]
    chosen, left_out = telling(history(*many, *odd))
    assert (len(chosen), left_out) == (MOST_REQUESTS, len(many) + len(odd) - MOST_REQUESTS)
    assert chosen[-3:] == tuple(odd)
    of = result(history(*many, *odd, step("look around", 0.0, 1.0)))
    assert named(of, "Requests of the browser").note == f"and {left_out} more that were well"


def test_what_the_journey_did_stands_in_order() -> None:
    done = [(cells[0], cells[1]) for _, cells in happened(healthy()).rows]
    assert done == [
        ("find the product", "✓ passed"),
        ("place the order", "✓ passed"),
        ("order A1 of 1 × mug", "✓ acked"),
        ("order of 1 × mug", "✓ rejected"),
        ("order of 1 × jug", "✓ rejected"),
        ("order of 1 × jug", "✓ rejected"),
    ]


def test_a_refusal_that_nobody_expected_is_not_well() -> None:
    events = tuple(replace(e, refusal="") if getattr(e, "refusal", "") else e for e in healthy().events)
    assert [state for state, _ in happened(replace(healthy(), events=events)).rows][3] == "stale"
