"""The paths of one run: drawn as its isolations found them, or only the layers that its diagnoses blame."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, cast

from journeys.model import (
    APPLICATION_CACHE,
    BROWSER_HTTP_CACHE,
    DATABASE_REPLICA,
    EDGE,
    SEARCH_INDEX,
    SERVICE_WORKER,
)
from journeys.probes import outcome as kept
from journeys.probes.outcome import Blamed, Outcome, Seen
from reports.isolation import SCREEN, Mark, State
from reports.ladder import RECORD
from reports.path import BYPASSED, Shown, Stop, drawn

_ORDER: Final = (SERVICE_WORKER, BROWSER_HTTP_CACHE, EDGE, APPLICATION_CACHE, SEARCH_INDEX, DATABASE_REPLICA)
"""Outermost first, as far as kinds of layers have an order by themselves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PathShown:
    """One path as HTML; ``whole`` unless only the blamed layers are in it."""

    surface: str
    fact: str
    drawing: str
    whole: bool


def paths(outcome: Outcome) -> tuple[PathShown, ...]:
    """One for each isolation of a run; without any, one for each diagnosis that names or suspects a layer."""
    whole = tuple(
        PathShown(surface=each.surface, fact=each.fact, drawing=drawn(map(_stop, each.stops)), whole=True)
        for each in outcome.isolations
    )
    return whole or tuple(_blamed(outcome, each) for each in outcome.diagnoses if each.layers or each.suspects)


def _stop(stop: kept.Stop) -> Stop:
    """What came out of one stop before and after, and whether it is to blame."""
    return Stop(
        title=stop.title,
        mark=cast(Mark, stop.mark),
        note=BYPASSED if stop.bypassed else "",
        seen=(("before", tuple(map(_value, stop.before))), ("after", tuple(map(_value, stop.after)))),
    )


def _value(showed: kept.Showed) -> Shown:
    return Shown(value=showed.value, state=cast(State, showed.state), through=showed.through)


def _blamed(outcome: Outcome, blamed: Blamed) -> PathShown:
    last = next((seen for seen in reversed(outcome.readings) if seen.surface == blamed.surface), None)
    screen = Stop(title=SCREEN, seen=(("last", (_shown(last),)),) if last else ())
    layers = [Stop(title=layer, mark="named" if layer in blamed.layers else "suspect") for layer in _ordered(blamed)]
    stops = (screen, *layers, Stop(title=RECORD))
    return PathShown(surface=blamed.surface, fact=last.fact if last else "", drawing=drawn(stops), whole=False)


def _ordered(blamed: Blamed) -> list[str]:
    """Outermost first; those of no known kind stay where they are told, the named ones turned around."""
    told = [*blamed.suspects, *reversed(blamed.layers)]
    known = iter(sorted((layer for layer in told if layer in _ORDER), key=_ORDER.index))
    return [next(known) if layer in _ORDER else layer for layer in told]


def _shown(seen: Seen) -> Shown:
    states: dict[bool | None, State] = {True: "fresh", False: "old", None: "unknown"}
    return Shown(value=seen.value if seen.value is not None else "nothing", state=states[seen.fresh])
