"""From findings to one of seven causes, with the evidence for it, or to an honest unknown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from journeys.checks.surroundings import SERVER_ERROR
from journeys.diagnosis import meant, ways
from journeys.diagnosis.old_values import stale
from journeys.diagnosis.reason import Reason
from journeys.model import Cause, Diagnosis, Finding, History, StepOutcome, Verdict

Explain = Callable[[History, Finding], Reason]
Evidence = Callable[[History], Reason | None]

_IN_THE_WAY: Final[tuple[Evidence, ...]] = (
    meant.third_party, ways.seam, ways.network, ways.database, ways.down, meant.configuration
)  # fmt: skip
_REFUSED: Final[tuple[Evidence, ...]] = (
    meant.third_party, meant.configuration, meant.payment, ways.seam, ways.database, ways.down
)  # fmt: skip
_SERVER_ERROR: Final[tuple[Evidence, ...]] = (ways.database, ways.down)
"""Where to look for the cause of a journey that broke off, in this order: by what the customer met."""

NOTHING_ELSE: Final = 0.5
"""How sure it is that the store is at fault when it failed a customer, and nothing around it was found wrong."""


def diagnose(history: History, findings: tuple[Finding, ...]) -> tuple[Diagnosis, ...]:
    """One diagnosis per distinct fault among the failed findings, the surest first; of equals, in their order."""
    blamed: dict[tuple[object, ...], list[Reason]] = {}
    for finding in findings:
        if finding.verdict is Verdict.FAIL:
            reason = _EXPLAINS[finding.check](history, finding) if finding.check in _EXPLAINS else _unknown(finding)
            blamed.setdefault(reason.about, []).append(reason)
    told = [reasons[0].with_others(tuple(reasons[1:])) for reasons in blamed.values()]
    return tuple(sorted(told, key=lambda each: -each.confidence))


def _completion(history: History, finding: Finding) -> Reason:
    """Why a customer did not get through: first what kept the pages away, then what was wrong with them."""
    stuck = next((step for step in history.steps if step.outcome is not StepOutcome.PASSED), None)
    began, ended = (stuck.began, stuck.ended) if stuck is not None else (0.0, float("inf"))
    pages = [e for e in history.requests if e.ours and e.kind == "document" and began <= e.began <= ended]
    server_error = any(each.status >= SERVER_ERROR for each in pages)
    refused = stuck is not None and stuck.refused
    for evidence in _SERVER_ERROR if server_error else _REFUSED if refused else _IN_THE_WAY:
        if (found := evidence(history)) is not None:
            return replace(found, evidence=(finding.explanation, *found.evidence))
    return Reason(
        cause=Cause.PLATFORM,
        confidence=NOTHING_ELSE,
        evidence=(finding.explanation,),
        next_step="look whether the store answers other customers, and at its error log",
    )


def _confirmation(history: History, finding: Finding) -> Reason:
    if finding.surface.endswith("mail") and not _record_alone(history):
        return Reason(
            cause=Cause.INTEGRATION,
            surface=finding.surface,
            confidence=0.93,
            evidence=(finding.explanation,),
            next_step="look at the store's mail queue and the mail service's log for this order",
        )
    return _record(history, finding)


def _record(history: History, finding: Finding) -> Reason:
    return Reason(
        cause=Cause.PLATFORM,
        surface=finding.surface,
        confidence=0.93,
        evidence=(finding.explanation,),
        next_step="the record itself is wrong: look at the store's log of this order",
    )


def _conservation(history: History, finding: Finding) -> Reason:
    """A stock that is not counted does not fall: that was set so, and nothing is broken."""
    if finding.fact.startswith("availability") and (declared := meant.configuration(history, "stock of")):
        return replace(declared, evidence=(finding.explanation, *declared.evidence))
    return _record(history, finding)


def _delivery(history: History, finding: Finding) -> Reason:
    if ("amount" in finding.explanation and _record_alone(history)) or _lost(history, finding):
        return _record(history, replace(finding, surface=""))
    return Reason(
        cause=Cause.INTEGRATION,
        surface=finding.surface,
        confidence=0.95,
        evidence=(finding.explanation,),
        next_step=f"look at what passes between the store and its {finding.surface}: webhooks, credentials, logs",
    )


def _contract(history: History, finding: Finding) -> Reason:
    return Reason(
        cause=Cause.INTEGRATION,
        surface=finding.surface,
        confidence=0.97,
        evidence=(finding.explanation,),
        next_step=f"look at what changed in the {finding.surface}, and at who else relies on it",
    )


def _intent(history: History, finding: Finding) -> Reason:
    found = meant.configuration(history, finding.surface)
    return found if found is not None else _unknown(finding)


def _third_parties(history: History, finding: Finding) -> Reason:
    found = meant.third_party(history)
    return found if found is not None else _unknown(finding)


def _reach(history: History, finding: Finding) -> Reason:
    return ways.network(history) or ways.database(history) or ways.down(history) or _unknown(finding)


def _health(history: History, finding: Finding) -> Reason:
    found = ways.database(history) if finding.surface == ways.DATABASE else ways.down(history)
    return found if found is not None else _record(history, finding)


def _pace(history: History, finding: Finding) -> Reason:
    """Slow pages: because of the database, the way, a script, or else of nothing that was seen."""
    found = ways.database(history) or ways.network(history) or meant.third_party(history)
    if found is not None:
        return replace(found, evidence=(finding.explanation, *found.evidence))
    return _unknown(finding, "let the store say what it spends its time on (Server-Timing), or look at its load")


def _money(history: History, finding: Finding) -> Reason:
    return meant.of_money(history, finding)


def _record_alone(history: History) -> bool:
    """Whether the record differs from all that the customer was shown and paid."""
    return any(meant.wrong_amounts(history, place)[1] for place, _ in history.acked())


def _lost(history: History, finding: Finding) -> bool:
    """Whether the finding is about an order that the store confirmed and that its own record does not hold."""
    lost = {
        history.writes[each.write].number
        for each in history.receipts
        if each.source == "record" and each.said is None and not each.error
    }
    return any(number and number in finding.explanation for number in lost)


def _unknown(finding: Finding, next_step: str = "look at the store's own log of that time") -> Reason:
    return Reason(
        cause=Cause.UNKNOWN,
        surface=finding.surface,
        evidence=(finding.explanation,),
        next_step=next_step,
    )


_EXPLAINS: Final[Mapping[str, Explain]] = {
    "completion": _completion,
    "confirmation": _confirmation,
    "conservation": _conservation,
    "freshness": stale,
    "agreement": stale,
    "monotonic_reads": stale,
    "own_writes": stale,
    "money": _money,
    "refusal": _record,
    "one_winner": _record,
    "reach": _reach,
    "health": _health,
    "pace": _pace,
    "contract": _contract,
    "intent": _intent,
    "delivery": _delivery,
    "third_parties": _third_parties,
}
