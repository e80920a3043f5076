"""When a probe should have run again, and when a store is under maintenance; pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice, pairwise
from statistics import median
from typing import Final

from journeys.probes.outcome import Outcome
from journeys.probes.probe import Probe
from journeys.probes.schedule import interval_s, moments
from journeys.probes.windows import spans
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
    _, second = islice(moments(probe.cron, probe.zone, newest), 2)
    return second + probe.jitter_s + probe.timeout_s + GRACE_S


def interval_of(probe: Probe | None, runs: Sequence[Outcome]) -> float:
    """How often a probe is due: as declared, or as it was seen; 0 when it is not known."""
    if probe is not None and (probe.every_s or (probe.cron and runs)):
        return interval_s(probe, runs[0].due if runs else 0.0)
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
            for span in islice(spans((window,), since=at, until=at + AHEAD_S), 1):
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
