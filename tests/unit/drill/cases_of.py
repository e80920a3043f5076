"""Literal faults, and runs that found them or did not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from histories import MINE, STOCK, expect, history, reading, sample, write

from journeys.drill.cases import Case
from journeys.drill.fault import Expected, Fault
from journeys.drill.score import Said, Scored
from journeys.model import Cause, Diagnosis, Finding, Intervention, Result, Verdict
from journeys.shop import guest_checkout

EDGE = ("edge",)
FRAGMENT = ("application cache",)
REPLICA = ("database replica",)


def fault(*layers: str, **more: Any) -> Fault:
    plain = Fault(
        name="planted",
        store="shop",
        says="something is planted",
        journey=guest_checkout,
        plants=lambda box: None,
        expected=Expected(layers=layers),
        surfaces=("product page",),
    )
    return replace(plain, **more)


def case(*layers: str, **more: Any) -> Case:
    return Case(fault=fault(*layers, **more), surface="product page", seed=1)


def said(*layers: str, cause: Cause = Cause.CACHE, **more: Any) -> Said:
    return Said(cause=cause, layers=layers, confidence=0.99, **more)


def judged(expected: tuple[str, ...], got: Said, *, detected: bool = True, **more: Any) -> Scored:
    parts = more.pop("parts", ())
    return Scored(case=case(*expected, parts=parts), got=got, detected=detected, **more)


def stale_for(*ats: float, **evidence: str) -> Any:
    """One mug of ten is sold at 5–6 s; the product page goes on showing ten at these moments, and then nine."""
    old = [reading("product page", at, 10, evidence=evidence) for at in ats]
    end = max(ats, default=6.0)
    return history(
        sample(0.0, 10),
        reading("product page", 3.0, 10),
        sample(3.2, 10),
        write(5.0, 6.0),
        expect(STOCK, -1),
        sample(6.1, 9, MINE),
        *old,
        sample(end + 0.5, 9, MINE),
        reading("product page", end + 1.0, 9),
        sample(end + 1.5, 9, MINE),
    )


def result(whole: Any, *layers: str, verdict: Verdict = Verdict.FAIL, surface: str = "product page") -> Result:
    """The run with one finding on the surface, and the diagnosis that names these layers."""
    late = tuple(each for each in whole.readings if each.asked > 6)
    finding = Finding(
        check="freshness",
        verdict=verdict,
        explanation="it is old",
        surface=surface,
        fact="availability:mug",
        readings=late,
    )
    why = Diagnosis(cause=Expected(layers=layers).cause, surface=surface, layers=layers, confidence=0.97)
    found = (why,) if verdict is Verdict.FAIL else ()
    return Result(history=whole, findings=(finding,), diagnoses=found, duration_s=12.5)


def cleared(layer: str) -> Intervention:
    return Intervention(
        surface="product page",
        fact=STOCK,
        layer=layer,
        what="a key",
        control=reading("product page", 12.0, 10),
        after=reading("product page", 12.5, 9),
    )
