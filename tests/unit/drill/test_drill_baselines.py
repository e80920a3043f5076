"""What the two simple testers say."""

from __future__ import annotations

import pytest
from cases_of import EDGE, FRAGMENT, case, judged, result, said, stale_for
from histories import reading

from journeys.drill.baselines import believed, dummy, headers_only
from journeys.drill.score import scored
from journeys.model import Cause


@pytest.mark.parametrize(
    ("evidence", "layer"),
    [
        ({"source": "service worker", "x-cache": "hit"}, "service worker"),
        ({"source": "disk cache", "age": "7"}, "browser HTTP cache"),
        ({"source": "network", "x-cache": "hit", "age": "0"}, "edge"),
        ({"source": "network", "x-cache": "HIT from edge-a"}, "edge"),
        ({"source": "network", "cache-status": "edge-a; hit; ttl=30"}, "edge"),
        ({"source": "network", "cache-status": "edge-a; hit=?0; fwd=miss"}, ""),
        ({"source": "network", "cache-status": "edge-a; fwd=miss", "x-cache": "miss"}, ""),
        ({"source": "network", "age": "12"}, "edge"),
        ({"source": "network", "age": "0", "cache-control": "private, max-age=600"}, "browser HTTP cache"),
        ({"source": "network", "cache-control": "no-store, max-age=600"}, ""),
        ({"source": "network", "cache-control": "private, no-cache"}, ""),
        ({}, ""),
    ],
)
def test_headers_are_believed(evidence: dict[str, str], layer: str) -> None:
    assert ((layer,) if layer else ()) == believed(reading("product page", 7.0, 10, evidence=evidence)).layers


def test_the_last_stale_reading_is_what_is_believed() -> None:
    one = scored(case(*FRAGMENT), result(stale_for(9.0, 10.0, **{"x-cache": "hit"}), *FRAGMENT), believed)
    assert (one.headers.layers, one.headers.cause) == (EDGE, Cause.CACHE)
    assert (
        headers_only([one]).detected,
        headers_only([one]).layer_right,
        headers_only([one]).named_wrong,
    ) == (1.0, 0.0, 1.0)


def test_the_dummy_is_right_as_often_as_the_commonest_layer_is_at_fault() -> None:
    cases = [judged(EDGE, said(*EDGE)), judged(EDGE, said()), judged(FRAGMENT, said(*FRAGMENT)), judged((), said())]
    score = dummy(cases)
    assert (score.cases, score.detected, score.layer_right, score.named_wrong) == (3, 1.0, 2 / 3, 1 / 3)


def test_headers_that_say_nothing_name_nothing_wrong() -> None:
    score = headers_only([judged(EDGE, said(*EDGE))])
    assert (score.layer_right, score.named_wrong) == (0.0, 0.0)
