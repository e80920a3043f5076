"""The words of the status page: moments, durations, shares and states, in one time zone and as of one moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final

from journeys.model.delay import Delays
from journeys.probes.outcome import Outcome, State
from reports.status.overview import Health, Level, Silence, SurfaceShown
from reports.words import listed

STATES: Final = {
    State.PASSED: "passed",
    State.FAILED: "failed",
    State.UNKNOWN: "could not tell",
    State.BROKEN: "the probe broke",
    State.SKIPPED: "skipped",
    State.INTERRUPTED: "cut off",
}
HEALTH: Final = {
    Health.WORKING: "Working",
    Health.UNKNOWN: "Not known",
    Health.DEGRADED: "Degraded",
    Health.FAILING: "Failing",
}
_MINUTE, _HOUR, _DAY = 60.0, 3600.0, 86400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Says things as of the moment ``at``, in the time zone ``zone``."""

    at: float
    zone: tzinfo = UTC

    @property
    def zone_name(self) -> str:
        """What the time zone is called: ``UTC``, ``Europe/Berlin``."""
        return str(self.zone) if self.zone is not UTC else "UTC"

    def moment(self, at: float) -> str:
        """The time of day, with the date unless it is today's: ``14:02``, ``Mon 3 Nov, 14:02``."""
        then, now = self._local(at), self._local(self.at)
        clock = then.strftime("%H:%M")
        if then.date() == now.date():
            return clock
        if abs(then - now) < timedelta(days=300):
            return f"{then:%a} {then.day} {then:%b}, {clock}"
        return f"{then.day} {then:%b} {then.year}, {clock}"

    def exactly(self, at: float) -> str:
        """Date, time and zone: ``2026-11-03 14:02:07 UTC``."""
        return self._local(at).strftime("%Y-%m-%d %H:%M:%S %Z")

    def by_the_minute(self, at: float) -> str:
        """The same without seconds."""
        return self._local(at).strftime("%Y-%m-%d %H:%M %Z")

    def iso(self, at: float) -> str:
        """For machines, in UTC."""
        return datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")

    def ago(self, at: float) -> str:
        """How long before ``at`` of now: ``just now``, ``4 min ago``; ``in 4 min`` for what is still to come."""
        gone = self.at - at
        if abs(gone) < _MINUTE:
            return "just now"
        return f"{lasting(gone)} ago" if gone > 0 else f"in {lasting(-gone)}"

    def run(self, outcome: Outcome) -> str:
        """One run in a line: when it was due, how it ended, and why."""
        cause = f", {outcome.cause}" if outcome.cause else ""
        reason = f": {outcome.reason}" if outcome.reason else ""
        return f"{self.moment(outcome.due)}, {STATES[outcome.state]}{cause}{reason}"

    def silence(self, silence: Silence) -> str:
        """What to know of probes that no longer run."""
        since = f"since {self.moment(silence.since)} ({self.ago(silence.since)})"
        if silence.whole:
            return f"No run {since}: the prober may be down. All below is as it was then."
        have, their = ("have", "their") if len(silence.probes) > 1 else ("has", "its")
        return f"{listed(silence.probes)} {have} not run {since}: {their} worker may be down."

    def freshness(self, surface: SurfaceShown) -> str:
        """Whether a surface is fresh, or stale since when."""
        since = "" if surface.since is None else f" since {self.moment(surface.since)}"
        if not surface.current and surface.fresh is not None:
            return f"was {'fresh' if surface.fresh else 'stale'} at {self.moment(surface.at)}"
        if surface.fresh is None:
            return f"not known{since}"
        return f"fresh, seen {self.moment(surface.at)}" if surface.fresh else f"stale{since}"

    def _local(self, at: float) -> datetime:
        return datetime.fromtimestamp(at, self.zone)


def how_is(name: str, health: Health) -> str:
    """How a store or a probe is, in a few words: ``shop is degraded``."""
    return f"{name}: state not known" if health is Health.UNKNOWN else f"{name} is {health.value}"


def lasting(seconds: float) -> str:
    """A long duration, in its largest units: ``36 min``, ``3 h 5 min``, ``2 days``."""
    if seconds < _MINUTE:
        return f"{seconds:.0f} s"
    if seconds < _HOUR:
        return f"{seconds // _MINUTE:.0f} min"
    if seconds < _DAY:
        minutes = f" {seconds % _HOUR // _MINUTE:.0f} min" if seconds % _HOUR >= _MINUTE else ""
        return f"{seconds // _HOUR:.0f} h{minutes}"
    days = seconds // _DAY
    return f"{days:.0f} day{'s' * (days != 1)}"


def brief(seconds: float) -> str:
    """A short duration as precise as it matters: ``0.4 s``, ``12 s``, ``2 min``."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    return f"{seconds:.0f} s" if seconds < 2 * _MINUTE else lasting(seconds)


def share(part: float) -> str:
    """A share, the finer the nearer it is to all: ``37 %``, ``99.95 %``; only everything is ``100 %``."""
    if part < 0.9:
        return f"{part * 100:.0f} %"
    told = f"{part * 100:.2f}".rstrip("0").rstrip(".")
    return "> 99.99 %" if told == "100" and part < 1 else f"{told} %"


def quantile(of: Delays | None, part: float) -> str:
    """A quantile of delays: the longest it can have been, ``> 60 s`` when its end was not seen, a dash without any."""
    if of is None:
        return "–"
    found = of.quantile(part)
    return f"> {brief(found.low)}" if found.high is None else brief(found.high)


def budget(level: Level) -> str:
    """What is left of a level's error budget."""
    if level.left is None:
        return "nothing counted yet"
    if level.left < 0:
        return f"overdrawn by {-level.left * 100:.0f} %"
    return f"{level.left * 100:.0f} % left"
