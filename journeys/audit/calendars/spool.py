"""Lists that a service gives page by page, kept in a file until all of it is there and known to be still true.

The same questions as those of ``journeys.audit.pages``, which also goes on where an interrupted reading ended.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import IO, Any, Final

from journeys.model import StoreFault

Row = Mapping[str, Any]
ATTEMPTS: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Rows in the order of the service, and the cursor of the next page ("" after the last)."""

    rows: Sequence[Row]
    next: str = ""
    total: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """All pages, when the last one has come: when the first was asked for, and all rows once more."""

    began: datetime
    rows: Callable[[], Iterator[Row]]


Ask = Callable[[str, datetime], Page]
Changed = Callable[[Reading], str]


class Pages:
    """Keeps nothing beyond one reading."""

    @contextmanager
    def read(self, question: str, ask: Ask, key: Callable[[Row], str], changed: Changed) -> Iterator[Iterator[Row]]:
        """All rows, each once. StoreFault when the list did not stay the same while it was read, ``ATTEMPTS`` times."""
        said = ""
        for _ in range(ATTEMPTS):
            with tempfile.TemporaryFile("w+", encoding="utf-8") as file:
                began = datetime.now(UTC)
                _keep(file, ask, began)
                said = changed(Reading(began=began, rows=partial(_rows, file, key)))
                if not said:
                    yield _rows(file, key)
                    return
        raise StoreFault(f"{question}: it changed while it was read, {ATTEMPTS} times: {said}")


def _keep(file: IO[str], ask: Ask, began: datetime) -> None:
    cursor, seen = "", {""}
    while True:
        page = ask(cursor, began)
        file.writelines(f"{json.dumps(row)}\n" for row in page.rows)
        cursor = page.next
        if not cursor:
            return
        if cursor in seen:
            raise StoreFault(f"the page {cursor!r} leads to itself")
        seen.add(cursor)


def _rows(file: IO[str], key: Callable[[Row], str]) -> Iterator[Row]:
    """Each once, as it was first."""
    file.seek(0)
    known = set()
    for line in file:
        row = json.loads(line)
        if key(row) not in known:
            known.add(key(row))
            yield row
