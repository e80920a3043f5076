"""What the receiver keeps on disk: the customer file, and which calendar entries each order has."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

PATIENCE = 10.0
TABLES = """
create table if not exists customers (
    id integer primary key autoincrement, store text not null, "order" text not null, copy integer not null,
    email text not null, total text, currency text not null, status text not null, unique (store, "order", copy)
);
create table if not exists entries (
    store text not null, "order" text not null, uid text not null, primary key (store, "order", uid)
);
"""
KEEP = """
insert into customers (store, "order", copy, email, total, currency, status) values (?, ?, ?, ?, ?, ?, ?)
on conflict do update set email = excluded.email, total = excluded.total, currency = excluded.currency,
status = excluded.status
"""


class Notebook:
    """A SQLite file; safe to use from several threads."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with self._open() as book:
            book.executescript(TABLES)

    def keep_customer(
        self, store: str, order: str, *, copies: int, email: str, total: str | None, currency: str, status: str
    ) -> None:
        """One row for the order, or several; rows of the same order are brought up to date."""
        with self._open() as book:
            for copy in range(copies):
                book.execute(KEEP, (store, order, copy, email, total, currency, status))

    def customers(self, *, email: str | None = None, order: str | None = None) -> list[dict[str, Any]]:
        """The rows with this address and this order, the oldest first; None is any."""
        with self._open() as book:
            book.row_factory = sqlite3.Row
            rows = book.execute(
                'select id, email, "order", total, currency, status from customers '
                'where (?1 is null or email = ?1) and (?2 is null or "order" = ?2) order by id',
                (email, order),
            )
            return [dict(row) for row in rows]

    def entries(self, store: str, order: str) -> set[str]:
        """The UIDs of the calendar entries that the order has."""
        with self._open() as book:
            rows = book.execute('select uid from entries where store = ? and "order" = ?', (store, order))
            return {str(row[0]) for row in rows}

    def keep_entries(self, store: str, order: str, uids: Iterable[str]) -> None:
        """The order has these calendar entries and no others."""
        with self._open() as book:
            book.execute('delete from entries where store = ? and "order" = ?', (store, order))
            book.executemany("insert into entries values (?, ?, ?)", [(store, order, uid) for uid in uids])

    def forget(self, store: str, order: str | None = None) -> None:
        """Nothing of this order, or of all orders of the store, is known any more."""
        with self._open() as book:
            for table in ("customers", "entries"):
                book.execute(f'delete from {table} where store = ?1 and (?2 is null or "order" = ?2)', (store, order))

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._path, timeout=PATIENCE)) as book, book:
            yield book
