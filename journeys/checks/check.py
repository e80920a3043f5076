"""What a check is, and how a history is judged by several: a check that crashes or has nothing to say is UNKNOWN."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from journeys.model import Finding, History, Verdict

Judge = Callable[[History], Iterator[Finding]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A named pure function of a history; ``promise`` is what it holds the store to, in one sentence."""

    name: str
    promise: str
    judge: Judge

    def __call__(self, history: History) -> tuple[Finding, ...]:
        """The findings of this check; never empty, never an exception. What it found before it crashed stands."""
        findings: list[Finding] = []
        try:
            for finding in self.judge(history):
                findings.append(finding)
        except Exception as error:
            findings.append(self._unknown(f"the check itself failed: {type(error).__name__}: {error}"))
        return tuple(findings) or (self._unknown("there was nothing to judge"),)

    def _unknown(self, why: str) -> Finding:
        return Finding(check=self.name, verdict=Verdict.UNKNOWN, explanation=why)


def check(judge: Judge) -> Check:
    """Make a generator of findings a check, named after the function."""
    promise = (judge.__doc__ or "").strip().splitlines()
    return Check(name=judge.__name__, promise=promise[0] if promise else "", judge=judge)


def judge(history: History, checks: Iterable[Check]) -> tuple[Finding, ...]:
    """The findings of all the checks that the history's journey is judged by; a check nobody knows is UNKNOWN."""
    known = {each.name: each for each in checks}
    findings: list[Finding] = []
    for name in history.heading.checks:
        if name in known:
            findings += known[name](history)
        else:
            findings.append(Finding(check=name, verdict=Verdict.UNKNOWN, explanation="no such check is known"))
    return tuple(findings)
