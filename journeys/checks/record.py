"""What the record may have said at some moment between its samples, and whether a reading agrees with that."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from journeys.model import Fact, History, Money, Order, Reading, Sample, Shows, Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Possible:
    """Every value the record may have had in a window; ``whole`` when samples lie on both sides of it.

    Counts and money may have passed through all values of ``ranges`` while other customers bought.
    """

    values: tuple[Value, ...]
    ranges: tuple[tuple[int, int], ...]
    whole: bool

    def admits(self, value: Value, shows: Shows = Shows.EXACT) -> bool:
        """Whether a surface that shows this much of the fact could rightly have shown the value."""
        if shows is Shows.PRESENCE:
            seen = {shows.of(each) for each in self.values}
            seen |= {shows.of(end) for pair in self.ranges for end in pair}
            return value in seen
        if any(value == each and type(value) is type(each) for each in self.values):
            return True
        unit, number = _measured(value)
        comparable = bool(unit) and unit in {_measured(each)[0] for each in self.values}
        return comparable and any(low <= number <= high for low, high in self.ranges)


def possible(history: History, fact: Fact, start: float, end: float) -> Possible:
    """What the record may have said of the fact in [start, end]: from the last sample before to the first after.

    Only steady samples bound it: the orders of an unsteady one do not belong to its values.
    """
    samples = followed(history, fact)
    steady = [(i, sample) for i, (sample, _) in enumerate(samples) if sample.steady]
    first = max((i for i, sample in steady if sample.received <= start), default=None)
    last = min((i for i, sample in steady if sample.asked >= end and i >= (first or 0)), default=None)
    window = samples[first or 0 : len(samples) if last is None else last + 1]
    return Possible(
        values=tuple(value for _, value in window),
        ranges=_ranges(fact, [pair for pair in window if pair[0].steady]),
        whole=first is not None and last is not None,
    )


def agrees(history: History, reading: Reading) -> bool | None:
    """Whether the reading's value was the record's at some moment in [asked - tolerance, received].

    None when that cannot be said: the surface could not be read, or the record was not sampled around it.
    """
    if reading.value is None:
        return None
    surface = history.surface(reading.surface, reading.fact)
    could_be = possible(history, reading.fact, reading.asked - surface.tolerance_s, reading.received)
    if could_be.admits(reading.value, surface.shows):
        return True
    return False if could_be.whole else None


def current(history: History, reading: Reading) -> bool:
    """Whether the reading showed the record's value of that very moment, without any tolerance."""
    could_be = possible(history, reading.fact, reading.asked, reading.received)
    shows = history.surface(reading.surface, reading.fact).shows
    return reading.value is not None and could_be.admits(reading.value, shows)


def told_apart(history: History, reading: Reading) -> bool:
    """Whether a copy from before the last write would have shown another value than this reading did.

    While others buy and cancel, the record comes back to values that the surface showed before the write.
    """
    acked = tuple(history.acked())
    if not acked:
        return True
    place, write = acked[-1]
    moved = any((e.write, e.fact) == (place, reading.fact) and _measured(e.by)[1] for e in history.expectations)
    if not moved or history.surface(reading.surface, reading.fact).shows is not Shows.EXACT:
        return True
    since = max((earlier.ended for earlier in history.writes[:place]), default=0.0)
    return reading.value not in {
        earlier.value
        for earlier in history.readings
        if (earlier.surface, earlier.fact) == (reading.surface, reading.fact)
        and since <= earlier.asked
        and earlier.received <= write.began
    }


def left_behind(history: History, reading: Reading) -> bool:
    """Whether the reading's value was once the record's, before the reading was asked for."""
    shows = history.surface(reading.surface, reading.fact).shows
    return any(
        shows.of(value) == reading.value
        for sample, value in followed(history, reading.fact)
        if sample.received <= reading.asked
    )


def expected(history: History, reading: Reading) -> Value | None:
    """What the surface should have shown: the record's value at the sample next to the reading, as far as shown."""
    samples = followed(history, reading.fact)
    if not samples:
        return None
    _, value = min(samples, key=lambda pair: (pair[0].asked < reading.asked, abs(pair[0].asked - reading.received)))
    return history.surface(reading.surface, reading.fact).shows.of(value)


def followed(history: History, fact: Fact) -> tuple[tuple[Sample, Value], ...]:
    """The samples with what the record said of the fact, and what it must have said where it was not asked for.

    A gentle sample leaves out what asking for would disturb; there the last value is moved by the orders since. If the
    next value that was asked for is not where those orders lead to, nothing is known between the two.
    """
    told: list[tuple[Sample, Value]] = []
    guessed: list[tuple[Sample, Value]] = []
    for sample in history.samples:
        value = sample.values.get(fact.key)
        if value is not None:
            told += guessed if told and _led_to(fact, told[-1], sample) == value else []
            told.append((sample, value))
            guessed = []
        elif told and (led := _led_to(fact, told[-1], sample)) is not None:
            guessed.append((sample, led))
    return (*told, *guessed)


def _led_to(fact: Fact, known: tuple[Sample, Value], sample: Sample) -> Value | None:
    """What the orders since a sample make of its value; None where orders say nothing of the fact."""
    before, value = known
    try:
        return after_orders(fact, value, between(before, sample))
    except (TypeError, ValueError):
        return None


def _ranges(fact: Fact, window: Sequence[tuple[Sample, Value]]) -> tuple[tuple[int, int], ...]:
    """Between two samples a count moves in steps: at worst all the falls come first, or all the rises."""
    ranges = []
    for (before, old), (after, new) in pairwise(window):
        (unit, start), (same, end) = _measured(old), _measured(new)
        if unit and unit == same:
            fell, rose = _moved(fact, before, after)
            unexplained = end - (start - fell + rose)  # a restock, or the record's own mistake
            low, high = start - fell + min(unexplained, 0), start + rose + max(unexplained, 0)
            if low != high:
                ranges.append((low, high))
    return tuple(ranges)


def _measured(value: Value) -> tuple[str, int]:
    """What a value counts and how much of it; nothing for texts and yes or no."""
    if isinstance(value, Money):
        return value.currency, value.minor
    return ("count", value) if isinstance(value, int) and not isinstance(value, bool) else ("", 0)


def _moved(fact: Fact, before: Sample, after: Sample) -> tuple[int, int]:
    """How much of the fact fell and rose in all between two samples, by orders and by cancellations.

    An order that was placed and cancelled between the samples did both.
    """
    company = between(before, after)
    new, gone = company.placed, company.removed
    ended = [*company.cancelled, *(order for order in gone if order.open), *(order for order in new if not order.open)]
    match fact.kind:
        case "availability":
            return _quantity(new, fact), _quantity(ended, fact)
        case "open orders":
            return len(ended), len(new)
        case "open revenue":
            return _sum(ended), _sum(new)
        case "places sold":
            return _places(ended), _places(new)
        case "orders":
            return len(gone), len(new)
        case "revenue":
            return _sum(gone), _sum(new)
    return 0, 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """What other orders did between two samples: came, were cancelled, were taken out of the list by their testers.

    Those that came and were cancelled or removed since are in ``placed`` as well, as they were listed last.
    """

    placed: tuple[Order, ...] = ()
    cancelled: tuple[Order, ...] = ()
    removed: tuple[Order, ...] = ()

    def without(self, own: Callable[[Order], bool]) -> Company:
        """That of the others alone."""
        placed, cancelled, removed = (
            tuple(order for order in orders if not own(order)) for orders in (self.placed, self.cancelled, self.removed)
        )
        return Company(placed=placed, cancelled=cancelled, removed=removed)

    def __len__(self) -> int:
        """How many orders came or went."""
        return len(self.placed) + len(self.cancelled) + len(self.removed)


def between(before: Sample, after: Sample) -> Company:
    """What became of orders from one sample to a later one."""
    known = {order.number for order in before.placed}
    standing = {order.number for order in before.placed if order.open}
    ended, gone = ({order.number for order in orders} for orders in (before.cancelled, before.removed))
    lately = [order for order in after.placed if order.number in standing and not order.open]
    return Company(
        placed=tuple(order for order in after.placed if order.number not in known),
        cancelled=(*lately, *(order for order in after.cancelled if order.number not in ended)),
        removed=tuple(order for order in after.removed if order.number not in gone),
    )


def after_orders(fact: Fact, value: Value, company: Company, more: int = 0) -> Value:
    """What becomes of a value by these orders and their ends, and by ``more`` (in units or minor units)."""
    rose = [order for order in company.placed if order.open]
    fell = [*company.cancelled, *(order for order in company.removed if order.open)]
    match fact.kind:
        case "availability":
            more += _quantity(fell, fact) - _quantity(rose, fact)
        case "orders":
            more += len(company.placed) - len(company.removed)
        case "revenue":
            more += _sum(company.placed) - _sum(company.removed)
        case "open orders":
            more += len(rose) - len(fell)
        case "open revenue":
            more += _sum(rose) - _sum(fell)
        case "places sold":
            more += _places(rose) - _places(fell)
        case _:
            raise ValueError(f"nothing is known of how orders move {fact.key}")
    unit, number = _measured(value)
    if not unit:
        raise TypeError(f"{value!r} is neither a count nor money")
    return Money(minor=number + more, currency=unit) if isinstance(value, Money) else number + more


def with_held(sample: Sample, fact: Fact, value: Value) -> Value:
    """What is available and what carts hold of it: carts come and go without an order, and only delay the question."""
    held = sample.values.get(f"held:{fact.of}", 0) if fact.kind == "availability" else 0
    return value + held if isinstance(value, int) and isinstance(held, int) else value


def _places(orders: Sequence[Order]) -> int:
    return sum(order.quantity for order in orders)


def _quantity(orders: Sequence[Order], fact: Fact) -> int:
    return sum(order.quantity_of(fact.of) for order in orders)


def _sum(orders: Sequence[Order]) -> int:
    return sum(order.total.minor for order in orders)
