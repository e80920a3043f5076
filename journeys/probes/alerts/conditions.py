"""What is remembered of one probe's runs, and when that means that something is wrong; pure.

FAILED runs count against the store, PASSED ones for it. UNKNOWN ones are neither: they only take up a place among the
last ``of``. BROKEN ones say something of the tester alone; SKIPPED and INTERRUPTED ones say nothing.

A probe that fails by itself now and then would meet *3 of the last 5* sooner or later: one that fails in 10 % of its
runs, each by chance, does so every 243 runs. So it is remembered how often a probe fails outside of incidents, and
more than its rule is asked of one that does so in ``FLAPPING`` of its runs: that so many failures would come by chance
with a probability of less than ``UNUSUAL`` (the tail of the binomial distribution over some of its last runs).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import takewhile
from math import comb, inf
from typing import Final

from journeys.probes.alerts.incidents import Reason, failure_of, fault_of
from journeys.probes.outcome import Outcome, State
from journeys.probes.probe import AlertRule, Probe
from journeys.probes.windows import under_maintenance

BROKEN_IN_A_ROW: Final = 3
"""So many broken runs one after the other, and the tester itself is in trouble."""
FLAPPING: Final = 0.05
UNUSUAL: Final = 2e-6
_REMEMBERED: Final = 20
_FADES: Final = 1 - 1 / 500
_AT_FIRST: Final = 10.0  # runs; as if they had been seen, and one in a thousand of them had failed
_AT_MOST: Final = 0.25  # whoever fails more often is not flapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """One judged run; ``muted`` if the store was under maintenance when it began or ended."""

    due: float
    state: State
    muted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Usual:
    """How often a probe fails outside of incidents; what is long ago fades."""

    runs: float = _AT_FIRST
    failures: float = _AT_FIRST / 1000

    @property
    def share(self) -> float:
        """The share of its runs, at most a quarter."""
        return min(_AT_MOST, self.failures / self.runs)

    def and_then(self, failed: bool) -> Usual:
        """The same with one more run."""
        return Usual(runs=self.runs * _FADES + 1, failures=self.failures * _FADES + failed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """A probe and what is remembered of it, or a signal that is watched ``beside`` the probes (sales, service levels).

    ``newest`` is the tick of the last outcome that was taken, ``recent`` are the last judged runs, the newest last.
    ``broken`` runs came in a row, the first at ``broken_since``, if they are the newest; ``sound`` ones came since.
    ``reason`` is that of the last failed run, ``fault`` of the last broken one.
    """

    probe: Probe
    beside: bool = False
    newest: float = -inf
    recent: tuple[Past, ...] = ()
    usual: Usual = Usual()
    broken: int = 0
    broken_since: float = 0.0
    sound: int = 0
    reason: Reason | None = None
    fault: Reason | None = None

    @property
    def name(self) -> str:
        """That of the probe."""
        return self.probe.name

    @property
    def rule(self) -> AlertRule:
        """When somebody is told."""
        return self.probe.alert

    @property
    def flapping(self) -> bool:
        """Whether it fails by itself now and then, so that more than its rule is asked of it."""
        return self.usual.share >= FLAPPING

    @property
    def decided(self) -> tuple[Past, ...]:
        """Its recent runs that passed or failed."""
        return tuple(run for run in self.recent if run.state is not State.UNKNOWN)

    @property
    def failed_last(self) -> bool:
        """Whether the newest run that passed or failed is one that failed."""
        return bool(self.decided) and self.decided[-1].state is State.FAILED

    @property
    def failing_since(self) -> float:
        """When the first failed run was due: of those its rule looks at, or since the last that passed."""
        since_passed = takewhile(lambda run: run.state is not State.PASSED, reversed(self.recent))
        looked_at = (*self.recent[-self.rule.of :], *since_passed)
        return min((run.due for run in looked_at if run.state is State.FAILED), default=inf)

    def under_maintenance(self, at: float) -> bool:
        """Whether its store is, at that moment."""
        return under_maintenance(self.probe.maintenance, at)


def remembering(watched: Watched, outcome: Outcome, *, calm: bool) -> Watched:
    """The same after one more outcome; ``calm``: no incident stands, so that it counts for what is usual."""
    watched = replace(watched, newest=outcome.due)
    if outcome.state is State.BROKEN:
        since = watched.broken_since if watched.broken else outcome.due
        return replace(watched, broken=watched.broken + 1, broken_since=since, sound=0, fault=fault_of(outcome))
    if not outcome.state.judged:
        return watched
    muted = watched.under_maintenance(outcome.due) or watched.under_maintenance(outcome.ended)
    run = Past(due=outcome.due, state=outcome.state, muted=muted)
    reason = failure_of(outcome) if outcome.state is State.FAILED else watched.reason
    recent = (*watched.recent, run)[-max(_REMEMBERED, watched.rule.of, watched.rule.recoveries) :]
    if not any(each.state is State.FAILED for each in recent):
        reason = None
    return replace(
        watched,
        recent=recent,
        usual=_usual(watched) if calm else watched.usual,
        broken=0,
        sound=watched.sound + 1,
        reason=reason,
    )


def forgetting(watched: Watched) -> Watched:
    """The same after an incident: what went before it ended counts no more."""
    return replace(watched, recent=(), reason=None)


def fails(watched: Watched, *, aloud: bool = False) -> bool:
    """Whether its last runs meet its rule, and are unusual for it; ``aloud``: without those under maintenance."""
    runs = tuple(run for run in watched.recent if not (aloud and run.muted))
    last = runs[-watched.rule.of :]
    enough = sum(run.state is State.FAILED for run in last) >= watched.rule.failures
    return enough and (not watched.flapping or _is_unusual(runs, watched.usual.share))


def recovered(watched: Watched) -> bool:
    """Whether so many of its runs have passed in a row as its rule asks for."""
    last = watched.decided[-watched.rule.recoveries :]
    return len(last) >= watched.rule.recoveries and all(run.state is State.PASSED for run in last)


def breaks(watched: Watched) -> bool:
    """Whether it is the tester that fails."""
    return watched.broken >= BROKEN_IN_A_ROW


def sound_again(watched: Watched) -> bool:
    """Whether so many of its runs in a row were judged as its rule asks for passed ones."""
    return watched.sound >= watched.rule.recoveries


def _usual(watched: Watched) -> Usual:
    """What leaves the runs that the rule looks at is usual: an outage that is just beginning is not among them."""
    if len(watched.recent) < watched.rule.of:
        return watched.usual
    leaving = watched.recent[-watched.rule.of]
    return (
        watched.usual
        if leaving.muted or leaving.state is State.UNKNOWN
        else watched.usual.and_then(leaving.state is State.FAILED)
    )


def _is_unusual(runs: tuple[Past, ...], share: float) -> bool:
    failed, many = 0, 0
    for run in reversed(runs):
        if run.state is State.UNKNOWN:
            continue
        failed, many = failed + (run.state is State.FAILED), many + 1
        if run.state is State.FAILED and tail(many, failed, share) < UNUSUAL:
            return True
    return False


def tail(many: int, failed: int, share: float) -> float:
    """How likely at least so many of that many runs fail, if each fails by chance in this share of cases."""
    return sum(comb(many, k) * share**k * (1 - share) ** (many - k) for k in range(failed, many + 1))
