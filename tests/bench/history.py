"""What the history of probes costs when little is kept and when much is: record, and all that is asked of it.

    python tests/bench/history.py [postgresql] [READINGS ...]

On SQLite, or on a PostgreSQL of its own, in a folder that is deleted again. READINGS are the sizes to measure, by
default 10,000 and 1,000,000; a commit waits for the disk on both.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from itertools import count, islice
from pathlib import Path
from statistics import median, quantiles

import sqlalchemy as sa
from filled import BEGAN, DAY_S, NOW, PER_RUN, SPAN_S, fill
from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).parents[1] / "probes"))

from server import running

from journeys.probes.database import open_database
from journeys.probes.history import History
from journeys.probes.outcome import Arrival, Outcome, Seen, State, StepTime

SIZES = (10_000, 1_000_000)
TIMES = 300
PROBES, SURFACES = 6, 10
MOST_EXPORTED = 50_000

Costs = dict[str, tuple[float, float]]


def main() -> int:
    """Fill, measure, print."""
    arguments = sys.argv[1:]
    sizes = [int(each.replace("_", "")) for each in arguments if each[0].isdigit()] or list(SIZES)
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        server = stack.enter_context(running(folder, durable=True)) if "postgresql" in arguments else None
        measured = {}
        for size in sizes:
            url = server.database() if server else f"sqlite:///{folder}/{size}.sqlite3"
            engine = open_database(url)
            measured[size] = _measure(engine, size)
            engine.dispose()
    _print(measured)
    return 0


def _measure(engine: sa.Engine, size: int) -> tuple[str, Costs]:
    began = time.perf_counter()
    fill(engine, size)
    loaded = time.perf_counter() - began
    print(f"{size:,} readings: loaded in {loaded:.0f} s", file=sys.stderr)
    history, number = History(engine), count()
    for _ in range(PROBES * 4):
        history.record(_run(next(number), whole=True))
    questions: dict[str, Callable[[], object]] = {
        "record a run of which nothing is to be told": lambda: history.record(_run(next(number), whole=False)),
        "record one with 10 readings, 3 steps, 2 arrivals": lambda: history.record(_run(next(number), whole=True)),
        "last_due": lambda: history.last_due("probe-1"),
        "latest (6 probes)": history.latest,
        "recent (20)": lambda: history.recent("probe-1", 20),
        "outcomes (100)": history.outcomes,
        "outcomes (100 failed)": lambda: history.outcomes(states=(State.FAILED,)),
        "outcome, whole": lambda: history.outcome("probe-1@7"),
        "surfaces": lambda: history.surfaces("shop"),
        "hours (30 days)": lambda: history.hours(probe="probe-1", since=NOW - 30 * DAY_S),
        "arrived (30 days)": lambda: history.arrived(store="shop", surface="surface 1", since=NOW - 30 * DAY_S),
        "arrivals (500 of a surface)": lambda: history.arrivals(store="shop", surface="surface 1"),
        "arrivals (500 of a store)": lambda: history.arrivals(store="shop"),
    }
    costs = {name: _cost(ask) for name, ask in questions.items()}
    costs["export, each 1,000 records"] = _cost_of_export(history)
    costs["prune, a batch of 200 runs"] = _cost_of_pruning(history, size)
    return _size(engine), costs


def _cost(ask: Callable[[], object]) -> tuple[float, float]:
    for _ in range(20):
        ask()
    took = []
    for _ in range(TIMES):
        began = time.perf_counter()
        ask()
        took.append((time.perf_counter() - began) * 1000)
    return median(took), quantiles(took, n=100)[98]


def _cost_of_export(history: History) -> tuple[float, float]:
    took, told = [], history.export()
    for _ in range(MOST_EXPORTED // 1000):
        began = time.perf_counter()
        if len(list(islice(told, 1000))) == 1000:
            took.append((time.perf_counter() - began) * 1000)
    return median(took), quantiles(took, n=100)[98]


def _cost_of_pruning(history: History, size: int) -> tuple[float, float]:
    step = SPAN_S / (size / PER_RUN)
    took = []
    for batch in range(1, 1 + min(40, size // PER_RUN // 200 // 2)):
        began = time.perf_counter()
        gone = history.prune(before=BEGAN + (batch * 200 + 0.5) * step)
        took.append((time.perf_counter() - began) * 1000)
        assert gone >= 200 * 16, gone
    return median(took), max(took)


def _run(number: int, *, whole: bool) -> Outcome:
    store, due = ("shop", "booking")[number % 2], NOW + number
    places = [f"surface {place}" for place in range(SURFACES)] if whole else []
    return Outcome(
        key=f"probe-{number % PROBES}@{due}", probe=f"probe-{number % PROBES}", store=store, journey="guest checkout",
        location="here", state=State.PASSED, due=due, began=due + 1, ended=due + 21, worker="worker-1:4242",
        run=f"run{due}" if whole else "", history=f"/var/lib/journeys/runs/{due}/history.ndjson" if whole else "",
        steps=tuple(StepTime(name="find it", outcome="passed", began=due, took_s=1.25) for _ in places[:3]),
        readings=tuple(_seen(place, due) for place in places),
        arrivals=tuple(Arrival(surface=place, fact="availability:product-1", at=due, low_s=0.25, high_s=1.5)
                       for place in places[:2]),
    )  # fmt: skip


def _seen(place: str, at: float) -> Seen:
    return Seen(surface=place, fact="availability:product-1", at=at, value="20", fresh=True)


def _size(engine: sa.Engine) -> str:
    of = "pg_database_size(current_database())"
    if engine.dialect.name == "sqlite":
        of = "page_count * page_size from pragma_page_count, pragma_page_size"
    with engine.connect() as connection:
        return f"{(connection.exec_driver_sql(f'select {of}').scalar() or 0) / 1e6:,.0f} MB"


def _print(measured: dict[int, tuple[str, Costs]]) -> None:
    table = Table("ms: median (99th percentile)", title="what the history costs")
    for size, (weight, _) in measured.items():
        table.add_column(f"{size:,} readings, {weight}", justify="right")
    for name in next(iter(measured.values()))[1]:
        cells = (costs[name] for _, costs in measured.values())
        table.add_row(name, *(f"{usual:.2f} ({worst:.2f})" for usual, worst in cells))
    Console(width=120).print(table)


if __name__ == "__main__":
    sys.exit(main())
