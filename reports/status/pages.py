"""The pages of the status page, written from what is known; they need nothing else, and no JavaScript to be read."""

from __future__ import annotations

import re
from datetime import UTC, tzinfo
from functools import cache
from typing import Any, Final
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from journeys.probes.outcome import Outcome, State, StepTime
from reports.status import words as said
from reports.status.assets import served_as
from reports.status.overview import Health, Incident, Overview, ProbeNow, SurfaceShown
from reports.status.plot import plot
from reports.status.shown import IncidentPage, ProbePage, RunPage
from reports.status.words import HEALTH, STATES, Words, how_is
from reports.words import how_sure, listed, percent, sentence

FILTERS: Final = {
    "": "all",
    State.FAILED.value: "failed",
    State.UNKNOWN.value: "could not tell",
    State.BROKEN.value: "the probe broke",
    State.INTERRUPTED.value: "cut off",
    State.SKIPPED.value: "skipped",
}
"""Which runs a probe's page can be asked for, and how that is called."""
EVENTS: Final = "/events"
"""Where the pages listen for news."""
_KEPT: Final = {"why": "Why it is not well", "isolation": "The isolation"}


def overview_page(overview: Overview, zone: tzinfo = UTC) -> str:
    """Everything at a glance."""
    ran = any(probe.runs for store in overview.stores for probe in store.probes)
    return _page("overview.html", overview.at, zone, overview.title, overview=overview, lead=lead(overview), ran=ran)


def probe_page(page: ProbePage, site: str, zone: tzinfo = UTC) -> str:
    """One probe: its timeline, its steps, its runs."""
    return _page("probe.html", page.at, zone, site, page=page, lead=how_is(page.probe.name, page.probe.health))


def run_page(page: RunPage, site: str, zone: tzinfo = UTC) -> str:
    """One run: why it is not well, its path, steps and readings."""
    return _page("run.html", page.at, zone, site, page=_marked(page))


def incident_page(page: IncidentPage, site: str, zone: tzinfo = UTC) -> str:
    """One incident: why, since when, and who was told."""
    return _page("incident.html", page.at, zone, site, page=_marked(page))


def message_page(heading: str, told: str, site: str, at: float, *, asks: bool = False) -> str:
    """A page that only says something; with ``asks`` it asks for the token. It does not update itself."""
    return _page("message.html", at, UTC, site, live="", heading=heading, told=told, asks=asks)


def lead(overview: Overview) -> str:
    """The whole overview in one line."""
    if not overview.stores:
        return "No store is watched yet"
    if overview.health is Health.WORKING:
        return "All stores are working" if len(overview.stores) > 1 else how_is(overview.stores[0].name, Health.WORKING)
    bad = [store for store in overview.stores if store.health is not Health.WORKING]
    return ", ".join(how_is(store.name, store.health) for store in sorted(bad, key=lambda s: -s.health.rank))


def address_of(outcome: Outcome) -> str:
    """Where the page of a run is."""
    return f"/runs/{quote(outcome.key, safe='@')}"


def probe_address(of: ProbeNow | Outcome) -> str:
    """Where the page of a probe is, or that of a run's probe."""
    return f"/probes/{quote(of.name if isinstance(of, ProbeNow) else of.probe, safe='')}"


def incident_address(incident: Incident) -> str:
    """Where the page of an incident is."""
    return f"/incidents/{quote(incident.key, safe='@')}"


def in_short(incident: Incident) -> str:
    """An incident in a few lines of plain text."""
    holds = f"Layer: {listed(incident.layers)}." if incident.layers else ""
    suspects = f"Suspects: {', '.join(incident.suspects)}." if incident.suspects else ""
    sure = f" ({percent(incident.confidence)} sure)" if incident.confidence else ""
    next_step = f"Next: {sentence(incident.next_step)}" if incident.next_step else ""
    return " ".join(filter(None, (f"Cause: {incident.cause or 'unknown'}{sure}.", holds, suspects, next_step)))


@cache
def environment() -> Environment:
    """The templates, with what they may say."""
    made = Environment(
        loader=PackageLoader("reports.status"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "slug": lambda text: str(text).replace(" ", "-"),
        "address": address_of,
        "probe_address": probe_address,
        "incident_address": incident_address,
        "kept_words": _kept_words,
        "fresh": _fresh,
        "capital": lambda text: text[:1].upper() + text[1:],
    }
    made.globals |= {
        "asset": lambda name: f"/assets/{served_as(name)}",
        "states": STATES,
        "health": HEALTH,
        "filters": FILTERS,
        **{each.__name__: each for each in (said.lasting, said.brief, said.share, said.quantile, said.budget)},
        **{each.__name__: each for each in (how_sure, listed, percent, sentence, in_short)},
        "found": _found,
        "span": _span,
    }
    return made


def _page(template: str, at: float, zone: tzinfo, site: str, *, live: str = EVENTS, **told: Any) -> str:
    words = Words(at=at // 60 * 60, zone=zone)  # by the minute: a page in which nothing happens is the same for as long

    def plotted(surface: SurfaceShown) -> Markup:
        return Markup(plot(surface.arrivals, surface.delays, words))

    of = {"words": words, "zone": words.zone_name, "site": site, "live": live, "plot": plotted}
    return environment().get_template(template).render(of | told)


def _marked(page: RunPage | IncidentPage) -> dict[str, Any]:
    """The page with its drawings as HTML: they are written by ``reports.path``, which escapes what it is given."""
    fields = {name: getattr(page, name) for name in page.__slots__}
    paths = [
        {"surface": each.surface, "fact": each.fact, "whole": each.whole, "drawing": Markup(each.drawing)}
        for each in page.paths
    ]
    return fields | {"paths": paths}


def _fresh(surface: SurfaceShown) -> str:
    """In one word how a surface stands; what it was when the probes fell silent says nothing of now."""
    if surface.fresh is None or not surface.current:
        return "unknown"
    return "fresh" if surface.fresh else "stale"


def _found(outcome: Outcome) -> str:
    """What to know of a run in a list of many."""
    cause = f"{outcome.cause}: " if outcome.cause else ""
    first = outcome.findings[0].explanation if outcome.findings else ""
    return cause + (outcome.headline or outcome.reason or first)


def _span(outcome: Outcome, step: StepTime) -> Markup:
    """When in its run a step went on."""
    whole = max(outcome.took_s, 1e-9)
    left = 100 * min(max(step.began - outcome.began, 0.0) / whole, 1.0)
    width = max(0.6, min(100 * step.took_s / whole, 100 - left))
    kind = "bad" if step.outcome == "failed" else "mark"
    return Markup(
        f'<svg class="bar {kind}" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect class="ground" width="100" height="8" rx="2"/>'
        f'<rect x="{left:.1f}" width="{width:.1f}" height="8" rx="1"/></svg>'
    )


def _kept_words(name: str) -> str:
    """What a page is called that a run has left: ``isolation-product-page.html``."""
    stem = name.removesuffix(".html")
    kind, _, about = stem.partition("-")
    readable = re.sub(r"-+", " ", about)
    return f"{_KEPT.get(kind, kind)}{f': {readable}' if readable else ''}"
