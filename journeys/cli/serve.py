"""The command that serves the status page."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer

from journeys import config as configuration
from journeys.cli.console import ConfigFile, err, needing
from journeys.cli.history import Database
from journeys.config import ConfigError

if TYPE_CHECKING:
    from journeys.serving import Sources

PORT: Final = 8765


def serve(
    host: Annotated[
        str, typer.Option("--host", help="Address to listen on; others than this machine need a token.")
    ] = ("127.0.0.1"),
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Port to listen on; 0: a free one.")] = PORT,
    database: Database = "",
    behind_proxy: Annotated[
        bool, typer.Option("--behind-proxy", help="A reverse proxy lets only those through who may look.")
    ] = False,
    zone: Annotated[str, typer.Option("--zone", help="Time zone of the page, such as Europe/Berlin.")] = "UTC",
    title: Annotated[str, typer.Option("--title", help="Title of the page.")] = "journeys",
    config: ConfigFile = None,
) -> None:
    """Serve the status page, metrics and feeds of the probes until Ctrl-C; read-only.

    With JOURNEYS_TOKEN in the environment only those who know that token may look.
    """
    with needing("probes,serve"):
        from journeys.serving import application, bound, demand_token, is_loopback
        from journeys.serving import serve as listen
        from journeys.serving.listen import VARIABLE, Unprotected
    token = os.environ.get(VARIABLE, "")
    try:
        demand_token(host, token, behind_proxy=behind_proxy)
    except Unprotected as error:
        raise ConfigError(str(error)) from error
    only_here = is_loopback(host) and not behind_proxy
    with _sources(database, config) as sources, bound(host, port) as listening:
        app = application(sources, site=title, token=token, only_here=only_here, zone=_zone(zone))
        listen(app, listening, _say, behind_proxy=behind_proxy)
    err.print("stopped")


@contextmanager
def _sources(database: str, config: Path | None) -> Iterator[Sources]:
    """All that is asked."""
    from journeys import showing
    from journeys.probes.database import open_database

    settings = configuration.load(config)
    opened = open_database(database or settings.database_url())
    try:
        yield showing.sources(settings, opened)
    finally:
        opened.dispose()


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ConfigError(f'"{name}" is no time zone; allowed: names such as UTC or Europe/Berlin') from error


def _say(address: str) -> None:
    err.print(f"the status page is at {address}", highlight=False, soft_wrap=True)
