"""The overview in the form of Atlassian Statuspage's ``/api/v2/summary.json``, for everything that reads those.

Statuspage has no word for *not known*. A store of which nothing is known keeps the component status it was last known
to have, and the indicator is then at least ``minor``, with a description that says so: unknown is never green.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any, Final

from journeys.probes.outcome import Outcome, State
from reports.status.overview import Health, Incident, Maintenance, Overview, ProbeNow, StoreNow
from reports.status.pages import in_short, incident_address, lead
from reports.status.words import Words

_COMPONENT: Final = {
    Health.WORKING: "operational",
    Health.DEGRADED: "degraded_performance",
    Health.FAILING: "major_outage",
}
_IMPACT: Final = {Health.FAILING: "critical", Health.DEGRADED: "major"}
_INDICATORS: Final = ("none", "minor", "major", "critical")
_OF: Final = {
    "operational": "none",
    "under_maintenance": "none",
    "degraded_performance": "minor",
    "partial_outage": "major",
    "major_outage": "critical",
}


def summary(overview: Overview, *, base: str) -> dict[str, Any]:
    """Ready for ``json.dumps``: a group a store, a component a probe; ``base`` is the address of the status page."""
    words = Words(at=overview.at)
    page = {
        "id": _id("page", overview.title),
        "name": overview.title,
        "url": base,
        "time_zone": "Etc/UTC",
        "updated_at": words.iso(overview.at),
    }
    components = [each for store in overview.stores for each in _components(store, page["id"], words)]
    told = {each["id"]: each for each in components}
    return {
        "page": page,
        "status": _status(overview, components, words),
        "components": components,
        "incidents": [_incident(each, overview, told, base, words) for each in overview.incidents if not each.shadow],
        "scheduled_maintenances": [
            _maintenance(each, told, base, words) for store in overview.stores for each in store.maintenance
        ],
    }


def _status(overview: Overview, components: list[dict[str, Any]], words: Words) -> dict[str, str]:
    worst = max((_INDICATORS.index(_OF[each["status"]]) for each in components), default=0)
    unknown = overview.silence is not None or any(store.health is Health.UNKNOWN for store in overview.stores)
    open_ = any(not each.shadow for each in overview.incidents)
    least = 1 if unknown or open_ or not overview.stores else 0
    told = words.silence(overview.silence) if overview.silence else lead(overview)
    return {"indicator": _INDICATORS[max(worst, least)], "description": told}


def _components(store: StoreNow, page: str, words: Words) -> list[dict[str, Any]]:
    group = _id("store", store.name)
    probes = [_component(probe, store, group, page, words) for probe in store.probes]
    statuses = [each["status"] for each in probes]
    # The store as a whole is out only if no journey gets through.
    if statuses and all(each == "major_outage" for each in statuses):
        status = "major_outage"
    elif "major_outage" in statuses:
        status = "partial_outage"
    else:
        status = max(statuses, key=lambda each: _INDICATORS.index(_OF[each]), default="operational")
    since = max((probe.newest.ended for probe in store.probes if probe.newest), default=words.at)
    head = _row(group, store.name, status, store.words, since, None, page, words)
    return [head | {"group": True, "components": [each["id"] for each in probes]}, *probes]


def _component(probe: ProbeNow, store: StoreNow, group: str, page: str, words: Words) -> dict[str, Any]:
    under = any(
        each.since <= words.at < each.until and (not each.probes or probe.name in each.probes)
        for each in store.maintenance
    )
    status = "under_maintenance" if under else _COMPONENT.get(probe.health) or _last_known(probe.judged)
    since = probe.newest.ended if probe.newest else words.at
    return _row(_id("probe", probe.name), probe.name, status, probe.words, since, group, page, words)


def _last_known(judged: Outcome | None) -> str:
    return "degraded_performance" if judged and judged.state is State.FAILED else "operational"


def _row(
    id_: str, name: str, status: str, told: str, at: float, group: str | None, page: str, words: Words
) -> dict[str, Any]:
    return {
        "id": id_,
        "name": name,
        "status": status,
        "description": told or None,
        "updated_at": words.iso(at),
        "group_id": group,
        "page_id": page,
        "group": False,
        "showcase": False,
        "only_show_if_degraded": False,
    }


def _incident(incident: Incident, overview: Overview, told: dict[str, Any], base: str, words: Words) -> dict[str, Any]:
    ids = [_id("probe", probe) for probe in incident.probes] or [_id("store", incident.store)]
    about = [told[each] for each in ids if each in told]
    health = next((store.health for store in overview.stores if store.name == incident.store), Health.DEGRADED)
    known = bool(incident.cause) and incident.cause != "unknown"
    status = "identified" if known else "investigating"
    id_ = _id("incident", incident.key)
    return {
        "id": id_,
        "name": incident.title,
        "status": status,
        "impact": "minor" if incident.of_tester else _IMPACT.get(health, "minor"),
        "created_at": words.iso(incident.since),
        "started_at": words.iso(incident.since),
        "updated_at": words.iso(incident.since),
        "monitoring_at": None,
        "resolved_at": None,
        "shortlink": base + incident_address(incident),
        "page_id": _id("page", overview.title),
        "components": about,
        "incident_updates": [
            {
                "id": _id("update", incident.key),
                "incident_id": id_,
                "status": status,
                "body": in_short(incident),
                "created_at": words.iso(incident.since),
                "updated_at": words.iso(incident.since),
            }
        ],
    }


def _maintenance(each: Maintenance, told: dict[str, Any], base: str, words: Words) -> dict[str, Any]:
    ids = [_id("probe", probe) for probe in each.probes] or [_id("store", each.store)]
    return {
        "id": _id("maintenance", f"{each.store}/{each.name}/{each.since}"),
        "name": each.name,
        "status": "in_progress" if each.since <= words.at else "scheduled",
        "impact": "maintenance",
        "scheduled_for": words.iso(each.since),
        "scheduled_until": words.iso(each.until),
        "created_at": words.iso(each.since),
        "updated_at": words.iso(each.since),
        "shortlink": f"{base}/",
        "components": [told[one] for one in ids if one in told],
        "incident_updates": [],
    }


def _id(kind: str, name: str) -> str:
    """The same for the same thing, in the form that Statuspage's ids have."""
    return sha256(f"{kind}\0{name}".encode()).hexdigest()[:12]
