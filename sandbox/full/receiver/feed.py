"""What the stores' operators announce, in the form of Atlassian Statuspage's public API (`/api/v2/summary.json`)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sandbox import files
from sandbox.errors import SandboxError

FILE = "status.json"
COMPONENTS = ("Website", "Checkout", "Payments", "Confirmation mails", "API", "Webhooks", "Calendar")
"""The parts of a store that its status page speaks of."""
IMPACTS = {
    "none": ("operational", "All Systems Operational"),
    "minor": ("degraded_performance", "Minor Service Outage"),
    "major": ("partial_outage", "Partial System Outage"),
    "critical": ("major_outage", "Major Service Outage"),
}
"""By impact, the mildest first: what becomes of the components, and what the page says above all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusFeed:
    """The status page of one store; what is announced is read with the next request."""

    folder: Path

    def announce(self, *, name: str, impact: str = "major", components: Sequence[str] = ()) -> None:
        """Announce one more incident, which stays until `clear`. SandboxError names a mistake."""
        _check(impact, components)
        begun = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
        incident = {"name": name, "impact": impact, "components": list(components), "created_at": begun}
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        files.write(self.folder / FILE, json.dumps([*self.incidents(), incident]))

    def clear(self) -> None:
        """Nothing is announced any more."""
        (self.folder / FILE).unlink(missing_ok=True)

    def incidents(self) -> list[dict[str, Any]]:
        """What is announced now."""
        try:
            return list(json.loads((self.folder / FILE).read_text()))
        except FileNotFoundError:
            return []


def summary(store: str, incidents: Sequence[Mapping[str, Any]], url: str) -> dict[str, Any]:
    """The document of the status page: the worst of its incidents above all."""
    ranks = list(IMPACTS)
    worst = max((each["impact"] for each in incidents), key=ranks.index, default="none")
    begun = max((each["created_at"] for each in incidents), default="1970-01-01T00:00:00.000Z")
    components = [_component(name, incidents, begun) for name in COMPONENTS]
    by_name = {component["name"]: component for component in components}
    return {
        "page": {"id": store, "name": f"Status of {store}", "url": url, "time_zone": "Etc/UTC", "updated_at": begun},
        "components": components,
        "incidents": [_incident(place, each, by_name) for place, each in enumerate(incidents, start=1)],
        "scheduled_maintenances": [],
        "status": {"indicator": worst, "description": IMPACTS[worst][1]},
    }


def _component(name: str, incidents: Sequence[Mapping[str, Any]], updated: str) -> dict[str, Any]:
    ranks = list(IMPACTS)
    impacts = [each["impact"] for each in incidents if name in each["components"]]
    return {
        "id": name.lower().replace(" ", "-"),
        "name": name,
        "status": IMPACTS[max(impacts, key=ranks.index, default="none")][0],
        "position": COMPONENTS.index(name) + 1,
        "updated_at": updated,
        "group": False,
        "only_show_if_degraded": False,
    }


def _incident(place: int, said: Mapping[str, Any], components: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": f"incident-{place}",
        "name": said["name"],
        "status": "investigating",
        "impact": said["impact"],
        "created_at": said["created_at"],
        "started_at": said["created_at"],
        "updated_at": said["created_at"],
        "resolved_at": None,
        "incident_updates": [],
        "components": [components[name] for name in said["components"]],
    }


def _check(impact: str, components: Sequence[str]) -> None:
    strange = [name for name in components if name not in COMPONENTS]
    if impact not in IMPACTS or strange:
        what = f"impact {impact}" if impact not in IMPACTS else f"component {', '.join(strange)}"
        known = f"impacts: {', '.join(IMPACTS)}; components: {', '.join(COMPONENTS)}"
        raise SandboxError(f"no {what} on a status page", "announcement of an incident", f"known {known}")
