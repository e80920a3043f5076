"""All commands put together, and the way out of them: a failure is one message and an exit code, never a traceback."""

from __future__ import annotations

import signal
import sys
from importlib.metadata import version
from io import TextIOWrapper
from types import FrameType
from typing import Annotated

import typer

import reports
from journeys.browser.addresses import bare
from journeys.cli import audit, drills, explain, history, looks, probes, runs, sandbox, serve
from journeys.cli.console import err
from journeys.config import ConfigError
from journeys.model import AccessDenied, JourneyError, TesterFault
from journeys.programme import Exit
from sandbox import SandboxError

app = typer.Typer(
    help="Buys and books like a customer, then checks every place that should show it.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(runs.run)
app.command()(runs.isolate)
app.command()(explain.explain)
app.command()(probes.probe)
app.command()(probes.worker)
app.command(name="list")(looks.list_)
app.command()(looks.validate)
app.command()(looks.schema)
app.command()(looks.doctor)
app.command()(looks.cleanup)
app.command()(looks.report)
app.command()(history.history)
app.command()(history.export)
app.command()(serve.serve)
app.command()(drills.demo)
app.command()(drills.drill)
app.add_typer(audit.app, name="audit")
app.add_typer(sandbox.app, name="sandbox")


@app.callback(invoke_without_command=True)
def root(
    show_version: Annotated[bool, typer.Option("--version", help="Show the version and stop.", is_eager=True)] = False,
) -> None:
    """Buys and books like a customer, then checks every place that should show it."""
    if show_version:
        typer.echo(version("journeys"))
        raise typer.Exit


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
    err.print(f"journeys: {bare(message)}", style="bold red", highlight=False, markup=False, soft_wrap=True)
    return code


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
