"""How quickly the status page and the metrics are answered when little is kept and when much is.

    python tests/bench/status_page.py [READINGS ...]

Over HTTP, on SQLite in a folder that is deleted again. READINGS are the sizes to measure, by default 10,000 and
1,000,000. Nothing is remembered between requests, and before each a run of one of the six probes is recorded: so it is
as slow as it gets. The first answer is that after a start, for which the server does not wait here. *Work* is the time
of a processor: what an answer takes on a machine that has nothing else to do.
"""

from __future__ import annotations

import sys
import tempfile
import time
from itertools import count
from pathlib import Path
from statistics import median, quantiles

import httpx
from filled import NOW, fill
from history import _run
from rich.console import Console
from rich.table import Table

sys.path += [str(Path(__file__).parents[1] / folder) for folder in ("shared", "probes")]

from serving import serving

from journeys.probes.database import open_database
from journeys.probes.history import History
from journeys.serving import Sources

SIZES = (10_000, 1_000_000)
TIMES = 60
ASKED = {"the status page": "/", "metrics": "/metrics", "summary": "/api/v2/summary.json", "a probe": "/probes/probe-1"}


def main() -> int:
    """Fill, ask, print."""
    sizes = [int(each.replace("_", "")) for each in sys.argv[1:]] or list(SIZES)
    measured = {}
    for size in sizes:
        with tempfile.TemporaryDirectory() as name:
            measured[size] = _measure(f"sqlite:///{name}/probes.sqlite3", size)
    table = Table("ms: median (95th percentile), first; work", title="what the status page costs")
    for size in sizes:
        table.add_column(f"{size:,} readings", justify="right")
    for name in ASKED:
        table.add_row(name, *(measured[size][name] for size in sizes))
    Console(width=120).print(table)
    return 0


def _measure(url: str, size: int) -> dict[str, str]:
    engine = open_database(url)
    fill(engine, size)
    engine.dispose()
    told = {}
    number = count()
    for name, path in ASKED.items():
        history = History.at(url)
        for _ in range(12):
            history.record(_run(next(number), whole=True))
        with (
            serving(Sources(history=history), now=NOW + 3600, refresh_s=0.0, warm=False) as served,
            httpx.Client(base_url=served.at) as client,
        ):
            (first, _), took, worked = _asked(client, path), [], []
            for _ in range(TIMES):
                history.record(_run(next(number), whole=True))
                waited, work = _asked(client, path)
                took.append(waited)
                worked.append(work)
        history.close()
        told[name] = f"{median(took):.0f} ({quantiles(took, n=20)[18]:.0f}), {first:.0f}; {median(worked):.0f}"
    return told


def _asked(client: httpx.Client, path: str) -> tuple[float, float]:
    """How long the answer took, and how long a processor worked on it, for who asks and who answers together."""
    began, worked = time.perf_counter(), time.process_time()
    client.get(path).raise_for_status()
    return (time.perf_counter() - began) * 1000, (time.process_time() - worked) * 1000


if __name__ == "__main__":
    sys.exit(main())
