"""Memories, incidents and notices as JSON, and back; pure."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import Any, Final

from journeys.probes.alerts.conditions import Past, Usual, Watched
from journeys.probes.alerts.incidents import Ending, Incident, Kind, Notice, Reason, Says
from journeys.probes.outcome import State
from journeys.probes.probe import Probe

_LISTS_OF_REASON: Final = ("layers", "suspects", "evidence")
_LISTS_OF_INCIDENT: Final = ("journeys", "locations", "bad", "failing", "took_in")
_NOT_REMEMBERED: Final = ("probe", "beside", "newest")


def memory_as_json(watched: Watched) -> dict[str, Any]:
    """What is remembered of a probe, without what is declared of it."""
    told = {each.name: getattr(watched, each.name) for each in fields(watched) if each.name not in _NOT_REMEMBERED}
    return told | {
        "recent": [[run.due, run.state.value, run.muted] for run in watched.recent],
        "usual": [watched.usual.runs, watched.usual.failures],
        "reason": asdict(watched.reason) if watched.reason else None,
        "fault": asdict(watched.fault) if watched.fault else None,
    }


def watched_from(told: dict[str, Any], probe: Probe, newest: float, *, beside: bool) -> Watched:
    """The probe with what is remembered of it; KeyError, TypeError or ValueError when that cannot be read."""
    runs, failures = told["usual"]
    return Watched(
        probe=probe,
        beside=beside,
        newest=newest,
        recent=tuple(Past(due=due, state=State(state), muted=muted) for due, state, muted in told["recent"]),
        usual=Usual(runs=runs, failures=failures),
        broken=told["broken"],
        broken_since=told["broken_since"],
        sound=told["sound"],
        reason=_reason(told["reason"]) if told["reason"] else None,
        fault=_reason(told["fault"]) if told["fault"] else None,
    )


def incident_as_json(incident: Incident) -> dict[str, Any]:
    """Ready for ``json.dumps``; ``incident_from`` reads it."""
    return asdict(incident)


def incident_from(told: dict[str, Any]) -> Incident:
    """The incident that ``incident_as_json`` told of; KeyError, TypeError or ValueError when it is none."""
    parts: dict[str, Any] = {name: tuple(told[name]) for name in _LISTS_OF_INCIDENT}
    parts["kind"] = Kind(told["kind"])
    parts["reason"] = _reason(told["reason"])
    parts["ending"] = Ending(told["ending"]) if told["ending"] else None
    return Incident(**{**told, **parts})


def notice_as_json(notice: Notice) -> dict[str, Any]:
    """Ready for ``json.dumps``; ``notice_from`` reads it."""
    return asdict(notice)


def notice_from(told: dict[str, Any]) -> Notice:
    """The notice that ``notice_as_json`` told of; KeyError, TypeError or ValueError when it is none."""
    return Notice(**{**told, "says": Says(told["says"]), "incident": incident_from(told["incident"])})


def _reason(told: dict[str, Any]) -> Reason:
    return Reason(**{**told, **{name: tuple(told[name]) for name in _LISTS_OF_REASON}})
