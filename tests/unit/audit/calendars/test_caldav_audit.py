"""What an audit reads from a calendar server, and how it notices that the calendar changes meanwhile."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Any
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

import pytest

from journeys.audit.calendars.caldav import connect
from journeys.audit.model import Period
from journeys.audit.sources import Unreadable
from journeys.model import AccessDenied, StoreFault

SPRING = Period(first=date(2026, 3, 1), last=date(2026, 5, 31), zone=ZoneInfo("Europe/Berlin"))
Answer = Callable[[str], tuple[int, str]]


def event(code: str, starts: str) -> str:
    lines = ("BEGIN:VCALENDAR", "BEGIN:VEVENT", f"UID:{code}", f"DTSTART:{starts}", f"DESCRIPTION:Order {code}")
    return "\r\n".join((*lines, "END:VEVENT", "END:VCALENDAR", ""))


def report(resources: dict[str, tuple[str, str]], query: str) -> str:
    """As a server answers, without its time-range filter: more than was asked for does no harm."""
    data = "calendar-data" in query
    each = "".join(
        f"<D:response><D:href>/staff/{name}.ics</D:href><D:propstat><D:prop><D:getetag>{tag}</D:getetag>"
        + (f"<C:calendar-data>{escape(text)}</C:calendar-data>" if data else "")
        + "</D:prop></D:propstat></D:response>"
        for name, (tag, text) in resources.items()
    )
    return f'<D:multistatus xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">{each}</D:multistatus>'


@contextmanager
def server(answer: Answer) -> Iterator[str]:
    """A calendar server that answers what a test says."""

    class Handler(BaseHTTPRequestHandler):
        def do_REPORT(self) -> None:
            status, said = answer(self.rfile.read(int(self.headers["Content-Length"])).decode())
            self.send_response(status)
            self.send_header("Content-Length", str(len(said.encode())))
            self.end_headers()
            self.wfile.write(said.encode())

        def log_message(self, format: str, *args: object) -> None:
            """Nobody reads it."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        Thread(target=listening.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{listening.server_port}/staff"
        listening.shutdown()


def read(answer: Answer, **options: str) -> list[Any]:
    with server(answer) as url, TemporaryDirectory() as folder:
        source = connect({"url": url, **options}, "calendar", Path(folder))
        return [row for batch in source.read("bookings", SPRING) for row in batch.to_pylist()]


BOOKED = {"a": ("1", event("AB1CD", "20260310T090000Z")), "b": ("1", event("ZZ9ZZ", "20260428T090000Z"))}


def test_events_are_asked_for_month_by_month_and_told_once() -> None:
    asked: list[str] = []

    def answer(query: str) -> tuple[int, str]:
        asked.append(query)
        return 207, report(BOOKED, query)

    assert [(row["code"], row["place"]) for row in read(answer)] == [("AB1CD", "a.ics"), ("ZZ9ZZ", "b.ics")]
    ranges = [re.findall(r'(?:start|end)="(\d{8})T', each) for each in asked]
    assert ranges == [
        ["20260228", "20260331"],
        ["20260331", "20260501"],
        ["20260501", "20260601"],
        ["20260601", "20260603"],
        ["20260228", "20260603"],  # once more, for the versions alone
    ]


@pytest.mark.parametrize(
    "after",
    [
        BOOKED | {"c": ("1", event("NEW12", "20260501T090000Z"))},
        {"a": BOOKED["a"]},
        BOOKED | {"b": ("2", event("ZZ9ZZ", "20260429T090000Z"))},
    ],
)
def test_what_changes_while_it_is_read_is_read_again(after: dict[str, tuple[str, str]]) -> None:
    asked: list[str] = []

    def answer(query: str) -> tuple[int, str]:
        asked.append(query)
        return 207, report(BOOKED if len(asked) <= 4 else after, query)

    assert {row["place"] for row in read(answer)} == {f"{name}.ics" for name in after}
    assert len(asked) == 10


def test_what_never_stays_the_same_is_told() -> None:
    asked: list[str] = []

    def answer(query: str) -> tuple[int, str]:
        asked.append(query)
        return 207, report({"a": (str(len(asked)), BOOKED["a"][1])}, query)

    with pytest.raises(StoreFault, match=r"it changes while it is read, 3 times over: /staff/a\.ics changed meanwhile"):
        read(answer)


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><x>&b;</x>'


@pytest.mark.parametrize(
    ("status", "said", "error", "words"),
    [
        (401, "", AccessDenied, "401: check user and password"),
        (403, "", AccessDenied, "403: check user and password"),
        (500, "out of order", StoreFault, "was answered 500: out of order"),
        (207, "<no", StoreFault, "answered what is no calendar"),
        (207, BOMB, StoreFault, "XML with a document type"),
        (207, report({"a": ("1", "hello")}, "calendar-data"), Unreadable, "calendar: a.ics line 1: 'hello' is no line"),
    ],
)
def test_a_server_that_fails_says_how(status: int, said: str, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        read(lambda query: (status, said))


def test_an_interrupted_reading_goes_on_where_it_ended(tmp_path: Path) -> None:
    asked: list[str] = []

    def answer(query: str) -> tuple[int, str]:
        asked.append(query)
        return (500, "") if len(asked) == 3 else (207, report(BOOKED, query))

    with server(answer) as url:
        source = connect({"url": url}, "calendar", tmp_path)
        with pytest.raises(StoreFault, match="was answered 500"):
            list(source.read("bookings", SPRING))
        assert sum(batch.num_rows for batch in source.read("bookings", SPRING)) == 2
    assert len(asked) == 3 + 3  # the third and the fourth month, and once more for the versions


def test_nobody_answering_is_told(tmp_path: Path) -> None:
    with pytest.raises(StoreFault, match=r"calendar: REPORT .* ConnectError"):
        list(connect({"url": "http://127.0.0.1:9/x"}, "calendar", tmp_path).read("bookings", SPRING))


def test_a_password_is_never_shown() -> None:
    source = connect({"url": "http://x.example", "user": "staff", "password": "s3cret"}, "calendar", Path())
    assert "s3cret" not in repr(source)
