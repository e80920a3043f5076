"""What an audit of sales costs, from ten thousand orders to five million, beside pandas and datacompy at a simpler job.

    pip install '.[bench]'
    python tests/bench/audit.py [ORDERS ...]

Two jobs: each line of the other side names its order in a column, and: a bank's lines name it somewhere in a text. One
line in a thousand is missing and another has a wrong amount; the bench ends with 1 if any of them is not found, if
anything else is, or if a bound is missed. pandas and datacompy join the same Parquet files by the reference and compare
the amounts: no text, no days, no duplicates, no classes. Each measurement is a process of its own.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute
import pyarrow.parquet as pq
from rich.console import Console
from rich.table import Table

from journeys.audit.engine import Engine
from journeys.audit.model import Balance, Flaw, Period
from journeys.audit.sales import Rules, Terms, audit_sales
from journeys.audit.tables import MOVEMENTS

SIZES = (10_000, 100_000, 1_000_000, 5_000_000)
PERIOD = Period(first=date(2025, 1, 1), last=date(2025, 12, 31), zone=ZoneInfo("Europe/Berlin"))
EACH = 1000
"""One line in so many is missing, and another has a wrong amount."""
BOUNDS = {100_000: (10.0, None), 5_000_000: (120.0, 2048)}
"""Seconds and MiB that an audit of so many orders must not exceed."""
_BATCH = 65_536
_BEGIN_US = int(np.datetime64("2024-12-31T23:00:00", "us").astype(np.int64))
_YEAR_US = 361 * 86_400 * 1_000_000  # all are due before the year ends
JOBS = ("audit, by reference", "audit, by text", "pandas, by reference", "datacompy, by reference")


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """Movements in a Parquet file."""

    name: str
    path: Path

    def tables(self) -> tuple[str, ...]:
        """Movements alone."""
        return ("movements",)

    def read(self, table: str, period: Period) -> Iterator[pa.RecordBatch]:
        """All, some at a time."""
        with pq.ParquetFile(self.path) as file:
            yield from file.iter_batches(_BATCH)

    def balances(self, period: Period) -> tuple[Balance, ...]:
        """None are stated."""
        return ()


def main() -> int:
    """Write the files, measure each job in a process of its own, print."""
    if sys.argv[1:2] == ["one"]:
        print(json.dumps(_one(sys.argv[2], Path(sys.argv[3]))))
        return 0
    sizes = [int(each.replace("_", "")) for each in sys.argv[1:]] or list(SIZES)
    measured: dict[tuple[int, str], dict[str, float]] = {}
    with tempfile.TemporaryDirectory() as name:
        for size in sizes:
            folder = Path(name) / str(size)
            folder.mkdir()
            _write(folder, size)
            for job in JOBS:
                measured[size, job] = _measured(job, folder)
                print(f"{size:,} {job}: {measured[size, job]}", file=sys.stderr)
    _print(measured, sizes)
    return _missed(measured)


def _write(folder: Path, size: int) -> None:
    for name in ("store", "reference", "text"):
        with pq.ParquetWriter(folder / f"{name}.parquet", MOVEMENTS) as file:
            for begin in range(0, size, _BATCH):
                file.write_batch(_batch(np.arange(begin, min(size, begin + _BATCH)), size, name))


def _batch(numbers: Any, size: int, name: str) -> pa.RecordBatch:
    """Orders, or the lines that belong to them: some days later at the bank, within a minute at the service."""
    amounts = 100 + numbers * 7919 % 20_000
    if name != "store":
        numbers = numbers[numbers % EACH != 1]
        amounts = 100 + numbers * 7919 % 20_000 + (numbers % EACH == 2)
    count, moments = len(numbers), _BEGIN_US + numbers * (_YEAR_US // size)
    keys = pa.array((10_000_000 + numbers).astype(str))
    nothing = pa.nulls(count, pa.string())
    at = pa.array(moments + (30_000_000 if name == "reference" else 0), pa.timestamp("us", tz="UTC"))
    day = pa.nulls(count, pa.date32())
    text, reference = nothing, keys
    if name == "text":
        text = pa.compute.binary_join_element_wise("SEPA CREDIT J. MUSTER ORDER", keys, "THANK YOU", " ")
        day = pa.array(((moments // 86_400_000_000) + 1).astype("int32"), pa.date32())
        reference, at = nothing, pa.nulls(count, pa.timestamp("us", tz="UTC"))
    place = pa.compute.binary_join_element_wise(f"{name} line", keys, " ")
    kind, currency = pa.array(["sale"] * count), pa.array(["EUR"] * count)
    columns = [place, kind, pa.array(amounts), currency, at, day, reference, nothing, text]
    return pa.RecordBatch.from_arrays(columns, schema=MOVEMENTS)


def _measured(job: str, folder: Path) -> dict[str, float]:
    load = os.getloadavg()[0]
    command = [sys.executable, __file__, "one", job, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        print(done.stderr[-2000:], file=sys.stderr)
        return {"seconds": float("nan"), "mib": float("nan"), "right": 0, "load": load}
    return {**json.loads(done.stdout.splitlines()[-1]), "load": load}


def _one(job: str, folder: Path) -> dict[str, float]:
    tool, _, how = job.partition(", by ")
    store, lines = folder / "store.parquet", folder / f"{how}.parquet"
    began, busy = time.perf_counter(), time.process_time()
    found = {"audit": _audit, "pandas": _pandas, "datacompy": _datacompy}[tool](store, lines)
    seconds, cpu = time.perf_counter() - began, time.process_time() - busy
    size = pq.ParquetFile(store).metadata.num_rows
    right = found == (len(range(1, size, EACH)), len(range(2, size, EACH)))
    mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": seconds, "cpu": cpu, "mib": mib, "right": right}


def _audit(store: Path, lines: Path) -> tuple[int, int]:
    rules = Rules(sources={"other": Terms(lag_days=3)})
    with Engine(folder=store.parent, threads=2) as engine:
        found = audit_sales(engine, File(name="store", path=store), [File(name="other", path=lines)], PERIOD, rules)
        told = sum(1 for _ in found.discrepancies())
        missing, amount = found.flaws.get(Flaw.MISSING_THERE, 0), found.flaws.get(Flaw.AMOUNT, 0)
        return (missing, amount) if told == missing + amount else (-1, -1)


def _frames(store: Path, lines: Path) -> tuple[Any, Any]:
    import pandas as pd

    columns = ["reference", "amount", "currency"]
    return pd.read_parquet(store, columns=columns), pd.read_parquet(lines, columns=columns)


def _pandas(store: Path, lines: Path) -> tuple[int, int]:
    ours, theirs = _frames(store, lines)
    both = ours.merge(theirs, on="reference", how="outer", suffixes=("", "_there"), indicator=True)
    there = both["_merge"] == "both"
    return int((both["_merge"] == "left_only").sum()), int((there & (both["amount"] != both["amount_there"])).sum())


def _datacompy(store: Path, lines: Path) -> tuple[int, int]:
    import datacompy

    ours, theirs = _frames(store, lines)
    compared = datacompy.PandasCompare(ours, theirs, join_columns="reference")
    return len(compared.df1_unq_rows), len(compared.all_mismatch())


def _print(measured: dict[tuple[int, str], dict[str, float]], sizes: list[int]) -> None:
    table = Table(title="seconds (CPU), peak memory; × linear: time per order against that of the size before")
    for title in ("orders", "job", "s", "CPU s", "MiB", "× linear", "× audit", "load", "right"):
        table.add_column(title, justify="left" if title == "job" else "right")
    for at, size in enumerate(sizes):
        for job in JOBS:
            row, before = measured[size, job], measured.get((sizes[at - 1], job)) if at else None
            linear = f"{row['seconds'] / size / (before['seconds'] / sizes[at - 1]):.2f}" if before else ""
            ratio = row["seconds"] / measured[size, JOBS[0]]["seconds"]
            table.add_row(
                f"{size:,}", job, f"{row['seconds']:.1f}", f"{row.get('cpu', 0):.1f}", f"{row['mib']:,.0f}", linear,
                f"{ratio:.2f}", f"{row['load']:.1f}", "yes" if row["right"] else "NO",
            )  # fmt: skip
    Console(width=120).print(table)


def _missed(measured: dict[tuple[int, str], dict[str, float]]) -> int:
    audits = {key: row for key, row in measured.items() if key[1].startswith("audit")}
    missed = [f"{size:,} {job}: wrong, or not measured" for (size, job), row in measured.items() if not row["right"]]
    for (size, job), row in audits.items():
        seconds, mib = BOUNDS.get(size, (None, None))
        if seconds and row["seconds"] > seconds:
            missed.append(f"{size:,} {job}: {row['seconds']:.0f} s, and {seconds:.0f} were promised")
        if mib and row["mib"] > mib:
            missed.append(f"{size:,} {job}: {row['mib']:.0f} MiB, and {mib} were promised")
    print("\n".join(missed))
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
