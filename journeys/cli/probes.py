"""The commands that watch: probes on their schedule, once for all, and workers at other places."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from types import FrameType
from typing import Annotated

import typer

from journeys import config as configuration
from journeys.cli.console import AsOutput, ConfigFile, Output, err, needing, out
from journeys.config import ConfigError
from journeys.probes.outcome import Outcome, State
from journeys.programme import Exit

_CODES = {
    State.PASSED: Exit.PASS,
    State.FAILED: Exit.FAULT,
    State.UNKNOWN: Exit.INCONCLUSIVE,
    State.BROKEN: Exit.TESTER,
    State.INTERRUPTED: Exit.TESTER,
    State.SKIPPED: Exit.INCONCLUSIVE,
}
_WORST_FIRST = (Exit.FAULT, Exit.TESTER, Exit.INCONCLUSIVE, Exit.PASS)

Concurrency = Annotated[int, typer.Option(min=1, help="So many journeys side by side.")]
Patience = Annotated[
    float, typer.Option(min=0, help="Seconds that a run under way is given when the process is told to stop.")
]


def probe(
    names: Annotated[list[str] | None, typer.Argument(help="With --once: probes by name; default: all.")] = None,
    once: Annotated[bool, typer.Option("--once", help="Go on each journey once, now: for cron and CI.")] = False,
    location: Annotated[
        str, typer.Option(help="Where this process is, as probes name it; default: the only one configured.")
    ] = "",
    concurrency: Concurrency = 2,
    patience: Patience = 60.0,
    output: AsOutput = Output.text,
    config: ConfigFile = None,
) -> None:
    """Go on journeys on their schedule, day and night, and tell when something is wrong."""
    if names and not once:
        raise ConfigError("names belong to --once; without it all probes of the configuration are watched")
    if once:
        outcomes = _once(names or (), location, output, config)
        if output is Output.json:
            typer.echo(json.dumps([each.as_json() for each in outcomes], indent=2))
        raise typer.Exit(exit_code(outcomes))
    _work(location, concurrency, patience, config)


def worker(
    location: Annotated[str, typer.Option(help="Where this process is, as probes name it.")],
    concurrency: Concurrency = 2,
    patience: Patience = 60.0,
    config: ConfigFile = None,
) -> None:
    """Take the runs of one location, on this machine: it shares schedule and history through PostgreSQL."""
    with needing("probes"):
        from journeys import probing

    settings = configuration.load(config)
    if probing.is_embedded(settings):
        raise ConfigError(
            "a worker shares its database with others: set history.database to a PostgreSQL;"
            " for one machine journeys probe is enough"
        )
    known = dict.fromkeys(each.location for each in probing.declared(settings))
    if location not in known:
        raise ConfigError(f"no probe is gone from {location}: locations are {', '.join(known)}")
    _work(location, concurrency, patience, config)


def exit_code(outcomes: Sequence[Outcome]) -> Exit:
    """A fault of a store goes before a fault of the tester, and that before not knowing."""
    codes = {_CODES[each.state] for each in outcomes}
    return next((code for code in _WORST_FIRST if code in codes), Exit.NOTHING)


def _once(names: Sequence[str], location: str, output: Output, file: Path | None) -> list[Outcome]:
    with needing("probes"):
        from journeys import probing

    settings = configuration.load(file)
    outcomes = []
    with (
        probing.watching(settings, file, location or probing.here(settings), _say) as watch,
        _stopping(watch.stop),
    ):
        for outcome in watch.once(names):
            outcomes.append(outcome)
            if output is Output.text:
                out.print(_line(outcome), highlight=False, markup=False)
    return outcomes


def _work(location: str, concurrency: int, patience: float, file: Path | None) -> None:
    with needing("probes"):
        from journeys import probing

    settings = configuration.load(file)
    stop = Event()
    with (
        probing.watching(settings, file, location or probing.here(settings), _say, _tell) as watch,
        _stopping(stop.set),
    ):
        watch.work(stop, concurrency=concurrency, patience_s=patience)


@contextmanager
def _stopping(stop: Callable[[], object]) -> Iterator[None]:
    """Being told to end once is a wish, twice an order."""

    def told(number: int, frame: FrameType | None) -> None:
        for each in (signal.SIGINT, signal.SIGTERM):
            signal.signal(each, before[each])
        _say("what is under way is finished or undone; once more to break off")
        stop()

    before = {each: signal.signal(each, told) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for each in before:
            signal.signal(each, before[each])


def _say(line: str) -> None:
    err.print(line, highlight=False, markup=False, soft_wrap=True)


def _tell(outcome: Outcome) -> None:
    _say(f"{outcome.key} {_line(outcome)}")


def _line(outcome: Outcome) -> str:
    cause = f" [cause: {outcome.cause}]" if outcome.cause else ""
    said = f": {outcome.headline}" if outcome.headline else ""
    return f"{outcome.state.value} {outcome.probe} in {outcome.took_s:.1f} s{cause}{said}"
