"""An audit told in words: what each class means, in a terminal and in plain lines, and as a document for machines."""

from __future__ import annotations

import io
import json
import weakref
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import TextIO

import audits
import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from journeys.audit.model import Audit, Balance, Discrepancy, Flaw
from journeys.model import Cause
from reports.audit import audit_lines, audit_summary, gathered, headline, schema, title, write_csv, write_json
from reports.audit.folder import write_page
from reports.audit.gathered import shares
from reports.audit.progress import AuditProgress
from reports.audit.waterfall import waterfall
from reports.audit.words import MEANS, NEXT, amount, bare, cutoff, days, decimal

SCHEMA = Path(__file__).parents[3] / "docs" / "audit.schema.json"
EVERY = [audits.EVERY_CLASS, audits.WELL, audits.NOTHING, audits.BOOKINGS, audits.AMBIGUOUS, audits.ATTACKED]


def document(audit: Audit) -> dict[str, object]:
    file = io.StringIO()
    write_json(audit, file)
    told: dict[str, object] = json.loads(file.getvalue())
    return told


def shown(audit: Audit, width: int) -> str:
    file = io.StringIO()
    Console(file=file, width=width, force_terminal=False).print(audit_summary(audit, "--output csv"))
    return file.getvalue()


def test_every_class_has_a_meaning_and_a_next_step() -> None:
    assert set(MEANS) == set(NEXT) == set(Flaw)


def test_amounts_are_exact_and_stay_on_their_line() -> None:
    assert amount(-101_250, "EUR") == "−1\u00a0012.50\u00a0EUR"
    assert (amount(5, "JPY"), amount(1_234_567, "KWD")) == ("5\u00a0JPY", "1\u00a0234.567\u00a0KWD")
    assert (decimal(-5, "EUR"), bare(-5, "EUR"), bare(None, "EUR")) == ("-0.05", "−0.05", "–")


def test_days_are_told_as_shortly_as_can_be() -> None:
    assert days(date(2026, 5, 3), date(2026, 5, 3)) == "3 May 2026"
    assert days(date(2026, 5, 3), date(2026, 5, 31)) == "3 to 31 May 2026"
    assert days(date(2026, 12, 30), date(2027, 1, 2)) == "30 Dec 2026 to 2 Jan 2027"
    assert cutoff(4 * 3600 + 90) == "04:01"


def test_the_headline_says_how_many_and_how_much() -> None:
    assert title(audits.EVERY_CLASS) == "Sales of shop, 1 to 31 May 2026"
    assert headline(audits.EVERY_CLASS) == "11 discrepancies, −137.50\u00a0EUR at stake"
    both = audits.audit([audits.sale(Flaw.AMOUNT, minor=-500), audits.sale(Flaw.MISSING_HERE, minor=900)])
    assert headline(both) == "2 discrepancies, −5.00\u00a0EUR, +9.00\u00a0EUR at stake"
    assert headline(audits.WELL) == "no discrepancy"
    assert headline(audits.NOTHING) == "nothing to compare"
    assert headline(audits.audit([audits.booking(Flaw.MOVED)], subject="bookings")) == "1 discrepancy"


@pytest.mark.parametrize("width", [60, 90, 140])
def test_a_terminal_of_any_width_shows_classes_totals_and_both_records(width: int) -> None:
    text = " ".join(shown(audits.EVERY_CLASS, width).split())
    for flaw in audits.EVERY_CLASS.flaws:
        assert flaw.value in text
    for words in ("✗ FAIL", "order 100003", "may.xml line 215", "does not add up", "Cause: integration", "adds up"):
        assert words in text


def test_plain_lines_are_whole_and_have_no_colour() -> None:
    lines = list(audit_lines(audits.EVERY_CLASS))
    assert lines[0] == "✗ FAIL Sales of shop, 1 to 31 May 2026: 11 discrepancies, −137.50\u00a0EUR at stake"
    assert "\x1b" not in "\n".join(lines)
    assert sum(line.startswith("2026-05-") for line in lines) == 11
    assert "  theirs: [bank: may.xml line 215] credit, order 100003, thank you" in lines


def test_a_terminal_is_told_where_the_rest_is() -> None:
    *_, last = audit_lines(audits.many(500), more="--output csv")
    assert last == "12 of 500 discrepancies are told here; all of them: --output csv"
    assert "… and" in shown(audits.many(500), 100)


def test_what_was_left_out_is_told_everywhere() -> None:
    partial = replace(audits.WELL, left_out=("bank: 3 × entries that are not booked yet",))
    assert "left out: bank: 3 × entries that are not booked yet" in list(audit_lines(partial))
    assert document(partial)["left_out"] == ["bank: 3 × entries that are not booked yet"]


@pytest.mark.parametrize("audit", EVERY)
def test_the_document_is_as_its_schema_says(audit: Audit) -> None:
    jsonschema.validate(document(audit), schema())


def test_the_published_schema_is_that_of_the_document() -> None:
    assert json.loads(SCHEMA.read_text(encoding="utf-8")) == schema()


def test_machines_get_amounts_in_minor_units_and_as_exact_text() -> None:
    told = document(audits.audit([audits.sale(Flaw.AMOUNT)]))
    (found,) = told["discrepancies"]  # type: ignore[misc]
    assert found["amount"] == {"amount": "-12.50", "minor": -1250, "currency": "EUR"}
    assert told["flaws"]["amount"] == {"count": 1, "at_stake": [found["amount"]]}  # type: ignore[index]
    assert told["verdict"] == "fail"


class Watched(Discrepancy):
    """One that can be watched to go."""

    __slots__ = ("__weakref__",)


@pytest.mark.parametrize(("write", "bound"), [(write_json, 2), (write_csv, 2), (write_page, 1001)])
def test_discrepancies_are_never_held_all_at_once(write: Callable[[Audit, TextIO], object], bound: int) -> None:
    alive: set[int] = set()
    most = 0

    def stream() -> Iterator[Discrepancy]:
        nonlocal most
        for number in range(3000):
            told = audits.sale(Flaw.AMOUNT, number)
            each = Watched(**{name: getattr(told, name) for name in Discrepancy.__slots__})
            alive.add(number)
            weakref.finalize(each, alive.discard, number)
            most = max(most, len(alive))
            yield each
            del each

    write(replace(audits.audit(), flaws={Flaw.AMOUNT: 3000}, discrepancies=stream), io.StringIO())
    assert 0 < most <= bound


def test_rare_classes_are_not_crowded_out() -> None:
    groups = {group.flaw: group for group in gathered(audits.many(3000), 1000)}
    assert len(groups[Flaw.CHARGEBACK].shown) == 3
    assert len(groups[Flaw.AMOUNT].shown) == 997
    assert (groups[Flaw.AMOUNT].left_out, groups[Flaw.AMOUNT].cause) == (2000, Cause.INTEGRATION)
    assert groups[Flaw.FEE].cause is Cause.UNKNOWN


@given(st.dictionaries(st.sampled_from(list(Flaw)), st.integers(0, 5000)), st.integers(0, 2000))
def test_room_is_given_out_wholly_and_evenly(counts: dict[Flaw, int], most: int) -> None:
    room = shares(counts, most)
    assert sum(room.values()) == min(most, sum(counts.values()))
    assert all(room[flaw] <= count for flaw, count in counts.items())
    short = [room[flaw] for flaw, count in counts.items() if room[flaw] < count]
    assert max(room.values(), default=0) - min(short, default=most) <= 1 or not short


AMOUNTS = st.integers(-(10**9), 10**9)


@given(st.builds(
    Balance, source=st.just("bank"), currency=st.just("EUR"), opening=st.none() | AMOUNTS, sales=AMOUNTS,
    refunds=AMOUNTS, chargebacks=AMOUNTS, fees=AMOUNTS, payouts=AMOUNTS, closing=st.none() | AMOUNTS,
))  # fmt: skip
def test_the_bars_of_a_waterfall_are_a_way_from_the_first_balance_to_the_last(balance: Balance) -> None:
    fall = waterfall(balance)
    moved = [bar for bar in fall.bars if bar.kind != "whole"]
    assert all(one.ends == other.begins for one, other in pairwise(moved))
    gap = [bar for bar in fall.bars if bar.kind == "gap"]
    assert bool(gap) == (balance.reconciles is False)
    if balance.opening is not None and balance.closing is not None:
        assert (moved[0].begins, moved[-1].ends) == (balance.opening, balance.closing)


def test_progress_is_plain_lines_where_nobody_watches() -> None:
    file = io.StringIO()
    with AuditProgress(Console(file=file, width=80)) as progress:
        progress("reading shop")
        progress("reading shop", 0.5)
        progress("matching", 0.1)
    assert file.getvalue() == "reading shop\nmatching\n"
