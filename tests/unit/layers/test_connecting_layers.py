"""From configuration and sandbox to connected layers: each by its kind, mistakes by the key they were made at."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from journeys import stores
from journeys.config import ConfigError, load
from journeys.layers import DjangoDatabaseCache, SearchIndex, VarnishEdge
from journeys.layers.redis_cache import RedisCache
from journeys.model import EDGE
from journeys.run.ports import Clears, Layer

SANDBOX = {
    "service worker": {},
    "edge": {"addresses": {"edge-a": "http://127.0.0.1:1", "edge-b": "http://127.0.0.1:2"}, "ttl header": "X-Edge-TTL"},
    "application cache": {"redis": "redis://127.0.0.1:3/1"},
    "search index": {"show": "http://127.0.0.1:4/{product}", "repair": "http://127.0.0.1:4/{product}"},
    "database replica": {"primary": "postgresql://a", "replica": "postgresql://b"},
}


def connected(
    tmp_path: Path,
    toml: str = "",
    given: Mapping[str, Any] | None = None,
    *,
    store: str = "sandbox = true",
    environment: Mapping[str, str] | None = None,
) -> tuple[Layer, ...]:
    path = tmp_path / "journeys.toml"
    path.write_text(f'[stores.mine]\nplatform = "oscar"\n{store}\n{toml}')
    config = load(path, environment or {})
    return stores._layers(config, "mine", config.stores["mine"], {"layers": given} if given else {})


def mistake(tmp_path: Path, toml: str, given: Mapping[str, Any] | None = None) -> str:
    with pytest.raises(ConfigError) as caught:
        connected(tmp_path, toml, given, store='url = "https://shop.example"')
    return str(caught.value)


def test_every_store_has_the_browsers_cache(tmp_path: Path) -> None:
    assert [layer.name for layer in connected(tmp_path)] == ["browser HTTP cache"]


def test_the_layers_of_the_sandbox_stand_outermost_first(tmp_path: Path) -> None:
    layers = connected(tmp_path, given=SANDBOX)

    assert [(layer.name, layer.personal, layer.clears) for layer in layers] == [
        ("service worker", True, Clears.NARROW),
        ("browser HTTP cache", True, Clears.NARROW),
        ("edge", False, Clears.NARROW),
        ("application cache", False, Clears.NARROW),
        ("search index", False, Clears.NARROW),
        ("database replica", False, Clears.NARROW),
    ]
    edge = layers[2]
    assert isinstance(edge, VarnishEdge)
    assert (edge.instances, edge.ttl_header, edge.door()) == (("edge-a", "edge-b"), "x-edge-ttl", "")


def test_what_may_be_cleared_is_said_without_repeating_how_it_is_reached(tmp_path: Path) -> None:
    layers = connected(tmp_path, '[stores.mine.layers.edge]\nclears = "never"', SANDBOX)

    assert {layer.name: layer.clears for layer in layers if layer.clears is not Clears.NARROW} == {EDGE: Clears.NEVER}


def test_what_may_be_cleared_of_a_layer_that_the_sandbox_has_not_says_nothing(tmp_path: Path) -> None:
    layers = connected(tmp_path, '[stores.mine.layers.edge]\nclears = "never"')

    assert [layer.name for layer in layers] == ["browser HTTP cache"]


def test_the_configuration_goes_before_the_sandbox(tmp_path: Path) -> None:
    toml = '[stores.mine.layers."search index"]\nuser = "me"\npassword = "${SECRET}"\nmember = "left"'
    index = connected(tmp_path, toml, SANDBOX, environment={"SECRET": "hush"})[4]

    assert isinstance(index, SearchIndex)
    assert (index.user, index.password, index.member) == ("me", "hush", "left")
    assert index.show == SANDBOX["search index"]["show"]


def test_another_kind_takes_none_of_the_sandboxs_options(tmp_path: Path) -> None:
    toml = '[stores.mine.layers."application cache"]\nkind = "django-database"\nfile = "kept/cache.db"\ntable = "t"'
    cache = connected(tmp_path, toml, SANDBOX)[3]

    assert isinstance(cache, DjangoDatabaseCache)
    assert (cache.file, cache.table) == (tmp_path / "kept/cache.db", "t")


def test_the_sandbox_may_name_a_kind(tmp_path: Path) -> None:
    given = {"application cache": {"kind": "django-database", "file": "/box/cache.db", "table": "t"}}
    cache = connected(tmp_path, given=given)[1]

    assert isinstance(cache, DjangoDatabaseCache) and cache.file == Path("/box/cache.db")


def test_a_store_of_ones_own_names_its_layers(tmp_path: Path) -> None:
    toml = '[stores.mine.layers]\n"service worker" = {}\n"application cache" = {redis = "redis://:${PW}@cache/0"}'
    layers = connected(tmp_path, toml, store='url = "https://shop.example"', environment={"PW": "hush"})

    assert [layer.name for layer in layers] == ["service worker", "browser HTTP cache", "application cache"]
    assert isinstance(layers[2], RedisCache) and layers[2].url == "redis://:hush@cache/0"


@pytest.mark.parametrize(
    ("layer", "settings", "said"),
    [
        ("edge", "", "edge.addresses: missing; wanted is a table of names and their addresses"),
        ("edge", 'addresses = {a = "ftp://a"}', "edge.addresses.a: an address begins with http:// or https://"),
        ("edge", "addresses = 3", "edge.addresses: missing; wanted is a table of names and their addresses"),
        (
            "edge",
            'addresses = {a = "http://a"}\ncolour = "red"',
            "edge.colour: no such option; known are addresses, origin, ttl header, tags header",
        ),
        ('"application cache"', "", "application cache.redis: missing"),
        ('"application cache"', "redis = 6379", "application cache.redis: a text is wanted"),
        ('"application cache"', 'redis = "localhost"', "application cache.redis: an address begins with redis://"),
        ('"application cache"', 'kind = "django-database"', "application cache.file: missing"),
        ('"search index"', 'show = "http://a/{product}"', "search index.repair: missing"),
        ('"search index"', 'show = "http://a/"\nrepair = "http://a"', "search index.show: {product} is missing"),
        ('"database replica"', 'primary = "postgresql://a"', "database replica.replica: missing"),
        ('"database replica"', 'primary = "mysql://a"', "database replica.primary: an address begins with postgresql"),
        ('"service worker"', "scope = 3", "service worker.scope: no such option; known are none"),
        ("edge", 'kind = "squid"', "edge.kind: unknown kind squid; installed are browser-http, django-database, "),
        ("edge", 'kind = "service-worker"', "edge.kind: service-worker connects a layer of another name"),
    ],
)
def test_a_mistake_is_named_by_its_key(tmp_path: Path, layer: str, settings: str, said: str) -> None:
    message = mistake(tmp_path, f"[stores.mine.layers.{layer}]\n{settings}")

    assert message.startswith(f"stores.mine.layers.{said}")


def test_a_layer_that_nobody_knows_is_a_mistake(tmp_path: Path) -> None:
    message = mistake(tmp_path, '[stores.mine.layers."edge case"]\nclears = "never"')

    assert message.startswith("stores.mine.layers: unknown are edge case; known are application cache, browser HTTP")


def test_a_secret_that_is_written_out_is_a_mistake_that_does_not_repeat_it(tmp_path: Path) -> None:
    message = mistake(tmp_path, '[stores.mine.layers."search index"]\npassword = "hunter2"')

    assert "stores.mine.layers.search index.password: a secret is written out" in message
    assert "hunter2" not in message


class Point:
    """An entry point of somebody else's package."""

    def __init__(self, name: str, connect: Any) -> None:
        self.name = name
        self.connect = connect

    def load(self) -> Any:
        if isinstance(self.connect, Exception):
            raise self.connect
        return self.connect


def test_others_may_add_kinds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = DjangoDatabaseCache(file=Path("f"), table="t")
    asked: list[object] = []

    def connect(options: Mapping[str, object], clears: Clears) -> Layer:
        asked.append((dict(options), clears))
        return own

    points = [Point("browser-http", connect_browser), Point("memcached", connect)]
    monkeypatch.setattr(stores, "entry_points", lambda group: points if group == "journeys.layers" else [])
    toml = '[stores.mine.layers."application cache"]\nkind = "memcached"\nservers = ["a", "b"]\nclears = "all"'

    assert own in connected(tmp_path, toml)
    assert asked == [({"servers": ["a", "b"]}, Clears.ALL)]


def test_a_kind_whose_package_is_missing_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    points = [Point("browser-http", connect_browser), Point("redis", ModuleNotFoundError("no", name="redis"))]
    monkeypatch.setattr(stores, "entry_points", lambda group: points)
    message = mistake(tmp_path, '[stores.mine.layers."application cache"]\nredis = "redis://a"')

    assert message == "stores.mine.layers.application cache.kind: redis needs redis: pip install 'journeys[layers]'"


def connect_browser(options: Mapping[str, object], clears: Clears) -> Layer:
    from journeys.layers import BrowserHttpCache

    return BrowserHttpCache(clears=clears)
