"""What pretix writes, read: amounts and counts in any notation, the overview's table, and the calendar feed."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from journeys.model import Money, PageChanged

_NUMBER: Final = re.compile(r"-?\d[\d.,'\s]*")
_TOTAL_ROW: Final = re.compile(r'<tr class="total">(.*?)</tr>', re.DOTALL)
_GROSS: Final = re.compile(r'class="sum-gross">([^<]*)<')
_WIDGET: Final = re.compile(r'class="num">([^<]*)<')


def money(text: str, currency: str) -> Money:
    """An amount such as ``€1,234.50``, ``1.234,50 €``, ``72.00`` or ``FREE``; ValueError when it is none."""
    if text.strip().casefold() == "free":
        return Money.of(0, currency)
    found = _NUMBER.search(text)
    if found is None:
        raise ValueError(f"{text.strip()!r} is not an amount of money")
    whole, decimals = _parted(re.sub(r"[\s']", "", found[0]).rstrip(".,"))
    return Money.of(Decimal(f"{whole}.{decimals or '0'}"), currency)


def count(text: str) -> int:
    """A count such as ``1,234``; ValueError when it is none."""
    return int(re.sub(r"[.,'\s]", "", text))


def widget(answer: Mapping[str, Any], name: str) -> str:
    """The figure of one of the dashboard's widgets; PageChanged when there is none of that name."""
    content = next((str(each["content"]) for each in answer["widgets"] if each.get("lazy") == name), "")
    figure = _WIDGET.search(content)
    if figure is None:
        raise PageChanged(f"the dashboard has no widget {name}")
    return figure[1]


def purchased(overview: str, currency: str) -> Money:
    """The sum of all that stands, paid or not, in the last column of the order overview."""
    row = _TOTAL_ROW.search(overview)
    sums = _GROSS.findall(row[1]) if row else []
    if not sums:
        raise PageChanged("the order overview has no row of totals")
    return money(sums[-1].strip() or "0", currency)


def ordered(statistics: str) -> int:
    """How many orders the statistics count over all their days."""
    found = re.search(r'<script type="application/json" id="obd-data">(.*?)</script>', statistics, re.DOTALL)
    if found is None:
        raise PageChanged("the statistics show no orders by day")
    return sum(int(day["ordered"]) for day in json.loads(found[1]))


def start_in_feed(feed: str, uid: str) -> str | None:
    """When the event whose UID begins so starts, in UTC; None when the feed (RFC 5545) does not list it."""
    lines = re.sub(r"\r?\n[ \t]", "", feed).splitlines()
    start, ours = "", False
    for line in lines:
        name, _, value = line.partition(":")
        if line == "BEGIN:VEVENT":
            start, ours = "", False
        elif name == "UID":
            ours = value.startswith(uid)
        elif name.split(";")[0] == "DTSTART":
            start = _in_utc(name, value)
        elif line == "END:VEVENT" and ours:
            return start
    return None


def utc_text(moment: str) -> str:
    """A moment in ISO 8601 with any offset, in UTC."""
    return utc(datetime.fromisoformat(moment))


def utc(moment: datetime) -> str:
    """A moment as facts write it: ISO 8601 in UTC."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _in_utc(name: str, value: str) -> str:
    if len(value) == len("20261124"):
        return f"{value[:4]}-{value[4:6]}-{value[6:]}"
    moment = datetime.strptime(value.rstrip("Z"), "%Y%m%dT%H%M%S")
    zone = re.search(r"TZID=([^;]+)", name)
    return utc(moment.replace(tzinfo=ZoneInfo(zone[1]) if zone else UTC))


def _parted(digits: str) -> tuple[str, str]:
    """Whole part and decimals: a last separator with two digits behind it is a decimal one, others group."""
    found = re.fullmatch(r"(-?[\d.,]*?)(?:[.,](\d{1,2}))?", digits)
    whole, decimals = (found[1], found[2] or "") if found else (digits, "")
    return re.sub(r"[.,]", "", whole), decimals
