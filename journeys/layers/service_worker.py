"""The service worker of a store's pages, which may answer from a cache that only its own script governs."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from journeys.layers.http_age import lain_s
from journeys.layers.permission import demand
from journeys.model import SERVICE_WORKER
from journeys.run.clock import Clock, SystemClock
from journeys.run.options import only
from journeys.run.ports import Clears, Copy, Place, Visitor

_NOT_ITS_OWN: Final = ("network", "http-cache")


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceWorker:
    """Each visitor has one of their own, of each origin that registered one."""

    clears: Clears = Clears.NARROW
    name: str = SERVICE_WORKER
    personal: bool = True
    instances: tuple[str, ...] = ()
    clock: Clock = field(default_factory=SystemClock, repr=False)

    def door(self, instance: str = "") -> str:
        """None: the visitor's browser can bypass it."""
        return ""

    def copy(self, place: Place, visitor: Visitor, evidence: Mapping[str, str]) -> Copy | None:
        """A copy of its own lives until its script replaces it; None when it passed on what the network said."""
        if evidence.get("source") != "service worker" or evidence.get("worker source") in _NOT_ITS_OWN:
            return None
        words = f"answered by the service worker from {evidence.get('worker source') or 'what it keeps'}"
        return Copy(age_s=lain_s(evidence, self.clock.utc()), left_s=math.inf, words=words)

    def holds(self, place: Place) -> None:
        """Nothing that can be asked for."""

    def behind(self) -> bool:
        """It does not know."""
        return False

    def clear(self, place: Place, visitor: Visitor, instance: str = "") -> str:
        """Unregister it in the visitor's browser and delete what it keeps; HTTP cache and cookies stay."""
        demand(self.name, self.clears)
        visitor.clear_service_worker(place.url)
        return "the visitor's service worker and what it kept"


def connect(options: Mapping[str, object], clears: Clears) -> ServiceWorker:
    """The visitors' service workers, which need no option."""
    only(options)
    return ServiceWorker(clears=clears)
