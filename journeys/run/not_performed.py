"""A journey that could not even begin is a result as well: what stands around the store is asked why."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import uuid4

from journeys.checks import ALL_CHECKS, judge
from journeys.diagnosis import diagnose
from journeys.masking import Mask
from journeys.model import Heading, JourneyError, Result, Trouble
from journeys.run.blame import blame_of
from journeys.run.clock import Clock
from journeys.run.inquire import Inquiry, judged_by
from journeys.run.journey import Journey
from journeys.run.outside import Around
from journeys.run.recorder import Recorder


def not_performed(
    journey: Journey,
    store: str,
    error: JourneyError,
    *,
    around: Around,
    secrets: Iterable[str],
    caches: str,
    seed: int,
    clock: Clock,
) -> Result:
    """The result of a journey that could not even begin, because the store could not be connected to.

    What stands around the store is asked why. ``secrets`` must not be written down.
    """
    heading = Heading(
        run=uuid4().hex[:10],
        journey=journey.name,
        title=journey.title,
        store=store,
        caches=caches,
        seed=seed,
        began=clock.utc(),
        checks=(*journey.checks, *judged_by(around, writes=False)),
    )
    recorder = Recorder(heading, clock, mask=Mask(secrets))
    recorder.add(Trouble(blame=blame_of(error), what=str(error), at=0.0))
    inquiry = Inquiry(around=around, recorder=recorder, clock=clock)
    inquiry.look()
    inquiry.heard()
    history = recorder.history()
    findings = judge(history, ALL_CHECKS)
    return Result(history=history, findings=findings, diagnoses=diagnose(history, findings))
