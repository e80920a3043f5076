"""Isolation: layers are named only by experiments, the innermost first, each with a control."""

from __future__ import annotations

from dataclasses import replace

import pytest
from fakes import FakeClock, FakeLayer, FakeReader, Till
from histories import PRODUCT_PAGE
from shopping import Shopping

from journeys.diagnosis import Proof
from journeys.model import BROWSER_HTTP_CACHE, EDGE, SERVICE_WORKER, StoreFault, Value
from journeys.run.ports import Clears, Copy
from journeys.run.suspects import FURTHER_INTERVENTIONS

APPLICATION = "application cache"
REPLICA = "database replica"


@pytest.fixture
def till() -> Till:
    return Till(stock=10)


def layer(clock: FakeClock, name: str, **more: object) -> FakeLayer:
    """A layer that keeps what it saw first, for ever."""
    personal = name in (SERVICE_WORKER, BROWSER_HTTP_CACHE)
    return FakeLayer(**{"name": name, "clock": clock, "personal": personal, "open": name == EDGE} | more)  # type: ignore[arg-type]


def passing(clock: FakeClock, name: str, **more: object) -> FakeLayer:
    """A layer that keeps nothing."""
    return layer(clock, name, lifetime_s=0.0, **more)


def shopping(clock: FakeClock, till: Till, *layers: FakeLayer) -> Shopping:
    return Shopping(clock, till, FakeReader(lambda: till.stock, layers))


def isolated(clock: FakeClock, till: Till, *layers: FakeLayer) -> tuple[Shopping, Proof]:
    open_shop = shopping(clock, till, *layers)
    return open_shop, open_shop.isolate(*open_shop.looked_and_sold())


def spent(open_shop: Shopping) -> list[str]:
    return [each.layer for each in open_shop.recorder.history().interventions]


PATH = (SERVICE_WORKER, BROWSER_HTTP_CACHE, EDGE, APPLICATION)


@pytest.mark.parametrize("guilty", PATH)
def test_the_one_layer_that_holds_the_old_value_is_named_by_one_intervention(
    clock: FakeClock, till: Till, guilty: str
) -> None:
    layers = [layer(clock, name) if name == guilty else passing(clock, name) for name in PATH]
    open_shop, proof = isolated(clock, till, *layers)

    assert (proof.layers, proof.suspects, proof.confidence) == ((guilty,), (), 0.99)
    assert spent(open_shop) == [guilty]
    assert [each.cleared for each in layers] == [name == guilty for name in PATH]


@pytest.mark.parametrize(
    ("outer", "inner"),
    [(SERVICE_WORKER, EDGE), (EDGE, APPLICATION), (BROWSER_HTTP_CACHE, APPLICATION), (SERVICE_WORKER, APPLICATION)],
)
def test_two_layers_with_old_copies_of_their_own_are_both_named(
    clock: FakeClock, till: Till, outer: str, inner: str
) -> None:
    layers = [layer(clock, name) if name in (outer, inner) else passing(clock, name) for name in PATH]
    open_shop, proof = isolated(clock, till, *layers)

    assert (proof.layers, proof.suspects) == ((inner, outer), ())
    assert spent(open_shop) == [inner, outer]


def test_an_outer_layer_that_filled_itself_after_the_write_is_not_to_blame(clock: FakeClock, till: Till) -> None:
    edge = layer(clock, EDGE)
    open_shop = shopping(clock, till, edge, layer(clock, APPLICATION))
    open_shop.watch.look(visits=2)
    open_shop.sell()
    edge.held.clear()  # the store purged it, and the next reader filled it from the cache behind it
    proof = open_shop.isolate(*open_shop.followed())

    assert (proof.layers, proof.refilled) == ((APPLICATION,), (EDGE,))


def test_an_outer_layer_that_does_not_tell_its_age_is_a_suspect(clock: FakeClock, till: Till) -> None:
    _, proof = isolated(clock, till, layer(clock, EDGE, lifetime_s=1e6), layer(clock, APPLICATION))
    assert proof.layers == (APPLICATION, EDGE)

    silent = layer(clock, EDGE, sure=False, instances=("a", "b"))
    _, proof = isolated(clock, Till(stock=10), silent, layer(clock, APPLICATION))
    assert (proof.layers, proof.suspects) == ((APPLICATION,), (EDGE,))
    assert proof.confidence < 0.99


def test_of_two_edges_only_the_stale_one_is_cleared(clock: FakeClock, till: Till) -> None:
    edge = layer(clock, EDGE, instances=("a", "b"))
    open_shop = shopping(clock, till, edge)
    open_shop.watch.look(visits=2)
    open_shop.sell()
    edge.held.pop("b")  # the purge reached this one alone
    proof = open_shop.isolate(*open_shop.followed())

    assert proof.layers == (EDGE,)
    assert [each.instance for each in open_shop.recorder.history().interventions] == ["a"]
    assert edge.cleared == 1


def test_another_instance_that_stays_old_is_the_vantage_point(clock: FakeClock, till: Till) -> None:
    edge = layer(clock, EDGE, instances=("a", "b"), sure=False)
    open_shop, proof = isolated(clock, till, edge)
    first, second = open_shop.recorder.history().interventions

    assert (proof.layers, proof.confidence) == ((EDGE,), 0.97)
    assert first.vantage is not None
    assert (first.vantage.through, first.vantage.value, second.vantage) == ("b", 10, None)


def test_a_copy_that_expires_in_the_middle_of_the_experiment_is_not_named(clock: FakeClock, till: Till) -> None:
    edge = layer(clock, EDGE, lifetime_s=30.0)
    open_shop = shopping(clock, till, edge)
    (stale,) = open_shop.looked_and_sold()
    clear = edge.clear

    def expire_meanwhile(*place: object, **more: object) -> str:
        clock.now += 60.0
        return clear(*place, **more)  # type: ignore[arg-type]

    edge.clear = expire_meanwhile  # type: ignore[method-assign]
    proof = open_shop.isolate(stale)

    assert (proof.layers, proof.suspects) == ((), (EDGE,))
    assert [(each.control.value, each.after.value) for each in proof.tried] == [(10, 9)]


def test_a_copy_that_expired_before_its_control_is_left_alone(clock: FakeClock, till: Till) -> None:
    edge = layer(clock, EDGE, lifetime_s=30.0)
    open_shop = shopping(clock, till, edge)
    (stale,) = open_shop.looked_and_sold()
    clock.now += 60.0
    proof = open_shop.isolate(stale)

    assert (proof.layers, edge.cleared) == ((), 0)


@pytest.mark.parametrize("guilty", [EDGE, APPLICATION])
def test_a_layer_that_must_not_be_cleared_is_judged_by_reading_past_it(
    clock: FakeClock, till: Till, guilty: str
) -> None:
    layers = [passing(clock, EDGE), passing(clock, APPLICATION)]
    layers = [layer(clock, each.name, clears=Clears.NEVER) if each.name == guilty else each for each in layers]
    open_shop, proof = isolated(clock, till, *layers)

    assert (proof.layers, proof.confidence, [each.cleared for each in layers]) == ((guilty,), 0.9, [0, 0])
    assert [(each.before.value, each.past.value, each.again.value) for each in proof.bypassed] == [(10, 9, 10)]
    assert spent(open_shop) == []


def test_a_replica_is_asked_directly(clock: FakeClock, till: Till) -> None:
    copy = {"stock": 10}
    replica = passing(clock, REPLICA, asked_directly=lambda: copy["stock"], clears=Clears.NEVER)
    open_shop = Shopping(
        clock, till, FakeReader(lambda: copy["stock"], (passing(clock, EDGE), passing(clock, APPLICATION), replica))
    )
    (stale,) = open_shop.looked_and_sold()
    proof = open_shop.isolate(stale)
    before, _ = open_shop.recorder.history().ladders

    assert proof.layers == (REPLICA,)
    assert [(reading.past, reading.value) for reading in before.readings] == [
        ((), 10),
        ((EDGE,), 10),
        ((EDGE, APPLICATION), 10),
        ((EDGE, APPLICATION, REPLICA), 9),
    ]


@pytest.mark.parametrize("outer_keeps", [True, False])
def test_layers_without_a_door_are_cleared_from_outside_in(clock: FakeClock, till: Till, outer_keeps: bool) -> None:
    outer = layer(clock, EDGE, open=False, lifetime_s=float("inf") if outer_keeps else 0.0)
    open_shop, proof = isolated(clock, till, outer, layer(clock, APPLICATION))

    assert proof.layers == (APPLICATION,)
    assert spent(open_shop) == [EDGE, APPLICATION]


def test_a_layer_that_is_not_connected_is_passed_over(clock: FakeClock, till: Till) -> None:
    open_shop = shopping(clock, till, layer(clock, EDGE))
    open_shop.store = replace(open_shop.store, layers=())
    (stale,) = open_shop.looked_and_sold()

    assert open_shop.isolate(stale).layers == ()
    assert spent(open_shop) == []


def test_when_no_layer_is_to_blame_none_is_named_and_the_budget_is_kept(clock: FakeClock, till: Till) -> None:
    layers = tuple(passing(clock, name, open=False) for name in PATH)
    open_shop = Shopping(clock, till, FakeReader(lambda: 10, layers))
    (stale,) = open_shop.looked_and_sold()
    proof = open_shop.isolate(stale)

    assert proof.layers == ()
    assert sum(each.cleared for each in layers) <= len(PATH) + FURTHER_INTERVENTIONS


def test_a_surface_that_cannot_be_read_any_more_proves_nothing(clock: FakeClock, till: Till) -> None:
    down = False

    def shown() -> Value:
        if down:
            raise StoreFault("HTTP 500")
        return till.stock

    open_shop = Shopping(clock, till, FakeReader(shown, (layer(clock, EDGE),)))
    (stale,) = open_shop.looked_and_sold()
    down = True

    assert open_shop.isolate(stale).layers == ()
    assert [(each.control.value, each.after.value) for each in open_shop.recorder.history().interventions] == [
        (10, None)
    ]


def test_one_clearing_serves_all_stale_surfaces_behind_a_layer(clock: FakeClock, till: Till) -> None:
    browser = layer(clock, BROWSER_HTTP_CACHE)
    page = FakeReader(lambda: till.stock, (browser,))
    listing = FakeReader(lambda: till.stock, (browser,), surface=replace(PRODUCT_PAGE, name="listing"))
    open_shop = Shopping(clock, till, page, listing)
    open_shop.isolate(*open_shop.looked_and_sold())

    assert [each.surface for each in open_shop.recorder.history().interventions] == ["product page", "listing"]
    assert browser.cleared == 1


def test_the_ladder_is_climbed_before_anything_is_touched_and_again_after_it(clock: FakeClock, till: Till) -> None:
    open_shop, _ = isolated(clock, till, passing(clock, SERVICE_WORKER), layer(clock, BROWSER_HTTP_CACHE))
    before, after = open_shop.recorder.history().ladders

    assert [(each.when, [reading.value for reading in each.readings]) for each in (before, after)] == [
        ("before", [10, 10, 9]),
        ("after", [9, 9, 9]),
    ]


def test_a_personal_layer_is_cleared_when_all_surfaces_have_come_to_it(clock: FakeClock, till: Till) -> None:
    worker, edge = layer(clock, SERVICE_WORKER), layer(clock, EDGE)
    pages = [
        FakeReader(lambda: till.stock, (worker, edge)),
        FakeReader(lambda: till.stock, (worker, edge), surface=replace(PRODUCT_PAGE, name="listing")),
    ]
    open_shop = Shopping(clock, till, *pages)
    open_shop.isolate(*open_shop.looked_and_sold())

    tried = [(each.surface, each.layer) for each in open_shop.recorder.history().interventions]
    assert tried[-2:] == [("product page", SERVICE_WORKER), ("listing", SERVICE_WORKER)]
    assert worker.cleared == 1


def test_where_a_replica_and_its_primary_answer_in_turn_a_new_value_is_looked_behind(
    clock: FakeClock, till: Till
) -> None:
    paused = {"stock": 10}
    turns = iter(range(1000))
    replica = passing(clock, REPLICA, lags=lambda: True)
    replica.clear = lambda *_: paused.update(stock=till.stock) or "let it catch up"  # type: ignore[method-assign]
    replica.copy = lambda *_: Copy(left_s=float("inf"))  # type: ignore[method-assign]

    def shown() -> Value:
        return till.stock if next(turns) % 2 else paused["stock"]

    open_shop = Shopping(clock, till, FakeReader(shown, (replica,)))
    proof = open_shop.isolate(*open_shop.looked_and_sold())

    assert (proof.layers, proof.confidence) == ((REPLICA,), 0.99)
