"""The application cache of a Django store that keeps it in a database table."""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from journeys.layers.keys import Entry, copy_of, key
from journeys.layers.permission import demand
from journeys.model import APPLICATION_CACHE, TesterFault
from journeys.run.clock import Clock, SystemClock
from journeys.run.options import only, text
from journeys.run.ports import Clears, Copy, Place, Visitor

_FOREVER: Final = 9999  # the year that Django writes for entries that do not expire
_ROUNDED_S: Final = 1.0  # Django cuts the fractions off the moment of expiry


@dataclass(frozen=True, slots=True, kw_only=True)
class DjangoDatabaseCache:
    """``django.core.cache.backends.db.DatabaseCache`` on SQLite: its file and its table.

    Keys of a place are cache keys, with ``@SECONDS`` where the lifetime of such entries is known.
    """

    file: Path
    table: str
    clears: Clears = Clears.NARROW
    name: str = APPLICATION_CACHE
    personal: bool = False
    instances: tuple[str, ...] = ()
    clock: Clock = field(default_factory=SystemClock, repr=False)

    def door(self, instance: str = "") -> str:
        """None: it lies inside the store."""
        return ""

    def copy(self, place: Place, visitor: Visitor, evidence: Mapping[str, str]) -> Copy | None:
        """What the table says of the place's entries; None when it has none."""
        return copy_of(self._entries(place))

    def holds(self, place: Place) -> None:
        """Nothing: entries are pickles, which a tester does not open."""

    def behind(self) -> bool:
        """It does not know."""
        return False

    def clear(self, place: Place, visitor: Visitor, instance: str = "") -> str:
        """Delete the keys of this place; the whole table only where the configuration says ``all``."""
        demand(self.name, self.clears)
        if self.clears is Clears.ALL:
            self._run(f'DELETE FROM "{self.table}"', ())
            return f"the whole {self.name}"
        keys = self._names(place)
        self._run(f'DELETE FROM "{self.table}" WHERE cache_key IN ({_marks(keys)})', keys)
        return ", ".join(keys) or "nothing: no key is known"

    def _names(self, place: Place) -> tuple[str, ...]:
        return tuple(key(written).name for written in place.keys.get(self.name, ()))

    def _entries(self, place: Place) -> Iterator[Entry]:
        lifetimes = {(known := key(written)).name: known for written in place.keys.get(self.name, ())}
        query = f'SELECT cache_key, expires FROM "{self.table}" WHERE cache_key IN ({_marks(tuple(lifetimes))})'
        for name, expires in self._run(query, tuple(lifetimes)):
            end = datetime.fromisoformat(str(expires)).replace(tzinfo=UTC)
            left = math.inf if end.year >= _FOREVER else (end - self.clock.utc()).total_seconds()
            if left > 0:
                age = lifetimes[name].age_s(left)
                yield Entry(name=name, age_s=age and max(0.0, age - _ROUNDED_S), left_s=left)

    def _run(self, statement: str, keys: tuple[str, ...]) -> list[tuple[str, ...]]:
        try:
            with closing(sqlite3.connect(f"file:{self.file}?mode=rw", uri=True, timeout=10)) as cache, cache:
                return cache.execute(statement, keys).fetchall()
        except sqlite3.Error as error:
            verb = "clear" if statement.startswith("DELETE") else "ask"
            raise TesterFault(f"cannot {verb} the {self.name} in {self.file}: {error}") from error


def connect(options: Mapping[str, object], clears: Clears) -> DjangoDatabaseCache:
    """A cache by its ``file`` (SQLite) and its ``table``."""
    only(options, "file", "table")
    return DjangoDatabaseCache(file=Path(text(options, "file")), table=text(options, "table"), clears=clears)


def _marks(keys: tuple[str, ...]) -> str:
    return ",".join("?" * len(keys))
