"""Two simple testers to compare with: one that always says the same, and one that believes the headers; pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from journeys.drill.fault import Expected
from journeys.drill.score import Said, Score, Scored, commonest, score
from journeys.model import BROWSER_HTTP_CACHE, EDGE, SERVICE_WORKER, Cause, Reading

_AGE: Final = re.compile(r"(?:max-age|s-maxage)\s*=\s*\"?(\d+)")


def dummy(judged: Sequence[Scored]) -> Score:
    """Always says that there is a fault, and that it is in the layers that are at fault most often.

    Both baselines are scored on the cases that have a layer to name: neither of them measures delays.
    """
    layers = commonest(judged)
    said = Said(cause=Expected(layers=layers).cause, layers=layers, confidence=1.0 if layers else 0.0)
    return score([(each.expected, True, said, bool(each.case.fault.parts)) for each in judged if each.expected.layers])


def headers_only(judged: Sequence[Scored]) -> Score:
    """Finds what the tester finds, and names the layer that the headers of the last stale reading point to."""
    located = [each for each in judged if each.expected.layers]
    return score([(each.expected, each.detected, each.headers, bool(each.case.fault.parts)) for each in located])


def believed(reading: Reading) -> Said:
    """What somebody concludes from where a stale page came from, its Age, X-Cache, Cache-Status and Cache-Control."""
    layer = _layer({name.lower(): value.lower() for name, value in reading.evidence.items()})
    return Said(cause=Cause.CACHE, layers=(layer,), confidence=1.0) if layer else Said()


def _layer(evidence: Mapping[str, str]) -> str:
    source = evidence.get("source", "")
    if source == "service worker":
        return SERVICE_WORKER
    if source in ("disk cache", "memory cache"):
        return BROWSER_HTTP_CACHE
    # RFC 9211, section 2.1: a member of Cache-Status with the parameter "hit" was answered from that cache.
    hit = re.search(r";\s*hit\b(?!\s*=\s*\?0)", evidence.get("cache-status", ""))
    if hit or evidence.get("x-cache", "").startswith("hit") or _number(evidence.get("age", "")) > 0:
        return EDGE
    lifetime = _AGE.search(evidence.get("cache-control", ""))
    kept = "no-store" not in evidence.get("cache-control", "") and lifetime is not None and int(lifetime[1]) > 0
    return BROWSER_HTTP_CACHE if kept else ""


def _number(text: str) -> int:
    return int(text) if text.strip().isdigit() else 0
