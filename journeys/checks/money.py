"""Whether one amount went all the way from the price tag to the record."""

from __future__ import annotations

from collections.abc import Iterator

from journeys.checks.check import check
from journeys.model import Finding, History, Verdict


@check
def money(history: History) -> Iterator[Finding]:
    """The price shown, charged and recorded is one amount, voucher included."""
    for place, write in history.acked():
        if write.kind == "cancellation":
            continue
        amounts = [amount for amount in history.amounts if amount.write == place]
        recorded = next((amount.value for amount in amounts if amount.source == "record"), None)
        shown = [amount for amount in amounts if amount.source != "record"]
        title = f"{write.kind} {write.number}"
        if recorded is None or not shown:
            unseen = "recorded" if recorded is None else "shown"
            yield Finding(check="money", verdict=Verdict.UNKNOWN, explanation=f"no amount of {title} was seen {unseen}")
            continue
        wrong = [f"{amount.value} ({amount.source})" for amount in shown if amount.value != recorded]
        if wrong:
            said = f"{title} is recorded with {recorded}, but the customer met {', '.join(wrong)}"
            yield Finding(check="money", verdict=Verdict.FAIL, explanation=said)
        else:
            places = ", ".join(amount.source for amount in shown)
            said = f"{title} is recorded with {recorded}, the amount of {places}"
            yield Finding(check="money", verdict=Verdict.PASS, explanation=said)
