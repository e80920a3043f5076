"""Attempts to buy or book that fail at a real store, watched: its record is asked, they are counted, and judged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Protocol, runtime_checkable

import sqlalchemy as sa

from journeys.model import Attempt, JourneyError, TesterFault
from journeys.probes.sales.attempts import Attempts, UsualFailures, by_day, failures, learn_failures
from journeys.probes.sales.hours import Span, counts_of, hour_at, whole_hours, zone_of
from journeys.probes.sales.kept import keep, last_kept, sales_since
from journeys.probes.sales.learning import HORIZON_S
from journeys.probes.sales.unlikely import FAILURES, LOOKING, Looking, Unlikely
from journeys.probes.sales.watching import COUNTED_AGAIN_S, FIRST_ASKED_S, of_a_tester, placed

_AT_IT_AGAIN_S: Final = 600.0  # whose payment has just failed may be trying another one
_NEWEST_SHARE: Final = 1 / 12  # of a window tells whether it still goes on, as Google's SRE Workbook has it (chapter 5)
_NEWEST: Final = 10  # or so many attempts, where that part of it has fewer
_STILL: Final = 0.1


@runtime_checkable
class Attempting(Protocol):
    """What is asked of a record that knows also of those who wanted to buy, and of whom nothing came."""

    def attempts_since(self, since: float) -> tuple[Attempt, ...]:
        """Attempts made since then, in seconds since 1970: those that succeeded, failed, or may still do either."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tries:
    """When real customers tried, the earliest first, which of them failed, and since when none is missing."""

    made: tuple[tuple[float, bool], ...]
    since: float


class Trying:
    """The attempts at one store that fail; keep it for as long as the store is watched.

    ``noun`` is what is attempted: an order, a booking. Who may still pay has tried, and has not failed. To leave them
    out would make the failures of others a larger share of today than of a past in which those have paid since, and
    tell of them each day. So what fails late is counted too late, or never, and what is as usual is never told.
    """

    def __init__(
        self, engine: sa.Engine, store: str, zone: str, *, noun: str = "order", looking: Looking = LOOKING
    ) -> None:
        self._engine = engine
        self._store = store
        self._zone = zone
        self._noun = noun
        self._looking = looking
        # Both are counts by the hour as sales are, so they lie in the same table, as nouns of their own.
        self._tried, self._failed = f"attempt at: {noun}", f"failed: {noun}"
        self._learnt: tuple[float, tuple[Span, ...], UsualFailures] | None = None

    def look(
        self, record: Attempting, now: float, *, incidents: Sequence[Span] = (), maintenance: Sequence[Span] = ()
    ) -> tuple[Unlikely, ...]:
        """What failed in each window in which it still goes on; nothing where nobody tries.

        Unknown while the record cannot be asked or history is not enough. ``incidents`` and ``maintenance`` teach
        nothing; what fails during maintenance is not told either. TesterFault when the database cannot be used.
        """
        try:
            tries = self._tries(record, now)
        except TesterFault:
            raise
        except JourneyError as error:
            return (self._unknown(now, f"the record could not be asked for attempts: {error}"),)
        usual = self._usual(tries, now, (*incidents, *maintenance))
        judged = [each for each in tries.made if not any(span.since <= each[0] < span.until for span in maintenance)]
        return tuple(self._windows(usual, judged, now - _AT_IT_AGAIN_S))

    def _windows(self, usual: UsualFailures, tries: Sequence[tuple[float, bool]], until: float) -> Iterator[Unlikely]:
        for length in self._looking.windows_s:
            window = Span(since=until - length, until=until)
            inside = [each for each in tries if window.since <= each[0] < until]
            newest = Span(since=until - length * _NEWEST_SHARE, until=until)
            if inside and _goes_on(usual, inside, newest):
                seen = Attempts(tried=len(inside), failed=sum(failed for _, failed in inside))
                yield failures(usual, seen, window, looking=self._looking)

    def _usual(self, tries: _Tries, now: float, left_out: tuple[Span, ...]) -> UsualFailures:
        """What usually fails, learnt anew when another hour is over or another incident is known."""
        hour = hour_at(now, zone_of(self._zone))
        if self._learnt is None or self._learnt[:2] != (hour, left_out):
            with self._engine.begin() as connection:
                self._keep(connection, tries, now)
                tried, failed = (
                    sales_since(connection, self._store, noun, now - HORIZON_S) for noun in (self._tried, self._failed)
                )
            days = by_day(tried, failed, self._zone, left_out)
            self._learnt = hour, left_out, learn_failures(days, noun=self._noun)
        return self._learnt[2]

    def _keep(self, connection: sa.Connection, tries: _Tries, now: float) -> None:
        """Write down the hours that are over and wholly known."""
        zone = zone_of(self._zone)
        hours = tuple(whole_hours(tries.since, now, zone))
        for noun, times in (
            (self._tried, [at for at, _ in tries.made]),
            (self._failed, [at for at, failed in tries.made if failed]),
        ):
            counts = counts_of(times, zone)
            keep(connection, self._store, noun, {start: counts.get(start, 0) for start in hours})

    def _tries(self, record: Attempting, now: float) -> _Tries:
        """What real customers tried since the longest window began, or since all that is to be counted again."""
        begin, goes_on = self._begin(now)
        told = [(placed(each), each.failed) for each in record.attempts_since(begin) if not of_a_tester(each)]
        made = tuple(sorted(each for each in told if each[0] <= now))
        return _Tries(made=made, since=begin if goes_on else made[0][0] if made else now)

    def _begin(self, now: float) -> tuple[float, bool]:
        """From when on the record is asked, and whether hours before that are known already."""
        recent = now - _AT_IT_AGAIN_S - max(self._looking.windows_s)
        if self._learnt is not None and self._learnt[0] == hour_at(now, zone_of(self._zone)):
            return recent, True
        with self._engine.begin() as connection:
            last = last_kept(connection, self._store, self._tried)
        if last is None:
            return now - FIRST_ASKED_S, False
        return max(now - HORIZON_S, min(last - COUNTED_AGAIN_S, recent)), True

    def _unknown(self, now: float, why: str) -> Unlikely:
        return Unlikely(
            kind=FAILURES, noun=self._noun, since=now, until=now, seen=0, expected=0.0,
            threshold=self._looking.threshold, why=why,
        )  # fmt: skip


def _goes_on(usual: UsualFailures, tries: Sequence[tuple[float, bool]], newest: Span) -> bool:
    """Whether also the newest attempts fail more than they should; or else what is over would be told for a whole day.

    One failure among ten is no sign of it, where a few in a hundred are usual.
    """
    many = max(_NEWEST, sum(at >= newest.since for at, _ in tries))
    failed = [each for _, each in tries[-many:]]
    chance = failures(usual, Attempts(tried=len(failed), failed=sum(failed)), newest).probability
    return chance is None or chance < _STILL
