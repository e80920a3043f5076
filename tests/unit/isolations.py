"""One run whose product page stayed old in a service worker and in one of two edges, as a judged result."""

from __future__ import annotations

from dataclasses import replace

from histories import MINE, STOCK, expect, history, sample, write
from histories import reading as plain

from journeys.checks import ALL_CHECKS, judge
from journeys.diagnosis import diagnose
from journeys.model import Bypass, Event, Intervention, Ladder, Reading, Result, Surface

LAYERS = ("service worker", "edge", "application cache")
PAGE = Surface(name="product page", fact="availability", path=LAYERS)


def look(at: float, value: int, past: int = 0, through: str = "") -> Reading:
    return plain(
        "product page", at, value, past=LAYERS[:past], through=through, evidence={"age": "14", "x-cache": "hit"}
    )


def record(at: float) -> Reading:
    return plain("product page", at, 9, past=LAYERS, evidence={"source": "record"})


def isolation() -> Result:
    """Ten mugs, one bought; the screen shows ten whatever is cleared, because the worker may not be."""
    before = (look(9.0, 10), look(9.2, 10, 1, "edge-a"), look(9.4, 9, 1, "edge-b"), record(9.6))
    after = (look(12.4, 10), look(12.6, 9, 1, "edge-a"), look(12.8, 9, 1, "edge-b"), record(13.0))
    events: tuple[Event, ...] = (
        sample(0.0, 10), write(5.0, 6.0), sample(6.1, 9, MINE), expect(STOCK, -1),
        look(6.3, 10), sample(6.5, 9, MINE), look(8.5, 10), sample(8.7, 9, MINE),
        Ladder(surface="product page", fact=STOCK, when="before", readings=before), sample(9.8, 9, MINE),
        Intervention(
            surface="product page", fact=STOCK, layer="edge", what="/mug on edge-a", instance="edge-a",
            control=look(10.0, 10, 1, "edge-a"), after=look(10.5, 9, 1, "edge-a"), age_s=14.0, left_s=285.0,
        ),
        sample(10.8, 9, MINE),
        Bypass(
            surface="product page", fact=STOCK, layer="service worker",
            before=look(11.0, 10), past=look(11.2, 9, 1, "edge-a"), again=look(11.4, 10),
        ),
        sample(11.7, 9, MINE),
        Ladder(surface="product page", fact=STOCK, when="after", readings=after), sample(13.2, 9, MINE),
    )  # fmt: skip
    whole = history(*events, checks=("freshness",))
    whole = replace(whole, heading=replace(whole.heading, surfaces=(PAGE,)))
    findings = judge(whole, ALL_CHECKS)
    return Result(history=whole, findings=findings, diagnoses=diagnose(whole, findings), duration_s=14.0)
