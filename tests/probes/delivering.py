"""Processes that judge and deliver, to be killed: ``delivering.py deliver|work …``; and what they should tell."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

sys.path.insert(0, str(Path(__file__).parents[1] / "unit" / "probes"))

from watching import F, P, Told, outcome, probe, store

from journeys.probes.alerts import outbox
from journeys.probes.alerts.alerting import Alerting
from journeys.probes.alerts.delivery import Delivery
from journeys.probes.alerts.outbox import Delivered
from journeys.probes.alerts.receivers import connect
from journeys.probes.database import open_database
from journeys.probes.outcome import Outcome
from journeys.probes.probe import Probe
from journeys.run.clock import SystemClock
from journeys.run.settle import settle

RECEIVER = "pager"
_MANY = 80
_LEASE_S = 2.0
_ALL_WITHIN_S = 90.0


class Ahead:
    """The machine's clock, put forward: what would come later is due at once."""

    def __init__(self, by_s: float = 0.0) -> None:
        self.by_s = by_s

    def monotonic(self) -> float:
        return time.monotonic() + self.by_s

    def utc(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.by_s)


def deliverer(database: str, kind: str, url: str, *, ahead_s: float = 0.0) -> subprocess.Popen[bytes]:
    """A process that delivers to one receiver until it is killed."""
    return _python("deliver", database, kind, url, str(ahead_s))


def both(database: str, pager: str, robot: str) -> subprocess.Popen[bytes]:
    """A process that delivers to an Alertmanager and to a webhook until it is killed."""
    return _python("both", database, pager, robot)


def worker(database: str, of: str, url: str) -> subprocess.Popen[bytes]:
    """A process that judges all runs of one store and delivers to a webhook, until everything has arrived."""
    return _python("work", database, of, url)


def probes(of: str) -> list[Probe]:
    return [probe(f"{of} {name}", of=of) for name in "ab"]


def happened(of: str) -> Iterator[Outcome]:
    """The same runs each time: outages of some length, of one probe or of both."""
    chance, state = random.Random(of), {"a": P, "b": P}
    for number in range(_MANY):
        for name in "ab":
            if chance.random() < 0.15:
                state[name] = F if state[name] is P else P
            yield outcome(state[name], 60.0 * number, f"{of} {name}", of=of)


def expected(of: str) -> list[str]:
    """The keys of all that has to be told of the store, in that order."""
    told = Told(store(*probes(of)))
    for news in happened(of):
        told.take(news, news.ended)
    return [each.key for each in told.notices]


def _python(*arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, __file__, *arguments])


def _deliver(database: str, kind: str, url: str, ahead_s: str) -> None:
    receivers = connect({RECEIVER: {"kind": kind, "url": url}})
    Delivery(open_database(database), receivers, clock=Ahead(float(ahead_s))).until(Event(), every_s=0.05)


def _both(database: str, pager: str, robot: str) -> None:
    receivers = connect({"pager": {"kind": "alertmanager", "url": pager}, "robot": {"kind": "webhook", "url": robot}})
    Delivery(open_database(database), receivers).until(Event(), every_s=0.5)


def _work(database: str, of: str, url: str) -> None:
    outbox.LEASE_S = _LEASE_S  # type: ignore[misc]  # so that a test has not to wait for longer
    engine = open_database(database)
    alerting = Alerting(engine, probes(of), receivers=[RECEIVER])
    delivery = Delivery(engine, connect({RECEIVER: {"kind": "webhook", "url": url}}))
    for news in happened(of):
        alerting.take(news, news.ended)
        delivery.once()

    def left() -> int:
        delivery.once()
        return sum(each.state is Delivered.WAITING for each in alerting.undelivered())

    sys.exit(settle(left, lambda many: many == 0, SystemClock(), _ALL_WITHIN_S))


if __name__ == "__main__":
    {"both": _both, "deliver": _deliver, "work": _work}[sys.argv[1]](*sys.argv[2:])
