"""A race: several customers send the same wish at the same moment, each in a browser of their own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from journeys.customers import Customer
from journeys.model import Confirmation, Receipt, Refused, Write, WriteOutcome
from journeys.run.recorder import Recorder

_AHEAD: Final = timedelta(seconds=0.5)  # enough to tell every browser of it


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrant:
    """One who races: ``submit`` has the wish sent at a moment and waits for nothing, ``finish`` reads what came of it.

    The moment is in UTC, a little ahead: with one click after the other the first one would win. ``finish`` raises
    Refused when the customer was too late.
    """

    customer: Customer
    submit: Callable[[datetime], None]
    finish: Callable[[], Confirmation]


def race(
    kind: str, subject: str, entrants: Sequence[Entrant], recorder: Recorder, undo: Callable[[str, str], None]
) -> None:
    """Send all the wishes at once and write down what came of each; what is won is promised to be undone before.

    What goes wrong with one (its reply lost) is raised when all are written down, and then nobody knows what became
    of that one.
    """
    for each in entrants:
        undo("orders", each.customer.email)
    began = recorder.now()
    start = recorder.moment() + _AHEAD
    for each in entrants:
        each.submit(start)
    lost: list[Exception] = []
    for each in entrants:
        outcome, reason, said = WriteOutcome.ACKED, "", None
        try:
            said = each.finish()
        except Refused as error:
            outcome, reason = WriteOutcome.REJECTED, str(error)
        except Exception as error:
            outcome, reason = WriteOutcome.INDETERMINATE, f"the reply was lost: {error}"
            lost.append(error)
        place, now = len(recorder.history().writes), recorder.now()
        recorder.add(
            Write(
                kind=kind,
                outcome=outcome,
                began=began,
                ended=now,
                email=each.customer.email,
                number=(said.number or "") if said is not None else "",
                subject=subject,
                reason=reason,
                rivals=len(entrants) - 1,
            )
        )
        if said is not None:
            recorder.add(Receipt(source="confirmation page", write=place, asked=now, received=now, said=said))
    if lost:
        raise lost[0]
