"""Parquet by a mapping: types of columns, what is exact and what is not, and damaged files."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet as pq
from statements import rows, told

from journeys.audit.sources import Unreadable
from journeys.audit.statements import parquet
from journeys.audit.statements.table import Table

OPTIONS = {"currency": "EUR", "columns": {"day": "day", "amount": "amount"}}


def export(folder: Path, columns: dict[str, Any], options: dict[str, Any] = OPTIONS) -> Table:
    pq.write_table(pa.table(columns), folder / "may.parquet")
    return parquet.connect({"file": "may.parquet", **options}, "shop", folder)


@pytest.mark.parametrize(
    "amounts",
    [
        pa.array([Decimal("12.50"), Decimal("-3.00")]),
        pa.array(["12.50", "-3"]),
        pa.array(["12.5", "-3.00"], pa.large_string()),
        pa.array(["12.50", "-3"]).dictionary_encode(),
        pa.array([Decimal("12.5000"), Decimal("-3")], pa.decimal128(20, 4)),
    ],
    ids=lambda array: str(array.type),
)
def test_exact_amounts_of_any_type_are_the_same(tmp_path: Path, amounts: pa.Array) -> None:
    source = export(tmp_path, {"day": [date(2026, 5, 4), date(2026, 5, 5)], "amount": amounts})
    assert told(source, "place", "kind", "amount", "day") == [
        ("may.parquet row 1", "sale", 1250, date(2026, 5, 4)),
        ("may.parquet row 2", "refund", -300, date(2026, 5, 5)),
    ]


def test_moments_with_and_without_a_zone(tmp_path: Path) -> None:
    options = {"currency": "EUR", "zone": "Europe/Berlin", "columns": {"at": "at", "amount": "amount"}}
    expected = [(datetime(2026, 5, 4, 8, tzinfo=UTC),)]
    local, utc = datetime(2026, 5, 4, 10), datetime(2026, 5, 4, 8, tzinfo=UTC)
    assert told(export(tmp_path, {"at": [local], "amount": [1]}, options), "at") == expected
    assert told(export(tmp_path, {"at": [utc], "amount": [1]}, options), "at") == expected


@pytest.mark.parametrize(
    ("columns", "says"),
    [
        ({"day": ["2026-05-04"], "amount": [12.5]}, "row 1: amounts are of the type double, and no such"),
        ({"day": ["2026-05-04"] * 2, "amount": [1, None]}, "row 2: an amount is missing"),
        ({"day": ["2026-05-04"] * 2, "amount": ["1", "=1+1"]}, "row 2: '=1\\+1' is no amount"),
        ({"day": ["2026-05-04"], "amount": [Decimal("1.005")]}, "row 1: an amount from here on is not exact"),
        ({"day": ["2026-05-04", "2026-02-30"], "amount": [1, 1]}, "row 2: '2026-02-30' is not that"),
        ({"day": [None], "amount": [1]}, "row 1: "),
        ({"day": [[1]], "amount": [1]}, "row 1: "),
        ({"amount": [1]}, "no column is named 'day'"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_file_and_row(tmp_path: Path, columns: dict[str, Any], says: str) -> None:
    with pytest.raises(Unreadable, match=rf"may\.parquet: {says}"):
        rows(export(tmp_path, columns))


def test_a_damaged_file_is_no_parquet(tmp_path: Path) -> None:
    source = export(tmp_path, {"day": ["2026-05-04"], "amount": [1]})
    path = tmp_path / "may.parquet"
    whole = path.read_bytes()
    for damaged in (whole[:-5], whole[5:], b"PAR1", whole[: len(whole) // 2], b"PAR1" + b"\xff" * 100 + b"PAR1"):
        path.write_bytes(damaged)
        with pytest.raises(Unreadable, match=r"may\.parquet: (no Parquet|it is damaged)"):
            rows(source)
