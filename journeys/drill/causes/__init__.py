"""The known faults of each cause, over both stores of the sandbox; those of caches are in the stores' own modules."""

from journeys.drill.causes import configuration, database, integration, network, platform, third_party
from journeys.drill.causes.pairs import PAIRS

FAULTS = (
    *platform.FAULTS,
    *database.FAULTS,
    *configuration.FAULTS,
    *integration.FAULTS,
    *network.FAULTS,
    *third_party.FAULTS,
)

__all__ = ["FAULTS", "PAIRS", "configuration", "database", "integration", "network", "platform", "third_party"]
