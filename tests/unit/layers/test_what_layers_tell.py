"""What layers make of the evidence of a reading, and the forms of their keys."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from journeys.layers import BrowserHttpCache, SearchIndex, ServiceWorker, VarnishEdge
from journeys.layers.keys import Entry, copy_of, key
from journeys.layers.redis_cache import RedisCache
from journeys.layers.replica import DatabaseReplica
from journeys.model import TesterFault
from journeys.run.ports import Clears, Copy, Layer, Place

NOW = datetime(2026, 1, 2, 12, 0, 0, tzinfo=UTC)
PLACE = Place(url="http://shop.example/1/")
NOBODY: Any = None


class Noon:
    def monotonic(self) -> float:
        return 0.0

    def utc(self) -> datetime:
        return NOW


def ago(seconds: float) -> str:
    return (NOW - timedelta(seconds=seconds)).isoformat()


def edge(**evidence: str) -> Copy | None:
    layer = VarnishEdge(addresses={"edge-a": "http://a"}, ttl_header="x-edge-ttl", clock=Noon())
    return layer.copy(PLACE, NOBODY, {name.replace("_", "-"): value for name, value in evidence.items()})


@pytest.mark.parametrize(
    "evidence",
    [
        {"x_cache": "miss", "age": "0"},
        {"x_cache": "pass", "age": "0"},
        {"cache_status": "edge-a; fwd=uri-miss; stored", "age": "0"},
        {"x_cache": "hit", "age": "9", "source": "disk cache"},
        {"x_cache": "hit", "age": "9", "source": "service worker", "worker source": "cache-storage"},
        {},
    ],
)
def test_an_edge_that_did_not_answer_from_a_copy_tells_of_none(evidence: dict[str, str]) -> None:
    assert edge(**evidence) is None


@pytest.mark.parametrize(
    ("evidence", "age_s", "left_s"),
    [
        ({"x_cache": "hit", "age": "9", "x_edge_ttl": "51.3"}, 9, 51.3),
        ({"x_cache": "hit", "age": "9", "x_edge_ttl": "51.3", "received": ago(0.3)}, 9, 51.0),
        ({"x_cache": "hit", "age": "90", "x_edge_ttl": "-5"}, 90, 0),
        ({"x_cache": "hit", "x_edge_ttl": "51.3"}, None, 51.3),
        ({"x_cache": "MISS, HIT", "age": "9", "cache_control": "max-age=60"}, 9, 50),
        ({"cache_status": "edge-a; hit; ttl=40", "age": "9"}, 9, 39),
        ({"age": "9", "cache_control": "s-maxage=100, max-age=60"}, 9, 90),
        ({"age": "9", "cache_control": "max-age=5"}, 9, None),
        ({"age": "9", "cache_control": "no-store"}, 9, None),
        ({"age": "9"}, 9, None),
        ({"x_cache": "hit", "age": "9", "source": "service worker", "worker source": "network"}, 9, None),
    ],
)
def test_an_edge_tells_the_bounds_of_its_copy(
    evidence: dict[str, str], age_s: float | None, left_s: float | None
) -> None:
    copy = edge(**evidence)

    assert copy is not None
    assert (copy.age_s, copy.left_s) == (age_s, pytest.approx(left_s) if left_s is not None else None)


def test_the_browsers_cache_tells_of_what_it_answered() -> None:
    date = format_datetime(NOW - timedelta(seconds=10), usegmt=True)
    told = {"source": "disk cache", "cache-control": "max-age=60", "date": date}
    copy = BrowserHttpCache(clock=Noon()).copy(PLACE, NOBODY, told)

    assert copy == Copy(age_s=7, left_s=48, words="answered from the disk cache (cache-control max-age=60)")


@pytest.mark.parametrize(
    ("source", "worker", "in_browser", "in_worker"),
    [
        ("network", "", False, False),
        ("disk cache", "", True, False),
        ("memory cache", "", True, False),
        ("service worker", "cache-storage", False, True),
        ("service worker", "fallback-code", False, True),
        ("service worker", "", False, True),
        ("service worker", "http-cache", True, False),
        ("service worker", "network", False, False),
    ],
)
def test_only_the_layer_that_answered_tells_of_a_copy(
    source: str, worker: str, in_browser: bool, in_worker: bool
) -> None:
    told = {"source": source, "received": ago(5)} | ({"worker source": worker} if worker else {})
    copies = [
        layer.copy(PLACE, NOBODY, told) for layer in (BrowserHttpCache(clock=Noon()), ServiceWorker(clock=Noon()))
    ]

    assert [copy is not None for copy in copies] == [in_browser, in_worker]
    assert [copy.age_s for copy in copies if copy is not None] == [5] * (in_browser + in_worker)
    assert copies[1] is None or copies[1].left_s == math.inf


@pytest.mark.parametrize(
    ("written", "name", "lifetime_s"),
    [("a:b", "a:b", None), ("a:b@300", "a:b", 300), ("a@b@1.5", "a@b", 1.5), ("me@home", "me@home", None)],
)
def test_a_key_may_say_how_long_its_entries_live(written: str, name: str, lifetime_s: float | None) -> None:
    assert (key(written).name, key(written).lifetime_s) == (name, lifetime_s)


def test_of_several_entries_the_least_is_said() -> None:
    one, other = Entry(name="a", age_s=9, left_s=5), Entry(name="b", age_s=3, left_s=math.inf)

    assert copy_of([one, other]) == Copy(age_s=3, left_s=5, words="holds a, b")
    assert copy_of([one, Entry(name="c", age_s=None, left_s=None)]) == Copy(words="holds a, c")
    assert copy_of([]) is None


def test_doors_lead_past_the_edge_or_through_one_alone() -> None:
    layer = VarnishEdge(addresses={"edge-a": "http://a", "edge-b": "http://b"}, origin="http://origin")

    assert (layer.instances, layer.door(), layer.door("edge-b")) == (("edge-a", "edge-b"), "http://origin", "http://b")
    with pytest.raises(TesterFault, match="no edge is named edge-c"):
        layer.door("edge-c")


def test_a_place_that_names_nothing_clears_nothing_of_an_index() -> None:
    index = SearchIndex(show="http://nowhere.invalid/{product}", repair="http://nowhere.invalid/{product}")

    assert (index.clear(PLACE, NOBODY), index.holds(PLACE)) == ("nothing: no document is known", None)


def test_a_place_without_an_address_is_not_purged() -> None:
    with pytest.raises(TesterFault, match="no URL is known"):
        VarnishEdge(addresses={"edge-a": "http://nowhere.invalid"}).clear(Place(), NOBODY)


def test_layers_that_never_may_be_cleared_refuse() -> None:
    layers: tuple[Layer, ...] = (
        BrowserHttpCache(clears=Clears.NEVER),
        ServiceWorker(clears=Clears.NEVER),
    )
    for layer in layers:
        with pytest.raises(TesterFault, match=f"the {layer.name} was about to be cleared, and its configuration says"):
            layer.clear(PLACE, NOBODY)


@pytest.mark.parametrize(
    "layer",
    [
        RedisCache(url="redis://:hush@127.0.0.1/1"),
        DatabaseReplica(primary="postgresql://me:hush@127.0.0.1/a", replica="postgresql://me:hush@127.0.0.1/a"),
        SearchIndex(show="", repair="", user="me", password="hush"),
    ],
)
def test_a_layer_in_a_message_keeps_its_password(layer: Layer) -> None:
    assert "hush" not in repr(layer)
