"""Sales and bookings that do not come: what is usual at a store, how unlikely it is that nobody buys, and what then."""

from journeys.probes.sales.attempts import Attempts, UsualFailures, by_day, failures, learn_failures, usual_failures
from journeys.probes.sales.decisive import Conclusion, Decision, Severity, conclude
from journeys.probes.sales.hours import Span, counts_of
from journeys.probes.sales.looking import RECENT_S, pace_at, unusual
from journeys.probes.sales.outliers import learn
from journeys.probes.sales.profile import Expected, Profile, expected
from journeys.probes.sales.silences import Pace, drop, pace_of, silence
from journeys.probes.sales.unlikely import Looking, Unlikely

__all__ = [
    "RECENT_S",
    "Attempts",
    "Conclusion",
    "Decision",
    "Expected",
    "Looking",
    "Pace",
    "Profile",
    "Severity",
    "Span",
    "Unlikely",
    "UsualFailures",
    "by_day",
    "conclude",
    "counts_of",
    "drop",
    "expected",
    "failures",
    "learn",
    "learn_failures",
    "pace_at",
    "pace_of",
    "silence",
    "unusual",
    "usual_failures",
]
