"""What each source says in sum: what moved in the period by kind and currency, and what it states before and after."""

from __future__ import annotations

from collections.abc import Sequence

from journeys.audit.engine import Room
from journeys.audit.model import Balance, Period
from journeys.audit.sales.loading import CHARGEBACK, FEE, PAYOUT, REFUND, SALE, inside
from journeys.audit.sources import Source


def sum_up(room: Room, sources: Sequence[Source], period: Period) -> tuple[Balance, ...]:
    """One balance for each source and currency, in the order of the sources.

    What a source states under another name than its own (one of several accounts, the view of a dashboard) has sums of
    its own, and stands behind it as it is.
    """
    sums = ", ".join(
        f"coalesce(sum(amount) FILTER (kind = {kind}), 0)" for kind in (SALE, REFUND, CHARGEBACK, FEE, PAYOUT)
    )
    moved = {
        (number, currency): tuple(int(each) for each in rest)
        for number, currency, *rest in room.all(
            f"SELECT source, currency, {sums} FROM records WHERE {inside(period)} GROUP BY source, currency"
        )
    }
    found = []
    for number, source in enumerate(sources):
        told = source.balances(period)
        stated = {each.currency: each for each in told if each.source == source.name}
        currencies = {currency for at, currency in moved if at == number} | set(stated)
        for currency in sorted(currencies):
            sales, refunds, chargebacks, fees, payouts = moved.get((number, currency), (0, 0, 0, 0, 0))
            said = stated.get(currency)
            found.append(
                Balance(
                    source=source.name,
                    currency=currency,
                    opening=said.opening if said else None,
                    sales=sales,
                    refunds=refunds,
                    chargebacks=chargebacks,
                    fees=fees,
                    payouts=payouts,
                    closing=said.closing if said else None,
                )
            )
        found += (each for each in told if each.source != source.name)
    return tuple(found)
