"""What becomes of alerts while Alertmanager and a webhook are down for two minutes, and who delivers them is killed.

Run it with ``python tests/bench/alerting_outage.py [SECONDS]``. Before the outage one incident begins; meanwhile it
ends, a second begins, and a third begins and ends; afterwards the second ends. The process that delivers is killed
twice while nobody can be reached.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from pathlib import Path
from subprocess import Popen
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).parents[1] / "unit" / "probes"))
sys.path.insert(0, str(Path(__file__).parents[1] / "probes"))

from delivering import both
from listening import listening
from pager import paging
from watching import F, P, outcome, probe

from journeys.probes.alerts.alerting import Alerting
from journeys.probes.alerts.outbox import Delivered
from journeys.probes.database import open_database
from journeys.probes.outcome import State
from journeys.run.clock import SystemClock
from journeys.run.settle import settle

STORES = ("one", "two", "three")
PAGES = (("firing", "fails (cause: cache)"), ("resolved", "is well again"))
FIRST, LAST = (f"{state}: two: two checkout {words}" for state, words in PAGES)


def main() -> int:
    """0 when nothing was lost and nobody was paged twice."""
    lasts_s = float(sys.argv[1]) if len(sys.argv) > 1 else 120.0
    with TemporaryDirectory() as folder, paging(Path(folder) / "pager") as pager, listening() as robot:
        database = f"sqlite:///{folder}/probes.sqlite3"
        engine = open_database(database)
        names = [probe(f"{store} checkout", of=store) for store in STORES]
        alerting = Alerting(engine, names, receivers=["pager", "robot"])
        made: list[str] = []

        def runs(store: str, *states: State) -> None:
            for state in states:
                now = time.time()
                news = outcome(state, now, f"{store} checkout", of=store)
                made.extend(each.key for each in alerting.take(news, now))

        def waits() -> int:
            return sum(each.state is Delivered.WAITING for each in alerting.undelivered(limit=1000))

        process = both(database, pager.url, robot.url)
        runs("one", F, F)
        pager.pages(1)
        robot.waits_for(1)
        pager.has_noted(1)
        settle(waits, lambda left: left == 0, SystemClock(), 30)

        pager.down()
        robot.down()
        began = time.monotonic()
        runs("one", P, P)
        runs("two", F, F)
        runs("three", F, F, P, P)
        for part in (1 / 3, 2 / 3):
            _until(began + lasts_s * part)
            process = _killed(process, database, pager.url, robot.url)
        _until(began + lasts_s)
        tries = [each.tries for each in alerting.undelivered(limit=1000)]
        pager.up()
        robot.up()
        back = time.monotonic()
        left = settle(waits, lambda left: left == 0, SystemClock(), 120)
        took_s = time.monotonic() - back
        settle(lambda: pager.pages(0), lambda pages: FIRST in pages, SystemClock(), 30)
        runs("two", P, P)
        pages = settle(lambda: pager.pages(0), lambda pages: LAST in pages, SystemClock(), 30)
        robot.waits_for(len(made))
        process.kill()
        process.wait(30)
    told = Counter(each.headers["idempotency-key"] for each in robot.posted)
    print(f"down for {lasts_s:.0f} s, {sum(tries)} tries in vain; all arrived {took_s:.1f} s after both were back")
    print(f"webhook: {len(made)} notices made, {len(told)} arrived, {sum(told.values()) - len(told)} of them twice")
    print("the person was paged:", *pages, sep="\n  ")
    return int(left != 0 or set(told) != set(made) or sum(told.values()) != len(made) or not _each_once(pages))


def _each_once(pages: list[str]) -> bool:
    """An incident that is over before Alertmanager comes back need not wake anybody any more."""
    needed = {f"{state}: {store}: {store} checkout {words}" for store in STORES[:2] for state, words in PAGES}
    return needed <= set(pages) and len(pages) == len(set(pages))


def _killed(process: Popen[bytes], database: str, pager: str, robot: str) -> Popen[bytes]:
    process.kill()
    process.wait(30)
    return both(database, pager, robot)


def _until(moment: float) -> None:
    time.sleep(max(0.0, moment - time.monotonic()))  # the outage itself is what is measured


if __name__ == "__main__":
    sys.exit(main())
