"""Simple testers to compare with: one always says the same, one believes headers, one the first error; pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from journeys.drill.score import Said, Score, Scored, commonest, commonest_cause, score
from journeys.model import BROWSER_HTTP_CACHE, EDGE, SERVICE_WORKER, Cause, Reading, Result

_SOUNDS_LIKE: Final = tuple(
    (cause, re.compile(sign, re.IGNORECASE))
    for cause, sign in (
        (Cause.NETWORK, r"net::|reset|refused:|timed? ?out|timeout|did not answer|cannot be reached|dns|certificate"),
        (Cause.PLATFORM, r"answered 5\d\d|5\d\d|server error"),
        (Cause.INTEGRATION, r"40[13]|429|payment|mail|webhook|not as agreed"),
        (Cause.THIRD_PARTY, r"intercepts|is not a function|is not defined|script"),
        (Cause.CONFIGURATION, r"not valid|expired|no longer available|404|there is no"),
        (Cause.DATABASE, r"database|lock|connection slots"),
        (Cause.CACHE, r"stale|cache"),
    )
)
_AGE: Final = re.compile(r"(?:max-age|s-maxage)\s*=\s*\"?(\d+)")


def dummy(judged: Sequence[Scored]) -> Score:
    """Always says that there is a fault, and that its cause and layers are those that are at fault most often.

    The baselines are scored on the cases that have a cause to name: none of them measures delays.
    """
    named = _with_a_cause(judged)
    layers = commonest(named)
    cause = commonest_cause(named)
    said = Said(cause=cause, causes=(cause,), layers=layers, confidence=1.0)
    return score([(each.expected, True, said, bool(each.case.fault.parts)) for each in named])


def headers_only(judged: Sequence[Scored]) -> Score:
    """Finds what the tester finds, and names the layer that the headers of the last stale reading point to."""
    named = _with_a_cause(judged)
    return score([(each.expected, each.detected, each.headers, bool(each.case.fault.parts)) for each in named])


def first_error_wins(judged: Sequence[Scored]) -> Score:
    """Finds what leaves an error message, and names the cause that the first one sounds like."""
    named = _with_a_cause(judged)
    return score(
        [
            (each.expected, each.first_error is not None, each.first_error or Said(), bool(each.case.fault.parts))
            for each in named
        ]
    )


def _with_a_cause(judged: Sequence[Scored]) -> list[Scored]:
    return [each for each in judged if each.expected.layers or each.expected.causes]


def first_error(result: Result) -> Said | None:
    """What somebody concludes from the first error message of a run; None when there was none."""
    history = result.history
    told = [
        *((each.received, each.error) for each in history.readings if each.error),
        *((each.ended, each.error) for each in history.steps if each.error),
        *((each.at, each.what) for each in history.troubles),
        *((each.at, each.what) for each in history.page_errors),
        *((each.began + each.took_s, each.failure) for each in history.requests if each.failure),
        *((each.received, each.error) for each in history.ledgers if each.error),
    ]
    if not told:
        return None
    message = min(told)[1]
    cause = next((cause for cause, sign in _SOUNDS_LIKE if sign.search(message)), Cause.UNKNOWN)
    return Said(cause=cause, causes=(cause,), confidence=1.0)


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
