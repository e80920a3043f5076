"""Whether the journey could be gone to its end at all."""

from __future__ import annotations

from collections.abc import Iterator

from journeys.checks.check import check
from journeys.model import Finding, History, StepOutcome, Verdict


@check
def completion(history: History) -> Iterator[Finding]:
    """A customer gets through every step of the journey."""
    for trouble in history.troubles:
        verdict = Verdict.FAIL if trouble.blame == "store" else Verdict.UNKNOWN
        yield Finding(check="completion", verdict=verdict, explanation=trouble.what)
    if history.troubles or not history.steps:
        return
    stuck = next((step for step in history.steps if step.outcome is not StepOutcome.PASSED), None)
    if stuck is None:
        yield Finding(check="completion", verdict=Verdict.PASS, explanation=f"all {len(history.steps)} steps passed")
    elif stuck.refused and _sold_out(history):
        said = f"step '{stuck.name}': {stuck.error}; others had bought the last one"
        yield Finding(check="completion", verdict=Verdict.UNKNOWN, explanation=said)
    else:
        verdict = Verdict.FAIL if stuck.outcome is StepOutcome.FAILED else Verdict.UNKNOWN
        said = f"step '{stuck.name}' {stuck.outcome}: {stuck.error}"
        yield Finding(check="completion", verdict=verdict, explanation=said)


def _sold_out(history: History) -> bool:
    """Whether nothing was left when the record was last asked, though something was at first, and we bought nothing."""
    if any(history.acked()):
        return False
    left = [v for s in history.samples for key, v in s.values.items() if key.startswith("availability:")]
    return len(left) > 1 and left[0] != 0 and left[-1] == 0
