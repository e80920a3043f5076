"""What was meant and who is in the way: settings against their declaration, third parties, and who passes data on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from journeys.checks.delivery import recorded
from journeys.checks.surroundings import culprits, differs
from journeys.diagnosis.reason import Reason
from journeys.model import Amount, Cause, Finding, History, WriteOutcome

PASSED_ON: Final = ("charged", "settled")
"""Amounts that come from payment, and not from what the customer was shown."""


def configuration(history: History, *about: str) -> Reason | None:
    """The first setting that is not as declared, among those whose names hold one of these words; all without any."""
    latest = {each.name: each for each in history.settings}
    wrong = [each for each in latest.values() if differs(each) and (not about or any(w in each.name for w in about))]
    if not wrong:
        return None
    return Reason(
        cause=Cause.CONFIGURATION,
        surface=wrong[0].name,
        confidence=0.97,
        evidence=tuple(f"{each.name} is {each.found}; it is declared as {each.declared}" for each in wrong),
        next_step=f"set {wrong[0].name} back to {wrong[0].declared}, or declare what it is meant to be",
    )


def third_party(history: History) -> Reason | None:
    """The smallest set of scripts with which the trouble comes and without which it goes."""
    guilty = culprits(history)
    if not guilty:
        return None
    tried = [
        f"{'the same again' if each.symptom else 'all well'} with"
        f" {', '.join(each.present) or 'no script of a third party'}"
        for each in history.rehearsals
    ]
    return Reason(
        cause=Cause.THIRD_PARTY,
        surface=", ".join(guilty),
        confidence=0.96,
        evidence=tuple(tried),
        next_step=f"take {' or '.join(guilty)} out of the page, and tell its vendor",
    )


def payment(history: History) -> Reason | None:
    """A customer with good means could not pay, and the payment service never heard of it."""
    refused = [
        (place, write)
        for place, write in enumerate(history.writes)
        if write.outcome is not WriteOutcome.ACKED and not write.refusal and not write.rivals
    ]
    for place, write in refused:
        asked = [each for each in history.ledgers if each.write == place and "charge" in each.expects]
        if asked and not any(each.entries or each.error for each in asked):
            said = f"the store said: {write.reason}" if write.reason else "the store took no payment"
            return Reason(
                cause=Cause.INTEGRATION,
                surface=asked[0].neighbour,
                confidence=0.85,
                evidence=(f"{asked[0].neighbour} holds nothing of this customer, and could be asked; {said}",),
                next_step="look at the store's credentials and limits at its payment service, and at its log",
            )
    return None


def wrong_amounts(history: History, write: int) -> tuple[tuple[Amount, ...], bool]:
    """The amounts that are not the record's, and whether it is the record that stands alone."""
    total = recorded(history, write)
    all_ = [each for each in history.amounts if each.write == write and each.source != "record"]
    wrong = tuple(each for each in all_ if each.value != total)
    alone = total is not None and len(all_) > 1 and len(wrong) == len(all_) and _one(each.value for each in all_)
    return wrong, alone


def of_money(history: History, finding: Finding) -> Reason:
    """Who is wrong about an amount: the odd one out among page, payment and record."""
    place = next((i for i, write in history.acked() if write.number and write.number in finding.explanation), 0)
    wrong, alone = wrong_amounts(history, place)
    if guilty := third_party(history):
        return guilty
    declared = configuration(history, "voucher", "price", "currency")
    if declared and not alone:
        return declared
    if wrong and not alone and all(each.source in PASSED_ON for each in wrong):
        return Reason(
            cause=Cause.INTEGRATION,
            surface="payment",
            confidence=0.9,
            evidence=(finding.explanation, "the customer was shown what the record holds; only payment differs"),
            next_step="look at what the store sent to its payment service for this order",
        )
    return Reason(
        cause=Cause.PLATFORM,
        confidence=0.93 if alone else 0.7,
        evidence=(finding.explanation,),
        next_step="the record itself is wrong: look at the store's log of this order",
    )


def _one(values: Iterable[object]) -> bool:
    return len(set(values)) == 1
