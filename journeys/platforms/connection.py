"""What a platform is given to connect to one store of its kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from journeys.model import Surface
from journeys.run.ports import Layer


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """One store's address, credentials and choices, from the configuration or from the running sandbox.

    ``subjects`` are keys that only the platform understands, by role; ``options`` what only it needs;
    ``tolerance`` is seconds by surface name; ``back_office`` a second address of the store, for those who run it;
    ``ca`` the PEM file of the authority that signed its certificate, empty for those of the system.
    """

    name: str
    url: str
    locale: str
    currency: str
    timezone: str
    writes: bool
    credentials: Mapping[str, str] = field(repr=False)
    subjects: Mapping[str, tuple[str, ...]]
    means: Mapping[str, str] = field(repr=False)
    options: Mapping[str, str]
    maildir: Path | None
    layers: tuple[Layer, ...]
    tolerance: Mapping[str, float]
    back_office: str = ""
    ca: str = ""

    @property
    def office(self) -> str:
        """The address at which the tester asks the store's APIs; customers may come by another one."""
        return self.back_office or self.url

    def path(self, *names: str) -> tuple[str, ...]:
        """Those of the named layers, outermost first, that this store has."""
        connected = {layer.name for layer in self.layers}
        return tuple(name for name in names if name in connected)

    def surface(self, surface: Surface) -> Surface:
        """The surface with the tolerance that the configuration gives it."""
        seconds = self.tolerance.get(surface.name, surface.tolerance_s)
        return replace(surface, path=self.path(*surface.path), tolerance_s=seconds)
