"""The files that a run leaves: its history always, picture and trace only when the run did not pass."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from journeys.masking import Mask
from journeys.model import JourneyError, TesterFault
from journeys.run.ports import Session

_ONLY_WHEN_NEEDED: Final = ("screenshot.png", "trace.zip")


class Artifacts:
    """The folder of one run; without a folder nothing is kept."""

    def __init__(self, folder: Path | None, mask: Mask) -> None:
        self._folder = folder
        self._mask = mask
        if folder is not None:
            try:
                folder.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise TesterFault(f"cannot write into {folder}: {error.strerror}") from error

    def path(self, name: str) -> Path | None:
        """Where a file of that name belongs."""
        return self._folder / name if self._folder is not None else None

    def take(self, session: Session) -> None:
        """The trace of the customer's way, and then a picture of where it ended: the trace tells nothing of that."""
        if self._folder is not None:
            self._mask.learn(*session.secrets())
            # A page that is gone leaves no picture, nor does a full disk; why is said elsewhere.
            with suppress(JourneyError):
                session.keep_trace(self._folder / "trace.zip", self._mask)
            with suppress(JourneyError):
                session.screenshot(self._folder / "screenshot.png", self._mask)

    def keep(self, *, lasting: bool) -> None:
        """Throw away what only a failed run needs."""
        if self._folder is not None and not lasting:
            for name in _ONLY_WHEN_NEEDED:
                (self._folder / name).unlink(missing_ok=True)

    def files(self) -> Mapping[str, Path]:
        """The files that are there, by name."""
        return {path.name: path for path in sorted(self._folder.iterdir())} if self._folder is not None else {}
