"""Whose fault it is when a database takes no connection."""

from __future__ import annotations

import psycopg
import pytest

from journeys.outside.database import Database


@pytest.mark.parametrize(
    ("says", "well"),
    [
        ("connection failed: FATAL:  sorry, too many clients already", False),
        ("FATAL:  remaining connection slots are reserved for roles with the SUPERUSER attribute", False),
        ("FATAL:  the database system is shutting down", False),
        ('FATAL:  password authentication failed for user "shop"', None),
        ('FATAL:  role "tester" does not exist', None),
        ("connection to server failed: Connection refused", None),
    ],
)
def test_a_refused_password_says_nothing_of_how_the_database_is(
    says: str, well: bool | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def connect(*_: object, **__: object) -> None:
        raise psycopg.OperationalError(says)

    monkeypatch.setattr(psycopg, "connect", connect)
    assert (well, says.replace("  ", " ")) == Database(url="postgresql://127.0.0.1:1/shop").ask()
