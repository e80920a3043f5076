"""Which notices the incidents of a store lead to at one moment, and the fold that the rest of the room rests on; pure.

Nobody is told of what is in shadow mode. While all that an incident is about is under maintenance nothing is told; what
is open afterwards is told once runs after it have met the rule, and what has ended is told of then.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from journeys.probes.alerts.conditions import Watched, fails
from journeys.probes.alerts.incidents import Ending, Incident, Kind, Notice, Says
from journeys.probes.alerts.standing import Standing, judged, taken, without_the_undeclared
from journeys.probes.outcome import Outcome

SHADOW = "shadow"
MAINTENANCE = "maintenance"


def advance(standing: Standing, news: Outcome | None, at: float) -> tuple[Standing, tuple[Notice, ...]]:
    """How the store stands after this outcome (None: time alone has passed), and what is to be told.

    What is over is still in the standing that it returns, and no longer in the next one.
    """
    standing = _without_what_is_over(standing)
    if news is not None:
        standing = taken(standing, news)
    return _told(judged(standing, at), at)


def retire(standing: Standing, at: float) -> tuple[Standing, tuple[Notice, ...]]:
    """The same for incidents about probes that are no longer declared: they end."""
    return _told(without_the_undeclared(_without_what_is_over(standing), at), at)


def _without_what_is_over(standing: Standing) -> Standing:
    return replace(standing, incidents=tuple(each for each in standing.incidents if not each.over))


def _told(standing: Standing, at: float) -> tuple[Standing, tuple[Notice, ...]]:
    notices = []
    # That of the store comes before those that it has taken in.
    for each in sorted(standing.incidents, key=lambda incident: incident.kind is not Kind.STORE):
        now, notice = _one_told(standing, each, at)
        standing = standing.replacing(now)
        if notice is not None:
            notices.append(notice)
    return standing, tuple(notices)


def _one_told(standing: Standing, incident: Incident, at: float) -> tuple[Incident, Notice | None]:
    members = standing.members(incident.kind, incident.name)
    loud = [each for each in members if not each.rule.shadow]
    voices = [each for each in loud if each.name in incident.bad or not incident.open]
    may_speak = any(not each.under_maintenance(at) for each in voices) or incident.ending is Ending.NOT_WATCHED
    if incident.open:
        silence = "" if may_speak or not members else MAINTENANCE if voices else SHADOW
        says = _of_an_open_one(incident, voices, at) if may_speak else None
        return _saying(replace(incident, silence=silence), says, at)
    if incident.first_told is None or (members and not loud):
        return replace(incident, over=True), None
    says = _closing(standing, incident) if may_speak else None
    return _saying(incident, says, at)


def _of_an_open_one(incident: Incident, voices: Iterable[Watched], at: float) -> Says | None:
    if incident.told is None:
        return Says.ALERT if any(_is_heard(incident, each, at) for each in voices) else None
    every = min((each.rule.repeat_s for each in voices if each.rule.repeat_s > 0), default=0.0)
    if not every:
        return None
    other = incident.reason.cause != incident.told_cause
    if other and (incident.changed is None or at - incident.changed >= every):
        return Says.CHANGED
    return Says.REPEATED if at - incident.told >= every else None


def _is_heard(incident: Incident, watched: Watched, at: float) -> bool:
    """Whether this one is reason enough to tell somebody now: what failed under maintenance is not."""
    if watched.under_maintenance(at):
        return False
    return incident.kind is Kind.TESTER or fails(watched, aloud=True)


def _closing(standing: Standing, incident: Incident) -> Says | None:
    """What was taken in is closed when what took it in is told; or has healed, if that never was."""
    if incident.ending is not Ending.TAKEN_IN:
        return Says.RESOLVED
    taker = next((each for each in standing.incidents if each.id == incident.taken_by), None)
    if taker is None:
        return Says.RESOLVED
    return Says.TAKEN_IN if taker.first_told is not None else None


def _saying(incident: Incident, says: Says | None, at: float) -> tuple[Incident, Notice | None]:
    """The incident once that is said; a cause that is another than the one told last is said with it."""
    if says is None:
        return incident, None
    number = incident.notices + 1
    cause = incident.told_cause if says.closes else incident.reason.cause
    before = incident.told_cause if incident.told_cause != cause else ""
    now = replace(
        incident,
        notices=number,
        told=incident.told if says.closes else at,
        first_told=at if incident.first_told is None else incident.first_told,
        told_cause=cause,
        changed=at if says is Says.CHANGED else incident.changed,
        over=says.closes,
    )
    return now, Notice(key=f"{now.id}#{number}", says=says, at=at, incident=now, before=before)
