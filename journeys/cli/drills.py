"""The commands that plant faults in the sandbox: the demonstration, and the drill."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Annotated

import typer

import reports
from journeys import config as configuration
from journeys.cli.console import OUTPUT, AsOutput, ConfigFile, Output, err, out
from journeys.programme import Exit


class Kinds(StrEnum):
    """Which faults are drilled."""

    singles = "singles"
    pairs = "pairs"
    both = "both"


def demo(
    everything: Annotated[bool, typer.Option("--all", help="All journeys, not only some.")] = False,
    config: ConfigFile = None,
) -> None:
    """Start both stores, buy and book in them, plant a stale cache, and see it found."""
    from journeys import demo as show

    raise typer.Exit(show.demo(configuration.load(config), out, err, everything=everything))


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
    rough: Annotated[
        bool, typer.Option("--rough", help="Clean runs over a bad line: up to 200 ms late, 1 % of the questions lost.")
    ] = False,
    load: Annotated[bool, typer.Option("--load", help="Other customers buy while faults are planted, too.")] = False,
    catalogue: Annotated[str, typer.Option(help="Module with a CATALOGUE of your own, and PAIRS.")] = "",
    output: AsOutput = Output.text,
    config: ConfigFile = None,
) -> None:
    """Plant known faults in the sandbox, one after the other, and score what is found."""
    from journeys.drill import command
    from journeys.drill.score import confusion

    asked = command.Asked(
        faults=tuple(fault or ()),
        stores=tuple(store or ()),
        repeat=repeat,
        seed=seed,
        singles=kinds is not Kinds.pairs and not only_clean,
        pairs=kinds is not Kinds.singles and not only_clean,
        clean=clean,
        rough=rough,
        load=load,
        catalogue=catalogue,
    )
    drilled = command.drill(configuration.load(config), asked, OUTPUT, lambda line: err.print(line, highlight=False))
    told = drilled.as_json()
    drawn = reports.write_confusion(confusion(drilled.scored), OUTPUT)
    if drawn is not None:
        err.print(f"what was planted and what was said of it: {drawn}", highlight=False)
    if output is Output.json:
        typer.echo(json.dumps(told, indent=2))
    else:
        out.print(drilled.as_text())
    if drilled.interrupted:
        raise KeyboardInterrupt
    raise typer.Exit(Exit.FAULT if drilled.misses() else Exit.PASS)
