"""The application cache of a Django store that keeps it in a database table."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from journeys.model import APPLICATION_CACHE, TesterFault
from journeys.run.ports import Clears, Place, Visitor


@dataclass(frozen=True, slots=True, kw_only=True)
class DjangoDatabaseCache:
    """``django.core.cache.backends.db.DatabaseCache`` on SQLite: its file and its table."""

    file: Path
    table: str
    clears: Clears = Clears.NARROW
    name: str = APPLICATION_CACHE
    personal: bool = False

    def clear(self, place: Place, visitor: Visitor) -> str:
        """Delete the keys of this place; the whole table only where the configuration says ``all``."""
        keys = place.keys.get(self.name, ())
        if self.clears is Clears.ALL:
            self._run(f'DELETE FROM "{self.table}"', ())
            return f"the whole {self.name}"
        self._run(f'DELETE FROM "{self.table}" WHERE cache_key IN ({",".join("?" * len(keys))})', keys)
        return ", ".join(keys) or "nothing: no key is known"

    def _run(self, statement: str, keys: tuple[str, ...]) -> None:
        try:
            with closing(sqlite3.connect(f"file:{self.file}?mode=rw", uri=True, timeout=10)) as cache, cache:
                cache.execute(statement, keys)
        except sqlite3.Error as error:
            raise TesterFault(f"cannot clear the {self.name} in {self.file}: {error}") from error
