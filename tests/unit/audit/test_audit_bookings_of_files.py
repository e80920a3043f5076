"""``journeys audit bookings`` end to end, on exports and calendars in files: all that was planted, nothing invented."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from booking_files import COLUMNS, write_bookings, write_events, write_slots
from planting_bookings import plant
from timetables import Timetable, timetable

from journeys.audit.model import OF_BOOKINGS
from journeys.cli import main

STORE = '[stores.booking]\nplatform = "pretix"\nurl = "http://booking.example"\ntimezone = "Europe/Berlin"\n'
TABLE = f"""
[stores.booking.books.NAME]
kind = "KIND"
file = "FILE"
holds = "bookings"
cancelled = "canceled"
columns = {COLUMNS}
"""
SLOTS = """
[stores.booking.books.NAME]
kind = "csv"
file = "FILE"
holds = "slots"
columns = { slot = "Slot", title = "Event", starts = "Start", capacity = "Capacity" }
"""
CALENDAR = r"""
[stores.booking.books.calendar]
kind = "ics"
file = "calendar.ics"
code = '^UID:([A-Z0-9]+)-'
slot = '^UID:\w+-(\w+)-\d+@'
"""
SALES = """
[stores.booking.books.ledger]
kind = "csv"
file = "ledger.csv"
currency = "EUR"
columns = { day = "day", amount = "amount", reference = "no" }
"""


def book(text: str, name: str, file: str) -> str:
    kind = file.rpartition(".")[2]
    return text.replace("NAME", name).replace("FILE", file).replace("KIND", kind)


@pytest.fixture
def made() -> Timetable:
    return timetable(orders=200)


def audited(folder: Path, made: Timetable, *more: str, subject: str = "bookings") -> int:
    days = ("--from", made.period.first.isoformat(), "--to", made.period.last.isoformat())
    with pytest.raises(SystemExit) as end:
        main(["audit", subject, "--store", "booking", *days, "--config", str(folder / "journeys.toml"), *more])
    return int(end.value.code or 0)


def configured(folder: Path, *books: str) -> None:
    (folder / "journeys.toml").write_text("".join((STORE, *books)), encoding="utf-8")


@pytest.mark.parametrize("file", ["orders.csv", "orders.parquet"])
@pytest.mark.parametrize("each_place", [False, True])
def test_an_export_that_agrees_with_the_calendar_has_no_discrepancy(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], made: Timetable, file: str, each_place: bool
) -> None:
    write_bookings(tmp_path / file, made.bookings, each_place=each_place)
    write_events(tmp_path / "calendar.ics", made.calendar())
    configured(tmp_path, book(TABLE, "orders", file), CALENDAR)
    assert audited(tmp_path, made, "--export", "orders") == 0
    assert "no discrepancy" in capsys.readouterr().out


@pytest.mark.parametrize("calendar", ["calendar.ics", "calendar.csv"])
@pytest.mark.parametrize("each_place", [False, True])
def test_all_that_is_planted_is_found_in_its_class_and_none_is_invented(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes], made: Timetable, calendar: str, each_place: bool
) -> None:
    """Orders and slots are two exports of the store; the calendar is a file of its own or kept in a spreadsheet."""
    planted = plant(made, dict.fromkeys(OF_BOOKINGS, 3))
    write_bookings(tmp_path / "orders.csv", planted.store.bookings, each_place=each_place)
    write_slots(tmp_path / "slots.csv", planted.store.slots or ())
    write_slots(tmp_path / "rooms.csv", planted.calendar.slots or ())
    write = write_events if calendar.endswith("ics") else write_bookings
    write(tmp_path / calendar, planted.calendar.bookings)
    kept = CALENDAR if calendar.endswith("ics") else book(TABLE, "calendar", calendar)
    slots = book(SLOTS, "slots", "slots.csv") + book(SLOTS, "rooms", "rooms.csv")
    configured(tmp_path, book(TABLE, "orders", "orders.csv"), slots, kept)
    assert audited(tmp_path, made, "--export", "orders", "--export", "slots", "--output", "json") == 1
    document = json.loads(capfdbinary.readouterr().out)
    expected = Counter(dict.fromkeys(OF_BOOKINGS, 0))
    for (flaw, _), many in planted.expected.items():
        expected[flaw] += many
    assert {flaw: each["count"] for flaw, each in document["flaws"].items()} == {
        flaw.value: many for flaw, many in expected.items()
    }
    assert all(expected.values())


def test_rows_of_one_booking_are_its_places_unless_each_is_declared_to_be_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], made: Timetable
) -> None:
    """One place in the calendar of two rows is one too few; where each row is a booking, there is one too many here."""
    order = replace(next(each for each in made.bookings if each.standing), places=2)
    write_events(tmp_path / "calendar.ics", [replace(order, places=1)])
    rows = [order]
    write_bookings(tmp_path / "orders.csv", rows, each_place=True)
    configured(tmp_path, book(TABLE, "orders", "orders.csv"), CALENDAR)
    assert audited(tmp_path, made, "--export", "orders") == 1
    assert "1 of 2 places booked at booking are not in calendar" in capsys.readouterr().out
    configured(tmp_path, book(TABLE, "orders", "orders.csv") + 'shape = "booking"\n', CALENDAR)
    assert audited(tmp_path, made, "--export", "orders") == 1
    assert "booking has the booking 1 times more than calendar" in capsys.readouterr().out


def test_exports_of_sales_and_of_bookings_stand_for_one_store(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], made: Timetable
) -> None:
    """Each audit takes what holds its records; one for which there is none asks the API."""
    write_bookings(tmp_path / "orders.csv", made.bookings)
    write_bookings(tmp_path / "calendar.csv", made.calendar())
    (tmp_path / "ledger.csv").write_text("no,day,amount\nA1,2026-10-21,5.00\n")
    (tmp_path / "bank.csv").write_text("no,day,amount\nA1,2026-10-21,5.00\n")
    bookings = book(TABLE, "orders", "orders.csv") + book(TABLE, "calendar", "calendar.csv")
    sales = SALES + SALES.replace("ledger", "bank")
    configured(tmp_path, '[stores.booking.audit]\nexport = ["orders", "ledger"]\n', bookings, sales)
    assert audited(tmp_path, made) == 0
    assert audited(tmp_path, made, subject="sales") == 0
    capsys.readouterr()
    configured(tmp_path, '[stores.booking.audit]\nexport = "orders"\n', bookings, sales)
    assert audited(tmp_path, made) == 0
    assert audited(tmp_path, made, "--against", "bank", subject="sales") == 3
    assert "options organizer and event missing" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--export", "orders.csv"), 'orders.csv.columns: starts is wanted, .* holds = "bookings" and columns; then'),
        (("--export", "nothing.csv"), "nothing.csv is neither a file nor a book; known books are orders, ledger"),
        (("--export", "ledger"), "ledger holds no bookings"),
        (("--export", "slots"), "slots holds no bookings"),
        (("--export", "orders", "--against", "ledger"), "ledger holds no bookings"),
        (("--export", "unnamed"), r"orders\.csv line 1: no column is named 'Code'"),
        (("--export", "days"), r"days\.csv line 2: only a day is told; expected is the time as well, for booking"),
        (("--export", "broken"), r"broken\.csv line 3: '-2' is no number of places"),
    ],
)  # fmt: skip
def test_a_mistake_is_one_message(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    made: Timetable,
    arguments: tuple[str, ...],
    says: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    write_bookings(tmp_path / "orders.csv", made.bookings)
    row = "AB1CD,2026-10-21,,2,paid,,\n"
    head = "Order,Start,End,Places,Status,Slot,Event\n"
    (tmp_path / "days.csv").write_text(head + row)
    (tmp_path / "broken.csv").write_text(head + row + row.replace(",2,", ",-2,"))
    books = [book(TABLE, "orders", "orders.csv"), SALES, book(SLOTS, "slots", "slots.csv"), CALENDAR]
    unnamed = book(TABLE, "unnamed", "orders.csv").replace('"Order"', '"Code"')
    configured(tmp_path, *books, unnamed, *(book(TABLE, name, f"{name}.csv") for name in ("days", "broken")))
    write_events(tmp_path / "calendar.ics", [])
    assert audited(tmp_path, made, *arguments, *(() if "--against" in arguments else ("--against", "calendar"))) == 2
    said = " ".join(capsys.readouterr().err.split())
    assert "Traceback" not in said
    assert re.search(says, said), said


def test_validate_names_every_mistake(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    odd = book(TABLE, "odd", "x.csv").replace('cancelled = "canceled"', 'zone = "Mars/Olympus"')
    configured(
        tmp_path,
        '[stores.booking.audit]\nexport = ["odd", "gone"]\n',
        odd,
        book(SLOTS, "rooms", "x.csv").replace("starts", "begins"),
    )
    with pytest.raises(SystemExit) as end:
        main(["validate", "--config", str(tmp_path / "journeys.toml")])
    err = capsys.readouterr().err
    assert end.value.code == 2
    assert "stores.booking.books.odd.cancelled: missing" in err
    assert "stores.booking.books.rooms.columns.begins: no such column; known are slot" in err
    assert "stores.booking.audit.export: there is no book gone" in err
