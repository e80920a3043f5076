"""Something unlikely about a store's sales, how probable it is, and how often that would come by chance; pure.

**Looking again and again.** Look often, and what happens by chance once in a thousand times happens every few days. The
time between two orders, counted in expected orders, is exponential; so of a store's silences one in a thousand is as
unlikely as 0.1 %, however often one looks. A store with 40 orders a day has 1,200 silences a month: 1.2 false alarms.
One with 400 a day has 12. The same holds for counts: a window comes to hold k orders or fewer when an order leaves it
at its far end while it holds k + 1, which happens as often a day as there are orders a day, times P(k). So there are
about as many *chances* a day for either as orders a day, and::

    P(so unlikely within a day of looking) = 1 − exp(−chances × P)  ≤  chances × P

An alarm holds the threshold to **that**: 0.1 % a day is one false alarm in 1,000 days (2.7 years), 0.03 a month,
whatever the store's size. It costs ln(chances) expected orders of patience: without overdispersion 6.9 expected orders
suffice for P < 0.1 % once, 10.6 for a day of 40, 12.9 for a day of 400. The chances are counted at the pace of the hour
in which the silence or the window began (24 × its rate). So the 0.1 % is shared out evenly over the hours of the day,
and not over its orders: at night, when few orders mean few chances, less patience is needed, and the sum over the day
is the same.

P itself below the threshold is called *suspicious*: no reason to wake anybody, but reason enough to place a synthetic
order and see (``decisive.py``). That is cheap and its answer certain, so an outage that it meets with is found as soon
as P < 0.1 % allows, and a silence by chance costs one synthetic order instead of somebody's sleep.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import expm1
from typing import Final

from journeys.probes.sales.hours import DAY_S, HOUR_S

THRESHOLD: Final = 0.001
FAILURES: Final = "failures"
"""The kind of what is unlikely about attempts, and not about sales."""
WINDOWS_S: Final = (HOUR_S, 3 * HOUR_S, 6 * HOUR_S, 24 * HOUR_S)
_USUAL: Final = 0.05  # what is likelier needs no number
_DAILY: Final = 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class Looking:
    """How a store is looked at: every ``every_s``, over which windows, and what counts as too unlikely."""

    every_s: float = 300.0
    windows_s: tuple[float, ...] = WINDOWS_S
    threshold: float = THRESHOLD

    def chances(self, a_day: float) -> float:
        """How often a day something can begin to be unlikely: as often as it can happen, and as one looks."""
        return max(1.0, min(a_day, DAY_S / self.every_s))


@dataclass(frozen=True, slots=True, kw_only=True)
class Unlikely:
    """A ``silence``, a ``drop`` or ``failures`` between two moments, and how probable it is.

    ``seen`` are the orders, or the failed ones ``of`` so many attempts, where so many were ``expected``.
    ``probability`` is that of so few (or of so many failures) in just this time, ``per_day`` that of anything as
    unlikely within a day of looking; both None where history is not enough to tell, and ``why`` says so.
    """

    kind: str
    noun: str
    since: float
    until: float
    seen: int
    expected: float
    threshold: float
    of: int = 0
    probability: float | None = None
    per_day: float | None = None
    why: str = ""

    @property
    def known(self) -> bool:
        """Whether anything can be said."""
        return self.probability is not None

    @property
    def suspicious(self) -> bool:
        """Unlikely enough to place a synthetic order and see."""
        return self.probability is not None and self.probability < self.threshold

    @property
    def alarming(self) -> bool:
        """Unlikely enough to tell somebody, even if nothing else is known."""
        return self.per_day is not None and self.per_day < self.threshold

    @property
    def words(self) -> str:
        """All of it in one sentence without a full stop."""
        if self.probability is None or self.per_day is None:
            return self.why
        what = {
            "silence": f"no {self.noun} for {lasting(self.until - self.since)}",
            "drop": f"{self.seen} {_plural(self.noun, self.seen)} in {lasting(self.until - self.since)}",
            FAILURES: f"{self.seen} of {self.of} attempts at {_article(self.noun)} failed",
        }[self.kind]
        return f"{what}, where {_number(self.expected)} would be usual; {_how_often(self.probability, self.per_day)}"


LOOKING: Final = Looking()


def within_a_day(probability: float, chances: float) -> float:
    """The probability that something so unlikely comes up within a day that has so many chances for it."""
    return -expm1(-chances * probability)


def lasting(seconds: float) -> str:
    """How long, in hours and minutes: ``3 h 10 min``."""
    hours, minutes = divmod(round(seconds / 60), 60)
    return " ".join(filter(None, (f"{hours} h" if hours else "", f"{minutes} min" if minutes or not hours else "")))


def _how_often(probability: float, per_day: float) -> str:
    if probability > _USUAL:
        return "that is nothing unusual"
    if per_day > _DAILY:
        return "by chance that comes about every day"
    return f"by chance that comes once in {_days(1 / max(per_day, 1e-9))}"


def _days(days: float) -> str:
    return "over 1,000,000 days" if days > 1e6 else f"{float(f'{days:.2g}'):,.0f} days"


def _number(many: float) -> str:
    return f"{many:.1f}" if many < 10 else f"{many:.0f}"


def _plural(noun: str, many: int) -> str:
    return noun if many == 1 else f"{noun}s"


def _article(noun: str) -> str:
    return f"an {noun}" if noun[:1] in "aeiou" else f"a {noun}"
