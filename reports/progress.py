"""How runs go while they go: a bar with the current step on a terminal, plain lines elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from rich import progress
from rich.console import Console
from rich.text import Text

from journeys.model import Heading, Result, Step, StepOutcome
from reports.text import verdict
from reports.words import what_ran


class Progress:
    """A watcher that shows on stderr how far ``total`` runs have come; a context manager."""

    def __init__(self, total: int, console: Console | None = None) -> None:
        self._console = console or Console(stderr=True, highlight=False)
        self._live = self._console.is_terminal
        self._bar = bar(self._console, progress.MofNCompleteColumn(), progress.BarColumn(bar_width=16))
        self._task = self._bar.add_task("starting", total=total)
        self._run = ""

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def began(self, heading: Heading) -> None:
        """A run begins."""
        self._run = f"{what_ran(heading)}, in {heading.store}"
        if not self._live:
            self._say(f"{self._run}, seed {heading.seed}")
        self._bar.update(self._task, description=self._run)

    def step_began(self, name: str) -> None:
        """A step begins."""
        self._bar.update(self._task, description=f"{name} ({self._run})")
        if not self._live:
            self._say(f"  {name}")

    def step_ended(self, step: Step) -> None:
        """A step has ended; only one that did not pass is worth a line."""
        if step.outcome is not StepOutcome.PASSED:
            self._say(f"  {step.name}: {step.outcome}: {step.error}")

    def ended(self, result: Result, artifacts: Mapping[str, Path]) -> None:
        """The run is judged."""
        self._say(Text.assemble(verdict(result.verdict), f"  {self._run} ({result.duration_s:.1f} s)"))
        self._bar.advance(self._task)

    def _say(self, line: str | Text) -> None:
        self._console.print(line if isinstance(line, Text) else Text(line), soft_wrap=True)


def bar(console: Console, *columns: progress.ProgressColumn) -> progress.Progress:
    """A line that shows these columns, the time and what is being done; nothing where there is no terminal."""
    return progress.Progress(
        progress.SpinnerColumn(),
        *columns,
        progress.TimeElapsedColumn(),
        progress.TextColumn("{task.description}", markup=False),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
