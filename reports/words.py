"""The words of every report: what findings mean, in the same order and with the same names everywhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from journeys.checks import agrees
from journeys.model import Cause, Diagnosis, Finding, Heading, History, Intervention, Result, Verdict
from reports.explained import explained

SYMBOLS: Final = {Verdict.PASS: "✓", Verdict.UNKNOWN: "?", Verdict.FAIL: "✗"}
_CACHES: Final = {"keep": "caches kept", "clear": "caches cleared"}
_SURE: Final = (
    (0.95, "as good as certain"), (0.9, "very sure"), (0.75, "fairly sure"), (0.5, "more likely than not"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What is to be told of findings that one diagnosis explains, or that are not known for the same reason.

    Parts that nothing is known of are empty. ``evidence`` is what the findings do not say themselves.
    """

    findings: tuple[Finding, ...]
    diagnosis: Diagnosis | None = None
    layer: str = ""
    evidence: tuple[str, ...] = ()

    @property
    def headlines(self) -> tuple[str, ...]:
        """Verdict, check, and what was measured against what: a line for each finding, one for several unknown."""
        if self.diagnosis is None and len(self.findings) > 1:
            first = self.findings[0]
            return (f"{first.verdict.upper()} {_checks(self.findings)}: {sentence(first.explanation)}",)
        return tuple(dict.fromkeys(map(_headline, self.findings)))

    def lines(self, most: int | None = None, more: str = "") -> tuple[str, ...]:
        """The explanation below the headlines: cause and how sure, first stale layer, evidence, what to do next.

        At most so many pieces of evidence; ``more`` says where the rest is told.
        """
        found = self.diagnosis
        told = [cause_in_words(found) if found else "", self.layer]
        shown = self.evidence if most is None else self.evidence[:most]
        told += [f"Evidence: {sentence(each)}" for each in shown]
        if len(shown) < len(self.evidence):
            told.append(f"… and {len(self.evidence) - len(shown)} more{f': {more}' if more else ''}")
        told.append(f"Next: {sentence(found.next_step)}" if found and found.next_step else "")
        return tuple(line for line in told if line)

    def text(self) -> str:
        """All of it as plain text."""
        return "\n".join((*self.headlines, *self.lines()))


def accounts(result: Result) -> tuple[Account, ...]:
    """One account of each diagnosis, the surest first, and then of what is not known."""
    known, rest = explained(result)
    told = [_account(result.history, each.diagnosis, each.findings) for each in known]
    alike: dict[tuple[Verdict, str], list[Finding]] = {}
    for finding in rest:
        alike.setdefault((finding.verdict, finding.explanation), []).append(finding)
    return (*told, *(Account(findings=tuple(findings)) for findings in alike.values()))


def message(result: Result) -> str:
    """What a test that performed the run should fail with; empty when it passed.

    It begins with the surest cause in brackets, ``[cause: cache]``, by which reports sort failures.
    """
    if not result.findings:
        return "UNKNOWN: nothing was judged."
    return tag_of(result) + "\n\n".join(account.text() for account in accounts(result))


def tag(cause: Cause) -> str:
    """What a message about this cause begins with."""
    return f"[cause: {cause.value}]"


def tag_of(result: Result) -> str:
    """The tag of the surest cause, with a space behind it; empty unless the run failed."""
    if result.verdict is not Verdict.FAIL:
        return ""
    return f"{tag(result.diagnoses[0].cause if result.diagnoses else Cause.UNKNOWN)} "


def what_ran(heading: Heading) -> str:
    """The title of the journey, and what was done with the caches."""
    return f"{heading.title or heading.journey}, {caches_in_words(heading.caches)}"


def caches_in_words(caches: str) -> str:
    """What was done with the caches."""
    return _CACHES.get(caches, f"caches {caches}")


def sentence(text: str) -> str:
    """The text with a full stop at its end."""
    return text if text.endswith((".", "!", "?")) else f"{text}."


def listed(words: Sequence[str]) -> str:
    """Several words in one phrase: ``edge, service worker and replica``."""
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


def percent(confidence: float) -> str:
    """How sure a diagnosis is: ``99 %``."""
    return f"{confidence * 100:.0f} %"


def how_sure(confidence: float) -> str:
    """The same in words."""
    return next((words for least, words in _SURE if confidence >= least), "a guess" if confidence else "not known")


def cause_in_words(diagnosis: Diagnosis) -> str:
    """The cause, and how sure it is: ``Cause: cache (99 % sure).``"""
    sure = f" ({percent(diagnosis.confidence)} sure)" if diagnosis.confidence else ""
    return f"Cause: {diagnosis.cause.value}{sure}."


def proof_of(history: History, surface: str, fact: str, layer: str) -> Intervention | None:
    """The last clearing of this layer that turned an old value fresh at this surface."""
    for tried in reversed(history.interventions):
        concerned = (tried.surface, tried.fact.key, tried.layer) == (surface, fact, layer)
        if concerned and agrees(history, tried.control) is False and agrees(history, tried.after) is True:
            return tried
    return None


def _headline(finding: Finding) -> str:
    return f"{finding.verdict.upper()} {finding.check}: {sentence(finding.explanation)}"


def _checks(findings: Iterable[Finding]) -> str:
    return listed(list(dict.fromkeys(finding.check for finding in findings)))


def _account(history: History, diagnosis: Diagnosis, findings: tuple[Finding, ...]) -> Account:
    return Account(
        findings=findings,
        diagnosis=diagnosis,
        layer=_layer(history, findings, diagnosis),
        evidence=tuple(_new(diagnosis.evidence, findings)),
    )


def _new(evidence: Iterable[str], findings: Iterable[Finding]) -> Iterator[str]:
    """The evidence that says more than the findings do."""
    said = [finding.explanation for finding in findings]
    return (each for each in evidence if not any(each in words or each == f"the {words}" for words in said))


def _layer(history: History, findings: Sequence[Finding], diagnosis: Diagnosis) -> str:
    """The named layers, innermost first, and how they were proved; or the suspects."""
    named = [_named(history, findings, layer) for layer in diagnosis.layers]
    told = []
    if named:
        first = "First stale layer" if len(named) == 1 else "Stale layers, innermost first"
        told.append(f"{first}: {'; '.join(named)}")
    if diagnosis.suspects:
        before = "Also suspected" if named else "No layer could be proved; suspects"
        told.append(f"{before}: {', '.join(diagnosis.suspects)}")
    return " ".join(map(sentence, told))


def _named(history: History, findings: Sequence[Finding], layer: str) -> str:
    for finding in findings:
        proof = proof_of(history, finding.surface, finding.fact, layer)
        if proof is not None:
            return f"{layer}, fresh after clearing {proof.what}, still old in the control"
    concerned = {(finding.surface, finding.fact, layer) for finding in findings}
    passed = any((each.surface, each.fact.key, each.layer) in concerned for each in history.bypasses)
    return f"{layer}, fresh past it and old through it, not cleared" if passed else layer
