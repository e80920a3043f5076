"""Lists that an API gives page by page: each page kept on disk as it comes, so that a reading goes on where it ended.

A reading is known by its question. What was kept of it is used again until all of it has been handed over; whether it
is still true is asked each time, when the last page has come. What changed meanwhile is read anew, and what never
stays the same is a fault of whoever gives it. Nothing here knows what the rows are.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from journeys.model import StoreFault, TesterFault
from journeys.run.clock import Clock, SystemClock

Row = Mapping[str, Any]
KEPT_FOR: Final = timedelta(days=1)
"""What is older is read anew: nobody can say any more what happened since."""
ATTEMPTS: Final = 3
_BEGUN: Final = "begun.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Rows in the order of the API, the cursor of the next page ("" after the last), how many rows are said to be."""

    rows: Sequence[Row]
    next: str = ""
    total: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """All pages of a list, when the last one has come.

    ``prints`` has the fingerprint of each row by its id, in their order; ``twice`` are ids that were on two pages;
    ``totals`` what the pages said that there are; ``began`` is when the first page was asked for, in UTC; ``first`` and
    ``last`` are the outermost pages, and ``cursor`` is that of the last one; ``rows`` goes through them once more.
    """

    prints: Mapping[str, str]
    twice: tuple[str, ...]
    totals: tuple[int, ...]
    began: datetime
    first: Page
    last: Page
    cursor: str
    rows: Callable[[], Iterator[Row]]


Ask = Callable[[str, datetime], Page]
"""The page at a cursor, "" being the first, of a reading that began then: what came later has no place in it."""
Changed = Callable[[Reading], str]
"""What is not as it was when it was read, in words; "" where nothing is known to have changed."""


def steady(reading: Reading) -> str:
    """Whether pages moved against one another: a row on two of them, another total, more or fewer rows than that."""
    if reading.twice:
        return f"{reading.twice[0]} was on two pages"
    if len(set(reading.totals)) > 1:
        return f"there were {reading.totals[0]} rows and then {reading.totals[-1]}"
    return _incomplete(reading)


def grown(reading: Reading) -> str:
    """Whether less is there than is said to be, of a list that may grow at its end and in between."""
    for before, after in pairwise(reading.totals):
        if after < before:
            return f"there were {before} rows and then {after}"
    return _incomplete(reading)


def _incomplete(reading: Reading) -> str:
    if reading.totals and reading.totals[-1] != len(reading.prints):
        return f"there were to be {reading.totals[-1]} rows, and {len(reading.prints)} came"
    return ""


def print_of(row: Row) -> str:
    """The fingerprint of a row: another one when anything in it is another."""
    return sha256(_text(row).encode()).hexdigest()[:16]


def asked_again(ask: Ask, key: Callable[[Row], str]) -> Changed:
    """Pages moved against one another, or the first or the last one is another when it is asked for again."""

    def changed(reading: Reading) -> str:
        outer = [(reading.first, ""), (reading.last, reading.cursor)]
        return steady(reading) or next(
            filter(
                None,
                (
                    _difference(page, ask(cursor, reading.began), key)
                    for page, cursor in dict(map(_by_cursor, outer)).values()
                ),
            ),
            "",
        )

    return changed


def _by_cursor(page: tuple[Page, str]) -> tuple[str, tuple[Page, str]]:
    """A list of one page has it both as its first and as its last."""
    return page[1], page


def _difference(was: Page, now: Page, key: Callable[[Row], str]) -> str:
    before, after = ({key(row): _text(row) for row in page.rows} for page in (was, now))
    for one, other, words in ((after, before, "came"), (before, after, "went")):
        strange = [each for each in one if each not in other]
        if strange:
            return f"{strange[0]} {words} meanwhile"
    altered = [each for each in before if before[each] != after[each]]
    if altered:
        return f"{altered[0]} changed meanwhile"
    return "" if bool(was.next) == bool(now.next) else "there are more pages than before"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """A folder in which pages are kept, a folder of its own for each question."""

    folder: Path
    clock: Clock = field(default_factory=SystemClock, repr=False)

    @contextmanager
    def read(
        self, question: str, ask: Ask, key: Callable[[Row], str], changed: Changed = steady
    ) -> Iterator[Iterator[Row]]:
        """All rows, each once, as a context: when it is left without an error, nothing is kept any more.

        ``question`` says all that the answer depends on, and of whom it is asked; secrets have no place in it.
        StoreFault when the list did not stay the same while it was read, ``ATTEMPTS`` times; what ``ask`` raises
        passes, and the pages before it stay. TesterFault when they cannot be kept, or another process reads the same.
        """
        place = self.folder / sha256(question.encode()).hexdigest()[:32]
        with _alone(place):
            yield self._whole(place, question, ask, key, changed).rows(key)
            shutil.rmtree(place, ignore_errors=True)

    def _whole(self, place: Path, question: str, ask: Ask, key: Callable[[Row], str], changed: Changed) -> _Kept:
        moved = ""
        for _ in range(ATTEMPTS):
            kept = _Kept.at(place, question, self.clock.utc())
            kept.go_on(ask)
            moved = changed(kept.reading(key))
            if not moved:
                return kept
            shutil.rmtree(place, ignore_errors=True)
        raise StoreFault(
            f"{question}: it changes while it is read, {ATTEMPTS} times over: {moved};"
            " ask for days that are over, or when less is going on"
        )


@dataclass(frozen=True, slots=True)
class _Kept:
    """The pages of one question in their folder, numbered from 0; those behind a damaged one are not known."""

    place: Path
    began: datetime

    @classmethod
    def at(cls, place: Path, question: str, now: datetime) -> _Kept:
        """What is kept already, unless it is too old or of another question."""
        told = _read(place / _BEGUN)
        if told is not None and told.get("question") == question:
            began = datetime.fromisoformat(told["began"])
            if timedelta() <= now - began < KEPT_FOR:
                return cls(place, began)
        shutil.rmtree(place, ignore_errors=True)
        _write(place / _BEGUN, {"question": question, "began": now.isoformat()})
        return cls(place, now)

    def go_on(self, ask: Ask) -> None:
        """Ask for the pages that are not kept yet."""
        number, cursor = 0, ""
        seen = set()
        while True:
            page = self.page(number, cursor)
            if page is None:
                page = ask(cursor, self.began)
                _write(
                    self._file(number), {"cursor": cursor, "next": page.next, "total": page.total, "rows": page.rows}
                )
            seen.add(cursor)
            if not page.next:
                self._file(number + 1).unlink(missing_ok=True)
                return
            if page.next in seen:
                raise StoreFault(f"page {number + 1} leads to itself or to one before it: {page.next!r}")
            number, cursor = number + 1, page.next

    def page(self, number: int, cursor: str) -> Page | None:
        """The page of this number, where it is kept and was found at this cursor."""
        told = _read(self._file(number))
        if told is None or told.get("cursor") != cursor:
            return None
        return Page(rows=told["rows"], next=told["next"], total=told["total"])

    def pages(self) -> Iterator[tuple[Page, str]]:
        """All of them with their cursors, as far as they are kept."""
        number, cursor = 0, ""
        while (page := self.page(number, cursor)) is not None:
            yield page, cursor
            if not page.next:
                return
            number, cursor = number + 1, page.next

    def reading(self, key: Callable[[Row], str]) -> Reading:
        prints: dict[str, str] = {}
        twice: dict[str, None] = {}
        totals: list[int] = []
        outer: list[Page] = []
        cursor = ""
        for page, place in self.pages():
            outer, cursor = [outer[0] if outer else page, page], place
            for row in page.rows:
                if key(row) in prints:
                    twice[key(row)] = None
                else:
                    prints[key(row)] = print_of(row)
            totals += [page.total] if page.total is not None else []
        return Reading(
            prints=prints,
            twice=tuple(twice),
            totals=tuple(totals),
            began=self.began,
            first=outer[0],
            last=outer[-1],
            cursor=cursor,
            rows=lambda: self.rows(key),
        )

    def rows(self, key: Callable[[Row], str]) -> Iterator[Row]:
        known = set()
        for page, _ in self.pages():
            for row in page.rows:
                if key(row) not in known:
                    known.add(key(row))
                    yield row

    def _file(self, number: int) -> Path:
        return self.place / f"{number:06}.json"


@contextmanager
def _alone(place: Path) -> Iterator[None]:
    """One process at a time; the lock ends with its process, however that ends."""
    with ExitStack() as stack:
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            lock = stack.enter_context(place.with_suffix(".lock").open("w"))
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise TesterFault("another audit is reading the same: wait until it has ended") from error
        except OSError as error:
            raise TesterFault(f"pages cannot be kept in {place.parent}: {error}") from error
        yield


def _write(file: Path, told: Mapping[str, Any]) -> None:
    """Whole or not at all, also when the power fails."""
    draft = file.with_suffix(".draft")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with draft.open("w", encoding="utf-8") as out:
            out.write(_text(told))
            out.flush()
            os.fsync(out.fileno())
        draft.replace(file)
        folder = os.open(file.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        raise TesterFault(f"pages cannot be kept in {file.parent}: {error}") from error


def _read(file: Path) -> Any:
    """None where there is nothing, or something that was damaged."""
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    except OSError as error:
        raise TesterFault(f"pages that were kept cannot be read: {error}") from error
    return told if isinstance(told, dict) else None


def _text(told: object) -> str:
    return json.dumps(told, ensure_ascii=False, sort_keys=True)
