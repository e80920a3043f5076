"""An outcome as rows of tables, and rows of tables as an outcome; pure."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import sqlalchemy as sa

from journeys.probes.history.tables import ARRIVALS, DIAGNOSES, FINDINGS, ISOLATIONS, READINGS, RESIDUE, STEPS
from journeys.probes.outcome import Arrival, Blamed, Found, Isolation, Outcome, Seen, State, StepTime, isolation_from

_PLAIN: Final = (
    "key", "probe", "store", "journey", "location", "due", "began", "ended", "worker", "reason", "headline", "history",
    "http_status",
)  # fmt: skip


Row = sa.RowMapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """The numbers that stand for surfaces and facts."""

    surfaces: Mapping[str, int]
    facts: Mapping[str, int]


def run_row(outcome: Outcome) -> dict[str, Any]:
    """The row of the run itself, without its id."""
    row = {name: getattr(outcome, name) for name in _PLAIN}
    row |= {"state": outcome.state.value, "name": outcome.run, "readings": len(outcome.readings)}
    return _storable(row)


def part_rows(outcome: Outcome, run: int, numbers: Numbers) -> dict[sa.Table, list[dict[str, Any]]]:
    """The rows of all that the run has several of; tables without any are left out."""

    def located(each: Seen | Arrival) -> dict[str, Any]:
        surface, fact = numbers.surfaces[storable(each.surface)], numbers.facts[storable(each.fact)]
        return asdict(each) | {"surface": surface, "fact": fact}

    told: dict[sa.Table, list[dict[str, Any]]] = {
        STEPS: [asdict(each) for each in outcome.steps],
        READINGS: [located(each) for each in outcome.readings],
        ARRIVALS: [located(each) for each in outcome.arrivals],
        FINDINGS: [asdict(each) for each in outcome.findings],
        DIAGNOSES: [asdict(each) for each in outcome.diagnoses],
        ISOLATIONS: [asdict(each) | {"stops": _text_of(each)} for each in outcome.isolations],
        RESIDUE: [{"what": each} for each in outcome.left],
    }
    return {
        table: [{"run": run, "number": number} | _storable(row) for number, row in enumerate(rows)]
        for table, rows in told.items()
        if rows
    }


def outcome_of(run: Row, parts: Mapping[sa.Table, Sequence[Row]]) -> Outcome:
    """The outcome that these rows tell of; parts that are missing are empty."""
    told = {name: run[name] for name in _PLAIN} | {"state": State(run["state"]), "run": run["name"]}
    told |= {field: tuple(make(row) for row in parts.get(table, ())) for field, (table, make) in _MADE.items()}
    return Outcome(**told)


def blamed_of(row: Row) -> Blamed:
    """One diagnosis from its row."""
    told = {name: row[name] for name in ("cause", "surface", "confidence", "next_step")}
    return Blamed(**told | {name: tuple(row[name]) for name in ("layers", "suspects", "evidence")})


def arrival_of(row: Row) -> Arrival:
    """One arrival from its row, with the texts of its surface and fact."""
    return Arrival(**{name: row[name] for name in ("surface", "fact", "at", "low_s", "high_s")})


def _text_of(isolation: Isolation) -> str:
    return json.dumps([asdict(each) for each in isolation.stops])


def _isolation_of(row: Row) -> Isolation:
    return isolation_from(row["surface"], row["fact"], json.loads(row["stops"]))


def storable(text: str) -> str:
    """The text as both databases take it: without NUL, which PostgreSQL refuses, and without halves of characters."""
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}").encode(errors="replace").decode()


def _storable(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _value(value) for name, value in row.items()}


def _value(value: Any) -> Any:
    if isinstance(value, str):
        return storable(value)
    return [storable(each) for each in value] if isinstance(value, tuple) else value


def _made(kind: Callable[..., Any], *names: str) -> Callable[[Row], Any]:
    return lambda row: kind(**{name: row[name] for name in names})


_MADE: Final[dict[str, tuple[sa.Table, Callable[[Row], Any]]]] = {
    "steps": (STEPS, _made(StepTime, "name", "outcome", "began", "took_s", "error")),
    "readings": (READINGS, _made(Seen, "surface", "fact", "at", "value", "fresh")),
    "arrivals": (ARRIVALS, arrival_of),
    "findings": (FINDINGS, _made(Found, "check", "verdict", "surface", "fact", "explanation")),
    "diagnoses": (DIAGNOSES, blamed_of),
    "isolations": (ISOLATIONS, _isolation_of),
    "left": (RESIDUE, lambda row: row["what"]),
}
"""Which field of an outcome is kept in which table."""
