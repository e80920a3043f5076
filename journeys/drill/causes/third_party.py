"""To come."""

from typing import Final

from journeys.drill.fault import Fault

FAULTS: Final[tuple[Fault, ...]] = ()
