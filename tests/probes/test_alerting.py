"""Alerts reach a real Alertmanager, a webhook and a mailbox: none is lost or doubled, whatever is down or killed."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message
from delivering import Ahead, deliverer, expected, worker
from listening import Posted, listening
from pager import Pager, paging
from watching import F, P, outcome, probe, said

from journeys.probes.alerts.alerting import Alerting
from journeys.probes.alerts.alertmanager import Alertmanager
from journeys.probes.alerts.apprise_url import AppriseUrl
from journeys.probes.alerts.delivery import Delivery
from journeys.probes.alerts.incidents import Notice
from journeys.probes.alerts.outbox import Delivered, Entry
from journeys.probes.alerts.receivers import Receiver
from journeys.probes.alerts.webhook import Webhook
from journeys.probes.database import open_database
from journeys.probes.outcome import State

HOLDING_S = 31.0
"""Longer than a lease."""
JSON = {"Content-Type": "application/json"}


class Watch:
    """Probes of a shop whose runs a test makes up, and one process that delivers what is told of them."""

    def __init__(self, engine: sa.Engine, receiver: Receiver, *names: str) -> None:
        self.alerting = Alerting(engine, [probe(name) for name in names or ("checkout",)], receivers=["pager"])
        self.clock = Ahead()
        self.delivery = Delivery(engine, {"pager": receiver}, clock=self.clock)

    def runs(self, *states: State, name: str = "checkout", cause: str = "cache") -> list[Notice]:
        """So many runs at this moment, one after the other."""
        told: list[Notice] = []
        for state in states:
            now = time.time()
            told += self.alerting.take(outcome(state, now, name, cause=cause), now)
        return told

    def deliver(self, *, later_s: float = 0.0) -> int:
        self.clock.by_s += later_s
        return self.delivery.once()


@pytest.fixture
def pager(tmp_path: Path) -> Iterator[Pager]:
    with paging(tmp_path / "pager") as pager:
        yield pager


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[sa.Engine]:
    engine = open_database(f"sqlite:///{tmp_path}/probes.sqlite3")
    yield engine
    engine.dispose()


def test_alertmanager_pages_once_for_an_outage_and_once_for_its_end(pager: Pager, engine: sa.Engine) -> None:
    watch = Watch(engine, Alertmanager(url=pager.url))
    watch.runs(P, F, F, F)
    watch.deliver()
    assert pager.pages(1) == ["firing: shop: checkout fails (cause: cache)"]

    watch.runs(F, P, P)
    watch.deliver()
    assert pager.pages(2)[1:] == ["resolved: shop: checkout is well again"]


def test_alertmanager_groups_what_fails_in_one_store(tmp_path: Path, engine: sa.Engine) -> None:
    with paging(tmp_path / "grouping", group_by="store") as pager:
        watch = Watch(engine, Alertmanager(url=pager.url), "a", "b", "c", "d")
        for name, state in (("c", P), ("d", P), ("a", F), ("c", P), ("d", P), ("a", F), ("b", F), ("b", F)):
            watch.runs(state, name=name)
        assert watch.deliver() == 2

        assert pager.pages(1) == ["firing: shop: a fails (cause: cache); firing: shop: b fails (cause: cache)"]


def test_a_store_that_fails_as_a_whole_takes_the_place_of_its_probes(tmp_path: Path, engine: sa.Engine) -> None:
    with paging(tmp_path / "taking in", group_by="store") as pager:
        watch = Watch(engine, Alertmanager(url=pager.url), "a", "b")
        for name, state in (("b", P), ("a", F), ("b", P), ("a", F)):
            watch.runs(state, name=name)
        watch.deliver()
        assert pager.pages(1) == ["firing: shop: a fails (cause: cache)"]

        for name in "babaa":
            watch.runs(F, name=name)
        watch.deliver()
        assert pager.pages(2)[1] == (
            "firing: shop: 2 of 2 probes fail (cause: cache); resolved: shop: a fails, now told with the whole store"
        )
        watch.runs(P, P, name="a")
        watch.runs(P, P, name="b")
        watch.deliver()
        assert pager.pages(3)[2] == "resolved: shop: all probes are well again"


def test_another_cause_is_the_same_incident(pager: Pager, engine: sa.Engine) -> None:
    watch = Watch(engine, Alertmanager(url=pager.url))
    watch.runs(F, F)
    watch.deliver()
    pager.pages(1)
    watch.runs(F, cause="network")
    watch.deliver()

    assert pager.pages(2)[1] == (
        "firing: shop: checkout fails, by another cause: network (it was cache); "
        "resolved: shop: checkout fails, by another cause: network (it was cache)"
    )


def test_while_alertmanager_is_down_nothing_is_lost_and_nothing_doubled(pager: Pager, engine: sa.Engine) -> None:
    watch = Watch(engine, Alertmanager(url=pager.url))
    pager.down()
    told = watch.runs(F, F)
    for _ in range(4):
        assert watch.deliver(later_s=60) == 0
    (entry,) = watch.alerting.undelivered()
    assert (entry.state, entry.tries, "ConnectError" in entry.last_error) == (Delivered.WAITING, 4, True)

    pager.up()
    assert watch.deliver(later_s=60) == 1
    assert pager.pages(1) == ["firing: shop: checkout fails (cause: cache)"]
    told += watch.runs(P, P)
    watch.deliver()
    assert pager.pages(2)[1:] == ["resolved: shop: checkout is well again"]
    assert said(told) == ["alert probe checkout", "resolved probe checkout"]


def test_an_alertmanager_that_has_forgotten_everything_is_reminded_and_pages_nobody_again(
    pager: Pager, engine: sa.Engine
) -> None:
    watch = Watch(engine, Alertmanager(url=pager.url))
    watch.runs(F, F)
    watch.deliver()
    pager.pages(1)
    pager.has_noted(1)
    pager.down()
    pager.up()
    assert pager.alerts() == []

    watch.deliver(later_s=61)
    (alert,) = pager.alerts()
    assert (alert["labels"]["probe"], alert["status"]["state"]) == ("checkout", "active")
    watch.runs(P, P)
    watch.deliver()
    assert pager.pages(2)[1:] == ["resolved: shop: checkout is well again"]


def test_a_reminder_moves_the_moment_at_which_alertmanager_forgets(pager: Pager, engine: sa.Engine) -> None:
    watch = Watch(engine, Alertmanager(url=pager.url))
    watch.runs(F, F)
    watch.deliver()

    def forgets() -> str:
        (alert,) = pager.alerts()
        return str(alert["endsAt"])

    first = forgets()
    watch.deliver(later_s=61)
    assert forgets() > first


def test_what_was_sent_by_a_process_that_was_killed_before_it_could_note_it_pages_nobody_twice(
    pager: Pager, database: str
) -> None:
    """The process is killed when Alertmanager has taken the alert, before it hears so."""
    engine = open_database(database)
    with listening() as between:
        watch = Watch(engine, Alertmanager(url=between.url))
        watch.runs(F, F)
        process = deliverer(database, "alertmanager", between.url)

        def forward(posted: Posted) -> None:
            httpx.post(f"{pager.url}{posted.path}", content=posted.body, headers=JSON, trust_env=False)
            process.kill()

        between.then = forward
        assert process.wait(60) == -signal.SIGKILL
        assert pager.pages(1) == ["firing: shop: checkout fails (cause: cache)"]

        assert watch.deliver(later_s=HOLDING_S) == 1
        watch.runs(P, P)
        watch.deliver()
        assert pager.pages(2)[1:] == ["resolved: shop: checkout is well again"]
        assert between.posted[0].body == between.posted[1].body
    engine.dispose()


def test_a_webhook_that_is_sent_a_notice_twice_can_see_that_it_is_the_same(database: str) -> None:
    engine = open_database(database)
    with listening() as robot:
        watch = Watch(engine, Webhook(url=robot.url))
        (told,) = watch.runs(F, F)
        process = deliverer(database, "webhook", robot.url)
        robot.then = lambda posted: process.kill()
        assert process.wait(60) == -signal.SIGKILL
        assert watch.deliver() == 0, "the one that was killed still holds the receiver"
        assert watch.deliver(later_s=HOLDING_S) == 1

    first, second = robot.posted
    assert first.headers["idempotency-key"] == second.headers["idempotency-key"] == told.key
    assert first.body == second.body
    engine.dispose()


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_whoever_is_killed_whenever_each_notice_is_made_once_and_arrives(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Three processes judge a store each and deliver for all; one after the other is killed in the middle of it."""
    url = f"sqlite:///{tmp_path}/probes.sqlite3" if kind == "sqlite" else request.getfixturevalue("database")
    engine = open_database(url)
    stores = ("one", "two", "three")
    kills = 4
    with listening() as robot:
        workers = {name: worker(url, name, robot.url) for name in stores}
        for number in range(kills):
            robot.waits_for(4 * (number + 1))
            name = stores[number % 3]
            workers[name].kill()
            assert workers[name].wait(30) == -signal.SIGKILL, "it had ended before"
            workers[name] = worker(url, name, robot.url)
        assert [each.wait(120) for each in workers.values()] == [0, 0, 0]

    entries = [each for name in stores for each in made(engine, name)]
    assert {each.state for each in entries} == {Delivered.DELIVERED}
    arrived = [each.headers["idempotency-key"] for each in robot.posted]
    for name in stores:
        assert [each.notice.key for each in made(engine, name)] == expected(name)
        assert [key for key in dict.fromkeys(arrived) if f"/{name}/" in key] == expected(name)
    assert len(arrived) - len(set(arrived)) <= kills, "only what a killed process was just sending comes twice"
    engine.dispose()


def made(engine: sa.Engine, of: str) -> list[Entry]:
    """All notices about a store, in the order in which they were made."""
    alerting = Alerting(engine, [])
    incidents = [each for each in alerting.incidents(limit=1000) if each.store == of]
    return sorted((entry for each in incidents for entry in alerting.notices(each.id)), key=lambda each: each.id)


def test_apprise_writes_a_mail_that_says_it_all(engine: sa.Engine) -> None:
    letters: list[str] = []

    class Letters(Message):
        def handle_message(self, message: object) -> None:
            letters.append(str(message))

    with listening() as somebody:
        port = somebody.port  # free as soon as nobody listens there
    post = Controller(Letters(), hostname="127.0.0.1", port=port)
    post.start()
    try:
        url = f"mailto://127.0.0.1:{port}?from=journeys@example.org&to=oncall@example.org&mode=insecure"
        watch = Watch(engine, AppriseUrl(url=url))
        watch.runs(F, F)
        assert watch.deliver() == 1, watch.alerting.undelivered()
    finally:
        post.stop()

    (letter,) = letters
    assert "shop: checkout fails" in letter
    assert "oncall@example.org" in letter
