"""What the history promises, whichever database keeps it; ``tests/probes`` asks the same of PostgreSQL."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from itertools import count
from threading import Barrier, Thread
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from outcomes import HOUR_S, NOON, Remembered, anything, arrival, blamed, brief, full, isolation, plain, seen, stored

from journeys.probes.database import METADATA
from journeys.probes.history import BOUNDS_S, History, Hour, Retention, exporting, pruning
from journeys.probes.outcome import Outcome, State

_one_database = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20, deadline=None)
_apart = count()


def test_an_outcome_comes_back_as_it_was_recorded(history: History) -> None:
    assert history.record(full()) is True
    assert history.outcome(full().key) == full()


def test_an_outcome_is_recorded_once(history: History) -> None:
    history.record(full())
    assert history.record(full(headline="another")) is False
    assert history.outcome(full().key) == full()
    assert history.hours(probe="checkout", since=NOON) == (Hour(start=NOON, states={State.FAILED: 1}),)


def test_what_was_never_recorded_is_none(history: History) -> None:
    assert history.outcome("checkout@0") is None
    assert history.last_due("checkout") is None
    assert (history.outcomes(), history.latest(), history.surfaces("shop"), history.arrivals(store="shop")) == ((),) * 4


@_one_database
@given(anything())
def test_whatever_an_outcome_holds_it_comes_back(engine: sa.Engine, outcome: Outcome) -> None:
    history, told = History(engine), replace(outcome, key=f"{next(_apart)}")
    assert history.record(told) is True
    assert history.outcome(told.key) == stored(told)


@_one_database
@given(st.lists(anything(), max_size=8), st.integers(0, 12), st.integers(1, 4))
def test_every_question_is_answered_as_if_all_were_gone_through(
    engine: sa.Engine, told: list[Outcome], later: int, limit: int
) -> None:
    _empty(engine)
    history, meant, since = History(engine), Remembered(), NOON + later * 1800.0

    assert [history.record(each) for each in told] == [meant.record(each) for each in told]

    assert history.latest() == meant.latest()
    for probe in ("checkout", "browse", ""):
        for store in ("shop", ""):
            asked = {"probe": probe, "store": store, "limit": limit}
            assert history.outcomes(**asked) == meant.outcomes(**asked)
            asked |= {"since": since, "states": (State.FAILED, State.SKIPPED)}
            assert history.outcomes(**asked) == meant.outcomes(**asked)
            assert history.outcomes(until=since, store=store) == meant.outcomes(until=since, store=store)
    assert history.hours(probe="book", since=since) == meant.hours("book", since)
    assert history.arrived(store="shop", surface="listing", since=since) == meant.arrived("shop", "listing", since)
    assert history.surfaces("shop") == meant.surfaces("shop")
    for surface in ("listing", ""):
        newest_first = history.arrivals(store="shop", surface=surface, since=since)
        assert Counter(newest_first) == meant.arrivals("shop", surface, since)
        assert [each.at for each in newest_first] == sorted((each.at for each in newest_first), reverse=True)
        assert history.arrivals(store="shop", surface=surface, since=since, limit=1) == newest_first[:1]


def test_recent_outcomes_are_those_that_say_something_of_the_store(history: History) -> None:
    for tick, state in enumerate(State):
        history.record(plain(NOON + tick, state=state))
    assert [each.state for each in history.recent("checkout", 5)] == [State.UNKNOWN, State.FAILED, State.PASSED]
    assert [each.state for each in history.recent("checkout", 1)] == [State.UNKNOWN]


def test_an_older_tick_recorded_late_does_not_become_the_latest(history: History) -> None:
    history.record(plain(NOON + 60))
    history.record(plain(NOON, state=State.SKIPPED, reason="stale"))
    assert history.last_due("checkout") == NOON + 60
    assert [each.due for each in history.latest()] == [NOON + 60]


def test_a_surface_shows_its_newest_reading_and_who_was_blamed_last(history: History) -> None:
    history.record(full(NOON))
    history.record(
        full(NOON + 600, readings=(seen("product page", "18", NOON + 605, fresh=True),), diagnoses=(), key="later")
    )
    by_place = {(each.surface, each.fact): each for each in history.surfaces("shop")}
    page = by_place["product page", "availability:mug"]
    assert list(by_place) == [
        ("dashboard", "orders"), ("dashboard", "revenue"), ("product page", "availability:mug"),
    ]  # fmt: skip
    assert (page.value, page.fresh, page.at, page.key) == ("18", True, NOON + 605, "later")
    assert (page.cause, page.layers, page.suspects, page.confidence) == (
        "cache",
        ("application cache",),
        ("edge",),
        0.99,
    )
    assert (page.blamed, page.blamed_at) == (full(NOON).key, full(NOON).ended)
    assert by_place["dashboard", "orders"].blamed_at is None


def test_the_surfaces_of_two_stores_of_the_same_name_are_two(history: History) -> None:
    history.record(full(NOON))
    history.record(full(NOON, key="other", store="second", readings=(seen("product page", "7", NOON, fresh=True),)))
    assert [(each.surface, each.value) for each in history.surfaces("second")] == [("product page", "7")]


def test_arrivals_are_counted_under_the_first_bound_that_they_did_not_exceed(history: History) -> None:
    took = (0.5, 0.51, 4.0, 5.0, 300.0, 300.5, None)
    history.record(full(arrivals=tuple(map(arrival, took))))
    (hour,) = history.arrived(store="shop", surface="product page", since=NOON)
    assert hour.start == NOON
    assert {bound: many for bound, many in hour.counts.items() if many} == {0.5: 1, 1.0: 1, 5.0: 2, 300.0: 1}
    assert tuple(hour.counts) == BOUNDS_S
    assert (hour.censored, hour.of, hour.within(5.0), hour.within(4.9)) == (2, 7, 4, 2)


def test_pruning_forgets_what_is_older_and_keeps_what_was_counted(history: History) -> None:
    for day in range(4):
        history.record(full(NOON + day * 24 * HOUR_S))
    border = NOON + 2 * 24 * HOUR_S

    assert history.prune(before=border) == 2 * _rows(full())

    assert [each.due for each in history.outcomes()] == [border + 24 * HOUR_S, border]
    assert history.outcome(full(border).key) == full(border)
    assert len(history.hours(probe="checkout", since=0)) == 4
    assert len(history.arrived(store="shop", surface="dashboard", since=0)) == 4
    assert history.prune(before=border) == 0


def test_readings_are_forgotten_sooner_than_runs(history: History) -> None:
    for day in range(4):
        history.record(full(NOON + day * 24 * HOUR_S))
    retention = Retention(runs_s=3 * 24 * HOUR_S, readings_s=24 * HOUR_S)

    gone = history.keep_to(retention, now=NOON + 4 * 24 * HOUR_S)

    assert gone == _rows(full()) + 2 * len(full().readings)
    kept = {each.due: history.outcome(each.key) for each in history.outcomes()}
    assert kept == {due: full(due) if due > NOON + 2.5 * 24 * HOUR_S else brief(full(due)) for due in kept}
    assert len(kept) == 3


def test_a_probe_and_a_surface_that_are_gone_for_so_long_are_no_longer_shown(history: History) -> None:
    history.record(full(NOON))
    history.record(plain(NOON + 600, probe="browse"))
    assert history.prune(before=NOON + 300) == _rows(full()) + 1 + 3 + 1  # the latest: a run, readings, a diagnosis
    assert [each.probe for each in history.latest()] == ["browse"]
    assert history.surfaces("shop") == ()
    assert history.last_due("checkout") is None


def test_many_more_than_one_batch_are_pruned(history: History, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pruning, "RUNS_AT_ONCE", 7)
    for tick in range(45):
        history.record(plain(NOON + tick, state=list(State)[tick % 6]))
    assert history.prune(before=NOON + 40) == 40
    assert [each.due for each in history.outcomes()] == [NOON + tick for tick in (44, 43, 42, 41, 40)]


def test_everything_is_exported_in_order_and_with_its_run(history: History) -> None:
    history.record(plain(NOON + 60, state=State.SKIPPED))
    history.record(full(NOON))
    told = list(history.export())
    assert [each["kind"] for each in told] == [
        "run", "step", "step", "reading", "reading", "reading", "reading", "arrival", "arrival", "finding", "finding",
        "diagnosis", "diagnosis", "diagnosis", "residue", "residue", "run",
    ]  # fmt: skip
    assert {each["key"] for each in told[:-1]} == {full().key}
    assert told[3] == {
        "kind": "reading", "key": full().key, "probe": "checkout", "store": "shop", "number": 0,
        "surface": "product page", "fact": "availability:mug", "at": NOON + 5, "value": "20", "fresh": False,
    }  # fmt: skip
    assert (told[0]["run"], told[0]["state"], told[-1]["state"]) == ("5b0c7d21aa", "failed", "skipped")


def test_what_was_tried_on_a_surface_is_kept_exported_and_forgotten_with_its_run(history: History) -> None:
    tried = full(isolations=(isolation(), isolation("dashboard")))
    history.record(tried)
    assert history.outcome(tried.key) == tried
    assert [each.isolations for each in history.outcomes()] == [()]
    (first, _) = [each for each in history.export() if each["kind"] == "isolation"]
    assert (first["number"], first["surface"], first["fact"]) == (0, "product page", "availability:mug")
    assert [(each["title"], each["mark"]) for each in json.loads(first["stops"])] == [
        ("customer's screen", ""), ("edge", "refilled"), ("application cache", "named"), ("record", ""),
    ]  # fmt: skip
    assert history.prune(before=NOON + 300) == _rows(full()) + 2 + 1 + 3 + 1  # the latest: a run, readings, a diagnosis


@pytest.mark.parametrize("at_once", [1, 2, 3, 7, 1000])
def test_an_export_has_each_tick_of_its_time_once_however_many_there_are(
    history: History, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr(exporting, "RUNS_AT_ONCE", at_once)
    for tick in range(36):
        history.record(plain(NOON + tick // 3, probe=f"p{tick % 3}", state=list(State)[tick % 6]))
    told = [each["key"] for each in history.export(since=NOON + 2, until=NOON + 10)]
    assert told == [f"p{probe}@{NOON + second:.0f}" for second in range(2, 10) for probe in range(3)]


def test_of_many_threads_that_record_one_outcome_one_does(engine: sa.Engine) -> None:
    start, won = Barrier(8), []

    def record() -> None:
        start.wait()
        won.append(History(engine).record(full()))

    _together([Thread(target=record) for _ in range(8)])
    assert sorted(won) == [False] * 7 + [True]


def test_workers_that_tell_of_the_same_surfaces_do_not_block_each_other(engine: sa.Engine) -> None:
    """Each tells of them in another order; whoever is second waits, and both go on."""
    places = [f"place {number}" for number in range(12)]
    start, failed = Barrier(4), []

    def told(worker: int, tick: int) -> Outcome:
        mine = places[worker * 3 :] + places[: worker * 3]
        readings = tuple(seen(place, "1", NOON + tick, fresh=True) for place in mine)
        blames = tuple(blamed(place, "edge") for place in reversed(mine))
        of = {"key": f"{worker}-{tick}", "probe": f"p{worker}"}
        return full(NOON + tick, **of, readings=readings, arrivals=(), diagnoses=blames)

    def record(worker: int) -> None:
        start.wait()
        for tick in range(1, 25):
            try:
                History(engine).record(told(worker, tick))
            except Exception as error:
                failed.append(error)

    History(engine).record(told(0, 0))
    _together([Thread(target=record, args=(worker,)) for worker in range(4)])
    assert failed == []
    assert len(History(engine).outcomes()) == 1 + 4 * 24
    assert len(History(engine).surfaces("shop")) == 12


def test_what_several_may_write_at_once_is_written_in_one_order(engine: sa.Engine) -> None:
    """Otherwise two workers may each wait for what the other has written, and PostgreSQL ends one of them."""
    places = [f"place {7 * number % 30:02}" for number in range(30)]
    readings = tuple(seen(place, "1", NOON, fact=f"of {place}", fresh=True) for place in places)
    taken = tuple(arrival(4.0, NOON, place) for place in places)
    told = full(readings=readings, arrivals=taken, diagnoses=tuple(blamed(place, "edge") for place in places))
    written: list[tuple[str, list[tuple[object, ...]]]] = []

    def listen(_c: object, _u: object, statement: str, parameters: Any, _x: object, many: bool) -> None:
        if many and "ON CONFLICT" in statement:
            rows = [tuple(row.values()) if isinstance(row, dict) else row for row in parameters]
            written.append((statement.split()[2], rows))

    sa.event.listen(engine, "before_cursor_execute", listen)
    History(engine).record(told)

    shared = {"surfaces", "facts", "arrival_hours", "latest_readings", "latest_diagnoses"}
    assert {table for table, _ in written} == {f"journeys_{name}" for name in shared}
    assert [table for table, rows in written if [_names(row) for row in rows] != sorted(map(_names, rows))] == []


def _names(row: tuple[object, ...]) -> tuple[object, ...]:
    """What a row is known by: what it begins with, the store of a surface aside."""
    return tuple(each for each in row if each != "shop")[:1]


def _together(threads: list[Thread]) -> None:
    for each in threads:
        each.start()
    for each in threads:
        each.join()


def _rows(outcome: Outcome) -> int:
    parts = ("steps", "readings", "arrivals", "findings", "diagnoses", "left")
    return 1 + sum(len(getattr(outcome, name)) for name in parts)


def _empty(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        for table in reversed(METADATA.sorted_tables):
            if table.name.startswith("journeys_"):
                connection.execute(table.delete())


@pytest.fixture(autouse=True)
def _quick(engine: sa.Engine) -> None:
    """What is not the subject here: that a commit waits for the disk."""
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "checkout", lambda raw, _r, _p: raw.execute("pragma synchronous = off").close())
