"""The commands that tell what became of probes: the newest outcomes, one of them whole, all of it for other tools."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from enum import StrEnum
from math import inf
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Any

import typer

from journeys import config as configuration
from journeys.cli.console import AsOutput, ConfigFile, Output, err, needing, out
from journeys.config import ConfigError
from journeys.config_probes import duration_s
from journeys.model import TesterFault
from journeys.probes.outcome import State
from journeys.run.clock import SystemClock
from reports.outcomes import outcome_in_full, outcomes_table

if TYPE_CHECKING:
    from journeys.probes.history import History


class Format(StrEnum):
    """How the history is written for other tools."""

    ndjson = "ndjson"
    parquet = "parquet"


Database = Annotated[
    str,
    typer.Option(
        "--database",
        envvar="JOURNEYS_DATABASE",
        show_default=False,
        help="Where it is kept, sqlite:///path or postgresql://...; default: as configured.",
    ),
]
Since = Annotated[
    str, typer.Option("--since", help='From then on: "2 h" ago (s, min, h, d, w), or a moment in ISO 8601.')
]


def history(
    key: Annotated[str, typer.Argument(help="One outcome by its key, whole; default: the newest in brief.")] = "",
    probe: Annotated[str, typer.Option("--probe", help="Of this probe.")] = "",
    store: Annotated[str, typer.Option("--store", help="Of this store.")] = "",
    state: Annotated[list[State] | None, typer.Option("--state", help="In this state, or one of several.")] = None,
    since: Since = "",
    limit: Annotated[int, typer.Option("--limit", min=1, help="At most so many.")] = 20,
    database: Database = "",
    output: AsOutput = Output.text,
    config: ConfigFile = None,
) -> None:
    """Tell what became of probes: the newest outcomes, or one of them whole."""
    start = moment(since, 0.0)
    with _opened(database, config) as kept:
        if key:
            whole = kept.outcome(key)
            if whole is None:
                raise ConfigError(f"no outcome {key} is kept; journeys history lists the newest")
            _tell(whole.as_json(), outcome_in_full(whole), output)
        else:
            found = kept.outcomes(probe=probe, store=store, states=tuple(state or ()), since=start, limit=limit)
            _tell([each.as_json() for each in found], outcomes_table(found), output)


def export(
    into: Annotated[
        Path | None, typer.Argument(help="A file for NDJSON (default: standard output), a folder for Parquet.")
    ] = None,
    format_: Annotated[
        Format, typer.Option("--format", help="Lines of JSON, or one Parquet file for each kind of record.")
    ] = Format.ndjson,
    since: Since = "",
    until: Annotated[str, typer.Option("--until", help="Until then, in the same way.")] = "",
    database: Database = "",
    config: ConfigFile = None,
) -> None:
    """Write the history of the probes for other tools: each run with its steps, readings, arrivals and findings."""
    if format_ is Format.parquet and into is None:
        raise ConfigError("Parquet is written into a folder: journeys export FOLDER --format parquet")
    start, end = moment(since, 0.0), moment(until, inf)
    with _opened(database, config) as kept:
        records = kept.export(since=start, until=end)
        if into is None:
            _write_lines(records, sys.stdout)
        else:
            many = _parquet(records, into) if format_ is Format.parquet else _file(records, into)
            err.print(f"{many} records are in {into}")


def moment(text: str, otherwise: float) -> float:
    """Seconds since 1970 for "2 h" (that long ago) or a moment in ISO 8601 (UTC unless it says otherwise)."""
    if not text:
        return otherwise
    now = SystemClock().utc()
    with suppress(ValueError):
        return now.timestamp() - duration_s(text)
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        allowed = f'"2 h" (s, min, h, d, w), or ISO 8601 as {now:%Y-%m-%dT%H:%M}'
        raise ConfigError(f'"{text}" is no moment; allowed: {allowed}') from error
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()


@contextmanager
def _opened(database: str, config: Path | None) -> Iterator[History]:
    """The history at the address, or in the state folder; TesterFault where there is none yet."""
    with needing("probes"):
        from journeys.probes.database import is_missing
        from journeys.probes.history import History
    if not database:
        database = configuration.load(config).database_url()
    if is_missing(database):
        raise TesterFault(
            f"there is no history at {database} yet: journeys probe begins it, or give another --database"
        )
    opened = History.at(database)
    try:
        yield opened
    finally:
        opened.close()


def _parquet(records: Iterable[Mapping[str, Any]], folder: Path) -> int:
    with needing("export"):
        from journeys.probes.history.parquet import write_parquet
    return write_parquet(records, folder)


def _file(records: Iterable[Mapping[str, Any]], path: Path) -> int:
    """Under another name until it is whole."""
    draft = path.with_name(f".{path.name}.draft")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with draft.open("w", encoding="utf-8") as file:
            many = _write_lines(records, file)
        draft.replace(path)
    except OSError as error:
        raise TesterFault(f"cannot write the history into {path}: {error.strerror or error}") from error
    finally:
        with suppress(OSError):
            draft.unlink()
    return many


def _write_lines(records: Iterable[Mapping[str, Any]], file: IO[str]) -> int:
    """NDJSON, one record a line; how many that were."""
    many = 0
    for record in records:
        file.write(json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n")
        many += 1
    return many


def _tell(told: Any, shown: Any, output: Output) -> None:
    if output is Output.json:
        typer.echo(json.dumps(told, indent=2, ensure_ascii=False))
    else:
        out.print(shown)
