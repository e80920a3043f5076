"""A small catalogue of causes: one fault or two of each, in both stores, and a pair across two causes."""

from __future__ import annotations

from journeys.drill.causes import configuration, database, integration, network, pairs, platform, third_party
from journeys.drill.fault import Fault


def _named(faults: tuple[Fault, ...], *keys: str) -> tuple[Fault, ...]:
    return tuple(next(each for each in faults if each.key == key) for key in keys)


CATALOGUE = (
    *_named(platform.FAULTS, "shop/process stopped", "shop/oversell in a race", "booking/checkout broken"),
    *_named(database.FAULTS, "shop/connections used up", "booking/statement slowed"),
    *_named(configuration.FAULTS, "shop/voucher expired", "booking/payment method off"),
    *_named(integration.FAULTS, "shop/refund not passed on", "booking/calendar entry in the wrong hour"),
    *_named(network.FAULTS, "shop/stalled", "booking/one vantage point cut off"),
    *_named(third_party.FAULTS, "shop/two scripts conflict"),
)
PAIRS = _named(pairs.PAIRS, "booking/mail not sent and time zone")
