"""Alerts as they are kept: the same as in memory, each outcome once, and the outbox of what is told of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from test_alert_laws import Event, events, stores
from watching import EVERY_S, B, F, P, Told, outcome, probe, said

from journeys.probes.alerts import outbox
from journeys.probes.alerts.alerting import Alerting
from journeys.probes.alerts.delivery import Delivery
from journeys.probes.alerts.incidents import Notice
from journeys.probes.alerts.outbox import Delivered
from journeys.probes.alerts.receivers import Undelivered
from journeys.probes.alerts.standing import Standing
from journeys.probes.alerts.tables import INCIDENTS, NOTICES, WATCHED
from journeys.probes.database import open_database
from journeys.probes.history import History
from journeys.probes.probe import AlertRule, Probe


class At:
    """A clock that stands until somebody sets it."""

    def __init__(self, now: float = 1000.0) -> None:
        self.now = now

    def monotonic(self) -> float:
        return self.now

    def utc(self) -> datetime:
        return datetime.fromtimestamp(self.now, UTC)


@dataclass(slots=True, kw_only=True)
class Person:
    """A receiver that keeps what it is told, or does what a test wants instead."""

    told: list[str] = field(default_factory=list)
    trouble: Callable[[Notice], None] = field(default=lambda notice: None)

    def deliver(self, notice: Notice) -> None:
        self.trouble(notice)
        self.told.append(notice.key)


def refuses(*, retry: bool) -> Callable[[Notice], None]:
    def refuse(notice: Notice) -> None:
        raise Undelivered("nobody at home", retry=retry)

    return refuse


def alerting(engine: sa.Engine, *probes: Probe, receivers: tuple[str, ...] = ("pager",)) -> Alerting:
    return Alerting(engine, probes or (probe(),), receivers=receivers)


def outage(engine: sa.Engine, *states: object, since: float = 0.0) -> list[Notice]:
    kept = alerting(engine)
    told: list[Notice] = []
    for number, state in enumerate(states):
        due = since + EVERY_S * number
        told += kept.take(outcome(state, due), due + 5)  # type: ignore[arg-type]
    return told


def rows(engine: sa.Engine, table: sa.Table) -> int:
    with engine.connect() as connection:
        return connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15)
@given(stores(), events())
def test_what_is_kept_tells_the_same_as_what_is_in_memory(
    tmp_path_factory: pytest.TempPathFactory, standing: Standing, happened: list[Event]
) -> None:
    engine = open_database(f"sqlite:///{tmp_path_factory.mktemp('kept')}/probes.sqlite3")
    sa.event.listen(engine, "connect", lambda connection, _: connection.execute("pragma synchronous = off"))
    engine.dispose()
    declared = [each.probe for each in standing.watched if not each.beside]
    beside = [each.probe for each in standing.watched if each.beside]
    told = Told(standing)
    for news, at in happened:
        if news is not None and standing.of(news.probe) is None:
            continue
        kept = Alerting(engine, declared, beside=beside, receivers=["pager"])  # as after a restart
        expected = told.take(news, at)
        assert (kept.take(news, at) if news else kept.pulse(at)) == expected
        assert {each.id for each in kept.open()} == {each.id for each in told.standing.incidents if each.open}
    engine.dispose()


def test_an_alert_lies_in_the_outbox_once_for_each_receiver(engine: sa.Engine) -> None:
    kept = alerting(engine, receivers=("pager", "chat"))
    kept.take(outcome(F, 0), 5)
    (notice,) = kept.take(outcome(F, 60), 65)
    entries = kept.notices(notice.incident.id)

    assert [(each.receiver, each.notice, each.state) for each in entries] == [
        ("pager", notice, Delivered.WAITING),
        ("chat", notice, Delivered.WAITING),
    ]


def test_an_outcome_counts_once_however_often_it_is_taken(engine: sa.Engine) -> None:
    for _ in range(3):
        outage(engine, F)
    assert outage(engine, F, F, F) != []
    assert outage(engine, F, F, F) == []
    assert rows(engine, NOTICES) == 1


def test_many_broken_runs_are_kept_as_an_incident_of_the_tester(engine: sa.Engine) -> None:
    assert said(outage(engine, P, B, B, B)) == ["alert tester here"]


def test_outcomes_of_probes_that_are_not_declared_count_nowhere(engine: sa.Engine) -> None:
    assert alerting(engine).take(outcome(F, 0, "somebody else's"), 5) == ()
    assert rows(engine, WATCHED) == 0


def test_what_was_recorded_and_not_taken_is_caught_up_with_once(engine: sa.Engine, history: History) -> None:
    kept = alerting(engine)
    for number, state in enumerate((P, F, F)):
        history.record(outcome(state, EVERY_S * number))
    kept.take(outcome(P, 0), 5)

    assert said(kept.catch_up(history, 500)) == ["alert probe checkout"]
    assert kept.catch_up(history, 501) == ()


def test_an_incident_can_be_read_while_it_stands_and_afterwards(engine: sa.Engine) -> None:
    outage(engine, F, F)
    kept = alerting(engine)
    assert [(each.name, each.open) for each in kept.open()] == [("checkout", True)]

    outage(engine, P, P, since=600)
    assert kept.open() == ()
    assert [(each.name, each.open) for each in kept.incidents()] == [("checkout", False)]
    assert kept.incidents(since=10_000) == ()


def test_incidents_of_what_is_no_longer_declared_end_when_they_are_retired(engine: sa.Engine) -> None:
    outage(engine, F, F)
    rest = alerting(engine, probe("browse"))
    assert rest.pulse(500) == ()

    assert said(rest.retire(600)) == ["resolved probe checkout"]
    assert rest.open() == ()


def test_what_is_old_and_over_is_pruned_with_its_notices(engine: sa.Engine) -> None:
    outage(engine, F, F, P, P)
    outage(engine, F, F, since=6000)
    kept = alerting(engine)

    assert (kept.prune(before=100), kept.prune(before=9e9)) == (0, 1)
    assert (rows(engine, INCIDENTS), rows(engine, NOTICES)) == (1, 1)


def test_a_notice_that_arrives_is_not_sent_again(engine: sa.Engine) -> None:
    told = outage(engine, F, F)
    person = Person()
    delivery = Delivery(engine, {"pager": person}, clock=At())

    assert (delivery.once(), delivery.once()) == (1, 0)
    assert person.told == [told[0].key]


def test_one_that_does_not_arrive_is_tried_again_later_and_later(engine: sa.Engine) -> None:
    outage(engine, F, F)
    person, clock = Person(trouble=refuses(retry=True)), At()
    delivery = Delivery(engine, {"pager": person}, clock=clock)
    pauses = []
    for _ in range(9):
        delivery.once()
        (entry,) = alerting(engine).undelivered()
        pauses.append(entry.next_try - clock.now)
        clock.now = entry.next_try - 0.5
        assert delivery.once() == 0
        assert alerting(engine).undelivered()[0].tries == entry.tries
        clock.now = entry.next_try

    assert pauses == [2, 4, 8, 16, 32, 60, 60, 60, 60]
    assert (entry.state, entry.last_error) == (Delivered.WAITING, "nobody at home")


def test_a_receiver_may_be_away_for_a_day(engine: sa.Engine) -> None:
    outage(engine, F, F)
    person, clock = Person(trouble=refuses(retry=True)), At()
    delivery = Delivery(engine, {"pager": person}, clock=clock)
    while clock.now < 86_400 * 1.5:
        delivery.once()
        clock.now += 3600
    person.trouble = lambda notice: None

    assert (delivery.once(), len(person.told)) == (1, 1)


def test_after_two_days_in_vain_it_is_given_up_and_that_is_shown(engine: sa.Engine) -> None:
    outage(engine, F, F)
    said_: list[str] = []
    delivery = Delivery(
        engine, {"pager": Person(trouble=refuses(retry=True))}, clock=At(3 * 86_400.0), say=said_.append
    )
    delivery.once()

    assert [each.state for each in alerting(engine).undelivered()] == [Delivered.GIVEN_UP]
    assert said_ == ["pager: probe/shop/checkout@0#1 did not arrive (nobody at home); given up"]


def test_what_a_receiver_refuses_for_good_is_given_up_at_once_with_its_error(engine: sa.Engine) -> None:
    outage(engine, F, F)
    Delivery(engine, {"pager": Person(trouble=refuses(retry=False))}, clock=At()).once()
    (entry,) = alerting(engine).undelivered()

    assert (entry.state, entry.tries, entry.last_error) == (Delivered.GIVEN_UP, 1, "nobody at home")


def test_a_mistake_in_one_receiver_does_not_keep_another_waiting(engine: sa.Engine) -> None:
    def crash(notice: Notice) -> None:
        raise KeyError("password")

    kept = alerting(engine, receivers=("crashing", "pager"))
    kept.take(outcome(F, 0), 5)
    kept.take(outcome(F, 60), 65)
    person = Person()
    Delivery(engine, {"crashing": Person(trouble=crash), "pager": person}, clock=At()).once()
    (entry,) = kept.undelivered()

    assert len(person.told) == 1
    assert (entry.state, entry.last_error) == (Delivered.WAITING, "KeyError in the receiver itself")


def test_that_it_is_over_never_overtakes_the_alert(engine: sa.Engine) -> None:
    alert, resolved = outage(engine, F, F, P, P)
    person, clock = Person(trouble=refuses(retry=True)), At()
    delivery = Delivery(engine, {"pager": person}, clock=clock)
    delivery.once()
    clock.now += 1  # the resolve has not been tried yet: it would be due, and its alert is not
    person.trouble = lambda notice: None
    assert delivery.once() == 0

    clock.now += 60
    assert (delivery.once(), person.told) == (2, [alert.key, resolved.key])


def test_the_end_of_one_incident_comes_before_the_beginning_of_the_next_about_the_same(engine: sa.Engine) -> None:
    told = outage(engine, F, F, P, P, F, F)
    person, clock = Person(), At()

    def not_the_second(notice: Notice) -> None:
        if notice.key == told[1].key and clock.now < 2000:
            raise Undelivered("busy", retry=True)

    person.trouble = not_the_second
    delivery = Delivery(engine, {"pager": person}, clock=clock)
    delivery.once()
    clock.now = 3000
    delivery.once()

    assert person.told == [each.key for each in told]


def test_what_waits_about_one_probe_does_not_keep_another_waiting(engine: sa.Engine) -> None:
    kept = alerting(engine, probe("a"), probe("b"), probe("c"))
    for due, (name, state) in enumerate(
        (("c", P), ("a", F), ("c", P), ("a", F), ("c", P), ("b", F), ("c", P), ("b", F))
    ):
        kept.take(outcome(state, due, name), due)
    person = Person()

    def not_about_a(notice: Notice) -> None:
        if notice.incident.name == "a":
            raise Undelivered("busy", retry=True)

    person.trouble = not_about_a
    Delivery(engine, {"pager": person}, clock=At()).once()

    assert [key.partition("@")[0] for key in person.told] == ["probe/shop/b"]


def test_only_one_process_speaks_to_a_receiver_until_its_lease_has_run_out(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        assert outbox.lease(connection, "pager", "first", 1000)
        assert outbox.lease(connection, "pager", "first", 1001)
        assert not outbox.lease(connection, "pager", "second", 1001 + outbox.LEASE_S - 1)
        assert outbox.lease(connection, "chat", "second", 1001)
        assert outbox.lease(connection, "pager", "second", 1001 + outbox.LEASE_S)
        assert not outbox.lease(connection, "pager", "first", 1001 + outbox.LEASE_S)
        outbox.release(connection, "pager", "first")
        assert not outbox.lease(connection, "pager", "first", 1001 + outbox.LEASE_S)
        outbox.release(connection, "pager", "second")
        assert outbox.lease(connection, "pager", "first", 1001 + outbox.LEASE_S)


def test_what_a_dead_process_was_sending_is_sent_by_another_after_its_lease(engine: sa.Engine) -> None:
    outage(engine, F, F)
    with engine.begin() as connection:
        outbox.lease(connection, "pager", "dead", 1000)
    person, clock = Person(), At(1010)
    delivery = Delivery(engine, {"pager": person}, clock=clock)

    assert (delivery.once(), person.told) == (0, [])
    clock.now = 1031
    assert delivery.once() == 1


def test_what_has_arrived_is_not_sent_again_where_only_the_note_of_it_failed(
    engine: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    outage(engine, F, F)
    person = Person()
    delivery = Delivery(engine, {"pager": person}, clock=At())

    def away(*given: object) -> None:
        raise sa.exc.OperationalError("UPDATE", {}, Exception("the database is away"))

    with monkeypatch.context() as patch:
        patch.setattr(outbox, "delivered", away)
        with pytest.raises(sa.exc.OperationalError):
            delivery.once()
    delivery.once()

    assert (len(person.told), alerting(engine).undelivered()) == (1, ())


def test_repetitions_do_not_pile_up_before_a_receiver_that_is_away(engine: sa.Engine) -> None:
    outage(engine, F, F)
    kept = alerting(engine, probe(rule=AlertRule(repeat_s=3600)))
    for hour in range(1, 6):
        kept.pulse(hour * 4000.0)
    person = Person()
    Delivery(engine, {"pager": person}, clock=At(30_000)).once()

    assert [key.rpartition("#")[2] for key in person.told] == ["1", "6"]


def test_nothing_looks_through_all_that_ever_was(engine: sa.Engine) -> None:
    """Each search is one in an index, of what stands, what waits, or what is about one incident."""
    outage(engine, F, F)
    asked: list[tuple[str, tuple[object, ...]]] = []

    @sa.event.listens_for(engine, "before_cursor_execute")
    def note(connection: object, cursor: object, statement: str, parameters: tuple[object, ...], *_: object) -> None:
        if statement.startswith("SELECT") and (statement, parameters) not in asked:
            asked.append((statement, parameters))

    kept = alerting(engine)
    kept.open(), kept.incidents(), kept.undelivered(), kept.notices("any"), kept.pulse(1.0)
    kept.take(outcome(F, 600), 600)
    Delivery(engine, {"pager": Person()}, clock=At()).once()
    with engine.connect() as connection:
        outbox.standing_at(connection, "pager")
        plans = [connection.exec_driver_sql(f"explain query plan {each}", given).all() for each, given in asked]
    steps = {row[3] for plan in plans for row in plan if "journeys_" in row[3]}

    assert {step for step in steps if "USING" not in step} == set()
    assert {step for step in steps if step.startswith("SCAN")} == {
        "SCAN journeys_incidents USING INDEX journeys_incidents_standing"  # which holds nothing else
    }
