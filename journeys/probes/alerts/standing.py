"""How a store stands, and how an outcome, or time alone, moves that on: which incidents begin, go on and end; pure.

A fold: the same news at the same moments lead to the same standing and the same notices, however often they are gone
through and in however many pieces.

All probes of a store fail together when, of those that ran since, each failed, and these are at least two and more
than half of all. One of them has to meet its rule for that, and where one has an incident already, all of them. Then
there is one incident of the store, which takes in those of its probes, and ends when each of them has recovered. As
long as the store has others, probes in shadow mode do not take part, and those under maintenance begin none.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from math import inf
from typing import Final

from journeys.probes.alerts.conditions import (
    Watched,
    breaks,
    fails,
    forgetting,
    recovered,
    remembering,
    sound_again,
)
from journeys.probes.alerts.incidents import Ending, Incident, Kind, Reason, commonest, lane, newer
from journeys.probes.outcome import Outcome, State

_TOGETHER: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is watched of one store and remembered of it, and its incidents that are not over."""

    store: str
    watched: tuple[Watched, ...]
    incidents: tuple[Incident, ...] = ()

    def of(self, name: str) -> Watched | None:
        """The probe or signal of that name; None when it is not declared."""
        return next((each for each in self.watched if each.name == name), None)

    def members(self, kind: Kind, name: str) -> tuple[Watched, ...]:
        """Those that an incident of that kind is about."""
        if kind is Kind.STORE:
            journeys = [each for each in self.watched if not each.beside]
            return tuple([each for each in journeys if not each.rule.shadow] or journeys)
        if kind is Kind.TESTER:
            return tuple(each for each in self.watched if each.probe.location == name)
        return tuple(each for each in self.watched if each.name == name and each.beside == (kind is Kind.SIGNAL))

    def standing(self, kind: Kind, name: str) -> Incident | None:
        """The open incident of that kind and name."""
        about = lane(kind, self.store, name)
        return next((each for each in self.incidents if each.open and each.lane == about), None)

    @property
    def whole(self) -> Incident | None:
        """The open incident of the store as a whole."""
        return self.standing(Kind.STORE, self.store)

    def replacing(self, *changed: Incident) -> Standing:
        """The same with these incidents as they are now; new ones come last."""
        now = {each.id: each for each in (*self.incidents, *changed)}
        return replace(self, incidents=tuple(now.values()))

    def remembering(self, *changed: Watched) -> Standing:
        """The same with what is remembered of these now."""
        now = {each.name: each for each in changed}
        return replace(self, watched=tuple(now.get(each.name, each) for each in self.watched))


def taken(standing: Standing, news: Outcome) -> Standing:
    """The same after this outcome; one that is older than what is known already, or of nobody, changes nothing."""
    watched = standing.of(news.probe)
    if watched is None or news.due <= watched.newest:
        return standing
    concerned = [
        each
        for each in standing.incidents
        if each.open and watched in standing.members(each.kind, each.name) and _counts(each, news.state)
    ]
    calm = not any(each.kind is not Kind.TESTER for each in concerned)
    standing = standing.remembering(remembering(watched, news, calm=calm))
    return standing.replacing(*(_counted(each, news.state) for each in concerned))


def judged(standing: Standing, at: float) -> Standing:
    """The same with the incidents that begin, go on or end at this moment."""
    for location in dict.fromkeys(each.probe.location for each in standing.watched):
        standing = _tester(standing, location, at)
    standing = _store(standing, at)
    for watched in standing.watched:
        standing = _one(standing, watched, at)
    return standing


def without_the_undeclared(standing: Standing, at: float) -> Standing:
    """The same with the incidents ended that are about nothing that is still declared."""
    names = {each.name for each in standing.watched}
    for incident in standing.incidents:
        if incident.open and not names.intersection(incident.bad):
            standing = standing.replacing(_ended(incident, at, Ending.NOT_WATCHED))
        elif incident.open:
            declared = tuple(name for name in incident.bad if name in names)
            standing = standing.replacing(replace(incident, bad=declared))
    return standing


def _tester(standing: Standing, location: str, at: float) -> Standing:
    members = standing.members(Kind.TESTER, location)
    incident = standing.standing(Kind.TESTER, location)
    bad = _bad(standing, incident.bad if incident else (), members, breaks, sound_again)
    failing = tuple(each.name for each in members if each.broken)
    if incident is not None:
        reasons = [each.fault for each in members if each.broken and each.fault]
        reason = max(reasons, key=lambda each: each.probe == incident.reason.probe, default=incident.reason)
        now = replace(incident, bad=bad, failing=failing, reason=reason)
        return standing.replacing(now if bad else _ended(now, at))
    if not bad:
        return standing
    broken = [each for each in members if each.broken]
    first = next(each for each in members if each.name in bad)
    began = min(each.broken_since for each in broken)
    count = sum(each.broken for each in broken)
    opened = _opened(standing, Kind.TESTER, location, members, began, at, first.fault)
    return standing.replacing(replace(opened, bad=bad, failing=failing, failed=count, runs=count))


def _store(standing: Standing, at: float) -> Standing:
    members, incident = standing.members(Kind.STORE, standing.store), standing.whole
    failing = tuple(each.name for each in members if each.failed_last)
    if incident is not None:
        bad = _bad(standing, incident.bad, members, fails, recovered)
        reasons = [each.reason for each in members if each.failed_last and each.reason]
        reason = commonest(incident.reason, reasons) if reasons else incident.reason
        now = replace(incident, bad=bad, failing=failing, reason=reason)
        if bad:
            return standing.replacing(now)
        return standing.replacing(_ended(now, at)).remembering(*map(forgetting, members))
    alone = [found for each in members if (found := standing.standing(Kind.PROBE, each.name))]
    bad = _bad(standing, [each.name for each in alone], members, fails, recovered)
    awake = [each for each in members if not each.under_maintenance(at)] or members
    began = _together_since(awake, bad, alone=bool(alone))
    if began is None:
        return standing
    reason = commonest(None, [each.reason for each in members if each.failed_last and each.reason])
    opened = _opened(standing, Kind.STORE, standing.store, members, began, at, reason)
    opened = _with_runs(replace(opened, bad=bad, failing=failing, took_in=tuple(each.id for each in alone)), members)
    closed = (replace(_ended(each, at, Ending.TAKEN_IN), taken_by=opened.id) for each in alone)
    return standing.replacing(*closed, opened)


def _one(standing: Standing, watched: Watched, at: float) -> Standing:
    kind = Kind.SIGNAL if watched.beside else Kind.PROBE
    incident = standing.standing(kind, watched.name)
    bad = _bad(standing, incident.bad if incident else (), (watched,), fails, recovered)
    failing = (watched.name,) if watched.failed_last else ()
    if incident is not None:
        reason = newer(incident.reason, watched.reason) if watched.reason else incident.reason
        now = replace(incident, bad=bad, failing=failing, reason=reason)
        return standing.replacing(now) if bad else standing.replacing(_ended(now, at)).remembering(forgetting(watched))
    inside = standing.whole is not None and watched in standing.members(Kind.STORE, standing.store)
    if not bad or not watched.failed_last or inside:
        return standing
    opened = _opened(standing, kind, watched.name, (watched,), watched.failing_since, at, watched.reason)
    return standing.replacing(_with_runs(replace(opened, bad=bad, failing=failing), (watched,)))


def _bad(
    standing: Standing,
    before: Collection[str],
    members: Iterable[Watched],
    wrong: Callable[[Watched], bool],
    healed: Callable[[Watched], bool],
) -> tuple[str, ...]:
    """Those with which something is wrong now, or was, and that have not recovered; what is not declared stays."""
    stay = [name for name in before if standing.of(name) is None]
    return (*stay, *(each.name for each in members if (each.name in before or wrong(each)) and not healed(each)))


def _together_since(members: Collection[Watched], bad: Collection[str], *, alone: bool) -> float | None:
    """Since when all fail together, if they do; ``alone``: one has an incident, so each has to meet its rule."""
    since = max((each.failing_since for each in members if each.name in bad and each.failed_last), default=inf)
    ran = [each for each in members if each.decided and each.decided[-1].due >= since]
    wrong = [each for each in ran if each.failed_last and (each.name in bad or not alone)]
    together = len(wrong) == len(ran) >= _TOGETHER and 2 * len(ran) > len(members)
    return since if together else None


def _opened(
    standing: Standing, kind: Kind, name: str, members: Collection[Watched], began: float, at: float, why: Reason | None
) -> Incident:
    return Incident(
        id=f"{lane(kind, standing.store, name)}@{began * 1000:.0f}",
        kind=kind,
        name=name,
        store=standing.store,
        began=began,
        opened=at,
        reason=why or Reason(probe=name, headline="what was wrong is not remembered"),
        journeys=tuple(dict.fromkeys(each.probe.journey for each in members)),
        locations=tuple(dict.fromkeys(each.probe.location for each in members)),
        watched=len(members),
    )


def _with_runs(incident: Incident, members: Iterable[Watched]) -> Incident:
    """With the runs counted that were gone since it began."""
    runs = [run for each in members for run in each.recent if run.due >= incident.began]
    failed = sum(run.state is State.FAILED for run in runs)
    return replace(incident, runs=len(runs), failed=failed)


def _counts(incident: Incident, state: State) -> bool:
    return state.judged or (state is State.BROKEN and incident.kind is Kind.TESTER)


def _counted(incident: Incident, state: State) -> Incident:
    wrong = State.BROKEN if incident.kind is Kind.TESTER else State.FAILED
    return replace(incident, runs=incident.runs + 1, failed=incident.failed + (state is wrong))


def _ended(incident: Incident, at: float, ending: Ending = Ending.RESOLVED) -> Incident:
    return replace(incident, ended=at, ending=ending)
