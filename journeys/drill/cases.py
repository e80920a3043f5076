"""Which cases a drill has: every fault on every surface of it, with every seed; and which of them share one run."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from journeys.drill.fault import Fault


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One fault that should be found at one surface, by a run with this seed."""

    fault: Fault
    surface: str
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Outing:
    """One run with one fault planted: all the cases that it can judge."""

    fault: Fault
    role: str
    seed: int

    @property
    def cases(self) -> tuple[Case, ...]:
        """The surfaces that have to change when the subject of this role is bought."""
        fitting = (surface for surface in self.fault.surfaces if self.fault.role(surface) == self.role)
        return tuple(Case(fault=self.fault, surface=surface, seed=self.seed) for surface in fitting)


def outings(faults: Iterable[Fault], *, seed: int, repeat: int = 1) -> tuple[Outing, ...]:
    """Every fault with every role and seed, in an order that the seed shuffles."""
    planned = [
        Outing(fault=fault, role=role, seed=seed + more)
        for more in range(repeat)
        for fault in faults
        for role in dict.fromkeys(fault.role(surface) for surface in fault.surfaces)
    ]
    random.Random(seed).shuffle(planned)
    return tuple(planned)


def cases(planned: Sequence[Outing]) -> tuple[Case, ...]:
    """All the cases of these outings, in their order."""
    return tuple(case for outing in planned for case in outing.cases)
