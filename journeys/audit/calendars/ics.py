"""Calendars in files (RFC 5545)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa

from journeys.audit.calendars.rows import Text, batches
from journeys.audit.calendars.wording import NAMES, Wording, read
from journeys.audit.model import Balance, Period
from journeys.audit.sources import Unreadable
from journeys.run.options import only, text


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """Files of one or more calendars each; what is in several of them is in each of them."""

    name: str
    folder: Path
    file: str
    wording: Wording

    def tables(self) -> tuple[str, ...]:
        """Bookings or slots, as the option ``holds`` says."""
        return (self.wording.holds,)

    def read(self, table: str, period: Period) -> Iterable[pa.RecordBatch]:
        """The events of the period and a day around it. Unreadable with the file and the line."""
        if table != self.wording.holds:
            return ()
        return batches([_text(each) for each in self._files()], self.wording, period)

    def balances(self, period: Period) -> tuple[Balance, ...]:
        """None: calendars hold no money."""
        return ()

    def _files(self) -> list[Path]:
        """One file, or those that a pattern such as ``export/*.ics`` finds, by name."""
        given = Path(self.file)
        if not any(letter in self.file for letter in "*?["):
            return [self.folder / given]
        base = Path(given.anchor) if given.is_absolute() else self.folder
        found = sorted(base.glob(str(given.relative_to(base) if given.is_absolute() else given)))
        if not found:
            raise Unreadable(f"{self.file}: there is no such file in {base}")
        return found


def connect(options: Mapping[str, object], name: str, folder: Path) -> Files:
    """The calendar in a ``file``, or in those that a pattern finds, below the folder; see ``wording`` for the rest."""
    only(options, "file", *NAMES)
    return Files(name=name, folder=folder, file=text(options, "file"), wording=read(options))


def _text(path: Path) -> Text:
    return Text(name=path.name, open=lambda: _opened(path), where=lambda event: f"{path.name} line {event.line}")


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    try:
        file = path.open("rb")
    except OSError as error:
        raise Unreadable(f"{path}: {error.strerror or error}") from error
    with file:
        yield file
