"""A real store's sales, watched: its record is asked for orders, they are counted by the hour, and judged."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Protocol, runtime_checkable

import sqlalchemy as sa

from journeys.customers import MAIL_DOMAIN, MARKER_PREFIX
from journeys.model import Attempt, JourneyError, Order, TesterFault
from journeys.probes.sales.hours import DAY_S, HOUR_S, Span, counts_of, hour_at, whole_hours, zone_of
from journeys.probes.sales.kept import gaps, keep, last_kept, sales_since
from journeys.probes.sales.learning import HORIZON_S
from journeys.probes.sales.looking import RECENT_S, unusual
from journeys.probes.sales.outliers import learn
from journeys.probes.sales.profile import Profile
from journeys.probes.sales.unlikely import LOOKING, Looking, Unlikely

COUNTED_AGAIN_S: Final = 48 * HOUR_S  # orders that come into the record late
_ASKED_AGAIN_S: Final = HOUR_S
FIRST_ASKED_S: Final = 56 * DAY_S  # a diary may be slow: some minutes for 20,000 orders


class Book(Protocol):
    """What is asked of a store's record."""

    def orders(self) -> tuple[Order, ...]:
        """All orders, cancelled ones included."""
        ...


@runtime_checkable
class Diary(Protocol):
    """What is asked instead of a record that has it: one whose list of all orders is long, or lacks their times."""

    def placed_since(self, since: float) -> tuple[Order, ...]:
        """Orders placed since then, each with its time, cancelled ones included."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Sold:
    """When real customers bought, the earliest first, and since when none of their orders is missing."""

    times: tuple[float, ...]
    since: float


class Watching:
    """The sales of one store; keep it for as long as the store is watched.

    Keep the record as well where only orders have times that came since it was first asked. ``noun`` is what is sold:
    an order, a booking. Only times and counts are kept, never customers.
    """

    def __init__(
        self, engine: sa.Engine, store: str, zone: str, *, noun: str = "order", looking: Looking = LOOKING
    ) -> None:
        self._engine = engine
        self._store = store
        self._zone = zone
        self._noun = noun
        self._looking = looking
        self._record: Book | None = None
        self._first_asked = self._asked = 0.0
        self._told: Sold | None = None
        self._learnt: tuple[float, tuple[Span, ...], Profile] | None = None

    def look(
        self, record: Book, now: float, *, incidents: Sequence[Span] = (), maintenance: Sequence[Span] = ()
    ) -> tuple[Unlikely, ...]:
        """What is unusual now, the silence first; unknown while the record cannot be asked or history is not enough.

        ``incidents`` are known outages and ``maintenance`` announced ones. Neither teaches what is usual. During
        maintenance nothing is expected; a silence during an incident is told all the same. TesterFault when the
        database cannot be used.
        """
        try:
            sold = self._sold(record, now)
        except TesterFault:
            raise
        except JourneyError as error:
            return (self._unknown(now, f"the record could not be asked: {error}"),)
        profile = self.profile(sold, now, [*incidents, *maintenance])
        recent = tuple(each for each in sold.times if each > now - RECENT_S)
        before = Span(since=min(sold.since, now - 2 * RECENT_S), until=sold.since)  # of which not all is known
        return unusual(
            profile,
            recent or sold.times[-1:] or (sold.since,),
            now,
            incidents=incidents,
            left_out=[*maintenance, before],
            looking=self._looking,
        )

    def profile(self, sold: Sold, now: float, incidents: Sequence[Span] = ()) -> Profile:
        """What is usual, learnt anew when another hour is over or another incident is known."""
        hour, known = hour_at(now, zone_of(self._zone)), tuple(incidents)
        if self._learnt is None or self._learnt[:2] != (hour, known):
            with self._engine.begin() as connection:
                self._keep(connection, sold, now)
                hours = sales_since(connection, self._store, self._noun, now - HORIZON_S)
            since, until = (min(hours), max(hours) + HOUR_S) if hours else (now, now)
            profile = learn(hours, since, until, self._zone, incidents=[*known, *gaps(hours)], noun=self._noun)
            self._learnt = hour, known, profile
        return self._learnt[2]

    def _keep(self, connection: sa.Connection, sold: Sold, now: float) -> None:
        """Write down the hours that are over and wholly known."""
        zone, last = zone_of(self._zone), last_kept(connection, self._store, self._noun)
        since = max(sold.since, now - HORIZON_S if last is None else last - COUNTED_AGAIN_S)
        counts = counts_of(sold.times, zone)
        hours = {start: counts.get(start, 0) for start in whole_hours(since, now, zone)}
        keep(connection, self._store, self._noun, hours)

    def _sold(self, record: Book, now: float) -> Sold:
        """What real customers bought so far."""
        told = self._from_diary(record, now) if isinstance(record, Diary) else self._from_list(record, now)
        self._told = Sold(times=tuple(at for at in told.times if at <= now), since=told.since)
        return self._told

    def _from_list(self, record: Book, now: float) -> Sold:
        """Of a list of all orders the first is where history begins.

        Some platforms date only orders that came after their first question. Then nothing is known of the time before.
        """
        if record is not self._record:
            self._record, self._first_asked = record, now
        orders = [each for each in record.orders() if not of_a_tester(each)]
        times = _times(orders)
        dated = all(each.placed_at for each in orders)
        return Sold(times=times, since=times[0] if dated and times else self._first_asked)

    def _from_diary(self, record: Diary, now: float) -> Sold:
        """Of a diary what is not yet known is asked for, and a little of what is, for orders may come into it late."""
        if self._told is not None:
            since = max(self._told.since, now - 2 * RECENT_S)  # what is older is counted and kept
            again = max(since, self._asked - _ASKED_AGAIN_S)
            known = tuple(at for at in self._told.times if since <= at < again)
            times = (*known, *_times(record.placed_since(again)))
        else:
            begin, goes_on = self._begin(now)
            times = _times(record.placed_since(begin))
            since = begin if goes_on else times[0] if times else now
        self._asked = now
        return Sold(times=times, since=since)

    def _begin(self, now: float) -> tuple[float, bool]:
        """From when on a diary is first asked, and whether hours before that are known already."""
        with self._engine.begin() as connection:
            last = last_kept(connection, self._store, self._noun)
        if last is None:
            return now - FIRST_ASKED_S, False
        return max(now - HORIZON_S, min(last - COUNTED_AGAIN_S, now - RECENT_S)), True

    def _unknown(self, now: float, why: str) -> Unlikely:
        return Unlikely(
            kind="silence", noun=self._noun, since=now, until=now, seen=0, expected=0.0,
            threshold=self._looking.threshold, why=why,
        )  # fmt: skip


def of_a_tester(order: Order | Attempt) -> bool:
    """Whether it may be synthetic: by its mail domain, which is nobody's, by the marker of a run, or without address.

    An order has none when its account is deleted, as synthetic customers' are; and sales of ours must hide no silence.
    """
    name, _, domain = order.email.lower().partition("@")
    return not order.email or domain == MAIL_DOMAIN or name.startswith(f"{MARKER_PREFIX}-")


def _times(orders: Iterable[Order]) -> tuple[float, ...]:
    """When those of real customers were placed, as far as that is told, the earliest first."""
    return tuple(sorted(placed(each) for each in orders if each.placed_at and not of_a_tester(each)))


def placed(order: Order | Attempt) -> float:
    """When it was placed, since 1970; TesterFault when its platform writes times in another way than it should."""
    try:
        at = datetime.fromisoformat(order.placed_at)
    except ValueError as error:
        raise TesterFault(
            f"order {order.number} was placed at {order.placed_at!r}, which is no ISO 8601: its platform must give such"
        ) from error
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()
