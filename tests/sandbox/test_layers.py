"""Layers against real servers: what they say of their copies, and that clearing takes one copy and no other."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
import redis
from layer_servers import Origin, Pair, origin_server, postgres_pair, redis_server, varnish

from journeys.layers import SearchIndex, VarnishEdge
from journeys.layers.redis_cache import RedisCache
from journeys.layers.replica import DatabaseReplica
from journeys.model import TesterFault
from journeys.run.ports import Clears, Copy, Layer, Place

pytestmark = pytest.mark.xdist_group("layers")
NOBODY: Any = None


def told(layer: Layer, place: Place, answer: httpx.Response | None = None) -> Copy | None:
    return layer.copy(place, NOBODY, {k.lower(): v for k, v in answer.headers.items()} if answer else {})


# Redis


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with redis_server(tmp_path_factory.mktemp("redis")) as url:
        yield url


@pytest.fixture
def cache(server: str) -> Iterator[redis.Redis]:
    """100 fragments, a hash of 50 quotas and a namespace of 20 pages counted by its counter."""
    with closing(redis.Redis.from_url(server)) as client:
        client.flushall()
        for number in range(100):
            client.set(f":1:fragment[{number}]", "old", ex=300)
        stored = int(time.time())
        client.hset("quotas:7:cache", mapping={str(n): f"100,5,{stored}" for n in range(50)})
        client.set(":1:Event:7", 3)
        for number in range(20):
            client.set(f":1::1:Event:7:3:page{number:02}", "old", ex=60)
            client.set(f":1:Event:7:3:page{number:02}", "old", ex=60)
        yield client


def redis_place(*keys: str) -> Place:
    return Place(url="http://shop/1", keys={"application cache": keys, "edge": (":1:fragment[1]",)})


def everything(cache: redis.Redis) -> set[str]:
    plain = {key.decode() for key in cache.scan_iter() if cache.type(key) != b"hash"}
    return plain | {f"quotas:7:cache {field.decode()}" for field in cache.hkeys("quotas:7:cache")}


@pytest.mark.parametrize(
    ("key", "gone"),
    [
        (":1:fragment[5]", {":1:fragment[5]"}),
        (":1:fragment[5]@300", {":1:fragment[5]"}),
        (":1:fragment[*]", set()),
        (":1:unknown", set()),
        ("hash:quotas:7:cache:8@120", {"quotas:7:cache 8"}),
        ("hash:quotas:7:cache:99", set()),
        ("hash:quotas:8:cache:8", set()),
        ("incr::1:Event:7", set()),
        ("incr::1:Event:8", set()),
        ("match:*:Event:7:*:page03@60", {":1:Event:7:3:page03", ":1::1:Event:7:3:page03"}),
        ("match:*:Event:8:*:page03", set()),
        ("prefix::1:fragment[7]", {":1:fragment[7]"}),
        ("prefix::1:fragment[", {f":1:fragment[{n}]" for n in range(100)}),
    ],
)
def test_redis_narrow_takes_what_the_key_names_and_no_more(
    server: str, cache: redis.Redis, key: str, gone: set[str]
) -> None:
    before = everything(cache)

    RedisCache(url=server).clear(redis_place(key), NOBODY)

    assert before - everything(cache) == gone
    assert everything(cache) <= before


@pytest.mark.parametrize(("counter", "stands"), [(":1:Event:7", b"4"), (":1:Event:8", None)])
def test_a_counter_is_counted_up_and_never_made(
    server: str, cache: redis.Redis, counter: str, stands: bytes | None
) -> None:
    RedisCache(url=server).clear(redis_place(f"incr:{counter}"), NOBODY)

    assert cache.get(counter) == stands


def test_redis_all_takes_its_database_and_no_other(server: str, cache: redis.Redis) -> None:
    cache.copy(":1:fragment[5]", "elsewhere", destination_db=0)

    assert RedisCache(url=server, clears=Clears.ALL).clear(redis_place(), NOBODY) == "the whole application cache"
    with closing(redis.Redis.from_url(server.removesuffix("/1") + "/0")) as other:
        assert (everything(cache), other.exists("elsewhere")) == (set(), 1)


def test_redis_says_how_long_an_entry_lives_and_how_long_it_has_lain(server: str, cache: redis.Redis) -> None:
    cache.pexpire(":1:fragment[5]", 290_000)
    copy = told(RedisCache(url=server), redis_place(":1:fragment[5]@300", ":1:unknown@300"))

    assert copy is not None and copy.left_s is not None and copy.age_s is not None
    assert 285 < copy.left_s <= 290
    assert 10 <= copy.age_s < 15


@pytest.mark.parametrize(
    ("key", "left_s"),
    [
        (":1:Event:7", math.inf),
        ("incr::1:Event:7", 60),
        ("match:*:Event:7:*:page03", 60),
        ("hash:quotas:7:cache:8", None),
    ],
)
def test_redis_says_no_age_without_a_lifetime(server: str, cache: redis.Redis, key: str, left_s: float | None) -> None:
    copy = told(RedisCache(url=server), redis_place(key))

    assert copy is not None and copy.age_s is None
    assert copy.left_s == left_s if left_s in (None, math.inf) else 55 < (copy.left_s or 0) <= 60


def test_a_field_of_a_hash_is_as_old_as_its_value_says(server: str, cache: redis.Redis) -> None:
    cache.hset("quotas:7:cache", "8", f"100,None,{int(time.time()) - 30}")
    copy = told(RedisCache(url=server), redis_place("hash:quotas:7:cache:8@120"))

    assert copy is not None and copy.left_s is not None and copy.age_s is not None
    assert 85 < copy.left_s <= 90
    assert 29 <= copy.age_s < 34


@pytest.mark.parametrize("key", [":1:unknown@300", "hash:quotas:7:cache:99@120", "prefix:nothing", "incr::1:Event:9"])
def test_redis_without_an_entry_says_nothing(server: str, cache: redis.Redis, key: str) -> None:
    assert told(RedisCache(url=server), redis_place(key)) is None


@pytest.mark.parametrize("key", ["prefix:*", "match:*", "match:**"])
def test_a_pattern_of_every_key_is_refused(server: str, cache: redis.Redis, key: str) -> None:
    before = everything(cache)
    layer, place = RedisCache(url=server), redis_place(key)
    if key == "prefix:*":  # a star that is part of the name
        layer.clear(place, NOBODY)
    else:
        with pytest.raises(TesterFault, match="means every key"):
            layer.clear(place, NOBODY)

    assert everything(cache) == before


def test_a_wrong_password_is_a_fault_of_the_tester_that_does_not_repeat_it(server: str) -> None:
    with pytest.raises(TesterFault, match="cannot clear the application cache in Redis") as caught:
        RedisCache(url=server.replace("hush", "guessed")).clear(redis_place("a"), NOBODY)
    assert "guessed" not in str(caught.value)


# Varnish


@pytest.fixture(scope="module")
def site() -> Iterator[Origin]:
    with origin_server() as origin:
        yield origin


@pytest.fixture(scope="module")
def edges(tmp_path_factory: pytest.TempPathFactory, site: Origin) -> Iterator[dict[str, str]]:
    with varnish(tmp_path_factory.mktemp("varnish"), site, ("edge-a", "edge-b")) as addresses:
        yield addresses


PAGES = ("/1/", "/1/?page=2", "/2/", "/3/")


@pytest.fixture
def edge(edges: dict[str, str], site: Origin) -> VarnishEdge:
    """Both edges with copies of all the pages."""
    layer = VarnishEdge(addresses=edges, origin=site.url, ttl_header="x-edge-ttl")
    for path in PAGES:
        site.page(path, "old", Surrogate_Key=f"page{path.split('/')[1]} listing")
    for address in edges.values():
        httpx.request("BAN", address)
        for path in PAGES:
            httpx.get(address + path)
    for path in PAGES:
        site.page(path, "new", Surrogate_Key=f"page{path.split('/')[1]} listing")
    return layer


def fresh(layer: VarnishEdge) -> set[tuple[str, str]]:
    """The copies that are gone, by edge and path, so that the page's new text shows."""
    got = {(name, path): httpx.get(layer.door(name) + path).text for name in layer.instances for path in PAGES}
    return {where for where, text in got.items() if text == "new"}


PLACE = Place(url="http://shop.example/1/?page=2", keys={"edge": ("page1",)})


@pytest.mark.parametrize("instance", ["edge-a", "edge-b"])
def test_a_purge_takes_one_url_on_one_edge(edge: VarnishEdge, instance: str) -> None:
    assert edge.clear(PLACE, NOBODY, instance) == f"PURGE /1/?page=2 on {instance}"
    assert fresh(edge) == {(instance, "/1/?page=2")}


def test_a_purge_without_an_instance_takes_one_url_on_every_edge(edge: VarnishEdge) -> None:
    edge.clear(PLACE, NOBODY)

    assert fresh(edge) == {("edge-a", "/1/?page=2"), ("edge-b", "/1/?page=2")}


@pytest.mark.parametrize(
    ("place", "paths"), [(PLACE, ("/1/", "/1/?page=2")), (Place(url=PLACE.url), PAGES)], ids=["by tag", "everything"]
)
def test_all_bans_by_tag_where_there_is_one(
    edge: VarnishEdge, edges: dict[str, str], place: Place, paths: tuple[str, ...]
) -> None:
    VarnishEdge(addresses=edges, clears=Clears.ALL).clear(place, NOBODY, "edge-b")

    assert fresh(edge) == {("edge-b", path) for path in paths}


def test_an_edge_tells_of_its_copy(edge: VarnishEdge) -> None:
    kept = told(edge, PLACE, httpx.get(edge.door("edge-a") + "/1/"))

    assert kept is not None and kept.left_s is not None and kept.age_s is not None
    assert 50 < kept.left_s <= 60
    assert 0 <= kept.age_s < 10


def test_an_edge_that_has_no_copy_tells_of_none(edge: VarnishEdge) -> None:
    edge.clear(PLACE, NOBODY)

    assert told(edge, PLACE, httpx.get(edge.door("edge-a") + "/1/?page=2")) is None


def test_a_purge_that_is_refused_is_a_fault_of_the_tester(site: Origin) -> None:
    site.statuses["PURGE"] = 405
    with pytest.raises(TesterFault, match=rf"PURGE {site.url}/1/\?page=2 was answered 405"):
        VarnishEdge(addresses={"edge": site.url}).clear(PLACE, NOBODY)


def test_an_edge_that_is_not_there_is_a_fault_of_the_tester(edge: VarnishEdge) -> None:
    with pytest.raises(TesterFault, match="no edge is named edge-c; known are edge-a, edge-b"):
        edge.clear(PLACE, NOBODY, "edge-c")


# A search index


@pytest.fixture
def index(site: Origin) -> SearchIndex:
    for document in range(5):
        site.page(f"/index/{document}", f'{{"product": {document}, "available": {document * 2}}}')
        site.page(f"/reindex/{document}", "{}")
    site.asked.clear()
    return SearchIndex(
        show=f"{site.url}/index/{{product}}", repair=f"{site.url}/reindex/{{product}}", user="tester", password="hush"
    )


DOCUMENT = Place(url="/search/?q=mug", keys={"search index": ("3",)})


def test_an_index_says_what_its_document_holds(index: SearchIndex, site: Origin) -> None:
    assert index.holds(DOCUMENT) == 6
    assert told(index, DOCUMENT) == Copy(left_s=math.inf, words="the document holds 6")
    assert [(method, path) for method, path, _ in site.asked] == [("GET", "/index/3")] * 2


@pytest.mark.parametrize("clears", [Clears.NARROW, Clears.ALL])
def test_one_document_is_put_in_anew(index: SearchIndex, site: Origin, clears: Clears) -> None:
    layer = SearchIndex(show=index.show, repair=index.repair, user="tester", password="hush", clears=clears)

    assert layer.clear(DOCUMENT, NOBODY) == "document 3 put in anew"
    assert [(method, path) for method, path, _ in site.asked] == [("POST", "/reindex/3")]
    assert site.asked[0][2]["Authorization"].startswith("Basic ")


def test_an_index_that_speaks_otherwise_is_a_fault_of_the_tester(site: Origin, index: SearchIndex) -> None:
    site.page("/index/3", '{"stock": 6}')
    with pytest.raises(TesterFault, match="the search index did not say available of 3"):
        index.holds(DOCUMENT)
    with pytest.raises(TesterFault, match=r"GET .*/index/unknown was answered 404"):
        index.holds(Place(keys={"search index": ("unknown",)}))


# A replica


@pytest.fixture(scope="module")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    with postgres_pair(tmp_path_factory.mktemp("postgres")) as pair:
        pair.on_primary("CREATE TABLE stock (product int, left_over int)", "INSERT INTO stock VALUES (1, 5), (2, 5)")
        yield pair


@pytest.fixture
def pair(databases: Pair) -> Iterator[Pair]:
    databases.heal()
    databases.on_primary("UPDATE stock SET left_over = 5")
    databases.heal()
    yield databases
    databases.heal()


@pytest.fixture
def replica(pair: Pair) -> DatabaseReplica:
    return DatabaseReplica(primary=pair.primary, replica=pair.replica)


STOCK = Place(keys={"database replica": ("SELECT left_over FROM stock WHERE product = 1",)})
SELL = "UPDATE stock SET left_over = left_over - 1"
NOW = "SELECT pg_current_wal_lsn()"
ROLLED_BACK = ("BEGIN", SELL, "ROLLBACK")


def test_a_replica_that_keeps_up_holds_nothing_old(pair: Pair, replica: DatabaseReplica) -> None:
    pair.on_primary(SELL)
    pair.until(lambda: replica.holds(STOCK) == 4)

    assert (replica.behind(), told(replica, STOCK)) == (False, None)


def test_what_changes_nothing_does_not_count_as_a_commit(pair: Pair, replica: DatabaseReplica) -> None:
    pair.on_replica("SELECT pg_wal_replay_pause()")
    pair.until(lambda: pair.ask_replica("SELECT pg_get_wal_replay_pause_state()") == "paused")
    pair.on_primary("SELECT pg_switch_wal()", "CHECKPOINT", "SELECT pg_create_restore_point('noise')")
    pair.on_primary(*ROLLED_BACK)

    assert pair.ask_replica(f"SELECT pg_last_wal_replay_lsn() < '{pair.ask_primary(NOW)}'")
    assert told(replica, STOCK) is None


def test_what_is_not_committed_does_not_count_as_being_behind(pair: Pair, replica: DatabaseReplica) -> None:
    with psycopg.connect(pair.primary) as buyer:
        with buyer.transaction():
            buyer.execute(SELL)
        pair.until(lambda: not replica.behind())
        with buyer.transaction():
            buyer.execute(SELL)
            with buyer.transaction():  # a savepoint, which has a number of its own
                buyer.execute(SELL)
            pair.on_primary("INSERT INTO stock VALUES (9, 9)")
            pair.until(lambda: pair.ask_replica("SELECT count(*) FROM stock WHERE product = 9"))
            assert not replica.behind()
    pair.on_primary("DELETE FROM stock WHERE product = 9")


def test_an_older_transaction_that_commits_late_is_waited_for(pair: Pair, replica: DatabaseReplica) -> None:
    with psycopg.connect(pair.primary) as buyer:
        buyer.execute(SELL)
        pair.on_primary("UPDATE stock SET product = product WHERE false", "CREATE TABLE noise ()", "DROP TABLE noise")
        pair.heal()
        pair.on_replica("SELECT pg_wal_replay_pause()")
        pair.until(lambda: pair.ask_replica("SELECT pg_get_wal_replay_pause_state()") == "paused")
        buyer.commit()
    copy = told(replica, STOCK)

    assert copy is not None and copy.words == "replay is paused, 1 commits behind"


def test_a_paused_replica_is_behind_until_somebody_helps(pair: Pair, replica: DatabaseReplica) -> None:
    pair.on_replica("SELECT pg_wal_replay_pause()")
    pair.until(lambda: pair.ask_replica("SELECT pg_get_wal_replay_pause_state()") == "paused")
    assert (replica.behind(), told(replica, STOCK)) == (True, None)
    pair.on_primary(SELL, SELL)
    copy = told(replica, STOCK)

    assert (replica.holds(STOCK), copy) == (5, Copy(left_s=math.inf, words="replay is paused, 2 commits behind"))
    said = replica.clear(STOCK, NOBODY)
    assert said.startswith("what it had not replayed up to ") and said.endswith("put back: a delay of 0 s, paused)")
    assert (replica.holds(STOCK), told(replica, STOCK)) == (3, None)
    pair.on_primary(SELL)
    assert (replica.holds(STOCK), pair.ask_replica("SELECT pg_is_wal_replay_paused()")) == (3, True)


def test_a_delayed_replica_says_how_long_it_will_be_behind(pair: Pair, replica: DatabaseReplica) -> None:
    pair.delay(30)
    began = time.monotonic()
    pair.on_primary(SELL)
    copy = told(replica, STOCK)
    took = time.monotonic() - began

    assert copy is not None and copy.left_s is not None
    assert 30 - took - 0.5 <= copy.left_s <= 30
    replica.clear(STOCK, NOBODY)
    assert (replica.holds(STOCK), told(replica, STOCK)) == (4, None)
    pair.until(lambda: pair.delay_ms() == 30_000)
    pair.on_primary(SELL)
    assert (replica.holds(STOCK), replica.behind()) == (4, True)


def test_a_replica_that_does_not_catch_up_has_its_settings_back(pair: Pair) -> None:
    pair.delay(30)
    with pair.cut_off():
        pair.on_replica("SELECT pg_wal_replay_pause()")
        pair.on_primary(SELL)
        with pytest.raises(TesterFault, match=r"the replica has replayed up to .*, not to .*, within 0.3 s"):
            DatabaseReplica(primary=pair.primary, replica=pair.replica, within_s=0.3).clear(STOCK, NOBODY)

        assert pair.ask_replica("SELECT pg_get_wal_replay_pause_state()") == "paused"
        pair.until(lambda: pair.delay_ms() == 30_000)


def test_without_timestamps_of_commits_less_is_said_to_be_left(tmp_path: Path) -> None:
    with postgres_pair(tmp_path, track_commit_timestamp="off") as pair:
        pair.on_primary("CREATE TABLE stock (product int, left_over int)", "INSERT INTO stock VALUES (1, 5)")
        pair.heal()
        before = time.monotonic()
        pair.delay(30)
        pair.on_primary(SELL)
        copy = told(DatabaseReplica(primary=pair.primary, replica=pair.replica), STOCK)

        assert copy is not None and copy.left_s is not None
        assert 30 - (time.monotonic() - before) - 1 <= copy.left_s < 30


def test_a_login_that_fails_is_a_fault_of_the_tester_and_clears_nothing(pair: Pair) -> None:
    pair.on_replica("SELECT pg_wal_replay_pause()")
    unreachable = DatabaseReplica(primary=pair.primary, replica=pair.replica.replace("tester", "nobody"))
    with pytest.raises(TesterFault, match=r"cannot clear the database replica: .*nobody") as caught:
        unreachable.clear(STOCK, NOBODY)

    assert "postgresql://" not in str(caught.value)
    assert pair.ask_replica("SELECT pg_is_wal_replay_paused()")


@pytest.mark.parametrize(
    ("query", "value"),
    [("SELECT 5::numeric", 5), ("SELECT 2.5", "2.5"), ("SELECT 1 WHERE false", None), ("SELECT NULL", None)],
)
def test_a_replica_says_one_value(replica: DatabaseReplica, query: str, value: object) -> None:
    assert replica.holds(Place(keys={"database replica": (query,)})) == value


def test_a_query_that_takes_too_long_is_a_fault_of_the_tester(replica: DatabaseReplica) -> None:
    with pytest.raises(TesterFault, match="cannot ask the database replica: canceling statement due to statement time"):
        replica.holds(Place(keys={"database replica": ("SELECT pg_sleep(30)",)}))


# What must never be cleared


def test_never_sends_nothing(site: Origin, server: str, cache: redis.Redis, pair: Pair, tmp_path: Path) -> None:
    before, never = everything(cache), Clears.NEVER
    site.asked.clear()
    url = f"{site.url}/{{product}}"
    layers: list[Layer] = [
        RedisCache(url=server, clears=never),
        VarnishEdge(addresses={"edge": site.url}, clears=never),
        SearchIndex(show=url, repair=url, clears=never),
        DatabaseReplica(primary=pair.primary, replica=pair.replica, clears=never),
    ]
    for layer in layers:
        with pytest.raises(TesterFault, match=f"the {layer.name} was about to be cleared, and its configuration says"):
            layer.clear(Place(url=PLACE.url, keys={layer.name: (":1:fragment[5]",)}), NOBODY)

    assert (everything(cache), site.asked) == (before, [])
