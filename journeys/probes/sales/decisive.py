"""The decisive test: sales are missing or attempts fail, a synthetic order was placed, and it tells why; pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from journeys.model import Cause, Verdict
from journeys.probes.outcome import Found, Outcome, State
from journeys.probes.sales.unlikely import FAILURES, Unlikely

_COUNTED: Final = ("orders", "open orders", "places sold")
_SALES: Final = (*_COUNTED, "revenue", "open revenue")
_SHOWN: Final = ("freshness", "agreement", "own_writes", "monotonic_reads")


class Conclusion(StrEnum):
    """Why there are no sales, or why attempts fail."""

    NOBODY_BUYS = "nobody buys"
    SOME_CANNOT = "some cannot buy"
    NOBODY_CAN_BUY = "nobody can buy"
    NOT_RECORDED = "sales are not recorded"
    DASHBOARD_LIES = "the dashboard lies"
    UNKNOWN = "unknown"


class Severity(StrEnum):
    """Who has to know: nobody, whoever looks next, or somebody now."""

    NONE = "none"
    NOTICE = "notice"
    PAGE = "page"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What is concluded, how urgent it is, and why; ``cause`` is one of the seven or unknown, empty without a fault."""

    conclusion: Conclusion
    severity: Severity
    cause: str
    words: str
    evidence: tuple[str, ...] = ()
    next_step: str = ""


def conclude(unlikely: Unlikely, outcome: Outcome | None) -> Decision | None:
    """What follows from missing sales and the outcome of a journey that buys, begun since; None if nothing is amiss.

    The sale is followed on its way: could it be made, does the record hold it, do the places that count sales show it?
    The first that is wrong is why there are no sales. If none is, nobody buys, though they could: a notice, and only
    once the silence alone is alarming. Without an outcome that tells, the silence alone pages once it is alarming.

    Of attempts that fail it is asked in the same way. If nothing is wrong with the synthetic one, it is something that
    real customers alone meet with: a page, once the failures alone are alarming.
    """
    if not unlikely.suspicious and not unlikely.alarming:
        return None
    if outcome is None:
        return _unknown(unlikely, "no synthetic order was placed")
    if outcome.began < unlikely.since:
        return _unknown(unlikely, "the synthetic order is older than that")
    if outcome.state is State.PASSED:
        return _arrived(unlikely, ())
    if outcome.state is not State.FAILED:
        why = outcome.reason or outcome.headline
        return _unknown(unlikely, f"the synthetic order tells nothing: {outcome.state}{f', {why}' if why else ''}")
    return _failed(unlikely, outcome)


def _failed(unlikely: Unlikely, outcome: Outcome) -> Decision:
    """What the findings of a failed journey tell, in the order of the sale's way."""
    bad = [each for each in outcome.findings if each.verdict == Verdict.FAIL]
    noun, stuck, lost = unlikely.noun, _stuck(outcome, bad), _lost(bad)
    if stuck:
        said = f"a synthetic {noun} could not be placed either: {stuck}"
        return _fault(Conclusion.NOBODY_CAN_BUY, unlikely, outcome, said, bad)
    if lost:
        said = f"the record does not hold a synthetic {noun} that was confirmed: {lost[0].explanation}"
        return _fault(Conclusion.NOT_RECORDED, unlikely, outcome, said, bad)
    if any(_cannot_be_told(each) for each in outcome.findings):
        return _unknown(unlikely, f"it could not be told whether a synthetic {noun} arrived")
    lying = [each for each in bad if each.check in _SHOWN and each.fact in _SALES]
    if lying:
        said = f"a synthetic {noun} is in the record, and {lying[0].surface} does not show it: {lying[0].explanation}"
        return _fault(Conclusion.DASHBOARD_LIES, unlikely, outcome, said, bad)
    return _arrived(unlikely, tuple(each.explanation for each in bad))


def _stuck(outcome: Outcome, bad: list[Found]) -> str:
    """Where the customer could not go on, and why; empty when they got to the end."""
    said = [each.explanation for each in bad if each.check == "completion"]
    said += [f"step '{each.name}' failed: {each.error}" for each in outcome.steps if each.outcome == "failed"]
    return said[0] if said else ""


def _lost(bad: list[Found]) -> list[Found]:
    """Findings that the record does not hold an order that was acked; one that it holds twice is not lost."""
    doubled = any(each.check == "conservation" and not each.fact for each in bad)
    return [
        each
        for each in bad
        if (each.check == "confirmation" and not each.surface)
        or (each.check == "conservation" and each.fact in _COUNTED and not doubled)
    ]


def _cannot_be_told(found: Found) -> bool:
    """Whether a finding leaves open if the order was placed, or if it arrived."""
    about_sales = found.check == "completion" or (found.check == "conservation" and found.fact in _COUNTED)
    return found.verdict == Verdict.UNKNOWN and about_sales


def _fault(conclusion: Conclusion, unlikely: Unlikely, outcome: Outcome, said: str, bad: list[Found]) -> Decision:
    surest = outcome.diagnoses[0] if outcome.diagnoses else None
    return Decision(
        conclusion=conclusion,
        severity=Severity.PAGE,
        cause=outcome.cause or Cause.UNKNOWN.value,
        words=f"{conclusion.capitalize()}: {unlikely.words}, and {said}",
        evidence=(*(each.explanation for each in bad), *(surest.evidence if surest else ())),
        next_step=surest.next_step if surest else "look at the report of that run",
    )


def _arrived(unlikely: Unlikely, beside: tuple[str, ...]) -> Decision:
    """Nothing is wrong on the way of the sale, whatever is ``beside`` it."""
    wrong = f"; beside that, not all was well: {beside[0]}" if beside else ""
    return (_some_cannot if unlikely.kind == FAILURES else _nobody_buys)(unlikely, beside, wrong)


def _some_cannot(unlikely: Unlikely, beside: tuple[str, ...], wrong: str) -> Decision:
    cannot = "Some cannot book" if unlikely.noun == "booking" else "Some cannot buy"
    return Decision(
        conclusion=Conclusion.SOME_CANNOT,
        severity=Severity.PAGE if unlikely.alarming else Severity.NONE,
        cause=Cause.UNKNOWN.value,
        words=f"{cannot}, though a synthetic {unlikely.noun} arrived everywhere: {unlikely.words}{wrong}",
        evidence=beside,
        next_step="look at the payments that failed: which provider and means of payment they have in common, what the"
        " provider answered, and whether the term of payment is too short",
    )


def _nobody_buys(unlikely: Unlikely, beside: tuple[str, ...], wrong: str) -> Decision:
    who = "Fewer buy than usual" if unlikely.seen else "Nobody buys"
    return Decision(
        conclusion=Conclusion.NOBODY_BUYS,
        severity=Severity.NOTICE if unlikely.alarming else Severity.NONE,
        cause="",
        words=f"{who}, though they could: {unlikely.words}, and a synthetic {unlikely.noun} arrived everywhere{wrong}",
        evidence=beside,
        next_step="look at what brings customers: campaigns, prices, search, the way from other sites",
    )


def _unknown(unlikely: Unlikely, why: str) -> Decision:
    return Decision(
        conclusion=Conclusion.UNKNOWN,
        severity=Severity.PAGE if unlikely.alarming else Severity.NONE,
        cause=Cause.UNKNOWN.value,
        words=f"{_amiss(unlikely)}: {unlikely.words}; {why}",
        next_step=f"place a synthetic {unlikely.noun}, or try by hand whether one can be placed",
    )


def _amiss(unlikely: Unlikely) -> str:
    return "Too many attempts fail" if unlikely.kind == FAILURES else "Sales are missing"
