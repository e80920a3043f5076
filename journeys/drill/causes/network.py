"""What lies between customers and stores: names, connections, certificates, links."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from journeys.drill.causes.known import in_booking, in_shop
from journeys.drill.planting import expired_certificate, linked, second_linked
from journeys.model import Cause

_shop, _booking = partial(in_shop, Cause.NETWORK), partial(in_booking, Cause.NETWORK)
_ANSWER: Final = 6000
_SLOW: Final = 60_000


def _unknown_name(details: Mapping[str, Any]) -> Mapping[str, Any]:
    """Customers know the store by a name that no resolver knows (RFC 6761: .invalid never resolves)."""
    scheme, _, rest = str(details["url"]).partition("://")
    port = rest.rpartition(":")[2]
    return {"url": f"{scheme}://store.invalid:{port}"}


def _nothing(box: object) -> None:
    """The store is well; only its name is not known."""


def _both(name: str, says: str, plants: Any, **more: Any) -> tuple[Any, Any]:
    return _shop(name, says, plants, **more), _booking(name, says, plants, **more)


FAULTS: Final = (
    *_both("certificate expired", "the certificate of the store's addresses expired yesterday", expired_certificate()),
    *_both("name not resolved", "the store's name is not known to any resolver", _nothing, settings=_unknown_name),
    *_both("connections refused", "customers' connections are refused", linked(refuse=True)),
    *_both("reset in mid-answer", "answers break off after 6 kB", linked(reset_after_bytes=_ANSWER)),
    *_both("stalled", "connections are accepted, and nothing passes", linked(stall=True)),
    *_both(
        "late and lossy",
        "everything is 300 ms late, 3 % of the connections break",
        linked(latency_ms=300, reset_share=0.03),
    ),
    *_both("slow link", "the customers' line carries 60 kB/s", linked(bytes_per_s=_SLOW)),
    *_both(
        "one vantage point cut off",
        "the second address is refused, customers notice nothing",
        second_linked(refuse=True),
    ),
)
