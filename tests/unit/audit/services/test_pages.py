"""Pages kept on disk: a reading that is killed anywhere goes on, and what changes meanwhile is noticed."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from journeys.audit.pages import Ask, Changed, Page, Pages, Row, asked_again, steady
from journeys.model import StoreFault, TesterFault

QUESTION = "orders of May of https://shop.example.org"


class Killed(BaseException):
    """The process ends here."""


@dataclass(slots=True)
class Listing:
    """A list of numbers, three to a page; ``dies`` before the page of that number, counted over all questions."""

    rows: list[int]
    dies: int = -1
    asked: list[str] = field(default_factory=list)

    def __call__(self, cursor: str, began: datetime | None = None) -> Page:
        self.asked.append(cursor)
        if len(self.asked) == self.dies:
            raise Killed
        begin = int(cursor or 0)
        rows = tuple({"id": each} for each in self.rows[begin : begin + 3])
        more = begin + 3 < len(self.rows)
        return Page(rows=rows, next=str(begin + 3) if more else "", total=len(self.rows))


@dataclass(slots=True)
class Watch:
    """A clock that a test sets."""

    now: datetime = datetime(2026, 6, 1, tzinfo=UTC)

    def utc(self) -> datetime:
        return self.now

    def monotonic(self) -> float:
        return 0.0


def name(row: Row) -> str:
    return str(row["id"])


def read(folder: Path, listing: Ask, **how: Changed) -> list[int]:
    with Pages(folder=folder).read(QUESTION, listing, name, **how) as rows:
        return [row["id"] for row in rows]


def test_all_pages_are_handed_over_in_order_and_nothing_is_kept(tmp_path: Path) -> None:
    listing = Listing([*range(8)])
    assert read(tmp_path, listing) == [*range(8)]
    assert listing.asked == ["", "3", "6"]
    assert [each.suffix for each in tmp_path.iterdir()] == [".lock"]


@pytest.mark.parametrize("dies", range(1, 6))
def test_a_reading_that_is_killed_at_any_page_goes_on_there(tmp_path: Path, dies: int) -> None:
    killed = Listing([*range(14)], dies=dies)
    with pytest.raises(Killed):
        read(tmp_path, killed)
    goes_on = Listing([*range(14)])
    assert read(tmp_path, goes_on) == [*range(14)]
    assert goes_on.asked == ["", "3", "6", "9", "12"][dies - 1 :], "pages that are kept are not asked for again"


@pytest.mark.parametrize("dies", range(1, 25))
def test_a_reading_that_is_killed_while_it_writes_goes_on(
    tmp_path: Path, dies: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before and after each fsync and each renaming."""
    steps = 0

    def dying(what: Callable[..., Any]) -> Callable[..., Any]:
        def step(*args: Any, **kwargs: Any) -> Any:
            nonlocal steps
            for after in (False, True):
                steps += 1
                if steps == dies:
                    raise Killed
                if not after:
                    result = what(*args, **kwargs)
            return result

        return step

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", dying(os.fsync))
        patched.setattr(Path, "replace", dying(Path.replace))
        with pytest.raises(Killed):
            read(tmp_path, Listing([*range(8)]))
    assert read(tmp_path, Listing([*range(8)])) == [*range(8)]


def test_what_was_not_handed_over_whole_is_kept(tmp_path: Path) -> None:
    with pytest.raises(Killed), Pages(folder=tmp_path).read(QUESTION, Listing([*range(8)]), name) as rows:
        next(rows)
        raise Killed
    again = Listing([*range(8)])
    assert read(tmp_path, again) == [*range(8)]
    assert again.asked == []


def test_a_page_that_was_damaged_is_asked_for_again(tmp_path: Path) -> None:
    with pytest.raises(Killed):
        read(tmp_path, Listing([*range(8)], dies=3))
    next(tmp_path.glob("*/000001.json")).write_text('{"cursor": "3", "rows": [{')
    again = Listing([*range(8)])
    assert read(tmp_path, again) == [*range(8)]
    assert again.asked == ["3", "6"]


def test_pages_of_another_question_or_of_days_ago_are_not_used(tmp_path: Path) -> None:
    clock = Watch()
    pages = Pages(folder=tmp_path, clock=clock)
    with pytest.raises(Killed), pages.read(QUESTION, Listing([*range(8)], dies=3), name):
        pass
    other = Listing([7])
    with pages.read("orders of June", other, name) as rows:
        assert [row["id"] for row in rows] == [7]
    clock.now += timedelta(days=2)
    late = Listing([*range(8)])
    with pages.read(QUESTION, late, name) as rows:
        assert len([*rows]) == 8
    assert late.asked == ["", "3", "6"]


def test_a_list_that_grew_between_two_lives_is_read_anew(tmp_path: Path) -> None:
    """The new row came in front, so that all pages have moved by one."""
    with pytest.raises(Killed):
        read(tmp_path, Listing([*range(8)], dies=2))
    grown = Listing([-1, *range(8)])
    assert read(tmp_path, grown) == [-1, *range(8)]
    assert grown.asked == ["3", "6", "", "3", "6"]


def test_a_row_that_went_between_two_pages_is_noticed_by_the_total(tmp_path: Path) -> None:
    listing = Listing([*range(8)])

    def ask(cursor: str, began: datetime) -> Page:
        if cursor == "3" and len(listing.rows) == 8:
            del listing.rows[0]
        return listing(cursor)

    assert read(tmp_path, ask) == [*range(1, 8)]


def test_a_list_that_never_stays_the_same_is_a_fault_with_words(tmp_path: Path) -> None:
    listing = Listing([*range(8)])

    def ask(cursor: str, began: datetime) -> Page:
        listing.rows.insert(0, -len(listing.rows))
        return listing(cursor)

    with pytest.raises(
        StoreFault, match=rf"^{QUESTION}: it changes while it is read, 3 times over: \S+ was on two pages"
    ):
        read(tmp_path, ask)


def test_a_list_without_totals_is_held_against_its_first_and_last_page(tmp_path: Path) -> None:
    listing = Listing([*range(8)])

    def ask(cursor: str, began: datetime) -> Page:
        if cursor == "6" and len(listing.asked) == 2:
            listing.rows.append(8)
        told = listing(cursor)
        return Page(rows=told.rows if len(listing.asked) != 3 else told.rows[:2], next=told.next)

    assert read(tmp_path, ask, changed=asked_again(ask, name)) == [*range(9)]


@pytest.mark.parametrize("rows", [[], [1], [*range(3)], [*range(4)]])
def test_short_lists_are_lists(tmp_path: Path, rows: list[int]) -> None:
    listing = Listing(rows)
    assert read(tmp_path, listing, changed=asked_again(listing, name)) == rows


def test_a_list_that_leads_in_a_circle_ends(tmp_path: Path) -> None:
    with pytest.raises(StoreFault, match="leads to itself"):
        read(tmp_path, lambda cursor, began: Page(rows=({"id": 1},), next="3"))


def test_two_audits_do_not_read_the_same_at_once(tmp_path: Path) -> None:
    with (
        Pages(folder=tmp_path).read(QUESTION, Listing([1]), name),
        pytest.raises(TesterFault, match="another audit is reading the same"),
    ):
        read(tmp_path, Listing([1]))


def test_a_folder_that_cannot_be_written_to_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(TesterFault, match="pages cannot be kept in"):
        read(tmp_path / "file", Listing([1]))


def test_steady_is_what_told_as_much_as_came(tmp_path: Path) -> None:
    assert read(tmp_path, Listing([1, 2, 3, 4]), changed=steady) == [1, 2, 3, 4]
