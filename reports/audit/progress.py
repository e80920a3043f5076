"""How an audit goes while it goes: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from rich import progress
from rich.console import Console
from rich.text import Text

from reports.progress import bar


class AuditProgress:
    """Shows on stderr what an audit is at; a context manager, called with the words and how much is done (0 to 1)."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(stderr=True, highlight=False)
        self._live = self._console.is_terminal
        self._bar = bar(self._console, progress.BarColumn(bar_width=24), progress.TaskProgressColumn())
        self._task = self._bar.add_task("starting", total=None)
        self._said = ""

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def done(self) -> None:
        """Take the bar away: what follows is printed."""
        self._bar.stop()

    def __call__(self, text: str, done: float | None = None) -> None:
        """It is at this now; None: how much is done cannot be told."""
        total = None if done is None else 1.0
        self._bar.update(self._task, description=text, total=total, completed=done or 0.0)
        if not self._live and text != self._said:
            self._console.print(Text(text), soft_wrap=True)
        self._said = text
