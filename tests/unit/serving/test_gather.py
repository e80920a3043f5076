"""What the pages tell is gathered from the history with few questions, and no question that grows."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from watched import NOW, MemoryHistory, MemoryIncidents, Reading, nothing_yet, outcome, probe, run_of, troubled, well

from journeys.model import TesterFault
from journeys.probes.outcome import State
from journeys.serving import Sources
from journeys.serving.gather import PER_PAGE, RUNS, Gatherer
from journeys.serving.surfaces import newest_of_each
from reports.status import Health, Incident


class Clock:
    """A clock that is put forward by hand."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> float:
        return self.now


def gatherer(sources: Sources, clock: Clock | None = None) -> Gatherer:
    return Gatherer(sources, "journeys", clock or Clock())


def memory(sources: Sources) -> MemoryHistory:
    assert isinstance(sources.history, MemoryHistory)
    return sources.history


def test_all_stores_are_gathered_with_what_belongs_to_them() -> None:
    overview = gatherer(troubled()).overview()
    shop, booking = overview.stores
    assert (shop.health, booking.health) == (Health.DEGRADED, Health.FAILING)
    assert [[each.name for each in store.probes] for store in overview.stores] == [
        ["checkout", "browse", "card"],
        ["book a slot"],
    ]
    assert [incident.key for incident in overview.incidents] == ["booking-3", "shop-7"]
    assert [incident.key for incident in overview.over] == ["shop-6"]
    assert ([level.name for level in shop.levels], [level.name for level in booking.levels]) == (
        ["gets through", "search is quick"],
        ["gets through"],
    )
    assert overview.silence is None


def test_a_stale_surface_is_stale_since_the_first_run_that_found_it_so() -> None:
    sources = troubled()
    overview = gatherer(sources).overview()
    page = next(each for each in overview.stores[0].surfaces if each.surface == "product page")
    stale = [run for run in memory(sources).kept if run.probe == "checkout" and run.state is State.FAILED]
    assert (page.fresh, page.since, page.layers) == (False, min(run.began for run in stale), ("application cache",))
    assert page.delays is not None
    assert (page.delays.quantile(0.95).high, len(page.arrivals)) == (None, 60)


def test_what_has_not_changed_is_not_asked_again() -> None:
    sources, clock = well(), Clock()
    gather = gatherer(sources, clock)
    first = gather.overview()
    memory(sources).asked.clear()
    assert gather.overview() == first
    assert memory(sources).asked == {"latest": 1, "surfaces": 1}


def test_after_a_new_run_only_its_probe_is_asked_and_only_for_what_is_new() -> None:
    sources, clock = well(), Clock()
    gather = gatherer(sources, clock)
    gather.overview()
    clock.now += 10
    new = run_of("browse", clock.now - 8, Random(1), State.FAILED, journey="browse")
    memory(sources).record(new)
    memory(sources).asked.clear()
    probes = {each.name: each for each in gather.overview().stores[0].probes}
    assert (probes["browse"].runs[0].key, len(probes["browse"].runs)) == (new.key, RUNS)
    assert memory(sources).asked["outcomes"] == 1
    assert memory(sources).asked["arrivals"] == 1
    assert gather.overview() == gatherer(sources, clock).overview()


@settings(max_examples=20)
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 500), st.booleans()), min_size=1, max_size=8))
def test_what_is_gathered_bit_by_bit_is_what_is_gathered_at_once(later: list[tuple[int, int, bool]]) -> None:
    """Runs are recorded in any order, late ones too, and some find a surface old."""
    history, clock, dice = MemoryHistory(), Clock(), Random(1)
    probes = tuple(probe(name) for name in ("a", "b", "c"))
    sources = Sources(history=history, probes=probes)
    history.record(*(run_of(each.name, NOW - 1000 - 300 * place, dice) for each in probes for place in range(62)))
    gather = gatherer(sources, clock)
    for which, late, stale in later:
        gather.overview()
        clock.now += 40
        due = clock.now - late
        run = run_of("abc"[which], due, dice, State.FAILED if stale else State.PASSED, stale=stale)
        if history.outcome(run.key) is None:
            history.record(run)
        history.record(run_of("a", clock.now, dice))  # one that is newer, so that it is looked at all
        history.record(run_of("b", clock.now, dice))
        history.record(run_of("c", clock.now, dice))
    assert gather.overview() == gatherer(sources, clock).overview()


def test_a_tick_that_is_recorded_late_is_shown_in_its_place() -> None:
    history = MemoryHistory()
    sources, clock = Sources(history=history, probes=(probe(),)), Clock()
    history.record(*(outcome(due=NOW - 300 * place) for place in range(1, 20) if place != 2))
    gather = gatherer(sources, clock)
    gather.overview()
    history.record(outcome(due=NOW), outcome(due=NOW - 600, state=State.INTERRUPTED))
    runs = gather.overview().stores[0].probes[0].runs
    assert [run.due for run in runs] == [NOW - 300 * place for place in range(20)]


def test_a_probe_that_never_ran_is_shown() -> None:
    overview = gatherer(nothing_yet()).overview()
    (checkout,) = overview.stores[0].probes
    assert (checkout.health, checkout.words, overview.silence) == (Health.UNKNOWN, "No run yet.", None)


def test_without_declared_probes_those_are_shown_that_ran_lately() -> None:
    history = MemoryHistory()
    history.record(outcome("new", NOW - 60), outcome("old", NOW - 8 * 86400))
    gather = gatherer(Sources(history=history))
    assert [each.name for each in gather.overview().stores[0].probes] == ["new"]
    forgotten = gather.probe("old")
    assert forgotten is not None and forgotten.probe.name == "old"


def test_the_runs_of_a_probe_come_in_pages_that_are_whole_together() -> None:
    sources = well()
    gather = gatherer(sources)
    dues, before = [], None
    while True:
        page = gather.probe("checkout", before=before)
        assert page is not None and len(page.runs) <= PER_PAGE
        dues += [run.due for run in page.runs]
        if page.older is None:
            break
        before = page.older
    assert dues == [run.due for run in memory(sources).kept if run.probe == "checkout"]


def test_only_runs_in_one_state_are_told_when_asked_for() -> None:
    page = gatherer(well()).probe("checkout", state="broken")
    assert page is not None
    assert ({run.state for run in page.runs}, len(page.runs)) == ({State.BROKEN}, 1)


def test_who_has_never_been_heard_of_is_not_found() -> None:
    gather = gatherer(well())
    assert (gather.probe("nobody"), gather.run("nobody@1"), gather.incident("none")) == (None, None, None)


def test_an_incident_of_the_tester_itself_is_shown_and_blames_no_store() -> None:
    sources = well()
    own = Incident(key="own-1", store="", title="No browser starts at berlin", since=NOW - 60, of_tester=True)
    assert isinstance(sources.incidents, MemoryIncidents)
    sources.incidents.kept.append(own)
    overview = gatherer(sources).overview()
    assert (overview.incidents, overview.health) == ((own,), Health.WORKING)


@pytest.mark.parametrize("names", ["key", "run"])
def test_the_run_that_tells_most_of_an_incident_is_found_by_its_key_or_its_own_id(names: str) -> None:
    sources = troubled()
    run = next(each for each in memory(sources).kept if each.probe == "checkout")
    assert isinstance(sources.incidents, MemoryIncidents)
    first = sources.incidents.kept[0]
    sources.incidents.kept[0] = replace(first, run=getattr(run, names))
    page = gatherer(sources).incident(first.key)
    assert page is not None and page.outcome == run


def test_an_incident_is_told_with_the_runs_around_it() -> None:
    page = gatherer(troubled()).incident("shop-7")
    assert page is not None and page.outcome is not None
    assert (list(page.runs), page.outcome.probe) == (["checkout", "card"], "checkout")
    assert all(NOW - 2400 - 3600 <= run.due < NOW + 3600 for runs in page.runs.values() for run in runs)
    assert [each.surface for each in page.paths] == ["product page"]


def test_of_several_products_at_a_surface_the_old_one_is_shown() -> None:
    def reading(of: str, at: float, fresh: bool | None) -> Reading:
        return Reading(surface="page", fact=f"availability:{of}", at=at, value="1", fresh=fresh, key="checkout@1")

    old, new, newer = reading("a", 1.0, False), reading("b", 2.0, True), reading("c", 3.0, True)
    price = replace(new, fact="price:a")
    assert newest_of_each([newer, old, price, new]) == [old, price]
    assert newest_of_each([new, newer]) == [newer]


def test_a_surface_whose_reader_fell_silent_is_not_called_fresh() -> None:
    clock = Clock()
    sources = well()
    clock.now += 7200
    overview = gatherer(sources, clock).overview()
    assert {each.current for each in overview.stores[0].surfaces} == {False}
    assert overview.silence is not None and overview.silence.whole


def test_a_history_that_cannot_be_asked_is_the_testers_own_trouble() -> None:
    with pytest.raises(TesterFault, match="no such host"):
        gatherer(Sources(history=MemoryHistory(away="no such host"))).overview()
