"""One simulated month of a shop, time compressed: how soon outages are found, and how often wolf is cried.

Run it with ``python tests/bench/month.py [--seeds 20] [--orders 40 400]``. The shop with its evening peaks and night
troughs, days that differ by 20 %, a promotion, an outage at night (02:00 to 06:00) and one at noon (12:00 to 18:00) are
in ``tests/unit/probes/simulated_shop.py``. *Allowed* is the earliest moment at which the true rate, which nobody knows,
makes P < 0.1 %. *By test* is when a silence became suspicious and the synthetic order that was placed then failed;
*alone* is when somebody would have been told without any.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from math import log
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).parents[1] / "unit" / "probes"))  # where the simulation is, and tested

from simulated_shop import Month, month
from simulated_watch import Watched, watch

_DROPS_EVERY_S = 900.0
_Watches = Sequence[tuple[Month, Watched]]


def main() -> int:
    """Simulate, watch and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--orders", type=float, nargs="+", default=[40.0, 400.0])
    options = parser.parse_args()
    console, began = Console(), time.perf_counter()
    found = Table(title=f"{options.seeds} months each; minutes: median (worst)")
    for name in ("orders a day", "outage", "allowed after", "in time", "by test", "later", "alone", "later"):
        found.add_column(name)
    wolf = Table(
        "orders a day", "P < 0.1 % each time", "silences told", "drops told", "most in a month", title="false alarms"
    )
    for orders in options.orders:
        months = (month(seed, orders) for seed in range(options.seeds))
        kept = [(each, watch(each, drops_every_s=_DROPS_EVERY_S)) for each in months]
        for place, name in enumerate(("night", "noon")):
            found.add_row(f"{orders:.0f}", name, *_found(kept, place))
        wolf.add_row(f"{orders:.0f}", *_wolf(kept))
    console.print(found)
    console.print(wolf)
    console.print(f"{time.perf_counter() - began:.0f} s")
    return 0


def _found(kept: _Watches, place: int) -> Iterator[str]:
    """The cells of one outage in all months."""
    outages = [each.outages[place] for each, _ in kept]
    allowed = [each.earliest(outage, log(1000)) for (each, _), outage in zip(kept, outages, strict=True)]
    yield _minutes([at - outage.since for at, outage in zip(allowed, outages, strict=True)])
    yield f"{sum(at < outage.until for at, outage in zip(allowed, outages, strict=True))} of {len(kept)}"
    quiet = [watched.of(outage) for (_, watched), outage in zip(kept, outages, strict=True)]
    for way in ("found_by_test", "found_alone"):
        times = [getattr(each, way, None) for each in quiet]
        yield f"{sum(each is not None for each in times)} of {len(kept)}"
        yield _minutes([at - first for at, first in zip(times, allowed, strict=True) if at is not None])


def _wolf(kept: _Watches) -> Iterator[str]:
    yield str(sum(watched.false_suspicions for _, watched in kept))
    yield str(sum(watched.false_alerts for _, watched in kept))
    yield str(sum(watched.false_drops for _, watched in kept))
    yield str(max(watched.false_alerts + watched.false_drops for _, watched in kept))


def _minutes(seconds: Sequence[float]) -> str:
    return f"{median(seconds) / 60:.0f} ({max(seconds) / 60:.0f})" if seconds else "–"


if __name__ == "__main__":
    sys.exit(main())
