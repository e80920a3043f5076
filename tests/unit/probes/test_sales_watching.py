"""A real store's sales, watched: what is asked of its record, what is kept of it, and what comes of that."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from steady import BERLIN, at

from journeys.model import Money, Order, StoreFault, TesterFault
from journeys.probes.migrations.v5_sales import sales
from journeys.probes.sales import RECENT_S, Span, Unlikely
from journeys.probes.sales.hours import DAY_S, HOUR_S
from journeys.probes.sales.kept import sales_since
from journeys.probes.sales.tables import SALES
from journeys.probes.sales.watching import Watching, of_a_tester

NOW = at("2026-04-27 12:00")
WEEKS_S = 4 * 7 * DAY_S


def order(placed: float | str, email: str = "anna@kunde.example") -> Order:
    said = placed if isinstance(placed, str) else datetime.fromtimestamp(placed, UTC).isoformat()
    return Order(number=f"N{placed}", email=email, total=Money.of("12.50", "EUR"), placed_at=said)


def every(seconds: float, since: float, until: float) -> list[Order]:
    return [order(since + k * seconds) for k in range(int((until - since) / seconds))]


class Record:
    """A record that holds a list."""

    def __init__(self, *held: Order) -> None:
        self.held = list(held)
        self.broken: Exception | None = None

    def orders(self) -> tuple[Order, ...]:
        if self.broken:
            raise self.broken
        return tuple(self.held)


class Diary(Record):
    """A record that can be asked for the orders since a moment alone, and notes which."""

    def __init__(self, *held: Order) -> None:
        super().__init__(*held)
        self.asked: list[float] = []

    def placed_since(self, since: float) -> tuple[Order, ...]:
        self.asked.append(since)
        return tuple(each for each in self.held if datetime.fromisoformat(each.placed_at).timestamp() >= since)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[sa.Engine]:
    """A database with the table of sales, and nothing in it."""
    engine = sa.create_engine(f"sqlite:///{tmp_path}/probes.sqlite3")
    with engine.begin() as connection:
        sales(connection)
    yield engine
    engine.dispose()


def kept(engine: sa.Engine, store: str = "shop", noun: str = "order") -> list[tuple[float, int]]:
    with engine.begin() as connection:
        return list(sales_since(connection, store, noun, 0.0).items())


def watch(engine: sa.Engine, **other: str) -> Watching:
    return Watching(engine, "shop", BERLIN, **other)


def only(said: tuple[Unlikely, ...]) -> Unlikely:
    (one,) = said
    return one


STEADY = every(360, NOW - WEEKS_S, NOW)


def test_the_migration_makes_the_table_as_it_is_today(engine: sa.Engine) -> None:
    made = sa.inspect(engine).get_columns(SALES.name)
    assert [(each["name"], each["nullable"]) for each in made] == [(each.name, each.nullable) for each in SALES.columns]
    assert sa.inspect(engine).get_pk_constraint(SALES.name)["constrained_columns"] == ["store", "noun", "start"]


def test_a_store_that_sells_as_always_has_nothing_unusual(engine: sa.Engine) -> None:
    said = watch(engine).look(Record(*STEADY), NOW)
    assert [each.kind for each in said] == ["silence", "drop", "drop", "drop", "drop"]
    assert [each.suspicious for each in said] == [False] * 5
    assert said[1].expected == pytest.approx(10, rel=0.01)


def test_a_silence_is_found_while_it_lasts(engine: sa.Engine) -> None:
    watching, record = watch(engine), Record(*STEADY)
    said = [watching.look(record, NOW + minutes * 60)[0] for minutes in range(0, 120, 5)]
    assert [each.suspicious for each in said].index(True) * 5 == 40
    assert [each.alarming for each in said].index(True) * 5 == 80


def test_synthetic_orders_are_no_sales(engine: sa.Engine) -> None:
    ours = [order(NOW + 60 * k, f"jrn-{k}@example.org") for k in range(120)]
    assert watch(engine).look(Record(*STEADY, *ours), NOW + 2 * HOUR_S)[0].alarming


@pytest.mark.parametrize(
    ("email", "ours"),
    [
        ("jrn-5d1f@example.org", True),
        ("load@example.org", True),
        ("JRN-5D1F@Example.ORG", True),
        ("jrn-5d1f@shop.example", True),
        ("anna@kunde.example", False),
        ("jrnalist@kunde.example", False),
        ("", True),
    ],
)
def test_testers_are_known_by_their_domain_and_by_their_marker(email: str, ours: bool) -> None:
    assert of_a_tester(order(NOW, email)) is ours


def test_only_times_and_counts_are_kept(engine: sa.Engine) -> None:
    start = NOW - 2 * HOUR_S
    watch(engine).look(Record(order(start - 5), order(start + 1), order(start + 2), order(NOW - 1)), NOW)
    assert kept(engine) == [(start, 2), (start + HOUR_S, 1)]


def test_an_hour_is_kept_once_it_is_over_and_counted_again_while_orders_may_come_in_late(engine: sa.Engine) -> None:
    watching, record = watch(engine), Record(order(NOW - 10), order(NOW + 60))
    watching.look(record, NOW + 1800)
    assert kept(engine) == []
    watching.look(record, NOW + HOUR_S)
    assert kept(engine) == [(NOW, 1)]
    record.held.append(order(NOW + 120))
    watching.look(record, NOW + 2 * HOUR_S)
    assert kept(engine) == [(NOW, 2), (NOW + HOUR_S, 0)]


def test_stores_and_what_they_sell_are_kept_apart(engine: sa.Engine) -> None:
    record = Record(order(NOW - 2 * HOUR_S), order(NOW - HOUR_S))
    for each in (watch(engine), watch(engine, noun="booking"), Watching(engine, "other", BERLIN)):
        each.look(record, NOW)
    assert kept(engine) == kept(engine, noun="booking") == kept(engine, "other") == [
        (NOW - 2 * HOUR_S, 1), (NOW - HOUR_S, 1)
    ]  # fmt: skip


def test_what_is_usual_outlives_the_watcher_and_the_stores_own_memory(engine: sa.Engine) -> None:
    """The store forgets what is older than nine days; what it once told is still known."""
    watch(engine).look(Record(*STEADY), NOW)
    said = watch(engine).look(Record(*every(360, NOW - 9 * DAY_S, NOW)), NOW + 2 * HOUR_S)
    assert said[0].alarming


def test_orders_without_a_time_say_nothing_of_the_time_before_the_first_question(engine: sa.Engine) -> None:
    """Some platforms date only what came since they were first asked."""
    old = [replace(each, placed_at="") for each in every(3600, NOW - WEEKS_S, NOW)]
    watching, record = watch(engine), Record(*old)
    said = watching.look(record, NOW)
    assert only(said[:1]).why == "not enough history: 0 of at least 14 days are known"
    record.held += every(1800, NOW, NOW + 3 * HOUR_S)
    watching.look(record, NOW + 3 * HOUR_S)
    assert kept(engine) == [(NOW, 2), (NOW + HOUR_S, 2), (NOW + 2 * HOUR_S, 2)]


def test_hours_in_which_nobody_watched_such_a_store_are_not_taken_for_silent_ones(engine: sa.Engine) -> None:
    old, since = replace(order(NOW), placed_at=""), NOW - 20 * DAY_S
    for begins, ends in ((since, since + 10 * DAY_S), (since + 11 * DAY_S, NOW)):
        watching, record = watch(engine), Record(old)
        watching.look(record, begins)
        record.held += every(360, begins, ends)
        said = watching.look(record, ends)
    assert said[0].known
    assert len(kept(engine)) == 19 * 24
    assert said[1].expected == pytest.approx(10, rel=0.02)


def test_after_a_restart_such_a_store_is_silent_only_since_then(engine: sa.Engine) -> None:
    watch(engine).look(Record(*STEADY), NOW)
    again = watch(engine).look(Record(replace(order(NOW), placed_at="")), NOW + 5 * HOUR_S)
    assert (again[0].since, again[0].suspicious) == (NOW + 5 * HOUR_S, False)


def test_a_store_that_never_sold_anything_has_not_enough_history(engine: sa.Engine) -> None:
    watching, record = watch(engine), Record()
    watching.look(record, NOW)
    said = watching.look(record, NOW + 20 * DAY_S)
    assert said[0].words == "not enough history: 0 of at least 50 orders are known"


def test_nothing_is_expected_during_maintenance(engine: sa.Engine) -> None:
    deployed = Span(since=NOW, until=NOW + 2 * HOUR_S)
    said = watch(engine).look(Record(*STEADY), NOW + 2 * HOUR_S, maintenance=[deployed])
    assert not any(each.suspicious for each in said)


def test_an_incident_that_lasts_hides_no_silence(engine: sa.Engine) -> None:
    """It may be a small one: a page that is old by a minute, for days."""
    lasts = Span(since=NOW - DAY_S, until=NOW + 2 * HOUR_S)
    assert watch(engine).look(Record(*STEADY), NOW + 2 * HOUR_S, incidents=[lasts])[0].alarming


def test_windows_expect_nothing_of_incidents_that_are_over(engine: sa.Engine) -> None:
    """For an hour only one of ten could buy."""
    few = [*STEADY, order(NOW + 1800), *every(360, NOW + HOUR_S, NOW + 2 * HOUR_S)]
    outage = Span(since=NOW, until=NOW + HOUR_S)
    unknown, known = (watch(engine).look(Record(*few), NOW + 2 * HOUR_S, incidents=each) for each in ((), (outage,)))
    assert unknown[2].expected == pytest.approx(30, rel=0.05)  # and that hour has taught something
    assert (known[2].seen, known[2].expected) == (20, pytest.approx(20, rel=0.02))


def test_orders_of_the_future_do_not_end_a_silence(engine: sa.Engine) -> None:
    assert watch(engine).look(Record(*STEADY, order(NOW + DAY_S)), NOW + 2 * HOUR_S)[0].alarming


def test_a_record_that_cannot_be_asked_is_unknown_and_no_silence(engine: sa.Engine) -> None:
    watching, record = watch(engine), Record(*STEADY)
    watching.look(record, NOW)
    record.broken = StoreFault("the shop answered 503")
    said = only(watching.look(record, NOW + 5 * HOUR_S))
    assert (said.known, said.alarming) == (False, False)
    assert said.words == "the record could not be asked: the shop answered 503"


def test_a_platform_that_writes_no_proper_times_is_told(engine: sa.Engine) -> None:
    with pytest.raises(TesterFault, match="order N24 Nov was placed at '24 Nov', which is no ISO 8601"):
        watch(engine).look(Record(order("24 Nov")), NOW)


def test_a_record_that_has_a_diary_is_asked_for_what_is_new(engine: sa.Engine) -> None:
    watching, record = watch(engine), Diary(*STEADY)
    first = watching.look(record, NOW)
    record.held += every(360, NOW, NOW + HOUR_S)
    second = watching.look(record, NOW + HOUR_S)
    assert record.asked == [NOW - 56 * DAY_S, NOW - HOUR_S]
    assert first[0].known
    assert [each.seen for each in second] == [0, 10, 30, 60, 240]
    assert watching.look(record, NOW + 4 * HOUR_S)[0].alarming


def test_a_diary_that_is_opened_anew_for_each_look_is_asked_for_no_more(engine: sa.Engine) -> None:
    watching = watch(engine)
    watching.look(Diary(*STEADY), NOW)
    again = Diary(*STEADY)
    assert watching.look(again, NOW + 300.0)[0].known
    assert again.asked == [NOW - HOUR_S]


def test_after_a_restart_a_diary_is_asked_for_the_last_days_alone(engine: sa.Engine) -> None:
    watch(engine).look(Diary(*STEADY), NOW)
    record = Diary(*STEADY)
    assert watch(engine).look(record, NOW + 2 * HOUR_S)[0].alarming
    assert record.asked == [NOW + 2 * HOUR_S - RECENT_S]


def test_a_diary_that_begins_within_the_horizon_is_not_taken_for_silence_before(engine: sa.Engine) -> None:
    watch(engine).look(Diary(*STEADY), NOW)
    assert kept(engine)[0][0] == NOW - WEEKS_S


def test_an_order_that_comes_into_a_diary_late_is_counted_once(engine: sa.Engine) -> None:
    watching, record = watch(engine), Diary(order(NOW - HOUR_S), order(NOW + 10))
    watching.look(record, NOW + HOUR_S)
    record.held.append(order(NOW + 20))
    watching.look(record, NOW + HOUR_S + 60)
    watching.look(record, NOW + 2 * HOUR_S)
    assert kept(engine) == [(NOW - HOUR_S, 1), (NOW, 2), (NOW + HOUR_S, 0)]
