"""The command line: journeys by hand and in pipelines."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from importlib.metadata import version
from io import TextIOWrapper
from pathlib import Path
from types import FrameType
from typing import Annotated, Any, Final

import typer
from rich.console import Console
from rich.table import Table

import reports
from journeys import config as configuration
from journeys import doctor as examination
from journeys import programme as programmes
from journeys import stores
from journeys.config import Config, ConfigError
from journeys.model import AccessDenied, JourneyError, Result, TesterFault
from journeys.programme import Exit, Programme
from journeys.run.ports import Watcher
from journeys.run.watchers import Together
from sandbox import SandboxError

OUTPUT: Final = Path("reports/output")

app = typer.Typer(
    help="Buys and books like a customer, then checks every place that should show it.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
sandbox_app = typer.Typer(help="Real stores on this machine to run against.", no_args_is_help=True)
app.add_typer(sandbox_app, name="sandbox")

out = Console(soft_wrap=False)
err = Console(stderr=True)


class Caches(StrEnum):
    """What happens to caches before each reading."""

    keep = "keep"
    clear = "clear"
    both = "both"


class Output(StrEnum):
    """For people or for machines."""

    text = "text"
    json = "json"


class Kinds(StrEnum):
    """Which faults are drilled."""

    singles = "singles"
    pairs = "pairs"
    both = "both"


ConfigFile = Annotated[
    Path | None, typer.Option("--config", help="Configuration file.", show_default=configuration.FILE, dir_okay=False)
]
AsOutput = Annotated[Output, typer.Option("--output", help="For people or for machines.")]


@app.callback(invoke_without_command=True)
def root(
    show_version: Annotated[bool, typer.Option("--version", help="Show the version and stop.", is_eager=True)] = False,
) -> None:
    """Buys and books like a customer, then checks every place that should show it."""
    if show_version:
        typer.echo(version("journeys"))
        raise typer.Exit


@app.command()
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
    report: Annotated[
        Path | None, typer.Option(file_okay=False, help="Folder for Allure, JUnit and histories.")
    ] = None,
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
            watchers: list[Watcher] = [progress]
            if report is not None:
                watchers += [reports.Pictures(), reports.AllureWatcher(report / "allure-results")]
            for outcome in programmes.go(settings, asked, turns, Together(watchers), err.print):
                results += outcome
    except KeyboardInterrupt:
        waiting = programmes.journal_of(settings).mine()
        err.print("some of it waits to be undone: run journeys cleanup" if waiting else "what was done is undone")
        raise
    finally:
        if results or not turns:
            _tell(results, total, output, report)
    raise typer.Exit(programmes.exit_code(results))


@app.command()
def isolate(
    surface: Annotated[str, typer.Argument(help='Where a fact looks wrong, such as "product page".')],
    store: Annotated[str, typer.Option("--store", help="Store by name.")],
    subject: Annotated[
        str, typer.Option(help="Which product or slot, by its key; default: the first of the store.")
    ] = "",
    output: AsOutput = Output.text,
    report: Annotated[
        Path | None, typer.Option(file_okay=False, help="Folder for Allure, JUnit and histories.")
    ] = None,
    config: ConfigFile = None,
) -> None:
    """Find out which layer holds an old value at a surface now, without buying anything."""
    settings = configuration.load(config)
    with reports.Progress(total=1) as progress:
        watchers: list[Watcher] = [progress]
        if report is not None:
            watchers += [reports.Pictures(), reports.AllureWatcher(report / "allure-results")]
        result = programmes.isolate(settings, store, surface, subject, Together(watchers), report)
    _tell([result], 1, output, report)
    raise typer.Exit(programmes.exit_code([result]))


def _tell(results: list[Result], planned: int, output: Output, report: Path | None) -> None:
    """Print what came of it, and write it where it was asked for."""
    told = json.dumps(reports.as_json(results, planned=planned), indent=2)
    if report is not None:
        _write(results, told, report)
    if output is Output.json:
        typer.echo(told)
    elif results:
        out.print(reports.summary(results))
        if len(results) < planned:
            out.print(f"Only {len(results)} of {planned} runs were performed: the rest is not known.")
    else:
        err.print("nothing selected: no journey fits")


def _write(results: list[Result], told: str, report: Path) -> None:
    try:
        report.mkdir(parents=True, exist_ok=True)
        reports.write_junit(results, report / "junit.xml")
        reports.write_delays(results, report)
        reports.write_surroundings(report / "allure-results", {})
        (report / "summary.json").write_text(told, encoding="utf-8")
    except OSError as error:
        raise TesterFault(f"cannot write the report into {report}: {error.strerror}; free some space") from error


@app.command(name="list")
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


@app.command()
def validate(config: ConfigFile = None) -> None:
    """Check the configuration without touching any store."""
    settings = configuration.load(config)
    for name in settings.stores:
        kind = stores.kind_of(settings, name)
        writes = "journeys may buy and book" if settings.stores[name].may_write else "read-only"
        out.print(f"{name}: {kind} on {settings.stores[name].platform}, {writes}")
    stores.all_journeys(settings)
    out.print("the configuration is valid")


@app.command()
def schema() -> None:
    """Print the JSON Schema of journeys.toml, for editors."""
    typer.echo(json.dumps(Config.model_json_schema(), indent=2))


@app.command()
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


@app.command()
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
    raise typer.Exit(Exit.TESTER if broken else Exit.PASS)


@app.command()
def report(
    results: Annotated[Path, typer.Argument(help="Folder that a run or the tests reported into.")] = OUTPUT,
    into: Annotated[
        Path | None, typer.Option(help="Folder of the HTML report; default: site beside the results.")
    ] = None,
) -> None:
    """Turn the results into the Allure HTML report."""
    page = reports.build(results / "allure-results", into or results / "site", results / "state")
    out.print(f"the report is {page}")


@app.command()
def demo(
    everything: Annotated[bool, typer.Option("--all", help="All journeys, not only some.")] = False,
    config: ConfigFile = None,
) -> None:
    """Start both stores, buy and book in them, plant a stale cache, and see it found."""
    from journeys import demo as show

    raise typer.Exit(show.demo(configuration.load(config), out, err, everything=everything))


@app.command()
def drill(
    fault: Annotated[
        list[str] | None, typer.Option("--fault", help="Fault by name, or STORE/NAME; default: all of the catalogue.")
    ] = None,
    store: Annotated[list[str] | None, typer.Option("--store", help="Store of the sandbox; default: all.")] = None,
    repeat: Annotated[int, typer.Option(min=1, help="How often; each time with the next seed.")] = 1,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same order, customers and products.")] = 1,
    kinds: Annotated[Kinds, typer.Option(help="Faults alone, in pairs, or both.")] = Kinds.both,
    clean: Annotated[
        int, typer.Option(min=0, help="So many runs without a fault, while others buy; none of them may alarm.")
    ] = 0,
    only_clean: Annotated[bool, typer.Option("--only-clean", help="No faults, only the clean runs.")] = False,
    load: Annotated[bool, typer.Option("--load", help="Other customers buy while faults are planted, too.")] = False,
    catalogue: Annotated[str, typer.Option(help="Module with a CATALOGUE of your own, and PAIRS.")] = "",
    output: AsOutput = Output.text,
    config: ConfigFile = None,
) -> None:
    """Plant known faults in the sandbox, one after the other, and score what is found."""
    from journeys.drill import command

    asked = command.Asked(
        faults=tuple(fault or ()),
        stores=tuple(store or ()),
        repeat=repeat,
        seed=seed,
        singles=kinds is not Kinds.pairs and not only_clean,
        pairs=kinds is not Kinds.singles and not only_clean,
        clean=clean,
        load=load,
        catalogue=catalogue,
    )
    drilled = command.drill(configuration.load(config), asked, OUTPUT, lambda line: err.print(line, highlight=False))
    told = drilled.as_json()
    if output is Output.json:
        typer.echo(json.dumps(told, indent=2))
    else:
        out.print(drilled.as_text())
    if drilled.interrupted:
        raise KeyboardInterrupt
    raise typer.Exit(Exit.FAULT if drilled.misses() else Exit.PASS)


class Profile(StrEnum):
    """What stands before and behind the sandbox's stores."""

    embedded = "embedded"
    full = "full"


InProfile = Annotated[
    Profile | None,
    typer.Option(
        help="embedded: the stores alone; full: with edges, caches and a replicated database.  [default: as configured]"
    ),
]


@contextmanager
def _sandbox(config: Path | None, profile: Profile | None) -> Iterator[Any]:
    found = configuration.load(config)
    if profile is not None:
        found = found.in_profile(profile.value)
    yield stores.sandbox_of(found, lambda line: err.print(line, highlight=False, soft_wrap=True))


@sandbox_app.command()
def up(profile: InProfile = None, config: ConfigFile = None) -> None:
    """Start both stores; the first time that takes a minute or two."""
    with _sandbox(config, profile) as sandbox:
        _show(sandbox.up())


@sandbox_app.command()
def down(profile: InProfile = None, config: ConfigFile = None) -> None:
    """End everything that runs; the data stays."""
    with _sandbox(config, profile) as sandbox:
        sandbox.down()


@sandbox_app.command()
def reset(
    names: Annotated[list[str] | None, typer.Argument(metavar="[STORE]...", help="Stores; default: both.")] = None,
    profile: InProfile = None,
    config: ConfigFile = None,
) -> None:
    """Put the stores back to the seeded state, without faults."""
    with _sandbox(config, profile) as sandbox:
        _show(sandbox.reset(*(names or ())))


@sandbox_app.command()
def status(profile: InProfile = None, output: AsOutput = Output.text, config: ConfigFile = None) -> None:
    """Show what runs where; as JSON with every port, credential and pid."""
    with _sandbox(config, profile) as sandbox:
        now = sandbox.status()
    if output is Output.json:
        typer.echo(json.dumps(now.as_json(), indent=2, default=str))
    else:
        _show(now)


def _show(now: Any) -> None:
    out.print(f"sandbox ({now.profile}): {now.state}, in {now.home}", highlight=False, soft_wrap=True)
    for name, store in now.stores.items():
        out.print(f"  {name:15} {store.platform:7} {store.state:8} {store.url or ''}", highlight=False)
    out.print(f"  {'mail':15} {'smtp':7} {now.mail.state:8} 127.0.0.1:{now.mail.port}", highlight=False)
    for name, service in now.services.items():
        where = f"127.0.0.1:{service.port}  pid {service.pid}"
        out.print(f"  {name:15} {'':7} {service.state:8} {where}", highlight=False)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; every expected failure is one message and an exit code, never a traceback."""
    signal.signal(signal.SIGTERM, _interrupt)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without UTF-8 gets question marks, not a traceback
    sys.exit(_coded(arguments))


def _coded(arguments: list[str] | None) -> int:
    try:
        app(args=arguments)
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else Exit.PASS
        return _say("interrupted", code) if code == Exit.INTERRUPTED else code
    except KeyboardInterrupt:
        return _say("interrupted", Exit.INTERRUPTED)
    except ConfigError as error:
        return _say(str(error), Exit.USAGE)
    except (TesterFault, SandboxError, reports.CannotBuild) as error:
        return _say(str(error), Exit.TESTER)
    except AccessDenied as error:
        return _say(str(error), Exit.USAGE)
    except JourneyError as error:
        return _say(str(error), Exit.FAULT)
    except OSError as error:
        return _say(f"{error.filename or 'the disk'}: {error.strerror or error}", Exit.TESTER)
    return Exit.PASS


def _say(message: str, code: int) -> int:
    err.print(f"journeys: {message}", style="bold red", highlight=False, markup=False, soft_wrap=True)
    return code


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
