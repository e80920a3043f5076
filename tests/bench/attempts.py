"""Simulated months of attempts that fail: how often wolf is cried, and how soon an outage of payments is found.

Run it with ``python tests/bench/attempts.py [--seeds 10] [--attempts 40 400]``. Shops are those of ``month.py``. 3 % of
attempts fail for good, on some days more (a coefficient of variation of 30 %); of 4 % more the payment fails at first
and succeeds some minutes later. On one day, from 12:00 to 18:00, most payments fail. A look is taken every 5 minutes.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any, Final

import numpy as np
from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).parents[1] / "unit" / "probes"))  # where the simulation is, and tested

from simulated_shop import STEP_S, ZONE, month

from journeys.model import Attempt
from journeys.probes.database import open_database
from journeys.probes.sales import Span
from journeys.probes.sales.trying import Trying

_FAIL: Final = 0.03
_DAYS_DIFFER: Final = 0.3
_AT_FIRST: Final = 0.04
_PAID_WITHIN_S: Final = 400.0  # on average
_DAY_S: Final = 86_400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shop:
    """Attempts at random moments, which fail for good, and until when the payments of others do."""

    times: Any
    fails: Any
    paid: Any
    begins: float
    ends: float
    outage: Span
    now: float = 0.0

    def at(self, now: float) -> _Shop:
        """The same shop at a moment."""
        return _Shop(**{name: getattr(self, name) for name in _Shop.__slots__} | {"now": now})

    def attempts_since(self, since: float) -> tuple[Attempt, ...]:
        """As its record tells of them now."""
        first, last = np.searchsorted(self.times, (since, self.now))
        return tuple(
            Attempt(
                number=str(place),
                email="anna@kunde.example",
                placed_at=datetime.fromtimestamp(self.times[place], UTC).isoformat(),
                failed=bool(self.fails[place] or self.paid[place] > self.now),
            )
            for place in range(first, last)
        )


def main() -> int:
    """Simulate, watch and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--attempts", type=float, nargs="+", default=[40.0, 400.0])
    parser.add_argument("--outage", type=float, nargs="+", default=[0.3, 0.9], help="such a share of payments fails")
    options = parser.parse_args()
    names = ("attempts a day", "share that fails", "found", "after minutes: median (worst)", "told on after its end")
    found = Table(*names, "looks with a false suspicion", "false alarms", title=f"{options.seeds} months each")
    began = time.perf_counter()
    for attempts in options.attempts:
        for share in options.outage:
            seen = [_watched(_shop(seed, attempts, share)) for seed in range(options.seeds)]
            found.add_row(f"{attempts:.0f}", f"{share:.0%}", *_cells(seen))
    Console().print(found, f"{time.perf_counter() - began:.0f} s")
    return 0


def _shop(seed: int, attempts: float, share: float) -> _Shop:
    simulated, dice = month(seed, attempts), np.random.default_rng(seed + 1)
    outage = simulated.outages[1]
    quiet = np.diff(np.interp(simulated.grid, simulated.grid, simulated.due))
    inside = (simulated.grid[:-1] >= outage.since) & (simulated.grid[:-1] < outage.until)
    many = dice.poisson(quiet[inside])  # the orders that did not come in that simulation; here they do, and fail
    more = np.repeat(simulated.grid[:-1][inside], many) + dice.random(many.sum()) * STEP_S
    times = np.sort(np.concatenate((simulated.times, more)))
    days = ((times - simulated.since) // _DAY_S).astype(int)
    usual = _FAIL * dice.gamma(1 / _DAYS_DIFFER**2, _DAYS_DIFFER**2, days.max() + 1)[days]
    out = (times >= outage.since) & (times < outage.until)
    first = dice.random(len(times)) < _AT_FIRST
    return _Shop(
        times=times,
        fails=dice.random(len(times)) < np.where(out, share, usual),
        paid=np.where(first, times + dice.exponential(_PAID_WITHIN_S, len(times)), 0.0),
        begins=simulated.begins,
        ends=simulated.ends,
        outage=outage,
    )


def _watched(shop: _Shop) -> tuple[float | None, float, int, int]:
    """When the outage was found, how long it was told of after its end, and false suspicions and alarms."""
    with tempfile.TemporaryDirectory() as folder:
        engine = open_database(f"sqlite:///{folder}/probes.sqlite3")
        trying, outage = Trying(engine, "shop", ZONE), shop.outage
        found, last, suspected, wolf, was = None, outage.until, 0, 0, False
        for now in np.arange(shop.begins, shop.ends, STEP_S):
            said = trying.look(shop.at(float(now)), float(now))
            alarm = any(each.alarming for each in said)
            about = outage.since <= now < outage.until + _DAY_S
            if alarm and about:
                found, last = found or float(now), max(last, float(now))
            suspected += not about and any(each.suspicious for each in said)
            wolf += alarm and not about and not was
            was = alarm
        engine.dispose()
    return None if found is None else found - outage.since, last - outage.until, suspected, wolf


def _cells(seen: Sequence[tuple[float | None, float, int, int]]) -> tuple[str, ...]:
    times, after = [each[0] for each in seen if each[0] is not None], [each[1] for each in seen]
    return (
        f"{len(times)} of {len(seen)}",
        *(f"{median(many) / 60:.0f} ({max(many) / 60:.0f})" if many else "–" for many in (times, after)),
        *(str(sum(each[place] for each in seen)) for place in (2, 3)),
    )


if __name__ == "__main__":
    sys.exit(main())
