"""The commands that audit: a store's sales against bank and payment service, its bookings against calendars."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, TextIO

import typer

from journeys import config as configuration
from journeys.cli.console import ConfigFile, err, needing, out
from journeys.config import ConfigError
from journeys.model import StoreFault, TesterFault
from journeys.programme import Exit

if TYPE_CHECKING:
    from journeys.audit.model import Audit

app = typer.Typer(help="Hold a store's sales and bookings against what others say of them.", no_args_is_help=True)


class Form(StrEnum):
    """For people, machines, accountants, or a browser."""

    text = "text"
    json = "json"
    csv = "csv"
    html = "html"


def _known(incomplete: str) -> Iterator[str]:
    """The configured stores, for the shell's completion."""
    with suppress(ConfigError):
        yield from (name for name in configuration.load(None).stores if name.startswith(incomplete))


def _books(context: typer.Context, incomplete: str) -> Iterator[str]:
    """The configured books, for the shell's completion; files are completed by the shell itself."""
    with suppress(ConfigError):
        settings = configuration.load(context.params.get("config")).stores
        stores = [context.params["store"]] if context.params.get("store") else list(settings)
        names = dict.fromkeys(name for store in stores if store in settings for name in settings[store].books)
        yield from (name for name in names if name.startswith(incomplete))


StoreName = Annotated[
    str,
    typer.Option("--store", help="Store by name; default: the only one that fits.", autocompletion=_known),
]
Against = Annotated[
    list[str] | None,
    typer.Option(
        "--against", help="A book of the store by name, or a file; default: all its books.", autocompletion=_books
    ),
]
First = Annotated[str, typer.Option("--from", help="The first day, such as 2026-05-01; default: the last.")]
Last = Annotated[str, typer.Option("--to", help="The last day, which is included; default: yesterday.")]
Export = Annotated[
    list[str] | None,
    typer.Option(
        "--export",
        help="The store's own side from a book of CSV or Parquet, or a file, not from its API; several make it up.",
        autocompletion=_books,
    ),
]
AsForm = Annotated[Form, typer.Option("--output", help="How it is told on the standard output.")]
Report = Annotated[
    Path | None, typer.Option("--report", file_okay=False, help="Folder for the page, CSV, JSON and Allure results.")
]
Matches = Annotated[bool, typer.Option("--matches", help="With --report: a CSV of every match as well, with its rule.")]
Memory = Annotated[
    int | None, typer.Option("--memory", min=64, help="So many MiB of memory before it spills to disk; default: 1024.")
]
Threads = Annotated[int | None, typer.Option("--threads", min=1, help="So many threads; default: one for each core.")]


@app.command()
def sales(
    store: StoreName = "",
    against: Against = None,
    first: First = "",
    last: Last = "",
    output: AsForm = Form.text,
    report: Report = None,
    matches: Matches = False,
    export: Export = None,
    memory: Memory = None,
    threads: Threads = None,
    config: ConfigFile = None,
) -> None:
    """Hold the sales of a store against bank statements and payment services: every discrepancy, classified."""
    _audit("sales", locals())


@app.command()
def bookings(
    store: StoreName = "",
    against: Against = None,
    first: First = "",
    last: Last = "",
    output: AsForm = Form.text,
    report: Report = None,
    matches: Matches = False,
    export: Export = None,
    memory: Memory = None,
    threads: Threads = None,
    config: ConfigFile = None,
) -> None:
    """Hold the bookings of a store against calendars: every discrepancy, classified."""
    _audit("bookings", locals())


def _audit(subject: Literal["sales", "bookings"], asked: dict[str, Any]) -> None:
    with needing("audit"):
        from journeys import auditing
        from journeys.audit.sources import Unreadable
        from journeys.books import NothingToAudit
        from reports.audit.progress import AuditProgress

    if asked["matches"] and not asked["report"]:
        raise ConfigError("--matches belongs to --report: it is a file there")
    settings = configuration.load(asked["config"])
    wanted = auditing.Wanted(
        subject=subject,
        store=asked["store"] or auditing.only_store(settings, subject),
        against=tuple(asked["against"] or ()),
        first=_day("--from", asked["first"]),
        last=_day("--to", asked["last"]),
        export=tuple(asked["export"] or ()),
        memory_mb=asked["memory"],
        threads=asked["threads"],
    )
    try:
        with AuditProgress() as progress, auditing.audited(settings, wanted, progress) as audit:
            if asked["report"]:
                progress("writing what was found", None)
                _leave(audit, asked["report"], matches=asked["matches"])
            progress.done()
            _tell(audit, asked["output"], asked["report"])
            code = auditing.exit_code(audit)
    except NothingToAudit as error:
        err.print(str(error), style="bold red", highlight=False, markup=False, soft_wrap=True)
        raise typer.Exit(Exit.NOTHING) from error
    except Unreadable as error:
        raise ConfigError(str(error)) from error
    except StoreFault as error:
        err.print(f"journeys: {error}", style="bold red", highlight=False, markup=False, soft_wrap=True)
        raise typer.Exit(Exit.INCONCLUSIVE) from error
    raise typer.Exit(code)


def _day(option: str, text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise ConfigError(f'{option} is "{text}"; wanted is a day such as 2026-05-31') from error


def _leave(audit: Audit, folder: Path, *, matches: bool) -> None:
    from reports.audit.folder import leave

    try:
        leave(audit, folder, matches=matches)
    except OSError as error:
        raise TesterFault(
            f"cannot write the report into {folder}: {error.strerror or error}; free some space"
        ) from error


def _tell(audit: Audit, form: Form, report: Path | None) -> None:
    """Print it; what machines read goes out as UTF-8, whatever the terminal's encoding."""
    from reports.audit import audit_lines, audit_summary
    from reports.audit.folder import FORMS

    more = f"in {report}" if report else "--output csv, or --report FOLDER"
    if form is not Form.text:
        with _utf8() as file:
            FORMS[form](audit, file)
    elif out.is_terminal:
        out.print(audit_summary(audit, more))
    else:
        for line in audit_lines(audit, more):
            typer.echo(line)


@contextmanager
def _utf8() -> Iterator[TextIO]:
    file = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", newline="")
    try:
        yield file
        file.flush()
    finally:
        file.detach()
