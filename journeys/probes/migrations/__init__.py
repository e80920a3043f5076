"""How the probes' database became what it is: one function a version, in order; none of them ever changes again.

A migration makes tables from definitions of its own, since those of today go on changing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import sqlalchemy as sa

from journeys.probes.migrations.v1_history import history
from journeys.probes.migrations.v2_latest_readings import latest_readings
from journeys.probes.migrations.v3_at_work import at_work
from journeys.probes.migrations.v4_alerts import alerts
from journeys.probes.migrations.v5_sales import sales
from journeys.probes.migrations.v6_isolations import isolations

MIGRATIONS: Final[tuple[Callable[[sa.Connection], None], ...]] = (
    history, latest_readings, at_work, alerts, sales, isolations,
)  # fmt: skip
