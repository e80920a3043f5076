"""Compensation: undoing what synthetic customers did, the last thing first, whatever else failed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from functools import partial
from typing import Final

from journeys.model import JourneyError, Residue
from journeys.run.clock import Clock
from journeys.run.journal import Compensation, Promises
from journeys.run.ports import Record, Undone
from journeys.run.settle import attempts, settle

_WITHIN_S = 5.0
CART: Final = "cart"


def compensate(
    open_: Iterable[Compensation],
    record: Record,
    journal: Promises,
    clock: Clock,
    *,
    doubtful: Collection[str] = (),
) -> tuple[tuple[str, ...], tuple[Residue, ...]]:
    """Attempt every compensation (they come latest first); returns what was cancelled and what is left.

    ``doubtful`` are mail addresses whose order may still arrive, because the reply to it was lost: it is looked for
    again for some seconds. What fails or has not arrived stays open in the journal, for the next run or
    ``journeys cleanup``.
    """
    cancelled: list[str] = []
    left: list[Residue] = []
    for compensation in open_:
        try:
            undo = partial(_undo, partial(record.undo, compensation.kind, compensation.target), clock)
            awaited = compensation.kind == "orders" and compensation.target in doubtful
            undone = settle(undo, lambda each: bool(each.cancelled), clock, _WITHIN_S) if awaited else undo()
        except JourneyError as error:
            left.append(Residue(what=f"{_named(compensation)} not undone: {error}"))
            continue
        cancelled += undone.cancelled
        left += [Residue(what=what) for what in undone.residue]
        left += [Residue(what=what, benign=True) for what in undone.benign]
        if awaited and not undone.cancelled:
            left.append(Residue(what=f"an order of {compensation.target} may still arrive: run journeys cleanup"))
        elif not undone.residue:
            journal.done(compensation)
    return tuple(cancelled), tuple(left)


def _named(compensation: Compensation) -> str:
    """What it is, and whose where that is no secret: a cart is known by the session of its customer."""
    what = compensation.kind
    return f"the {what} of a customer" if what == CART else f"{what} of {compensation.target}"


def _undo(undo: Callable[[], Undone], clock: Clock) -> Undone:
    """Undoing is idempotent, so a store that stumbles is asked again for a while."""
    for _ in attempts(clock, _WITHIN_S):
        try:
            return undo()
        except JourneyError as error:
            failure = error
    raise failure
