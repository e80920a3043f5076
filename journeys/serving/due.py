"""When a probe should have run again, and when a store is under maintenance; pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from itertools import pairwise
from statistics import median
from typing import Final
from zoneinfo import ZoneInfo

from croniter import croniter

from journeys.probes.outcome import Outcome
from journeys.probes.probe import Probe, Window
from reports.status import Maintenance

GRACE_S: Final = 30.0
"""So much later than it should have run a probe may still come, without anybody being worried."""
AHEAD_S: Final = 7 * 86400.0
_LEARNT_FROM: Final = 3
_TIMEOUT_S: Final = 300.0


def expected_by(probe: Probe | None, runs: Sequence[Outcome]) -> float | None:
    """Until when another run must have ended after these (newest first); None when that cannot be known.

    One missed tick is forgiven: it may have been skipped for a good reason.
    """
    if not runs:
        return None
    newest = runs[0].due
    if probe is None:
        every = interval_of(None, runs)
        return newest + 2 * every + _TIMEOUT_S if every else None
    if probe.every_s:
        return newest + 2 * probe.every_s + probe.jitter_s + probe.timeout_s + GRACE_S
    return _moments(probe.cron, probe.zone, newest, 2)[-1] + probe.jitter_s + probe.timeout_s + GRACE_S


def interval_of(probe: Probe | None, runs: Sequence[Outcome]) -> float:
    """How often a probe is due: as declared, or as it was seen; 0 when it is not known."""
    if probe is not None and probe.every_s:
        return probe.every_s
    if probe is not None and probe.cron and runs:
        first, second = _moments(probe.cron, probe.zone, runs[0].due, 2)
        return second - first
    dues = [run.due for run in runs]
    gaps = [one - other for one, other in pairwise(dues)]
    return median(gaps) if len(gaps) >= _LEARNT_FROM else 0.0


def maintenance(probes: Iterable[Probe], at: float) -> tuple[Maintenance, ...]:
    """What is under way now or begins within a week, by store; a window of several probes once."""
    found: dict[tuple[str, str, float, float], list[str]] = {}
    stores: dict[str, set[str]] = {}
    for probe in probes:
        stores.setdefault(probe.store, set()).add(probe.name)
        for window in probe.maintenance:
            span = _span(window, at)
            if span is not None and span[0] < at + AHEAD_S:
                found.setdefault((probe.store, window.name, *span), []).append(probe.name)
    return tuple(
        Maintenance(
            name=name,
            store=store,
            since=since,
            until=until,
            probes=() if set(names) == stores[store] else tuple(dict.fromkeys(names)),
        )
        for (store, name, since, until), names in sorted(found.items(), key=lambda each: each[0][2])
    )


def _span(window: Window, at: float) -> tuple[float, float] | None:
    """The one under way, or the next one."""
    if window.cron:
        since = _moments(window.cron, window.zone, at - window.lasts_s, 1)[0]
        return since, since + window.lasts_s
    if window.since is None or window.until is None:
        return None
    since, until = _seconds(window.since, window.zone), _seconds(window.until, window.zone)
    return (since, until) if until > at else None


def _seconds(moment: datetime, zone: str) -> float:
    return (moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))).timestamp()


def _moments(cron: str, zone: str, after: float, many: int) -> list[float]:
    """The next moments of a cron expression, in its time zone."""
    begin = datetime.fromtimestamp(after, UTC).astimezone(ZoneInfo(zone))
    moments = croniter(cron, begin)
    return [float(moments.get_next(float)) for _ in range(many)]
