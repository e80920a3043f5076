"""Isolation: a layer is named only by an experiment with a control."""

from __future__ import annotations

from dataclasses import replace

import pytest
from fakes import PRODUCT_PAGE, FakeClock, FakeLayer, FakeReader, Till
from shopping import Shopping

from journeys.diagnosis import proof
from journeys.model import Intervention, StoreFault, Value
from journeys.run.ports import Clears


@pytest.fixture
def till() -> Till:
    return Till(stock=10)


def layer(clock: FakeClock, name: str, **more: object) -> FakeLayer:
    return FakeLayer(name=name, clock=clock, **more)  # type: ignore[arg-type]


def passing(clock: FakeClock, name: str) -> FakeLayer:
    """A layer that keeps nothing."""
    return layer(clock, name, lifetime_s=0.0)


def isolated(clock: FakeClock, till: Till, *layers: FakeLayer) -> tuple[Shopping, Intervention | None]:
    shopping = Shopping(clock, till, FakeReader(lambda: till.stock, layers))
    (stale,) = shopping.looked_and_sold()
    return shopping, shopping.isolate(stale)


def test_the_outer_layer_is_named_when_it_holds_the_old_value(clock: FakeClock, till: Till) -> None:
    inner = passing(clock, "application cache")
    _, named = isolated(clock, till, layer(clock, "edge"), inner)

    assert named is not None
    assert (named.layer, named.what, named.control.value, named.after.value) == ("edge", "edge of /mug", 10, 9)
    assert inner.cleared == 0


@pytest.mark.parametrize("keeps", [True, False])
def test_the_inner_layer_is_named_when_the_outer_one_is_innocent(clock: FakeClock, till: Till, keeps: bool) -> None:
    outer = layer(clock, "edge") if keeps else passing(clock, "edge")
    shopping, named = isolated(clock, till, outer, layer(clock, "application cache"))

    assert named is not None
    assert named.layer == "application cache"
    assert [each.layer for each in shopping.recorder.history().interventions] == ["edge", "application cache"]


def test_the_history_alone_proves_what_isolation_named(clock: FakeClock, till: Till) -> None:
    shopping, named = isolated(clock, till, layer(clock, "edge"), layer(clock, "application cache"))

    assert named == proof(shopping.recorder.history(), "product page", "availability:mug")


def test_past_a_personal_layer_somebody_else_looks(clock: FakeClock, till: Till) -> None:
    browser, cache = layer(clock, "browser HTTP cache", personal=True), layer(clock, "application cache")
    shopping, named = isolated(clock, till, browser, cache)

    assert named is not None
    assert named.layer == "application cache"
    assert [other.closed for other in shopping.visitor.others] == [True]
    assert not shopping.visitor.closed


def test_a_control_that_healed_by_itself_proves_nothing(clock: FakeClock, till: Till) -> None:
    layers = layer(clock, "edge", lifetime_s=30.0), layer(clock, "application cache", lifetime_s=30.0)
    shopping = Shopping(clock, till, FakeReader(lambda: till.stock, layers))
    (stale,) = shopping.looked_and_sold()
    clock.now += 60.0

    assert shopping.isolate(stale) is None
    assert proof(shopping.recorder.history(), "product page", "availability:mug") is None
    assert len(shopping.recorder.history().interventions) == 1


def test_a_layer_that_must_not_be_cleared_is_never_named(clock: FakeClock, till: Till) -> None:
    untouchable = layer(clock, "edge", clears=Clears.NEVER)
    shopping, named = isolated(clock, till, untouchable, layer(clock, "application cache"))

    assert named is None
    assert untouchable.cleared == 0
    assert [each.layer for each in shopping.recorder.history().interventions] == ["application cache"]


def test_a_layer_that_is_not_connected_is_passed_over(clock: FakeClock, till: Till) -> None:
    edge = layer(clock, "edge")
    shopping = Shopping(clock, till, FakeReader(lambda: till.stock, (edge,)))
    shopping.store = replace(shopping.store, layers=())
    (stale,) = shopping.looked_and_sold()

    assert shopping.isolate(stale) is None
    assert shopping.recorder.history().interventions == ()


def test_when_no_layer_is_to_blame_none_is_named(clock: FakeClock, till: Till) -> None:
    layers = passing(clock, "edge"), passing(clock, "application cache")
    shopping = Shopping(clock, till, FakeReader(lambda: 10, layers))
    (stale,) = shopping.looked_and_sold()

    assert shopping.isolate(stale) is None


def test_there_is_at_most_one_intervention_a_layer(clock: FakeClock, till: Till) -> None:
    layers = [passing(clock, name) for name in ("browser HTTP cache", "edge", "application cache")]
    shopping = Shopping(clock, till, FakeReader(lambda: 10, tuple(layers)))
    (stale,) = shopping.looked_and_sold()
    shopping.isolate(stale)

    assert [each.name for each in layers] == [each.layer for each in shopping.recorder.history().interventions]


def test_a_surface_that_cannot_be_read_any_more_proves_nothing(clock: FakeClock, till: Till) -> None:
    down = False

    def shown() -> Value:
        if down:
            raise StoreFault("HTTP 500")
        return till.stock

    edge = layer(clock, "edge")
    shopping = Shopping(clock, till, FakeReader(shown, (edge,)))
    (stale,) = shopping.looked_and_sold()
    down = True

    assert shopping.isolate(stale) is None
    assert [(each.control.value, each.after.value) for each in shopping.recorder.history().interventions] == [
        (10, None)
    ]


def test_one_clearing_serves_all_stale_surfaces_behind_a_layer(clock: FakeClock, till: Till) -> None:
    browser = layer(clock, "browser HTTP cache", personal=True)
    page = FakeReader(lambda: till.stock, (browser,))
    listing = FakeReader(lambda: till.stock, (browser,), surface=replace(PRODUCT_PAGE, name="listing"))
    shopping = Shopping(clock, till, page, listing)
    shopping.isolate(*shopping.looked_and_sold())

    history = shopping.recorder.history()
    assert [proof(history, name, "availability:mug") is not None for name in ("product page", "listing")] == [
        True,
        True,
    ]
