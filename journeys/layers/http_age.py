"""How long an HTTP answer has lain in a cache and how long that cache may still give it, by RFC 9111.

All that is known is what came with the answer (header fields by lower-case names, and ``received``: when the cache
itself got it from the network, ISO 8601). ``Date`` and ``Age`` are whole seconds, rounded down, so what is said here
are bounds: no age and no remaining time is ever given as longer than it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

RESOLUTION_S: Final = 1.0
"""What ``Date`` and ``Age`` may have been rounded down by."""
DELAY_S: Final = 2.0
"""How long the answer may have been on its way to the cache that stored it."""

_DIRECTIVE: Final = re.compile(r'([!#$%&\'*+.^_`|~\w-]+)(?:\s*=\s*("[^"]*"|[^,\s]*))?')
_HEURISTIC: Final = 0.1


def lain_s(told: Mapping[str, str], now: datetime) -> float | None:
    """At least so many seconds the answer has lain in the cache that gave it; None where nothing tells."""
    received, date, age = _received(told), moment(told.get("date", "")), age_s(told)
    if received is not None:
        return max(0.0, (now - received).total_seconds())
    if date is None:
        return None
    elsewhere = DELAY_S if age is None else DELAY_S + age + RESOLUTION_S
    return max(0.0, (now - date).total_seconds() - RESOLUTION_S - elsewhere)


def left_s(told: Mapping[str, str], now: datetime, *, shared: bool = False) -> float | None:
    """At least so many seconds the cache may still give the answer without asking; None where nothing tells.

    ``shared``: a cache of many people (a proxy, a CDN), to which ``s-maxage`` speaks.
    """
    lifetime, age = lifetime_s(told, shared=shared), _oldest_s(told, now)
    if lifetime is None or age is None:
        return None
    return max(0.0, lifetime - age)


def lifetime_s(told: Mapping[str, str], *, shared: bool = False) -> float | None:
    """The freshness lifetime (RFC 9111, 4.2.1): explicit, or a tenth of the time since the last change (4.2.2)."""
    said = directives(told.get("cache-control", ""))
    if {"no-cache", "no-store"} & said.keys() or (shared and "private" in said):
        return 0.0
    for name in ("s-maxage", "max-age") if shared else ("max-age",):
        if name in said:
            return float(said[name]) if said[name].isdecimal() else 0.0
    date = moment(told.get("date", ""))
    if "expires" in told:
        expires = moment(told["expires"])
        start = date or _received(told)
        return max(0.0, (expires - start).total_seconds()) if expires is not None and start is not None else 0.0
    changed = moment(told.get("last-modified", ""))
    if date is None or changed is None:
        return None
    return 0.0 if "must-revalidate" in said else max(0.0, (date - changed).total_seconds() * _HEURISTIC)


def age_s(told: Mapping[str, str]) -> float | None:
    """The ``Age`` field: at least so many seconds since the origin wrote the answer; None when absent or not valid."""
    first = re.split(r"[,\n]", told.get("age", ""))[0].strip()
    return float(first) if first.isdecimal() else None


def directives(cache_control: str) -> dict[str, str]:
    """The directives of ``Cache-Control`` with their arguments; of one that is given twice, the first."""
    found: dict[str, str] = {}
    for name, argument in _DIRECTIVE.findall(cache_control):
        found.setdefault(name.lower(), argument.strip('"'))
    return found


def moment(text: str) -> datetime | None:
    """A date of HTTP; None when it is none (``Expires: 0``)."""
    try:
        parsed = parsedate_to_datetime(text)
    except ValueError:
        return None
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)


def _received(told: Mapping[str, str]) -> datetime | None:
    try:
        return datetime.fromisoformat(told.get("received", ""))
    except ValueError:
        return None


def _oldest_s(told: Mapping[str, str], now: datetime) -> float | None:
    """The most that the cache can reckon as the answer's current age (RFC 9111, 4.2.3)."""
    received, date, age = _received(told), moment(told.get("date", "")), age_s(told) or 0.0
    if received is not None:
        apparent = (received - date).total_seconds() if date is not None else 0.0
        return max(0.0, apparent, age) + DELAY_S + max(0.0, (now - received).total_seconds())
    if date is None:
        return None
    # Some networks write Date anew at each answer: then Age comes on top of it.
    return max(0.0, (now - date).total_seconds()) + age + DELAY_S
