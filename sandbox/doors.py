"""Which port each service of a sandbox listens on: the configured one, that of last time, or a free one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sandbox import ports
from sandbox.services import Service


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors:
    """The ports of a sandbox by name; `owner` says which service listens there, and one may have several."""

    owner: Mapping[str, str]
    configured: Mapping[str, int]
    first: Mapping[str, int]
    """Where the search for a free port begins, by name; the others begin at `further`."""
    further: int

    def choose(
        self, last: Mapping[str, int], services: Mapping[str, Service], reservation: ports.Reservation
    ) -> dict[str, int]:
        """The port of each name. A service that runs keeps its own, and is stopped when it has to change one."""
        kept = {name for name in services if self._stays(name, last, services[name])}
        chosen: dict[str, int] = {}
        for name, service in self.owner.items():
            wanted = self.configured.get(name)
            if service in kept:
                chosen[name] = last[name]
            elif wanted is not None:
                ports.demand(name, wanted)
                chosen[name] = wanted
            elif name in last and reservation.take(last[name]):
                chosen[name] = last[name]
            else:
                others = {*last.values(), *self.configured.values(), *chosen.values()}
                first = self.first.get(name, self.further)
                chosen[name] = reservation.take_from(first, name=name, without=others)
        return chosen

    def _stays(self, service: str, last: Mapping[str, int], process: Service) -> bool:
        names = [name for name, owner in self.owner.items() if owner == service]
        fits = all(name in last and self.configured.get(name) in (None, last[name]) for name in names)
        if fits and process.pid() is not None:
            return True
        process.stop()
        return False
