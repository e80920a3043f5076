"""Two faults of different causes at once: a run should name both."""

from __future__ import annotations

from typing import Final

from journeys.drill import booking_faults, shop_faults
from journeys.drill.causes import configuration, database, integration, network, platform, third_party
from journeys.drill.fault import Fault, across

_KNOWN: Final = {
    each.key: each
    for each in (
        *shop_faults.FAULTS,
        *booking_faults.FAULTS,
        *platform.FAULTS,
        *database.FAULTS,
        *configuration.FAULTS,
        *integration.FAULTS,
        *network.FAULTS,
        *third_party.FAULTS,
    )
}


def _pair(store: str, one: str, other: str) -> Fault:
    """Both in one store; the journey is the first one's."""
    return across(_KNOWN[f"{store}/{one}"], _KNOWN[f"{store}/{other}"])


PAIRS: Final = (
    _pair("shop", "voucher of 1 %", "mail not sent"),
    _pair("shop", "webhook dropped", "fragment never invalidated"),
    _pair("shop", "statement slowed", "price changed in one place"),
    _pair("shop", "wrong total", "late and lossy"),
    _pair("shop", "webhook twice", "script rewrites the price"),
    _pair("shop", "refund not passed on", "edges not purged"),
    _pair("shop", "replica paused", "order doubled"),
    _pair("booking", "calendar entry missing", "one place too many"),
    _pair("booking", "calendar entry in the wrong hour", "slow link"),
    _pair("booking", "places not lowered", "script blocks rendering"),
    _pair("booking", "statement slowed", "edge without purge"),
    _pair("booking", "mail not sent", "time zone"),
)
"""Ten and two more, over both stores and all seven causes."""
