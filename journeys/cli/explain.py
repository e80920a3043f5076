"""The command that explains one run again from the history that it left."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

import reports
from journeys import config as configuration
from journeys import programme as programmes
from journeys.checks import ALL_CHECKS, judge
from journeys.cli.console import OUTPUT, AsOutput, ConfigFile, Output, err, out
from journeys.config import ConfigError
from journeys.diagnosis import diagnose
from journeys.model import Result, TesterFault
from journeys.run.kept import LATEST, NoSuchRun, find, kept
from journeys.run.ndjson import load


def _known(incomplete: str) -> list[str]:
    """The runs that could be meant, for completion."""
    return [run for run in (LATEST, *kept(OUTPUT, *_own(None))) if run.startswith(incomplete)]


def _own(file: Path | None) -> tuple[Path, ...]:
    """Where runs are kept that nobody asked a report of; nowhere without a configuration that can be read."""
    try:
        config = configuration.load(file)
    except ConfigError:
        return ()
    return (config.path(config.state),)


def explain(
    run: Annotated[
        str,
        typer.Argument(help='Run by its id, "latest", or the path of a history or its folder.', autocompletion=_known),
    ],
    report: Annotated[
        Path, typer.Option("--report", file_okay=False, help="Folder that runs were reported into.")
    ] = OUTPUT,
    html: Annotated[
        Path | None, typer.Option("--html", dir_okay=False, help="Write it as a page of its own into this file.")
    ] = None,
    output: AsOutput = Output.text,
    config: ConfigFile = None,
) -> None:
    """Explain why a run is not well: causes, evidence, what to do next, and what speaks against other causes."""
    try:
        path = find(run, report, *_own(config))
    except NoSuchRun as error:
        raise ConfigError(str(error)) from error
    result = judged_again(path)
    if html is not None:
        _write(result, html)
    if output is Output.json:
        typer.echo(json.dumps(reports.as_json([result]) | {"history": str(path)}, indent=2))
    else:
        out.print(reports.explanation(result, str(path)))
    raise typer.Exit(programmes.exit_code([result]))


def judged_again(path: Path) -> Result:
    """A history from disk, judged and diagnosed as the run was; TesterFault when it cannot be read."""
    history = load(path)
    findings = judge(history, ALL_CHECKS)
    return Result(history=history, findings=findings, diagnoses=diagnose(history, findings), duration_s=history.lasted)


def _write(result: Result, path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(reports.why_page(result), encoding="utf-8")
    except OSError as error:
        raise TesterFault(f"cannot write the page into {path}: {error.strerror}") from error
    err.print(f"the page is {path}")
