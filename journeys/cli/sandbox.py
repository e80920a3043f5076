"""The commands of the sandbox: both stores started, ended, reset and shown."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from journeys import config as configuration
from journeys import stores
from journeys.cli.console import AsOutput, ConfigFile, Output, err, out

app = typer.Typer(help="Real stores on this machine to run against.", no_args_is_help=True)


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


@app.command()
def up(profile: InProfile = None, config: ConfigFile = None) -> None:
    """Start both stores; the first time that takes a minute or two."""
    with _sandbox(config, profile) as sandbox:
        _show(sandbox.up())


@app.command()
def down(profile: InProfile = None, config: ConfigFile = None) -> None:
    """End everything that runs; the data stays."""
    with _sandbox(config, profile) as sandbox:
        sandbox.down()


@app.command()
def reset(
    names: Annotated[list[str] | None, typer.Argument(metavar="[STORE]...", help="Stores; default: both.")] = None,
    profile: InProfile = None,
    config: ConfigFile = None,
) -> None:
    """Put the stores back to the seeded state, without faults."""
    with _sandbox(config, profile) as sandbox:
        _show(sandbox.reset(*(names or ())))


@app.command()
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
