"""When a probe is due: by an interval or by cron, in its time zone, with the same jitter for the same tick; pure.

An interval counts from 1970-01-01 in UTC, so that every process finds the same ticks whenever it starts.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import blake2b
from itertools import takewhile
from math import floor
from typing import Final
from zoneinfo import ZoneInfo

from croniter import croniter

from journeys.probes.probe import Probe

_LEAST_STALE_S: Final = 60.0


def ticks(probe: Probe, *, after: float, until: float) -> Iterator[float]:
    """The moments in (after, until] at which it is due, without jitter; seconds since 1970 in UTC."""
    if probe.every_s:
        return _by_interval(probe.every_s, after, until)
    return takewhile(lambda due: due <= until, moments(probe.cron, probe.zone, after))


def begins(probe: Probe, due: float) -> float:
    """When the run of a tick begins: up to the probe's jitter after it, the same in every process."""
    if not probe.jitter_s:
        return due
    digest = blake2b(key_of(probe.name, due).encode(), digest_size=8).digest()
    return due + probe.jitter_s * int.from_bytes(digest, "big") / 2**64


def interval_s(probe: Probe, due: float) -> float:
    """From this tick to the next one."""
    return probe.every_s or next(moments(probe.cron, probe.zone, due)) - due


def stale_after_s(probe: Probe, due: float) -> float:
    """A run that has not begun so long after its tick is left out: the next one tells more."""
    return max(_LEAST_STALE_S, interval_s(probe, due)) + probe.jitter_s


def key_of(probe: str, due: float) -> str:
    """What a tick is called: ``probe@2026-03-29T01:00:00.000Z``."""
    moment = datetime.fromtimestamp(due, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return f"{probe}@{moment}"


def _by_interval(every_s: float, after: float, until: float) -> Iterator[float]:
    number = floor(after / every_s) + 1
    while (due := round(number * every_s, 3)) <= until:
        if due > after:
            yield due
        number += 1


def moments(cron: str, zone: str, after: float) -> Iterator[float]:
    """The moments of cron after that one, without end; it counts in the clock of its zone.

    An hour that is left out in spring has none of its own.
    """
    found = croniter(cron, datetime.fromtimestamp(after, UTC).astimezone(ZoneInfo(zone)))
    last = after
    while True:
        due = float(found.get_next(datetime).timestamp())
        if due > last:
            yield due
            last = due
