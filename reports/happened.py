"""What a journey did, in order: its steps, what came of each write, and what kept it from going on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from journeys.model import Heading, History, Step, StepOutcome, Write, WriteOutcome
from reports.tables import Row, State, Table, at, row, took

_STEP: Final[dict[StepOutcome, State]] = {
    StepOutcome.PASSED: "fresh",
    StepOutcome.FAILED: "stale",
    StepOutcome.BROKEN: "unknown",
    StepOutcome.SKIPPED: "",
}
_WRITE: Final[dict[WriteOutcome, State]] = {
    WriteOutcome.ACKED: "fresh",
    WriteOutcome.REJECTED: "stale",
    WriteOutcome.INDETERMINATE: "unknown",
}


def happened(history: History) -> Table:
    """The table of what was done; a write that should have been refused, and was, is well."""
    rows = sorted(_rows(history), key=lambda each: each[0])
    return Table(
        title="What the journey did", head=("What", "How", "When", "Took", "Said"), rows=tuple(told for _, told in rows)
    )


def origin(heading: Heading) -> str:
    """Where, how and when the run was: ``store shop, seed 1, run 5b0c7d21aa, 23 Nov 2025 08:30 UTC``."""
    began = heading.began.strftime("%d %b %Y %H:%M UTC")
    return f"store {heading.store}, seed {heading.seed}, run {heading.run}, {began}"


def _rows(history: History) -> Iterator[tuple[float, Row]]:
    for step in history.steps:
        yield step.began, _step(step)
    for write in history.writes:
        # A write is asked for within its step, and is told below it.
        yield write.began, _write(write)
    for trouble in history.troubles:
        state: State = "stale" if trouble.blame == "store" else "unknown"
        blame = f"because of the {trouble.blame}"
        yield trouble.at, row(state, "the run could not go on", blame, at(trouble.at), "", trouble.what)


def _step(step: Step) -> Row:
    return row(
        _STEP[step.outcome], step.name, step.outcome.value, at(step.began), took(step.ended - step.began), step.error
    )


def _write(write: Write) -> Row:
    name = f"{write.kind} {write.number}".strip()
    many = f" of {write.quantity} × {write.subject}" if write.subject else ""
    due = write.outcome is WriteOutcome.REJECTED and bool(write.refusal or write.rivals)
    said = write.reason or (f"it should be refused: {write.refusal}" if write.refusal else "")
    lasted = write.acked_at - write.began if write.outcome is WriteOutcome.ACKED else write.ended - write.began
    state: State = "fresh" if due else _WRITE[write.outcome]
    return row(state, f"{name}{many}", write.outcome.value, at(write.began), took(lasted), said)
