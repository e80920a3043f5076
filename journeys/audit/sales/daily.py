"""Daily bundles where only the bank is there: which payout is what was sold on which days, less the fees; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

MOST_DAYS: Final = 5
"""How many days in a row one payout may bundle: a weekend with holidays on both sides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """What a payout for one day should bring, in minor units."""

    day: date
    net: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """One payout at the bank."""

    id: int
    day: date
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundles:
    """Which payouts are which days (exactly, or with another amount), and what has no counterpart or several."""

    same: tuple[tuple[Came, tuple[Day, ...]], ...] = ()
    other_amount: tuple[tuple[Came, tuple[Day, ...]], ...] = ()
    equal: tuple[tuple[Came, tuple[Day, ...]], ...] = ()
    days: tuple[Day, ...] = ()
    payouts: tuple[Came, ...] = ()


def bundle(days: Sequence[Day], payouts: Sequence[Came], late: int) -> Bundles:
    """Tell payouts and days apart: exact sums of one day first, then of days in a row, then what lies between them.

    A payout comes on the last of its days or up to ``late`` days after it. Of several payouts, or several days, that
    fit equally, none is matched.
    """
    open_days = sorted((each for each in days if each.net), key=lambda each: each.day)
    open_payouts = sorted(payouts, key=lambda each: (each.day, each.amount, each.id))
    same: list[tuple[Came, tuple[Day, ...]]] = []
    equal: list[tuple[Came, tuple[Day, ...]]] = []
    for length in range(1, MOST_DAYS + 1):
        runs = _runs(open_days, length)
        fits = {each: [run for run in runs if _fits(each, run, late)] for each in open_payouts}
        for payout, found in fits.items():
            if not found or any(run[0] not in open_days or run[-1] not in open_days for run in found):
                continue
            rivals = [each for each in open_payouts if each != payout and set(fits[each]) & set(found)]
            if len(found) == 1 and not rivals:
                same.append((payout, found[0]))
                _take(open_days, found[0])
            elif len(found) > 1 and not rivals:
                equal.append((payout, tuple(sorted({day for run in found for day in run}, key=lambda d: d.day))))
                _take(open_days, equal[-1][1])
        done = {payout for payout, _ in (*same, *equal)}
        open_payouts = [each for each in open_payouts if each not in done]
    pairs = _between(open_days, open_payouts, late)
    for payout, run in pairs:
        open_payouts.remove(payout)
        _take(open_days, run)
    return Bundles(
        same=tuple(same),
        other_amount=tuple(pairs),
        equal=tuple(equal),
        days=tuple(open_days),
        payouts=tuple(open_payouts),
    )


def _runs(days: Sequence[Day], length: int) -> list[tuple[Day, ...]]:
    return [tuple(days[at : at + length]) for at in range(len(days) - length + 1)]


def _fits(payout: Came, run: Sequence[Day], late: int) -> bool:
    return sum(day.net for day in run) == payout.amount and _may_be(payout, run[-1], late)


def _may_be(payout: Came, day: Day, late: int) -> bool:
    return 0 <= (payout.day - day.day).days <= late


def _take(days: list[Day], run: Sequence[Day]) -> None:
    for day in run:
        if day in days:
            days.remove(day)


def _between(days: Sequence[Day], payouts: Sequence[Came], late: int) -> list[tuple[Came, tuple[Day, ...]]]:
    """One payout that only one day can be, and one day that only this payout can be, though the amount differs."""
    pairs: list[tuple[Came, tuple[Day, ...]]] = []
    for payout in payouts:
        fit = [day for day in days if _may_be(payout, day, late)]
        if len(fit) == 1 and [each for each in payouts if _may_be(each, fit[0], late)] == [payout]:
            pairs.append((payout, (fit[0],)))
    return pairs
