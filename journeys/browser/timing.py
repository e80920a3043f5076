"""How long the parts of an answer took: as the browser measured them, and as the server says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

_MS: Final = 1000.0
_TOKEN: Final = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"  # RFC 9110, section 5.6.2
_METRIC: Final = re.compile(
    rf'\s*({_TOKEN})((?:\s*;\s*{_TOKEN}(?:\s*=\s*(?:{_TOKEN}|"(?:\\.|[^"\\])*"))?)*)\s*(?:[,\n]|$)'
)
_DURATION: Final = re.compile(r'(?:^|;)\s*dur\s*=\s*"?([0-9.]+)"?', re.IGNORECASE)
_DESCRIPTION: Final = re.compile(r'desc\s*=\s*"(?:\\.|[^"\\])*"', re.IGNORECASE)


def phases(timing: Mapping[str, Any], ended: float | None) -> Mapping[str, float]:
    """Seconds by phase (``dns``, ``connect``, ``tls``, ``wait``, ``receive``) from CDP's ``ResourceTiming``.

    ``ended`` is when the last byte came, on the clock of its ``requestTime``; None while it has not. What the browser
    did not do (it used a connection that was open) is left out. ``connect`` ends where ``tls`` begins; ``wait`` is from
    the last byte sent until the first that came.
    """
    tls = _span(timing, "sslStart", "sslEnd")
    connect = _span(timing, "connectStart", "connectEnd")
    first = "receiveHeadersStart" if timing.get("receiveHeadersStart", 0) > 0 else "receiveHeadersEnd"
    told = {
        "dns": _span(timing, "dnsStart", "dnsEnd"),
        "connect": connect if connect is None or tls is None else max(0.0, connect - tls),
        "tls": tls,
        "wait": _span(timing, "sendEnd", first),
        "receive": _received(timing, first, ended),
    }
    return {name: round(seconds, 6) for name, seconds in told.items() if seconds is not None}


def server_timing(header: str) -> Mapping[str, float]:
    """Seconds by what the server says it spent them on (Server-Timing, W3C; its ``dur`` is in milliseconds).

    Metrics without a duration are left out, those of one name added up; what is malformed ends the reading.
    """
    spent: dict[str, float] = {}
    for name, parameters in _metrics(header):
        plain = _DURATION.search(_DESCRIPTION.sub("", parameters))
        try:
            seconds = float(plain[1]) / _MS if plain else None
        except ValueError:
            continue
        if seconds is not None:
            spent[name] = round(spent.get(name, 0.0) + seconds, 6)
    return spent


def _metrics(header: str) -> Iterator[tuple[str, str]]:
    at = 0
    while at < len(header):
        found = _METRIC.match(header, at)
        if found is None:
            return
        yield found[1], found[2]
        at = found.end()


def _span(timing: Mapping[str, Any], start: str, end: str) -> float | None:
    began, ended = timing.get(start, -1), timing.get(end, -1)
    return (ended - began) / _MS if 0 <= began <= ended else None


def _received(timing: Mapping[str, Any], first: str, ended: float | None) -> float | None:
    if ended is None or "requestTime" not in timing or timing.get(first, -1) < 0:
        return None
    return max(0.0, ended - float(timing["requestTime"]) - float(timing[first]) / _MS)
