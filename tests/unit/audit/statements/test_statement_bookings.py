"""Bookings and slots in tables: what a row says, times and zones, what is left out, and all that a cell may not be."""

from __future__ import annotations

import csv as written_csv
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyarrow import parquet as pq
from statements import written

from journeys.audit.model import Period
from journeys.audit.sources import Unreadable
from journeys.audit.statements import csv, parquet
from journeys.audit.statements.table import Table

BERLIN = ZoneInfo("Europe/Berlin")
YEAR = Period(first=date(2026, 1, 1), last=date(2026, 12, 31), zone=BERLIN)
COLUMNS = {
    "code": "Order", "starts": "Start", "ends": "End", "places": "Persons", "status": "Status", "slot": "Slot",
    "title": "Event", "made": "Created",
}  # fmt: skip
GERMAN = "%d.%m.%Y %H:%M"
OPTIONS = {"holds": "bookings", "columns": COLUMNS, "cancelled": ["canceled", "expired"]}
HEAD = "Order,Start,End,Persons,Status,Slot,Event,Created"
ROW = "AB1CD,2026-05-04 19:30,2026-05-04 20:30,3,paid,12,Harbour tour,2026-04-01 09:00:00"


def table(folder: Path, content: str | bytes, options: dict[str, Any] = OPTIONS) -> Table:
    written(folder, "may.csv", content)
    return csv.connect({"file": "may.csv", **options}, "booking", folder)


def export(folder: Path, columns: dict[str, Any], options: dict[str, Any]) -> Table:
    pq.write_table(pa.table(columns), folder / "may.parquet")
    return parquet.connect({"file": "may.parquet", **options}, "booking", folder)


def told(source: Table, name: str = "bookings", period: Period = YEAR) -> list[dict[str, Any]]:
    return [row for batch in source.read(name, period) for row in batch.to_pylist()]


def starting(folder: Path, start: str, **options: Any) -> list[tuple[datetime, str]]:
    """When a booking starts that is written like this, and what it says it was written like."""
    source = table(folder, f'Start\n"{start}"\n', {"holds": "bookings", "columns": {"starts": "Start"}, **options})
    return [(row["starts"], row["written"]) for row in told(source)]


def test_a_row_is_a_booking(tmp_path: Path) -> None:
    gone = "EF2GH,2026-05-05T10:00:00+01:00,,1,Canceled,,,"
    assert told(table(tmp_path, f"{HEAD}\n{ROW}\n\n{gone}\n")) == [
        {
            "place": "may.csv line 2",
            "code": "AB1CD",
            "starts": datetime(2026, 5, 4, 17, 30, tzinfo=UTC),
            "ends": datetime(2026, 5, 4, 18, 30, tzinfo=UTC),
            "written": "2026-05-04 19:30 (no zone)",
            "places": 3,
            "standing": True,
            "slot": "12",
            "title": "Harbour tour",
            "made": datetime(2026, 4, 1, 7, tzinfo=UTC),
        },
        {
            "place": "may.csv line 4",
            "code": "EF2GH",
            "starts": datetime(2026, 5, 5, 9, tzinfo=UTC),
            "ends": None,
            "written": "2026-05-05T10:00:00+01:00",
            "places": 1,
            "standing": False,
            "slot": None,
            "title": None,
            "made": None,
        },
    ]


@pytest.mark.parametrize(
    ("start", "options", "moment", "says"),
    [
        ("2026-05-04 19:30:00", {}, datetime(2026, 5, 4, 17, 30), "2026-05-04 19:30:00 (no zone)"),
        ("2026-05-04 19:30", {"zone": "Asia/Tokyo"}, datetime(2026, 5, 4, 10, 30), "2026-05-04 19:30 Asia/Tokyo"),
        ("2026-05-04T19:30Z", {"zone": "Asia/Tokyo"}, datetime(2026, 5, 4, 19, 30), "2026-05-04T19:30Z"),
        ("04.05.2026 19:30", {"time_format": GERMAN}, datetime(2026, 5, 4, 17, 30), "04.05.2026 19:30 (no zone)"),
        ("04.05.2026", {"time_format": "%d.%m.%Y"}, datetime(2026, 5, 3, 22), "2026-05-04"),
        ("2026-05-04", {"zone": "Asia/Tokyo"}, datetime(2026, 5, 3, 15), "2026-05-04"),
        # Clocks go through 02:30 twice, and then skip it: as calendars do (RFC 5545, 3.3.5).
        ("2026-10-25 02:30", {}, datetime(2026, 10, 25, 0, 30), "2026-10-25 02:30 (no zone)"),
        ("2026-10-25 02:30+01:00", {}, datetime(2026, 10, 25, 1, 30), "2026-10-25 02:30+01:00"),
        ("2026-03-29 02:30", {}, datetime(2026, 3, 29, 1, 30), "2026-03-29 02:30 (no zone)"),
        ("2026-03-29 03:00", {}, datetime(2026, 3, 29, 1), "2026-03-29 03:00 (no zone)"),
    ],
)  # fmt: skip
def test_a_start_is_read_in_its_zone(
    tmp_path: Path, start: str, options: dict[str, Any], moment: datetime, says: str
) -> None:
    assert starting(tmp_path, start, **options) == [(moment.replace(tzinfo=UTC), says)]


def test_a_day_and_an_hour_may_have_columns_of_their_own(tmp_path: Path) -> None:
    columns = {"starts": ["Day", "Hour"], "made": "Made"}
    content = "Day,Hour,Made\n04.05.2026,19:30,01.04.2026 09:00\n"
    source = table(tmp_path, content, {"holds": "bookings", "columns": columns, "time_format": "%d.%m.%Y %H:%M"})
    assert [(row["starts"], row["made"]) for row in told(source)] == [
        (datetime(2026, 5, 4, 17, 30, tzinfo=UTC), datetime(2026, 4, 1, 7, tzinfo=UTC))
    ]


def test_types_of_parquet_are_taken_as_they_are(tmp_path: Path) -> None:
    columns = {
        "Order": pa.array([17, None]),
        "Start": pa.array([datetime(2026, 5, 4, 19, 30), datetime(2026, 10, 25, 2, 30)], pa.timestamp("ns")),
        "Persons": pa.array([3.0, 2.0]),
        "Gone": pa.array([False, True]),
        "Day": pa.array([date(2026, 4, 1)] * 2),
    }
    roles = {"code": "Order", "starts": "Start", "places": "Persons", "status": "Gone", "made": "Day"}
    options = {"holds": "bookings", "columns": roles, "cancelled": "true", "time_format": "%d.%m.%Y"}
    found = told(export(tmp_path, columns, options))
    assert [(row["code"], row["starts"], row["places"], row["standing"], row["made"]) for row in found] == [
        ("17", datetime(2026, 5, 4, 17, 30, tzinfo=UTC), 3, True, datetime(2026, 3, 31, 22, tzinfo=UTC)),
        (None, datetime(2026, 10, 25, 0, 30, tzinfo=UTC), 2, False, datetime(2026, 3, 31, 22, tzinfo=UTC)),
    ]
    aware = {"Start": pa.array([datetime(2026, 5, 4, 17, 30, tzinfo=UTC)], pa.timestamp("ms", "America/Lima"))}
    (row,) = told(export(tmp_path, aware, {"holds": "bookings", "columns": {"starts": "Start"}}))
    assert row["starts"] == datetime(2026, 5, 4, 17, 30, tzinfo=UTC)


def test_what_lies_far_from_the_period_and_what_is_no_booking_is_left_out(tmp_path: Path) -> None:
    """But is read: a mistake in it is one."""
    options = {
        "holds": "bookings", "columns": {"starts": "Start", "places": "n", "text": ["Kind", "Note"]},
        "ignore": "^Total",
    }  # fmt: skip
    content = (
        "Start,n,Kind,Note\n2026-05-04 10:00,0,Tour,\n,x,Total,2\n2026-05-04 11:00,2,Tour,\n2031-01-01 10:00,2,,\n"
    )
    source = table(tmp_path, content, options)
    assert [row["place"] for row in told(source)] == ["may.csv line 4"]
    assert source.left_out == ("booking: 1 × rows of no places", "booking: 1 × rows that are to be ignored")
    with pytest.raises(Unreadable, match=r"may\.csv line 6: 'x' is no number of places"):
        told(table(tmp_path, f"{content}2031-01-02 10:00,x,,\n", options))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (f"{HEAD}\n{ROW}\n{ROW},more\n", "line 3: 9 fields, the first 'AB1CD'; expected is 8 fields"),
        (f"{HEAD}\n{ROW}\nAB1CD,2026-05-04 19:30\n", "line 3: 2 fields"),
        (f"{HEAD}\n{ROW}\n{ROW[:20]}", "line 3: 2 fields"),
        (f'{HEAD}\n{ROW}\n"{ROW}', "line 3: no row: unexpected end of data"),
        (f"{HEAD}\n{ROW.replace('05-04', '02-30')}\n", "line 2: '2026-02-30 19:30' is no start; expected is a time"),
        (f"{HEAD}\n{ROW.replace('2026-05-04 19:30', 'soon')}\n", "line 2: 'soon' is no start"),
        (f"{HEAD}\n{ROW.replace('2026-05-04 19:30', '0001-01-01 00:00')}\n", "line 2: '0001-01-01 00:00' is no start"),
        (f"{HEAD}\n{ROW}\nAB1CD,,,1,,,,\n", "line 3: no start is told; expected is one in each row"),
        (f"{HEAD}\n{ROW.replace('20:30', '18:30')}\n", "line 2: it ends before it starts"),
        (f"{HEAD}\n{ROW.replace('2026-05-04 20:30', 'late')}\n", "line 2: 'late' is no end"),
        (f"{HEAD}\n{ROW.replace('09:00:00', '25:00:00')}\n", "line 2: '2026-04-01 25:00:00' is no time"),
        (f"{HEAD}\n{ROW}\n{ROW.replace(',3,', ',,')}\n", "line 3: no number of places is told"),
        ("Order,Start\n", "line 1: no column is named 'Created'; expected is .* there are 'Order', 'Start'"),
        (f"{HEAD},Start\n", "line 1: several columns are named 'Start'"),
        (f"{HEAD}\n{ROW}\n\0\n", "line 3: there is a NUL byte"),
        (f"{HEAD}\n{ROW}\n".encode() + b"\xff\n", "line 3: byte 0xff is not utf-8"),
        ("", "the file is empty"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_file_and_line(tmp_path: Path, content: str | bytes, says: str) -> None:
    with pytest.raises(Unreadable, match=rf"may\.csv:? {says}"):
        told(table(tmp_path, content))


@pytest.mark.parametrize("places", ["-1", "1.5", "1e3", "three", "=1+1", "１", "9999999999", "NaN", "+1", "1 000"])
def test_what_is_no_number_of_places_is_told_with_its_line(tmp_path: Path, places: str) -> None:
    with pytest.raises(
        Unreadable, match=r"may\.csv line 3: .* is no number of places; expected is a whole number such"
    ):
        told(table(tmp_path, f"{HEAD}\n{ROW}\n{ROW.replace(',3,', f',{places},')}\n"))


@pytest.mark.parametrize(
    ("columns", "says"),
    [
        ({"Persons": [1, -1]}, "row 2: '-1' is no number of places"),
        ({"Persons": [1, None]}, "row 2: no number of places is told"),
        ({"Persons": [1.0, 1.5]}, "row 2: '1.5' is no number of places"),
        ({"Persons": [[1], [2]]}, "row 1: "),
        ({"Start": [None, None]}, "row 1: no start is told"),
        ({"Start": [datetime(2026, 5, 4), None]}, "row 2: no start is told"),
        ({"Start": [1, 2]}, "row 1: '1' is no start"),
        ({"Start": [b"\xff", b"x"]}, "row 1: "),
    ],
)
def test_what_is_wrong_in_parquet_is_told_with_its_row(tmp_path: Path, columns: dict[str, Any], says: str) -> None:
    whole = {"Start": ["2026-05-04 19:30"] * 2, "Persons": [1, 2]} | columns
    options = {"holds": "bookings", "columns": {"starts": "Start", "places": "Persons"}}
    with pytest.raises(Unreadable, match=rf"may\.parquet: {says}"):
        told(export(tmp_path, whole, options))


def test_a_status_that_is_neither_is_a_mistake_where_both_are_declared(tmp_path: Path) -> None:
    options = OPTIONS | {"standing": ["Paid", "pending"], "cancelled": ["İPTAL"]}
    content = f"{HEAD}\n{ROW}\n{ROW.replace('paid', 'İptal')}\n"
    assert [row["standing"] for row in told(table(tmp_path, content, options))] == [True, False]
    with pytest.raises(Unreadable, match=r"line 4: the status 'on hold'; expected is one of 'Paid', 'pending', "):
        told(table(tmp_path, f"{content}{ROW.replace('paid', 'on hold')}\n", options))


def test_slots_are_told_by_a_table_of_them(tmp_path: Path) -> None:
    columns = {"slot": "Key", "title": "Event", "starts": "Start", "capacity": "Places"}
    content = "Key,Event,Start,Places\n1,Tour,2026-05-04 10:00,12\n,Tour,2026-05-05 10:00,\n"
    source = table(tmp_path, content, {"holds": "slots", "columns": columns})
    assert source.tables() == ("slots",)
    assert [(row["slot"], row["title"], row["capacity"]) for row in told(source, "slots")] == [
        ("1", "Tour", 12),
        ("may.csv line 3", "Tour", None),
    ]


CAPACITIES = {"holds": "bookings", "columns": {"starts": "Start", "slot": "Slot", "title": "Event", "capacity": "of"}}


def test_bookings_that_say_the_capacity_tell_each_slot_once(tmp_path: Path) -> None:
    rows = ["1,A,2026-05-04 10:00,12", "1,A,2026-05-04 10:00,12", ",B,2026-05-05 10:00,5", ",B,2026-05-05 10:00,5"]
    source = table(tmp_path, "\n".join(["Slot,Event,Start,of", *rows, ""]), CAPACITIES)
    assert source.tables() == ("bookings", "slots")
    assert len(told(source)) == 4
    assert [(row["place"], row["slot"], row["capacity"]) for row in told(source, "slots")] == [
        ("may.csv line 2", "1", 12),
        ("may.csv line 4", "may.csv line 4", 5),
    ]


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("1,A,2026-05-04 10:00,13", "its slot has the capacity 13, and in may.csv line 2 12"),
        ("1,A,2026-05-05 10:00,12", "its slot has the start 2026-05-05 08:00:00"),
    ],
)
def test_a_slot_of_two_capacities_or_starts_is_none(tmp_path: Path, row: str, says: str) -> None:
    source = table(tmp_path, f"Slot,Event,Start,of\n1,A,2026-05-04 10:00,12\n{row}\n", CAPACITIES)
    with pytest.raises(Unreadable, match=rf"may\.csv line 3: {says}"):
        told(source, "slots")


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"holds": "guests"}, "holds: 'guests' is none of movements, bookings, slots"),
        ({"columns": {"code": "Order"}}, "columns: starts is wanted"),
        ({"columns": COLUMNS | {"amount": "x"}}, "columns.amount: no such column; known are code, starts"),
        ({"columns": COLUMNS | {"slot": []}}, "columns.slot: the name of a column is wanted, or a list"),
        ({"holds": "slots"}, "columns.code: no such column; known are slot, title"),
        ({"cancelled": []}, "cancelled: missing"),
        ({"columns": {"starts": "Start"}}, "columns.status: missing"),
        ({"columns": {"starts": "x"}, "cancelled": [], "standing": ["x"]}, "standing: belongs to columns.status"),
        ({"cancelled": [1]}, "cancelled: values of the column status are wanted"),
        ({"ignore": "x"}, "columns.text: missing"),
        ({"columns": COLUMNS | {"text": "x"}}, "ignore: missing"),
        ({"columns": COLUMNS | {"text": "x"}, "ignore": "("}, "ignore: .* is no regular expression"),
        ({"time_format": "DD.MM."}, "time_format: .* is no format of strptime"),
        ({"time_format": "%d.%m.%Q"}, "time_format: .* is no format of strptime"),
        ({"zone": "Mars/Olympus"}, "zone: 'Mars/Olympus' is no time zone"),
        ({"currency": "EUR"}, "currency: no such option"),
    ],
)  # fmt: skip
def test_a_mistake_names_its_option(tmp_path: Path, options: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        table(tmp_path, "", OPTIONS | options)


MOMENTS = st.datetimes(datetime(2026, 1, 2), datetime(2026, 12, 30), timezones=st.just(UTC)).map(
    lambda each: each.replace(microsecond=0)
)
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=12)
ROWS = st.fixed_dictionaries(
    {
        "Order": st.none() | WORDS,
        "Start": MOMENTS,
        "Persons": st.integers(1, 999_999_999),
        "Status": st.sampled_from(["paid", "pending", "canceled", "Expired"]),
        "Slot": st.none() | WORDS,
        "Event": st.none() | WORDS,
        "Created": st.none() | MOMENTS,
    }
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(ROWS, min_size=1, max_size=20), delimiter=st.sampled_from([",", ";", "\t"]))
def test_csv_and_parquet_are_read_back_to_the_same_bookings(
    tmp_path: Path, rows: list[dict[str, Any]], delimiter: str
) -> None:
    """Nothing is lost, changed or added, and no two formats differ."""
    whole = [row | {"End": row["Start"] + timedelta(hours=1)} for row in rows]
    with (tmp_path / "may.csv").open("w", encoding="utf-8", newline="") as file:
        writer = written_csv.DictWriter(file, HEAD.split(","), delimiter=delimiter)
        writer.writeheader()
        writer.writerows({name: "" if each is None else str(each) for name, each in row.items()} for row in whole)
    from_csv = csv.connect({"file": "may.csv", "delimiter": delimiter, **OPTIONS}, "booking", tmp_path)
    from_parquet = export(tmp_path, {name: [row[name] for row in whole] for name in whole[0]}, OPTIONS)
    found, others = (
        [{**row, "place": row["place"].split()[0], "written": None} for row in told(source)]
        for source in (from_csv, from_parquet)
    )
    assert [each["place"] for each in found] == ["may.csv"] * len(whole)
    assert [{**each, "place": None} for each in found] == [{**each, "place": None} for each in others]
    assert [
        (
            row["code"],
            row["starts"],
            row["ends"],
            row["places"],
            row["standing"],
            row["slot"],
            row["title"],
            row["made"],
        )
        for row in found
    ] == [
        (
            row["Order"],
            row["Start"],
            row["End"],
            row["Persons"],
            row["Status"] in ("paid", "pending"),
            row["Slot"],
            row["Event"],
            row["Created"],
        )
        for row in whole
    ]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.lists(st.tuples(st.integers(0, 300), st.binary(max_size=4), st.integers(0, 40)), min_size=1))
def test_no_damage_is_more_than_unreadable(tmp_path: Path, changes: list[tuple[int, bytes, int]]) -> None:
    content = f"{HEAD}\n{ROW}\n{ROW}\n".encode()
    for place, put, gone in changes:
        at = place % (len(content) + 1)
        content = content[:at] + put + content[at + gone :]
    try:
        told(table(tmp_path, content))
    except Unreadable as error:
        assert str(tmp_path / "may.csv") in str(error)
        assert "expected is" in str(error)
