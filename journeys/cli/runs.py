"""The commands that go on journeys, or look at one surface, and tell what came of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from shlex import quote
from typing import Annotated

import typer

import reports
from journeys import config as configuration
from journeys import programme as programmes
from journeys.cli.console import OUTPUT, AsOutput, ConfigFile, IntoReport, Output, err, out
from journeys.model import Result, TesterFault
from journeys.programme import Programme
from journeys.run.ports import Watcher
from journeys.run.watchers import Together


class Caches(StrEnum):
    """What happens to caches before each reading."""

    keep = "keep"
    clear = "clear"
    both = "both"


def run(
    journeys: Annotated[
        list[str] | None, typer.Argument(help="Journeys by name; default: all that fit the store.")
    ] = None,
    store: Annotated[list[str] | None, typer.Option("--store", help="Store by name; default: all.")] = None,
    caches: Annotated[
        Caches, typer.Option(help="Keep them as customers do, clear them, or compare both.")
    ] = Caches.keep,
    repeat: Annotated[int, typer.Option(min=1, help="How often; each time with the next seed.")] = 1,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same customers and products.")] = 1,
    patience: Annotated[
        float, typer.Option(min=0, help="Seconds a surface is followed after a write, to measure its delay.")
    ] = 0.0,
    load: Annotated[bool, typer.Option("--load", help="Other customers buy and cancel by API meanwhile.")] = False,
    headed: Annotated[bool, typer.Option("--headed", help="Show the browser's window.")] = False,
    output: AsOutput = Output.text,
    report: IntoReport = None,
    config: ConfigFile = None,
) -> None:
    """Perform journeys and check every place that should show what they did."""
    settings = configuration.load(config)
    asked = Programme(
        journeys=tuple(journeys or ()),
        stores=tuple(store or ()),
        caches=caches.value,
        repeat=repeat,
        seed=seed,
        patience_s=patience,
        load=load,
        headed=headed,
        report=report,
    )
    turns = programmes.plan(settings, asked)
    results: list[Result] = []
    total = len(turns) * (2 if caches is Caches.both else 1)
    try:
        with reports.Progress(total=total) as progress:
            for outcome in programmes.go(settings, asked, turns, _watchers(progress, report), err.print):
                results += outcome
    except KeyboardInterrupt:
        waiting = programmes.journal_of(settings).mine()
        err.print("some of it waits to be undone: run journeys cleanup" if waiting else "what was done is undone")
        raise
    finally:
        if results or not turns:
            _tell(results, total, output, report)
    raise typer.Exit(programmes.exit_code(results))


def isolate(
    surface: Annotated[str, typer.Argument(help='Where a fact looks wrong, such as "product page".')],
    store: Annotated[str, typer.Option("--store", help="Store by name.")],
    subject: Annotated[
        str, typer.Option(help="Which product or slot, by its key; default: the first of the store.")
    ] = "",
    output: AsOutput = Output.text,
    report: IntoReport = None,
    config: ConfigFile = None,
) -> None:
    """Find out which layer holds an old value at a surface now, without buying anything."""
    settings = configuration.load(config)
    with reports.Progress(total=1) as progress:
        result = programmes.isolate(settings, store, surface, subject, _watchers(progress, report), report)
    _tell([result], 1, output, report)
    raise typer.Exit(programmes.exit_code([result]))


def _watchers(progress: Watcher, report: Path | None) -> Watcher:
    """Who is told how it goes: the progress bar, and what leaves pictures and results in the folder of a report."""
    leaving: list[Watcher] = (
        [] if report is None else [reports.Pictures(), reports.AllureWatcher(report / "allure-results")]
    )
    return Together([progress, *leaving])


def _tell(results: list[Result], planned: int, output: Output, report: Path | None) -> None:
    """Print what came of it, and write it where it was asked for."""
    told = json.dumps(reports.as_json(results, planned=planned), indent=2)
    if output is Output.json:
        typer.echo(told)
    elif results:
        out.print(reports.summary(results, explain=_explains(report)))
        if len(results) < planned:
            out.print(f"Only {len(results)} of {planned} runs were performed: the rest is not known.")
    else:
        err.print("nothing selected: no journey fits")
    if report is not None:  # what was said before is not lost when the disk refuses this
        _write(results, told, report)


def _explains(report: Path | None) -> Callable[[str], str]:
    """The command that explains a run, by its id: of this report, or of none."""
    where = "" if report is None or report.resolve() == OUTPUT.resolve() else f" --report {quote(str(report))}"
    return lambda run: f"journeys explain {run}{where}"


def _write(results: list[Result], told: str, report: Path) -> None:
    try:
        report.mkdir(parents=True, exist_ok=True)
        reports.write_junit(results, report / "junit.xml")
        reports.write_delays(results, report)
        reports.write_surroundings(report / "allure-results", {})
        (report / "summary.json").write_text(told, encoding="utf-8")
    except OSError as error:
        raise TesterFault(f"cannot write the report into {report}: {error.strerror}; free some space") from error
