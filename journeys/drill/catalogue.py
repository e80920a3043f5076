"""The project's own catalogue: the faults of both stores of the sandbox, alone and in pairs."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from journeys.config import ConfigError
from journeys.drill import booking_faults, causes, shop_faults
from journeys.drill.fault import Fault

CATALOGUE: Final = (*shop_faults.FAULTS, *booking_faults.FAULTS, *causes.FAULTS)
PAIRS: Final = (*shop_faults.PAIRS, *booking_faults.PAIRS, *causes.PAIRS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """Faults, alone and in pairs."""

    singles: tuple[Fault, ...]
    pairs: tuple[Fault, ...] = ()

    @property
    def faults(self) -> tuple[Fault, ...]:
        """All of them."""
        return (*self.singles, *self.pairs)

    def chosen(self, names: Sequence[str], stores: Sequence[str]) -> tuple[Fault, ...]:
        """Those of these names (``NAME`` or ``STORE/NAME``) and stores; all where none is named.

        ConfigError names what is not in the catalogue.
        """
        unknown = [name for name in names if not any(name in (each.name, each.key) for each in self.faults)]
        if unknown:
            known = ", ".join(dict.fromkeys(each.name for each in self.faults))
            raise ConfigError(f"unknown fault {', '.join(unknown)}; known are {known}")
        strange = set(stores) - {each.store for each in self.faults}
        if strange:
            known = ", ".join(sorted({each.store for each in self.faults}))
            raise ConfigError(f"no fault is known of store {', '.join(sorted(strange))}; there are some of {known}")
        return tuple(
            each
            for each in self.faults
            if (not names or each.name in names or each.key in names) and (not stores or each.store in stores)
        )


def load(module: str = "") -> Catalogue:
    """The catalogue of a module, which defines CATALOGUE and may define PAIRS; the project's own when none is named."""
    if not module:
        return Catalogue(singles=CATALOGUE, pairs=PAIRS)
    try:
        named = importlib.import_module(module)
        return Catalogue(singles=tuple(named.CATALOGUE), pairs=tuple(getattr(named, "PAIRS", ())))
    except (ImportError, AttributeError) as error:
        raise ConfigError(f"catalogue {module}: {error}; it must define CATALOGUE, a tuple of faults") from error
