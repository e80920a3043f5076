"""The history as records for others, one a row, read a little at a time; which kinds there are, and their fields."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import sqlalchemy as sa

from journeys.probes.database import reading
from journeys.probes.history import asking
from journeys.probes.history.rows import Row
from journeys.probes.history.tables import (
    ARRIVALS,
    DIAGNOSES,
    FINDINGS,
    ISOLATIONS,
    PARTS,
    READINGS,
    RESIDUE,
    RUNS,
    STEPS,
)

RUNS_AT_ONCE: Final = 500
_OF_RUN: Final = {"key": str, "probe": str, "store": str}
"""What every record begins with: the key of its outcome, the probe and the store."""

KINDS: Final[Mapping[str, Mapping[str, type]]] = {
    "run": {
        **_OF_RUN,
        **dict.fromkeys(("journey", "location", "state"), str),
        **dict.fromkeys(("due", "began", "ended"), float),
        **dict.fromkeys(("worker", "reason", "headline", "run", "history"), str),
        "http_status": int,
    },
    "step": {**_OF_RUN, "number": int, "name": str, "outcome": str, "began": float, "took_s": float, "error": str},
    "reading": {
        **_OF_RUN, "number": int, "surface": str, "fact": str, "at": float, "value": str, "fresh": bool,
    },
    "arrival": {
        **_OF_RUN, "number": int, "surface": str, "fact": str, "at": float, "low_s": float, "high_s": float,
    },
    "finding": {**_OF_RUN, "number": int, **dict.fromkeys(("check", "verdict", "surface", "fact", "explanation"), str)},
    "diagnosis": {
        **_OF_RUN, "number": int, "cause": str, "surface": str, "layers": list, "suspects": list, "confidence": float,
        "evidence": list, "next_step": str,
    },
    "isolation": {**_OF_RUN, "number": int, **dict.fromkeys(("surface", "fact", "stops"), str)},
    "residue": {**_OF_RUN, "number": int, "what": str},
}  # fmt: skip
"""The kinds of records, with their fields; ``value``, ``fresh`` and ``high_s`` may be null, a list is one of texts, and
``stops`` a list in JSON: what came out of each layer before and after it was tried."""

_TABLES: Final = {
    STEPS: "step", READINGS: "reading", ARRIVALS: "arrival", FINDINGS: "finding", DIAGNOSES: "diagnosis",
    ISOLATIONS: "isolation", RESIDUE: "residue",
}  # fmt: skip


def records(engine: sa.Engine, since: float, until: float) -> Iterator[dict[str, Any]]:
    """One record a row of each run that was due then, in order of time: the run first, then its parts."""
    after: tuple[float, int] | None = None
    while True:
        ticks = asking.Ticks(since=since, until=until, after=after)
        with reading(engine) as connection:  # anew for each batch: a long transaction would keep old rows alive
            batch = asking.ids(connection, ticks, limit=RUNS_AT_ONCE, newest_first=False)
            rows = {
                row["id"]: row for row in connection.execute(sa.select(RUNS).where(RUNS.c.id.in_(batch))).mappings()
            }
            parts = asking.parts_of(connection, batch, PARTS)
        if not batch:
            return
        for run in batch:
            yield from _of_one(rows[run], parts[run])
        after = (rows[batch[-1]]["due"], batch[-1])


def _of_one(run: Row, parts: Mapping[sa.Table, Iterable[Row]]) -> Iterator[dict[str, Any]]:
    of = {name: run[name] for name in _OF_RUN}
    yield {"kind": "run"} | {name: run["name" if name == "run" else name] for name in KINDS["run"]}
    for table, kind in _TABLES.items():
        for row in parts.get(table, ()):
            yield {"kind": kind, **of, **{name: row[name] for name in KINDS[kind] if name not in of}}
