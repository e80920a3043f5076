"""Calendars on servers, asked over CalDAV (RFC 4791): by time, and noticed when they change while they are read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Final
from urllib.parse import unquote
from xml.etree import ElementTree

import httpx
import pyarrow as pa

from journeys.audit.calendars.rows import Text, batches
from journeys.audit.calendars.wording import NAMES, Wording, read
from journeys.audit.model import Balance, Period
from journeys.audit.moments import around
from journeys.audit.pages import Page, Pages, Reading, Row
from journeys.model import AccessDenied, StoreFault
from journeys.run.options import address, only, text

_D: Final = "{DAV:}"
_DATA: Final = "{urn:ietf:params:xml:ns:caldav}calendar-data"
_STEP: Final = timedelta(days=31)
"""How much is asked for at once."""
_QUERY: Final = """<?xml version="1.0" encoding="utf-8"?>
<C:calendar-query xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:D="DAV:">
  <D:prop><D:getetag/>{data}</D:prop>
  <C:filter><C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT">
    <C:time-range start="{start:%Y%m%dT%H%M%SZ}" end="{end:%Y%m%dT%H%M%SZ}"/>
  </C:comp-filter></C:comp-filter></C:filter>
</C:calendar-query>"""
_LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")
_LARGEST: Final = 200_000_000
"""Bytes of one answer."""
_REFUSED: Final = (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """One collection of events; ``url`` has a slash at its end."""

    name: str
    url: str
    user: str
    password: str = field(repr=False)
    wording: Wording
    pages: Pages

    def tables(self) -> tuple[str, ...]:
        """Bookings or slots, as the option ``holds`` says."""
        return (self.wording.holds,)

    def read(self, table: str, period: Period) -> Iterable[pa.RecordBatch]:
        """The events of the period and a day around it.

        StoreFault when the server cannot be asked or the calendar does not stay the same, AccessDenied when it lets
        nobody in, Unreadable when an event is none.
        """
        return self._batches(period) if table == self.wording.holds else ()

    def balances(self, period: Period) -> tuple[Balance, ...]:
        """None: calendars hold no money."""
        return ()

    def _batches(self, period: Period) -> Iterator[pa.RecordBatch]:
        window = around(period)
        question = f"{self.name}: events from {window[0]:%Y-%m-%d} to {window[1]:%Y-%m-%d} at {self.url}"
        with closing(self._client()) as client:
            server = _Server(name=self.name, url=self.url, client=client)

            def ask(cursor: str, began: datetime) -> Page:
                begins = datetime.fromisoformat(cursor) if cursor else window[0]
                ends = min(begins + _STEP, window[1])
                return Page(rows=server.events(begins, ends), next=ends.isoformat() if ends < window[1] else "")

            def changed(reading: Reading) -> str:
                known = {row["href"]: row["etag"] for row in reading.rows()}
                return _difference(known, {row["href"]: row["etag"] for row in server.events(*window, data=False)})

            with self.pages.read(question, ask, _href, changed) as rows:
                yield from batches((self._text(row) for row in rows), self.wording, period)

    def _text(self, row: Row) -> Text:
        place = unquote(str(row["href"])).rstrip("/").rpartition("/")[2]
        data = str(row["data"]).encode()
        return Text(name=f"{self.name}: {place}", open=lambda: closing(BytesIO(data)), where=lambda event: place)

    def _client(self) -> httpx.Client:
        auth = (self.user, self.password) if self.user else None
        away = httpx.URL(self.url).host not in _LOOPBACK  # a proxy leads away from this machine
        return httpx.Client(auth=auth, timeout=httpx.Timeout(60.0, connect=5.0), trust_env=away)


def connect(options: Mapping[str, object], name: str, folder: Path) -> Collection:
    """A collection by its ``url``; further options: ``user`` and ``password``, and those of ``wording``.

    ``pages`` is the folder, below the given one, in which what was read is kept until all of it was handed over, so
    that an interrupted audit goes on there (``.journeys/pages``).
    """
    only(options, "url", "user", "password", "pages", *NAMES)
    return Collection(
        name=name,
        url=f"{address(options, 'url')}/",
        user=text(options, "user", ""),
        password=text(options, "password", ""),
        wording=read(options),
        pages=Pages(folder=folder / text(options, "pages", ".journeys/pages")),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Server:
    """Where the collection lies, asked over one connection."""

    name: str
    url: str
    client: httpx.Client

    def events(self, begins: datetime, ends: datetime, *, data: bool = True) -> list[Row]:
        """The resources with an event between two moments: where each lies, its version, and what it holds."""
        wanted = "<C:calendar-data/>" if data else ""
        answer = self._ask(_QUERY.format(data=wanted, start=begins, end=ends))
        try:
            tree = ElementTree.fromstring(answer)
        except ElementTree.ParseError as error:
            raise StoreFault(f"{self.name}: {self.url} answered what is no calendar: {error}") from error
        return [_resource(each) for each in tree.iter(f"{_D}response") if each.find(f".//{_D}getetag") is not None]

    def _ask(self, query: str) -> bytes:
        headers = {"Depth": "1", "Content-Type": "application/xml; charset=utf-8"}
        try:
            with self.client.stream("REPORT", self.url, content=query.encode(), headers=headers) as answer:
                if answer.status_code in _REFUSED:
                    raise AccessDenied(f"{self.name}: {self.url}: {answer.status_code}: check user and password")
                body = self._body(answer)
        except httpx.HTTPError as error:
            raise StoreFault(f"{self.name}: REPORT {self.url}: {type(error).__name__}: {error}") from error
        if not answer.is_success:
            said = " ".join(body.decode(errors="replace").split())[:200]
            raise StoreFault(f"{self.name}: REPORT {self.url} was answered {answer.status_code}: {said}")
        if b"<!DOCTYPE" in body[:2000] or b"<!ENTITY" in body:
            raise StoreFault(f"{self.name}: {self.url} answered XML with a document type; no calendar server needs one")
        return body

    def _body(self, answer: httpx.Response) -> bytes:
        parts, size = [], 0
        for part in answer.iter_bytes():
            size += len(part)
            if size > _LARGEST:
                raise StoreFault(f"{self.name}: {self.url} answered more than {_LARGEST:,} bytes at once")
            parts.append(part)
        return b"".join(parts)


def _resource(response: ElementTree.Element) -> Row:
    return {
        "href": response.findtext(f"{_D}href") or "",
        "etag": response.findtext(f".//{_D}getetag") or "",
        "data": response.findtext(f".//{_DATA}") or "",
    }


def _href(row: Row) -> str:
    return str(row["href"])


def _difference(before: Mapping[str, str], now: Mapping[str, str]) -> str:
    """Which event came, went or changed since it was read."""
    for words, names in (
        ("came", now.keys() - before.keys()),
        ("went", before.keys() - now.keys()),
        ("changed", {name for name, tag in now.items() if before.get(name, tag) != tag}),
    ):
        if names:
            return f"{min(names)} {words} meanwhile"
    return ""
