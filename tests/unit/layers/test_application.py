"""The application cache of a Django store, on a real SQLite file."""

from __future__ import annotations

import math
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fakes import FakeVisitor

from journeys.layers import BrowserHttpCache, DjangoDatabaseCache
from journeys.model import errors
from journeys.run.ports import Clears, Copy, Place

KEYS = ("mug:stock", "mug:price", "cup:stock", "session:1")
PLACE = Place(url="/mug", keys={"application cache": ("mug:stock", "mug:price"), "edge": ("cup:stock",)})


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "cache.sqlite3"
    with closing(sqlite3.connect(file)) as cache, cache:
        cache.execute('CREATE TABLE "the_cache" (cache_key TEXT PRIMARY KEY, value TEXT, expires TEXT)')
        cache.executemany("INSERT INTO the_cache VALUES (?, 'old', '2099-01-01')", [(key,) for key in KEYS])
    return file


def held(file: Path) -> set[str]:
    with closing(sqlite3.connect(file)) as cache:
        return {key for (key,) in cache.execute("SELECT cache_key FROM the_cache")}


def clear(layer: DjangoDatabaseCache, place: Place = PLACE) -> str:
    return layer.clear(place, FakeVisitor())  # type: ignore[arg-type]


def test_only_the_keys_of_the_place_are_deleted(file: Path) -> None:
    assert clear(DjangoDatabaseCache(file=file, table="the_cache")) == "mug:stock, mug:price"
    assert {"cup:stock", "session:1"} == held(file)


def test_keys_that_are_not_there_are_no_error(file: Path) -> None:
    layer = DjangoDatabaseCache(file=file, table="the_cache")

    assert clear(layer) == clear(layer)


def test_a_place_without_keys_deletes_nothing(file: Path) -> None:
    assert clear(DjangoDatabaseCache(file=file, table="the_cache"), Place(url="/mug")) == "nothing: no key is known"
    assert set(KEYS) == held(file)


def test_a_key_is_never_read_as_sql(file: Path) -> None:
    clear(
        DjangoDatabaseCache(file=file, table="the_cache"),
        Place(keys={"application cache": ("x') OR 1=1 --",)}),
    )

    assert set(KEYS) == held(file)


def test_the_whole_table_is_emptied_only_where_the_configuration_says_all(file: Path) -> None:
    assert clear(DjangoDatabaseCache(file=file, table="the_cache", clears=Clears.ALL)) == "the whole application cache"
    assert set() == held(file)


def test_a_table_that_is_not_there_is_a_fault_of_the_tester(file: Path) -> None:
    with pytest.raises(errors.TesterFault, match=r"cannot clear the application cache in .*: no such table"):
        clear(DjangoDatabaseCache(file=file, table="another"))


def test_a_file_that_is_not_there_is_a_fault_and_is_not_made(tmp_path: Path) -> None:
    missing = tmp_path / "none.sqlite3"
    with pytest.raises(errors.TesterFault, match="unable to open database file"):
        clear(DjangoDatabaseCache(file=missing, table="the_cache"))

    assert not missing.exists()


def test_the_store_may_use_its_cache_at_the_same_time(file: Path) -> None:
    with closing(sqlite3.connect(file)) as store:
        store.execute("SELECT * FROM the_cache").fetchone()
        clear(DjangoDatabaseCache(file=file, table="the_cache"))
        store.execute("INSERT INTO the_cache VALUES ('mug:stock', 'new', '2099-01-01')")
        store.commit()

    assert {"mug:stock", "cup:stock", "session:1"} == held(file)


def test_the_cache_is_shared_and_the_browsers_is_personal(file: Path) -> None:
    layers = DjangoDatabaseCache(file=file, table="the_cache"), BrowserHttpCache()

    assert [(layer.name, layer.personal) for layer in layers] == [
        ("application cache", False),
        ("browser HTTP cache", True),
    ]


def test_clearing_the_browsers_cache_is_left_to_the_visitor() -> None:
    class Visitor(FakeVisitor):
        cleared = 0

        def clear_http_cache(self) -> None:
            self.cleared += 1

    visitor = Visitor()

    assert (
        BrowserHttpCache().clear(PLACE, visitor),  # type: ignore[arg-type]
        visitor.cleared,
    ) == ("the visitor's HTTP cache", 1)


NOW = datetime(2026, 1, 2, 12, 0, 0, 500_000, tzinfo=UTC)
NOBODY: Any = None


class Noon:
    def monotonic(self) -> float:
        return 0.0

    def utc(self) -> datetime:
        return NOW


def expires(file: Path, key: str, moment: str) -> None:
    with closing(sqlite3.connect(file)) as cache, cache:
        cache.execute("UPDATE the_cache SET expires = ? WHERE cache_key = ?", (moment, key))


def copy(file: Path, *keys: str) -> Copy | None:
    layer = DjangoDatabaseCache(file=file, table="the_cache", clock=Noon())
    return layer.copy(Place(keys={"application cache": keys}), NOBODY, {})


def test_an_entry_says_what_is_left_of_it_and_with_a_lifetime_how_long_it_has_lain(file: Path) -> None:
    expires(file, "mug:stock", "2026-01-02 12:04:30")

    assert copy(file, "mug:stock") == Copy(age_s=None, left_s=269.5, words="holds mug:stock")
    assert copy(file, "mug:stock@300") == Copy(age_s=29.5, left_s=269.5, words="holds mug:stock")


def test_an_age_is_never_more_than_the_entry_has_lain(file: Path) -> None:
    """Django rounds the moment of expiry down, so that an entry of right now seems to have lain a little."""
    stored = NOW - timedelta(seconds=0.25)
    expires(file, "mug:stock", f"{stored + timedelta(seconds=300):%Y-%m-%d %H:%M:%S}")
    held_now = copy(file, "mug:stock@300")

    assert held_now is not None and held_now.age_s == 0


def test_of_several_entries_the_one_that_goes_first_counts(file: Path) -> None:
    expires(file, "mug:stock", "2026-01-02 12:00:05")
    held_now = copy(file, "mug:stock", "mug:price")

    assert held_now is not None and held_now.left_s == 4.5


def test_an_entry_that_does_not_expire_stays_until_it_is_replaced(file: Path) -> None:
    expires(file, "mug:stock", "9999-12-31 23:59:59")
    held_now = copy(file, "mug:stock")

    assert held_now is not None and held_now.left_s == math.inf


@pytest.mark.parametrize("key", ["mug:stock", "unknown"])
def test_what_has_expired_or_is_not_there_is_no_copy(file: Path, key: str) -> None:
    expires(file, "mug:stock", "2026-01-02 12:00:00")

    assert copy(file, key) is None


def test_a_lifetime_is_no_part_of_the_key_that_is_deleted(file: Path) -> None:
    place = Place(keys={"application cache": ("mug:stock@300",)})

    assert clear(DjangoDatabaseCache(file=file, table="the_cache"), place) == "mug:stock"
    assert held(file) == {"mug:price", "cup:stock", "session:1"}


def test_never_deletes_nothing(file: Path) -> None:
    with pytest.raises(errors.TesterFault, match="the application cache was about to be cleared"):
        clear(DjangoDatabaseCache(file=file, table="the_cache", clears=Clears.NEVER))

    assert held(file) == set(KEYS)
