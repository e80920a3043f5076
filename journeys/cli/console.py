"""What all commands share: where they write, and the options that several of them take."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console

from journeys import config as configuration
from journeys.model import TesterFault

OUTPUT: Final = Path("reports/output")

out = Console(soft_wrap=False)
err = Console(stderr=True)


class Output(StrEnum):
    """For people or for machines."""

    text = "text"
    json = "json"


@contextmanager
def needing(extra: str) -> Iterator[None]:
    """For what is imported only when it is needed, because it is not always installed."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise TesterFault(f"{error.name} is missing: install journeys[{extra}]") from error


ConfigFile = Annotated[
    Path | None, typer.Option("--config", help="Configuration file.", show_default=configuration.FILE, dir_okay=False)
]
AsOutput = Annotated[Output, typer.Option("--output", help="For people or for machines.")]
IntoReport = Annotated[
    Path | None, typer.Option("--report", file_okay=False, help="Folder for Allure, JUnit and histories.")
]
