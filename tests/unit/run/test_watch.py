"""Watching: surfaces are read until they show what the record says, or their tolerance has passed."""

from __future__ import annotations

from dataclasses import replace
from itertools import count

import pytest
from fakes import FakeClock, FakeLayer, FakeReader, Till
from histories import DASHBOARD, LISTING, ORDERS, PRODUCT_PAGE, STOCK
from shopping import Shopping

from journeys.checks import agreement, freshness
from journeys.model import AccessDenied, BrowserEnded, PageChanged, StoreFault, Value, Verdict
from journeys.run.ports import Clears


@pytest.fixture
def till() -> Till:
    return Till(stock=10)


def truthful(till: Till, *layers: FakeLayer, **more: object) -> FakeReader:
    return FakeReader(lambda: till.stock, layers, **more)  # type: ignore[arg-type]


def values(shopping: Shopping) -> list[Value | None]:
    return [reading.value for reading in shopping.recorder.history().readings]


def test_looking_visits_again_what_a_kept_cache_can_answer(clock: FakeClock, till: Till) -> None:
    page = truthful(till, FakeLayer(name="edge", clock=clock))
    dashboard = FakeReader(lambda: 0, surface=DASHBOARD)
    shopping = Shopping(clock, till, page, dashboard)
    shopping.watch.look(visits=2)

    assert (page.times, dashboard.times) == (2, 1)
    assert {STOCK, ORDERS} == {reading.fact for reading in shopping.recorder.history().readings}


def test_a_surface_that_agrees_is_not_read_again(clock: FakeClock, till: Till) -> None:
    page, wrong = truthful(till), FakeReader(lambda: 7, surface=LISTING)
    Shopping(clock, till, page, wrong).watch.look(visits=1)

    assert page.times == 1
    assert wrong.times > 3


def test_a_surface_that_disagrees_is_read_until_nothing_excuses_it(clock: FakeClock, till: Till) -> None:
    shopping = Shopping(clock, till, FakeReader(lambda: 7))
    shopping.watch.look(visits=1)

    assert pytest.approx(2.2) == clock.now - 1000.0
    assert [finding.verdict for finding in agreement(shopping.recorder.history())] == [Verdict.FAIL]


def test_every_reading_has_samples_on_both_sides(clock: FakeClock, till: Till) -> None:
    shopping = Shopping(clock, till, truthful(till))
    shopping.looked_and_sold()
    history = shopping.recorder.history()

    for reading in history.readings:
        assert history.samples[0].received <= reading.asked
        assert reading.received <= history.samples[-1].asked


def test_a_fresh_surface_is_not_stale(clock: FakeClock, till: Till) -> None:
    shopping = Shopping(clock, till, truthful(till))

    assert shopping.looked_and_sold() == ()
    assert values(shopping) == [10, 9]


def test_an_old_value_within_the_tolerance_is_read_again_until_it_is_new(clock: FakeClock, till: Till) -> None:
    late = FakeLayer(name="edge", clock=clock, lifetime_s=7.0)
    shopping = Shopping(clock, till, truthful(till, late))

    assert shopping.looked_and_sold() == ()
    assert values(shopping)[-1] == 9
    assert [finding.verdict for finding in freshness(shopping.recorder.history())] == [Verdict.PASS]


def test_a_surface_that_stays_old_is_stale(clock: FakeClock, till: Till) -> None:
    shopping = Shopping(clock, till, truthful(till, FakeLayer(name="edge", clock=clock)))

    assert [(reading.surface, reading.value) for reading in shopping.looked_and_sold()] == [("product page", 10)]
    assert [finding.verdict for finding in freshness(shopping.recorder.history())] == [Verdict.FAIL]


def test_a_value_that_an_old_copy_would_show_as_well_is_read_again(clock: FakeClock, till: Till) -> None:
    """Another customer's cancellation brings the record back to what the edge still holds, for a moment."""
    other = till.place()
    shopping = Shopping(clock, till, truthful(till, FakeLayer(name="edge", clock=clock)))
    shopping.watch.look(visits=2)
    clock.now += 5.0
    shopping.sell()
    till.cancel(other.number)

    def somebody_buys() -> None:
        clock.now += 0.1
        till.place()

    clock.now += 0.1
    till.during = [somebody_buys]

    assert [reading.value for reading in shopping.followed()] == [9]


def test_servers_that_answer_in_turn_do_not_keep_step_with_the_readings(clock: FakeClock, till: Till) -> None:
    """Between two readings of the page another surface takes a turn, so that the page would always get the primary."""
    turn = count()
    replica = FakeLayer(name="database replica", clock=clock, lifetime_s=0.0, lags=lambda: True)
    page = FakeReader(lambda: (till.stock, 10)[next(turn) % 2], (replica,))
    other = FakeReader(lambda: (till.stock, next(turn))[0], (replica,), surface=replace(PRODUCT_PAGE, name="API"))

    stale = Shopping(clock, till, page, other).looked_and_sold()

    assert [(reading.surface, reading.value) for reading in stale] == [("product page", 10)]


def test_only_surfaces_of_the_changed_facts_are_followed(clock: FakeClock, till: Till) -> None:
    dashboard = FakeReader(lambda: 0, surface=DASHBOARD)
    shopping = Shopping(clock, till, truthful(till), dashboard)
    shopping.sell()
    shopping.followed()

    assert dashboard.times == 0


def test_nothing_to_follow_waits_for_nothing(clock: FakeClock, till: Till) -> None:
    assert Shopping(clock, till).followed() == ()
    assert clock.slept == []


@pytest.mark.parametrize(
    ("raised", "error"),
    [
        (PageChanged("no price"), "no price"),
        (StoreFault("HTTP 500"), "HTTP 500"),
        (OSError("gone"), "broken: gone"),
    ],
)
def test_a_surface_that_cannot_be_read_is_a_reading_that_says_why(
    clock: FakeClock, till: Till, raised: Exception, error: str
) -> None:
    def fail() -> Value:
        raise raised

    shopping = Shopping(clock, till, FakeReader(fail))
    shopping.watch.look(visits=1)

    assert {(None, error)} == {(reading.value, reading.error) for reading in shopping.recorder.history().readings}


def test_credentials_that_are_refused_end_the_watching(clock: FakeClock, till: Till) -> None:
    def refuse() -> Value:
        raise AccessDenied("no")

    with pytest.raises(AccessDenied):
        Shopping(clock, till, FakeReader(refuse)).watch.look(visits=1)


def test_a_browser_that_has_ended_ends_the_watching(clock: FakeClock, till: Till) -> None:
    def vanish() -> Value:
        raise OSError("gone")

    shopping = Shopping(clock, till, FakeReader(vanish), explain=lambda error: BrowserEnded(str(error)))
    with pytest.raises(BrowserEnded, match="gone"):
        shopping.watch.look(visits=1)


def test_a_reading_carries_the_evidence_that_came_with_it(clock: FakeClock, till: Till) -> None:
    shopping = Shopping(clock, till, truthful(till))
    shopping.watch.look(visits=1)

    assert shopping.recorder.history().readings[0].evidence == {"age": "7"}


def test_surfaces_over_http_are_read_beside_those_in_the_browser(clock: FakeClock, till: Till) -> None:
    feeds = [truthful(till, channel="http", surface=replace(PRODUCT_PAGE, name=f"feed {i}")) for i in range(6)]
    shopping = Shopping(clock, till, truthful(till), *feeds)
    shopping.watch.look(visits=1)

    assert ["product page", *(f"feed {i}" for i in range(6))] == [
        reading.surface for reading in shopping.recorder.history().readings
    ]


def test_kept_caches_are_never_cleared(clock: FakeClock, till: Till) -> None:
    edge = FakeLayer(name="edge", clock=clock)
    Shopping(clock, till, truthful(till, edge)).looked_and_sold()

    assert edge.cleared == 0


def test_cleared_caches_are_cleared_before_every_round(clock: FakeClock, till: Till) -> None:
    edge = FakeLayer(name="edge", clock=clock)
    shopping = Shopping(clock, till, truthful(till, edge), caches="clear")

    assert shopping.looked_and_sold() == ()
    assert edge.cleared == 3


def test_a_layer_that_must_not_be_cleared_is_not(clock: FakeClock, till: Till) -> None:
    edge = FakeLayer(name="edge", clock=clock, clears=Clears.NEVER)

    assert len(Shopping(clock, till, truthful(till, edge), caches="clear").looked_and_sold()) == 1
    assert edge.cleared == 0


def test_one_place_on_two_paths_is_cleared_once(clock: FakeClock, till: Till) -> None:
    edge = FakeLayer(name="edge", clock=clock)
    readers = truthful(till, edge), truthful(till, edge, surface=replace(PRODUCT_PAGE, name="the same page"))
    Shopping(clock, till, *readers, caches="clear").watch.look(visits=1)

    assert edge.cleared == 1


def test_each_of_several_instances_is_looked_at_by_itself(clock: FakeClock, till: Till) -> None:
    edge = FakeLayer(name="edge", clock=clock, instances=("a", "b"))
    shopping = Shopping(clock, till, truthful(till, edge))
    shopping.watch.look(visits=2)
    shopping.sell()
    edge.held.pop("b")

    assert [(each.through, each.value) for each in shopping.followed()] == [("a", 10)]


def test_behind_a_layer_that_lags_one_new_value_is_not_the_end(clock: FakeClock, till: Till) -> None:
    turns = iter([10, 10] + [9, 10] * 20)
    replica = FakeLayer(name="database replica", clock=clock, lifetime_s=0.0, lags=lambda: True)
    shopping = Shopping(clock, till, FakeReader(lambda: next(turns), (replica,)))
    shopping.watch.look(visits=1)
    clock.now += 5.0
    shopping.sell()

    assert [(each.surface, each.value) for each in shopping.followed()] == [("product page", 10)]


def test_a_lagging_layer_that_shows_new_values_only_is_not_stale(clock: FakeClock, till: Till) -> None:
    replica = FakeLayer(name="database replica", clock=clock, lifetime_s=0.0, lags=lambda: True)

    assert Shopping(clock, till, truthful(till, replica)).looked_and_sold() == ()


def test_patience_follows_a_surface_beyond_its_tolerance(clock: FakeClock, till: Till) -> None:
    slow = FakeLayer(name="edge", clock=clock, lifetime_s=20.0)
    shopping = Shopping(clock, till, truthful(till, slow), patience_s=30.0)

    assert shopping.looked_and_sold() == ()
    (finding,) = freshness(shopping.recorder.history())
    assert finding.verdict is Verdict.FAIL
    assert 13.0 < shopping.recorder.now() - 6.0 < 16.0


def test_surfaces_that_refresh_others_are_read_when_all_is_known_of_those(clock: FakeClock, till: Till) -> None:
    cache = FakeLayer(name="application cache", clock=clock)
    listing = truthful(till, cache, surface=replace(PRODUCT_PAGE, name="listing"))

    def renewed() -> Value:
        cache.held.clear()
        return till.stock

    page = FakeReader(renewed, surface=replace(PRODUCT_PAGE, refreshes=True))
    shopping = Shopping(clock, till, page, listing)
    cache.held[""] = clock.now, 10
    shopping.sell()

    assert [reading.surface for reading in shopping.followed()] == ["listing"]
    assert cache.held == {}


def test_where_asking_the_record_refreshes_a_cache_it_is_asked_gently(clock: FakeClock, till: Till) -> None:
    cache = FakeLayer(name="application cache", clock=clock)
    till.heals = cache.held.clear
    shopping = Shopping(clock, till, truthful(till, cache))

    assert [reading.value for reading in shopping.looked_and_sold()] == [10]
