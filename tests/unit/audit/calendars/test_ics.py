"""What is read out of calendar files, and what is said of those that are none."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest

from journeys.audit.calendars.ics import connect
from journeys.audit.model import Period
from journeys.audit.sources import Unreadable

YEAR = Period(first=date(2026, 1, 1), last=date(2026, 12, 31), zone=ZoneInfo("Europe/Berlin"))


def calendar(*lines: str, end: str = "\r\n") -> bytes:
    return end.join(("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:x", *lines, "END:VCALENDAR", "")).encode()


def event(*lines: str) -> tuple[str, ...]:
    return ("BEGIN:VEVENT", *lines, "END:VEVENT")


def rows(folder: Path, content: bytes, period: Period = YEAR, table: str = "bookings", **options: str) -> list[Any]:
    (folder / "bookings.ics").write_bytes(content)
    source = connect({"file": "bookings.ics", **options}, "calendar", folder)
    return [row for batch in source.read(table, period) for row in pa.RecordBatch.to_pylist(batch)]


def starts(folder: Path, *lines: str, **options: str) -> list[str]:
    found = rows(folder, calendar(*lines), **options)
    return [f"{each['starts']:%Y-%m-%dT%H:%MZ}" for each in found]


def test_a_booking_is_told_with_its_order_places_title_and_both_times(tmp_path: Path) -> None:
    booked = event(
        "UID:AB1CD-12@store.example",
        "DTSTART:20261206T093000Z",
        "DTEND:20261206T103000Z",
        "SUMMARY:Harbour tour: 3 booked",
        "DESCRIPTION:Order ABCDE",
        "STATUS:CONFIRMED",
    )
    (row,) = rows(tmp_path, calendar(*booked), slot=r"^UID:[A-Z0-9]+-(\d+)@")
    assert row == {
        "place": "bookings.ics line 4",
        "code": "ABCDE",
        "starts": row["starts"],
        "ends": row["ends"],
        "written": "20261206T093000Z",
        "places": 3,
        "standing": True,
        "slot": "12",
        "title": "Harbour tour",
        "made": None,
    }
    assert [f"{row[name]:%H:%M}" for name in ("starts", "ends")] == ["09:30", "10:30"]


@pytest.mark.parametrize(
    ("start", "moment"),
    [
        ("DTSTART;TZID=Europe/Berlin:20260706T003000", "2026-07-05T22:30Z"),
        ('DTSTART;TZID="Europe/Berlin":20260706T003000', "2026-07-05T22:30Z"),
        ("DTSTART;TZID=W. Europe Standard Time:20260706T003000", "2026-07-05T22:30Z"),
        ("DTSTART;TZID=/maker.example/Europe/Berlin:20260706T003000", "2026-07-05T22:30Z"),
        ("DTSTART;TZID=Europe/Berlin:20261025T023000", "2026-10-25T00:30Z"),  # the first of the two
        ("DTSTART;TZID=Europe/Berlin:20260329T023000", "2026-03-29T01:30Z"),  # does not exist: the offset before
        ("DTSTART;TZID=Australia/Lord_Howe:20260404T233000", "2026-04-04T12:30Z"),
        ("DTSTART:20260706T003000", "2026-07-05T22:30Z"),  # floating, in the zone of the period
        ("DTSTART;VALUE=DATE:20260706", "2026-07-05T22:00Z"),
        ("DTSTART:20260630T235960Z", "2026-06-30T23:59Z"),
    ],
)
def test_a_start_is_read_in_its_zone(tmp_path: Path, start: str, moment: str) -> None:
    assert starts(tmp_path, *event("UID:1", start)) == [moment]


def test_a_floating_time_is_read_in_the_declared_zone(tmp_path: Path) -> None:
    assert starts(tmp_path, *event("UID:1", "DTSTART:20260706T003000"), zone="Asia/Kolkata") == ["2026-07-05T19:00Z"]


OWN = (
    "BEGIN:VTIMEZONE",
    "TZID:Harbour time",
    "BEGIN:STANDARD",
    "DTSTART:19701025T030000",
    "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU",
    "TZOFFSETFROM:+0230",
    "TZOFFSETTO:+0130",
    "END:STANDARD",
    "BEGIN:DAYLIGHT",
    "DTSTART:19700329T020000",
    "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
    "TZOFFSETFROM:+0130",
    "TZOFFSETTO:+0230",
    "END:DAYLIGHT",
    "END:VTIMEZONE",
)


@pytest.mark.parametrize(
    ("wall", "moment"),
    [
        ("20260706T120000", "2026-07-06T09:30Z"),
        ("20261206T120000", "2026-12-06T10:30Z"),
        ("20261025T023000", "2026-10-25T00:00Z"),
        ("20260329T023000", "2026-03-29T01:00Z"),
    ],
)
def test_a_zone_that_only_the_file_knows_is_read_from_it(tmp_path: Path, wall: str, moment: str) -> None:
    late = event("UID:1", f"DTSTART;TZID=Harbour time:{wall}")
    assert starts(tmp_path, *late, *OWN) == [moment]


def test_lines_may_be_folded_anywhere_even_within_a_character(tmp_path: Path) -> None:
    whole = calendar(*event("UID:1", "DTSTART:20261206T093000Z", "SUMMARY:Führung: 2 booked"))
    folded = b"\r\n ".join(whole.partition("ü".encode()[:1])[::2]).replace(b"\n \xbc", b"\n \xc3\xbc")
    split = whole.replace("ü".encode(), b"\xc3\r\n \xbc").replace(b"DTSTART", b"DTS\r\n\tTART")
    assert folded != split
    (row,) = rows(tmp_path, split)
    assert (row["title"], row["places"]) == ("Führung", 2)


@pytest.mark.parametrize("end", ["\r\n", "\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_line_ends_and_signatures_do_not_matter(tmp_path: Path, end: str, mark: bytes) -> None:
    content = mark + calendar(*event("UID:1", "DTSTART:20261206T093000Z"), end=end)
    assert len(rows(tmp_path, content)) == 1


def test_several_calendars_in_one_file_and_several_files_are_all_read(tmp_path: Path) -> None:
    one = calendar(*event("UID:1", "DTSTART:20261206T093000Z"))
    (tmp_path / "a.ics").write_bytes(one + one.replace(b"UID:1", b"UID:2"))
    (tmp_path / "b.ics").write_bytes(one)
    source = connect({"file": "*.ics"}, "calendar", tmp_path)
    places = [row["place"] for batch in source.read("bookings", YEAR) for row in batch.to_pylist()]
    assert places == ["a.ics line 4", "a.ics line 12", "b.ics line 4"]


def test_the_newest_version_of_an_event_counts(tmp_path: Path) -> None:
    first = event("UID:1", "DTSTART:20261206T093000Z", "SEQUENCE:1")
    last = event("UID:1", "DTSTART:20261207T093000Z", "SEQUENCE:2", "STATUS:CANCELLED")
    for versions in ((*first, *last), (*last, *first)):
        (row,) = rows(tmp_path, calendar(*versions))
        assert (f"{row['starts']:%d}", row["standing"]) == ("07", False)


def test_a_calendar_that_cancels_cancels_all_its_events(tmp_path: Path) -> None:
    (row,) = rows(tmp_path, calendar("METHOD:CANCEL", *event("UID:1", "DTSTART:20261206T093000Z")))
    assert row["standing"] is False


def test_an_event_repeats_by_the_clocks_on_its_wall(tmp_path: Path) -> None:
    weekly = event(
        "UID:1",
        "DTSTART;TZID=Europe/Berlin:20261018T100000",
        "RRULE:FREQ=WEEKLY;COUNT=4",
        "EXDATE;TZID=Europe/Berlin:20261101T100000",
        "RDATE;TZID=Europe/Berlin:20261102T100000",
    )
    moved = event("UID:1", "RECURRENCE-ID;TZID=Europe/Berlin:20261025T100000", "DTSTART:20261025T120000Z")
    off = event("UID:1", "RECURRENCE-ID:20261108T090000Z", "DTSTART:20261108T090000Z", "STATUS:CANCELLED")
    found = rows(tmp_path, calendar(*weekly, *moved, *off))
    assert sorted((f"{each['starts']:%m-%dT%H}", each["standing"]) for each in found) == [
        ("10-18T08", True),
        ("10-25T12", True),
        ("11-02T09", True),
        ("11-08T09", False),
    ]
    assert found[0]["place"] == "bookings.ics line 4 on 2026-10-18 10:00"


@pytest.mark.parametrize(
    ("rule", "count"),
    [
        ("FREQ=DAILY", 32),
        ("FREQ=HOURLY;INTERVAL=12", 64),
        ("FREQ=DAILY;UNTIL=20261203", 4),
        ("FREQ=DAILY;UNTIL=20261203T093000Z", 4),
        ("FREQ=DAILY;UNTIL=20261203T092959Z", 3),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", 1),  # never; but its own start always counts
    ],
)
def test_a_rule_without_an_end_ends_with_the_period(tmp_path: Path, rule: str, count: int) -> None:
    december = Period(first=date(2026, 12, 1), last=date(2026, 12, 30), zone=ZoneInfo("UTC"))
    found = rows(tmp_path, calendar(*event("UID:1", "DTSTART:20261130T093000Z", f"RRULE:{rule}")), december)
    assert len([each for each in found if each["starts"].date() <= date(2027, 1, 1)]) >= count
    assert len({each["starts"] for each in found}) == len(found)


@pytest.mark.parametrize(
    ("said", "code", "places"),
    [
        ("Order AB1CD", "AB1CD", 0),
        ("Order ABCDE: 2 tickets", "ABCDE", 2),
        ("booking no. 100013 (1 person)", "100013", 1),
        ("Reservation #r-17", "r-17", 0),
        ("order confirmed", None, 0),
        ("reorder 17 chairs", None, 0),
        ("4 places", None, 4),
    ],
)
def test_order_and_places_are_found_in_the_usual_words(
    tmp_path: Path, said: str, code: str | None, places: int
) -> None:
    (row,) = rows(tmp_path, calendar(*event("UID:1", "DTSTART:20261206T093000Z", f"DESCRIPTION:{said}")))
    assert (row["code"], row["places"]) == (code, places)


def test_a_calendar_may_hold_slots(tmp_path: Path) -> None:
    slot = event("UID:tours-12@store", "DTSTART:20261206T093000Z", "SUMMARY:Harbour tour", "DESCRIPTION:for 12 people")
    options = {"holds": "slots", "slot": r"^UID:tours-(\d+)@", "capacity": r"for (\d+) people"}
    (row,) = rows(tmp_path, calendar(*slot), table="slots", **options)
    assert (row["slot"], row["title"], row["capacity"]) == ("12", "Harbour tour", 12)
    assert rows(tmp_path, calendar(*slot), table="bookings", **options) == []


START = "DTSTART:20261206T093000Z"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "line 1: the file is empty"),
        (b"hello\n", "line 1: 'hello' is no line of a calendar"),
        (b"Date: today\n", "line 1: DATE stands outside of any calendar"),
        (b"%PDF-1.7\n\xff", "line 1: '%PDF-1.7' is no line"),
        (calendar(*event("UID:1", START)).replace(b"END:VEVENT\r\nEND:VCALENDAR\r\n", b""), "line 4: BEGIN:VEVENT"),
        (calendar(*event("UID:1", START))[:-20], "has no end; the file is not whole|is no line|END:"),
        (calendar("END:VEVENT"), "line 4: END:VEVENT where BEGIN:VCALENDAR of line 1 is open"),
        (calendar(*event("UID:1")), "line 4: an event without DTSTART"),
        (calendar(*event("UID:1", "DTSTART:yesterday")), "line 6: 'yesterday' is no time"),
        (calendar(*event("UID:1", "DTSTART:20261306T093000Z")), "line 6: '20261306T093000Z' is no time"),
        (calendar(*event("UID:1", "DTSTART:00010101T000000")), "line 6: '00010101T000000' is no time"),
        (calendar(*event("UID:1", "DTSTART;TZID=Foo/Bar:20261206T093000")), "line 6: the zone 'Foo/Bar' is neither"),
        (calendar(*event("UID:1", "DTSTART;TZID=../../etc/passwd:20261206T093000")), "line 6: the zone"),
        (calendar(*event("UID:1", START, "DURATION:P9999999999D")), "line 7: 'P9999999999D' is no duration"),
        (calendar(*event("UID:1", START, "DURATION:P3000000D")), "line 7: 'P3000000D' ends after"),
        (calendar(*event("UID:1", START, "DURATION:-PT1H")), "line 7: '-PT1H' is no duration"),
        (calendar(*event("UID:1", START, "DTEND:20261206T083000Z")), "line 7: it ends before it starts"),
        (calendar(*event("UID:1", START, "RRULE:FREQ=SECONDLY")), "line 7: no booking repeats like"),
        (calendar(*event("UID:1", START, "RRULE:FREQ=DAILY;INTERVAL=0")), "line 7: an interval of 0"),
        (calendar(*event("UID:1", START, "RRULE:FREQ=DAILY;BYDAY=XX")), "line 7: .* is no rule"),
        (calendar(*event("UID:1", START, "RRULE:FREQ=DAILY;UNTIL=soon")), "line 7: .* is no rule"),
        (calendar(*event("UID:1", "DTSTART:19000101T000000Z", "RRULE:FREQ=HOURLY")), "line 7: it takes place"),
        (calendar(*event("UID:1", START, "RECURRENCE-ID;RANGE=THISANDFUTURE:20261206T093000Z")), "line 7: .*RANGE"),
        (calendar(*event("UID:1", START, "SEQUENCE:-1"), *event("UID:1", START)), "line 7: '-1' is no SEQUENCE"),
        (calendar(*event("UID:1", START, "SUMMARY:a\0b")), "line 7: a NUL byte"),
        (calendar(*event("UID:1", START)).decode().encode("utf-16"), "line 1: encoded as UTF-16"),
        (calendar(*event("UID:1", START, "SUMMARY:Führung")).decode().encode("latin-1"), "line 7: not UTF-8"),
        (calendar(*["BEGIN:VEVENT"] * 20), "more than 8 components in one another"),
        (calendar(*event("UID:1", START, "SUMMARY:" + "x" * 1_100_000)), "line 7: longer than 1,000,000 bytes"),
        (calendar(*event("UID:1", START, "SUMMARY:x", *[" " + "x" * 900_000] * 2)), "line 7: longer than"),
        (calendar(*event("UID:1", START, *["COMMENT:x"] * 20_001)), "line 4: VEVENT has more than 20,000 lines"),
    ],
)  # fmt: skip
def test_a_broken_or_hostile_file_is_told_with_its_line(tmp_path: Path, content: bytes, said: str) -> None:
    with pytest.raises(Unreadable, match=rf"^bookings\.ics .*({said})"):
        rows(tmp_path, content)


@pytest.mark.parametrize(
    "rule",
    ["FREQ=SECONDLY", "FREQ=YEARLY;INTERVAL=0", "FREQ=YEARLY;BYSETPOS=1", "FREQ=YEARLY;BYMONTH=x", "nonsense"],
)
def test_a_hostile_zone_is_told_with_its_line(tmp_path: Path, rule: str) -> None:
    zone = tuple(each.replace("FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU", rule) for each in OWN)
    with pytest.raises(Unreadable, match=r"^bookings\.ics line \d+: (no zone changes|this describes no zone)"):
        rows(tmp_path, calendar(*zone, *event("UID:1", "DTSTART;TZID=Harbour time:20261206T093000")))


def test_rules_by_which_nothing_ever_takes_place_are_given_up(tmp_path: Path) -> None:
    never = [line for each in range(30) for line in event(f"UID:{each}", START, "RRULE:FREQ=YEARLY;BYYEARDAY=367")]
    with pytest.raises(Unreadable, match=r"no rule|nothing ever takes place"):
        rows(tmp_path, calendar(*never))


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    for file in ("none.ics", "*.ics"):
        with pytest.raises(Unreadable, match=r"none\.ics: No such file|there is no such file"):
            list(connect({"file": file}, "calendar", tmp_path).read("bookings", YEAR))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({}, "file: missing"),
        ({"file": "a.ics", "fiel": "b"}, "fiel: no such option"),
        ({"file": "a.ics", "code": "("}, "code: '\\(' is no regular expression"),
        ({"file": "a.ics", "places": "\\d+"}, "places: .* has 0 groups"),
        ({"file": "a.ics", "zone": "Mars/Olympus"}, "zone: 'Mars/Olympus' is no time zone"),
        ({"file": "a.ics", "zone": "/etc/passwd"}, "zone: '/etc/passwd' is no time zone"),
        ({"file": "a.ics", "holds": "money"}, "holds: 'money' is neither"),
    ],
)
def test_a_mistake_in_the_options_is_named(tmp_path: Path, options: dict[str, object], said: str) -> None:
    with pytest.raises(ValueError, match=f"^{said}"):
        connect(options, "calendar", tmp_path)
