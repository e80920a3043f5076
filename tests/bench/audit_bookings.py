"""What an audit of bookings costs as it grows: as many events as bookings, one in a thousand of them wrong.

    python tests/bench/audit_bookings.py [SIZE ...]

By default 10,000, 100,000 and 1,000,000, each in a process of its own; then what reading a calendar file costs.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
from rich.console import Console
from rich.table import Table

from journeys.audit.bookings import Rules, audit_bookings
from journeys.audit.calendars.ics import connect
from journeys.audit.engine import MEMORY_MB, Engine, silent
from journeys.audit.model import Balance, Period
from journeys.audit.tables import BOOKINGS, SLOTS

SIZES = (10_000, 100_000, 1_000_000)
YEAR = Period(first=date(2026, 1, 1), last=date(2026, 12, 31), zone=ZoneInfo("Europe/Berlin"))
BEGAN = datetime(2026, 1, 1, 9, tzinfo=UTC)
AT_ONCE = 50_000
WRONG = 1000
"""One in so many is wrong: not there at all, or an hour late, in turns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """So many bookings over a year, as the store or as a calendar that names orders has them."""

    name: str
    size: int
    spoilt: bool

    def tables(self) -> tuple[str, ...]:
        return ("bookings",) if self.spoilt else ("bookings", "slots")

    def balances(self, period: Period) -> tuple[Balance, ...]:
        return ()

    def read(self, table: str, period: Period) -> Iterable[pa.RecordBatch]:
        if table == "slots":
            yield self._slots()
            return
        for begin in range(0, self.size, AT_ONCE):
            yield self._bookings(np.arange(begin, min(begin + AT_ONCE, self.size)))

    @property
    def _number(self) -> int:
        return max(self.size // 20, 1)

    def _starts(self, slots: np.ndarray) -> np.ndarray:
        """Spread over the year, none at the same time as another."""
        step = timedelta(days=360) / self._number // timedelta(seconds=1)
        return np.datetime64(BEGAN.replace(tzinfo=None), "us") + slots * np.timedelta64(step, "s")

    def _bookings(self, numbers: np.ndarray) -> pa.RecordBatch:
        if self.spoilt:
            numbers = numbers[numbers % (2 * WRONG) != 0][::-1]
        slots = numbers % self._number
        starts = self._starts(slots)
        if self.spoilt:
            starts = starts + np.where(numbers % (2 * WRONG) == WRONG, np.timedelta64(1, "h"), np.timedelta64(0, "h"))
        moments = pa.array(starts).cast(pa.timestamp("us", tz="UTC"))
        keys = pa.array(slots).cast(pa.string())
        columns = {
            "place": pa.array([f"{self.name} {each}" for each in numbers]),
            "code": pa.array([f"A{each:07}" for each in numbers]),
            "starts": moments,
            "ends": moments,
            "written": pa.array(starts).cast(pa.string()),
            "places": pa.array(numbers % 4 + 1),
            "standing": pa.array(np.ones(len(numbers), dtype=bool)),
            "slot": pa.nulls(len(numbers), pa.string()) if self.spoilt else keys,
            "title": pa.array(["Harbour tour"] * len(numbers)),
            "made": pa.nulls(len(numbers), pa.timestamp("us", tz="UTC")),
        }
        return pa.RecordBatch.from_pydict(columns, schema=BOOKINGS)

    def _slots(self) -> pa.RecordBatch:
        numbers = np.arange(self._number)
        moments = pa.array(self._starts(numbers)).cast(pa.timestamp("us", tz="UTC"))
        keys = pa.array(numbers).cast(pa.string())
        columns = {
            "place": keys,
            "slot": keys,
            "title": pa.array(["Harbour tour"] * len(numbers)),
            "starts": moments,
            "ends": moments,
            "capacity": pa.array(np.full(len(numbers), 100)),
        }
        return pa.RecordBatch.from_pydict(columns, schema=SLOTS)


def main() -> int:
    """Measure, print."""
    arguments = sys.argv[1:]
    if arguments[:1] == ["one"]:
        print(json.dumps(_measure(int(arguments[1]))))
        return 0
    table = Table("bookings", "seconds", "peak memory", "discrepancies", "told in", title="against as many events")
    for size in [int(each.replace("_", "")) for each in arguments] or SIZES:
        told = json.loads(subprocess.check_output([sys.executable, __file__, "one", str(size)]))
        seconds, listed = f"{told['seconds']:.1f}", f"{told['listed']:.1f} s"
        table.add_row(f"{size:,}", seconds, f"{told['memory']:,.0f} MiB", f"{told['found']:,}", listed)
    Console(width=100).print(table)
    print(f"a calendar file of 20,000 events is read in {_file(20_000):.1f} s")
    return 0


def _measure(size: int) -> dict[str, float]:
    store = Side(name="store", size=size, spoilt=False)
    calendar = Side(name="calendar", size=size, spoilt=True)
    with Engine(memory_mb=MEMORY_MB, threads=2) as engine:
        began = time.perf_counter()
        audit = audit_bookings(engine, store, [calendar], YEAR, Rules(), silent)
        ended = time.perf_counter()
        found = sum(1 for _ in audit.discrepancies())
        listed = time.perf_counter()
    assert found == sum(audit.flaws.values()) == size // WRONG, (found, audit.flaws)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": ended - began, "memory": memory, "found": found, "listed": listed - ended}


def _file(size: int) -> float:
    with tempfile.TemporaryDirectory() as name, (Path(name) / "bookings.ics").open("w") as file:
        file.write("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:bench\r\n")
        for number in range(size):
            starts = BEGAN + timedelta(minutes=number)
            file.write(
                f"BEGIN:VEVENT\r\nUID:A{number}@x\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:{starts:%Y%m%dT%H%M%SZ}\r\n"
                f"SUMMARY:Harbour tour: 2 booked\r\nDESCRIPTION:Order A{number:07}\r\nSTATUS:CONFIRMED\r\n"
                "END:VEVENT\r\n"
            )
        file.write("END:VCALENDAR\r\n")
        file.flush()
        began = time.perf_counter()
        source = connect({"file": "bookings.ics"}, "calendar", Path(name))
        assert sum(each.num_rows for each in source.read("bookings", YEAR)) == size
        return time.perf_counter() - began


if __name__ == "__main__":
    sys.exit(main())
