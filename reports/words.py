"""The words of every report: what one finding means, in the same order and with the same names everywhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from journeys.checks import agrees
from journeys.model import Diagnosis, Finding, Heading, History, Intervention, Result, Verdict

SYMBOLS: Final = {Verdict.PASS: "✓", Verdict.UNKNOWN: "?", Verdict.FAIL: "✗"}
CAUSE: Final = "Cause: "
_CACHES: Final = {"keep": "caches kept", "clear": "caches cleared"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What is to be told of one finding; parts that nothing is known of are empty."""

    finding: Finding
    cause: str = ""
    layer: str = ""
    evidence: tuple[str, ...] = ()
    next_step: str = ""

    @property
    def headline(self) -> str:
        """Verdict, check, and what was measured against what."""
        return f"{self.finding.verdict.upper()} {self.finding.check}: {sentence(self.finding.explanation)}"

    def lines(self) -> tuple[str, ...]:
        """The explanation below the headline: first stale layer, cause, evidence, what to do next."""
        told = [self.layer, self.cause and f"{CAUSE}{self.cause}."]
        told += [f"Evidence: {sentence(each)}" for each in self.evidence]
        told.append(self.next_step and f"Next: {sentence(self.next_step)}")
        return tuple(line for line in told if line)

    def text(self) -> str:
        """All of it as plain text."""
        return "\n".join((self.headline, *self.lines()))


def accounts(result: Result) -> tuple[Account, ...]:
    """One account of each finding that is not PASS, the worst first."""
    return tuple(_account(result, finding) for finding in result.failures())


def message(result: Result) -> str:
    """What a test that performed the run should fail with; empty when it passed."""
    if not result.findings:
        return "UNKNOWN: nothing was judged."
    return "\n\n".join(account.text() for account in accounts(result))


def diagnosis_of(result: Result, finding: Finding) -> Diagnosis | None:
    """The diagnosis that explains this finding, if there is one."""
    if finding.verdict is not Verdict.FAIL:
        return None
    for diagnosis in result.diagnoses:
        if any(each and finding.explanation.startswith(each) for each in diagnosis.evidence):
            return diagnosis
    return next((each for each in result.diagnoses if each.surface and each.surface == finding.surface), None)


def what_ran(heading: Heading) -> str:
    """The title of the journey, and what was done with the caches."""
    return f"{heading.title or heading.journey}, {caches_in_words(heading.caches)}"


def caches_in_words(caches: str) -> str:
    """What was done with the caches."""
    return _CACHES.get(caches, f"caches {caches}")


def sentence(text: str) -> str:
    """The text with a full stop at its end."""
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _account(result: Result, finding: Finding) -> Account:
    diagnosis = diagnosis_of(result, finding)
    if diagnosis is None:
        return Account(finding=finding)
    return Account(
        finding=finding,
        cause=diagnosis.cause.value,
        layer=_layer(result.history, finding, diagnosis),
        evidence=tuple(each for each in diagnosis.evidence if not finding.explanation.startswith(each)),
        next_step=diagnosis.next_step,
    )


def listed(words: Sequence[str]) -> str:
    """Several words in one phrase: ``edge, service worker and replica``."""
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


def confidence_in_words(confidence: float) -> str:
    """How sure a diagnosis is: ``99 %``."""
    return f"{confidence * 100:.0f} %"


def proof_of(history: History, surface: str, fact: str, layer: str) -> Intervention | None:
    """The last clearing of this layer that turned an old value fresh at this surface."""
    for tried in reversed(history.interventions):
        concerned = (tried.surface, tried.fact.key, tried.layer) == (surface, fact, layer)
        if concerned and agrees(history, tried.control) is False and agrees(history, tried.after) is True:
            return tried
    return None


def _layer(history: History, finding: Finding, diagnosis: Diagnosis) -> str:
    """The named layers, innermost first, and how they were proved; or the suspects."""
    named = [_named(history, finding, layer) for layer in diagnosis.layers]
    told = []
    if named:
        first = "First stale layer" if len(named) == 1 else "Stale layers, innermost first"
        told.append(f"{first}: {'; '.join(named)} ({confidence_in_words(diagnosis.confidence)} sure)")
    if diagnosis.suspects:
        before = "Also suspected" if named else "No layer could be proved; suspects"
        told.append(f"{before}: {', '.join(diagnosis.suspects)}")
    return " ".join(map(sentence, told))


def _named(history: History, finding: Finding, layer: str) -> str:
    proof = proof_of(history, finding.surface, finding.fact, layer)
    if proof is not None:
        return f"{layer}, fresh after clearing {proof.what}, still old in the control"
    concerned = (finding.surface, finding.fact, layer)
    passed = any((each.surface, each.fact.key, each.layer) == concerned for each in history.bypasses)
    return f"{layer}, fresh past it and old through it, not cleared" if passed else layer
