"""The commands that look and do not buy: what there is, whether it is well, and what is left to undo."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

import reports
from journeys import config as configuration
from journeys import doctor as examination
from journeys import programme as programmes
from journeys import stores
from journeys.cli.console import OUTPUT, AsOutput, ConfigFile, Output, needing, out
from journeys.config import Config
from journeys.config_audit import AuditSettings
from journeys.programme import Exit


def list_(config: ConfigFile = None, output: AsOutput = Output.text) -> None:
    """List the journeys, and the stores they can be gone in."""
    settings = configuration.load(config)
    kinds = {name: stores.kind_of(settings, name) for name in settings.stores}
    rows: list[dict[str, Any]] = [
        {
            "journey": each.name,
            "title": each.title,
            "writes": each.writes,
            "checks": list(each.checks),
            "stores": [
                name
                for name, kind in kinds.items()
                if kind == each.kind and (settings.stores[name].may_write or not each.writes)
            ],
        }
        for each in stores.all_journeys(settings)
    ]
    if output is Output.json:
        typer.echo(json.dumps(rows, indent=2))
        return
    table = Table("journey", "what happens", "in stores", box=None)
    for row in rows:
        table.add_row(row["journey"], row["title"], ", ".join(row["stores"]) or "–")
    out.print(table)


def validate(config: ConfigFile = None) -> None:
    """Check the configuration without touching any store."""
    settings = configuration.load(config)
    for name in settings.stores:
        kind = stores.kind_of(settings, name)
        writes = "journeys may buy and book" if settings.stores[name].may_write else "read-only"
        out.print(f"{name}: {kind} on {settings.stores[name].platform}, {writes}")
    stores.all_journeys(settings)
    if any(store.books or store.audit != AuditSettings() for store in settings.stores.values()):
        with needing("audit"):
            from journeys import auditing
        for told in auditing.check(settings):
            out.print(told, highlight=False, markup=False)
    if settings.probes:
        with needing("probes"):
            from journeys import probing
        probing.receivers_of(settings)
        for probe in probing.declared(settings):
            out.print(f"{probe.name}: {probe.journey} in {probe.store}, from {probe.location}")
    out.print("the configuration is valid")


def schema() -> None:
    """Print the JSON Schema of journeys.toml, for editors."""
    typer.echo(json.dumps(Config.model_json_schema(), indent=2))


def doctor(config: ConfigFile = None, output: AsOutput = Output.text) -> None:
    """Look whether everything that runs need is there: browser, stores, credentials, mail, journal."""
    complaints = examination.examine(configuration.load(config))
    if output is Output.json:
        typer.echo(json.dumps([each.as_json() for each in complaints], indent=2))
    else:
        for each in complaints:
            out.print(
                f"[{'green' if each.well else 'red'}]{'ok  ' if each.well else 'ILL '}[/] {each.what}: {each.says}"
            )
    raise typer.Exit(Exit.PASS if all(each.well for each in complaints) else Exit.TESTER)


def cleanup(
    store: Annotated[list[str] | None, typer.Option("--store", help="Store by name; default: all.")] = None,
    config: ConfigFile = None,
) -> None:
    """Undo what runs that died left behind."""
    settings = configuration.load(config)
    journal = programmes.journal_of(settings)
    broken = False
    for name in store or list(settings.stores):
        if store or any(each.store == name for each in journal.orphans()):
            with stores.opened(settings, name) as opened:
                cancelled, left = programmes.clean_up(opened, journal)
            broken |= any(not each.benign for each in left)
            out.print(f"{name}: cancelled {', '.join(cancelled) or 'nothing'}")
            for each in left:
                out.print(f"  {'kept by the store' if each.benign else 'residue'}: {each.what}")
        else:
            out.print(f"{name}: nothing to undo")
    if settings.probes:
        with needing("probes"):
            from journeys import probing
        for what in probing.clean_up(settings, config, lambda line: out.print(line, highlight=False)):
            broken = True
            out.print(f"  residue: {what}")
    raise typer.Exit(Exit.TESTER if broken else Exit.PASS)


def report(
    results: Annotated[Path, typer.Argument(help="Folder that a run or the tests reported into.")] = OUTPUT,
    into: Annotated[
        Path | None, typer.Option(help="Folder of the HTML report; default: site beside the results.")
    ] = None,
) -> None:
    """Turn the results into the Allure HTML report."""
    page = reports.build(results / "allure-results", into or results / "site", results / "state")
    out.print(f"the report is {page}")
