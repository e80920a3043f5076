"""A bank's statements as a source of an audit: any number of files of one format, read in the order of their names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pyarrow as pa

from journeys.audit.model import Balance, Period
from journeys.audit.statements.entry import Entry, LeftOut, Parse, Statement
from journeys.audit.statements.file import fault
from journeys.audit.statements.ledger import Ledger
from journeys.audit.statements.marks import Marks
from journeys.audit.statements.movements import Movement, batches

MOVEMENTS_TABLE: Final = "movements"
_MAGIC: Final = re.compile(r"[*?\[]")


@dataclass(slots=True, kw_only=True)
class Books:
    """Reads files with ``parse``, tells payouts from sales by ``marks``, and keeps what the statements state."""

    name: str
    files: Files
    parse: Parse
    marks: Marks
    _ledger: Ledger = field(default_factory=Ledger, repr=False)
    _left_out: Counter[str] = field(default_factory=Counter, repr=False)

    def tables(self) -> tuple[str, ...]:
        """Movements alone."""
        return (MOVEMENTS_TABLE,)

    def read(self, table: str, period: Period) -> Iterable[pa.RecordBatch]:
        """All movements of all files; Unreadable at the first thing that is not as it should be."""
        return batches(self._movements()) if table == MOVEMENTS_TABLE else ()

    def balances(self, period: Period) -> tuple[Balance, ...]:
        """What the statements state, once ``read`` has been gone through."""
        return self._ledger.balances(self.name, period)

    @property
    def left_out(self) -> tuple[str, ...]:
        """What was read and not handed over, and why."""
        return tuple(f"{self.name}: {many} × {why}" for why, many in sorted(self._left_out.items()))

    def _movements(self) -> Iterator[Movement]:
        self._ledger, self._left_out = Ledger(), Counter()
        for path in self.files.found():
            places = _Places(path.name)
            for event in self.parse(path):
                if isinstance(event, Statement):
                    self._ledger.stated(event)
                elif isinstance(event, LeftOut):
                    self._left_out[event.why] += 1
                elif self.marks.ignored(event.text):
                    self._ledger.ignored(event.account, event.currency, event.day, event.amount)
                    self._left_out["entries with the mark ignore"] += 1
                else:
                    yield self._movement(event, places.of(event.line))

    def _movement(self, entry: Entry, place: str) -> Movement:
        kind = self.marks.kind(entry.amount, entry.text, entry.said, reversal=entry.reversal)
        self._ledger.moved(entry.account, entry.currency, entry.day, kind, entry.amount)
        return Movement(
            place=place,
            kind=kind,
            amount=entry.amount,
            currency=entry.currency,
            at=entry.at,
            day=entry.day,
            reference=self.marks.order(entry.text) or entry.reference,
            bundle=self.marks.bundle(entry.text),
            text=entry.text or None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """Files by their names or by patterns such as ``bank/*.xml``, below a folder."""

    folder: Path
    patterns: tuple[str, ...]

    def found(self) -> tuple[Path, ...]:
        """Each file once, by name; Unreadable when a pattern fits none."""
        found: dict[Path, None] = {}
        for pattern in self.patterns:
            path = self.folder / pattern
            fits = [path] if path.exists() or not _MAGIC.search(pattern) else self._fitting(pattern)
            if not fits:
                raise fault(path, None, "no file fits this pattern", "at least one")
            found |= dict.fromkeys(fits)
        return tuple(found)

    def _fitting(self, pattern: str) -> list[Path]:
        """By name; a pattern may begin at the root."""
        root = Path(pattern).anchor
        try:
            return sorted((Path(root) if root else self.folder).glob(pattern.removeprefix(root)))
        except (ValueError, NotImplementedError, OSError) as error:
            raise fault(self.folder / pattern, None, f"no file can be looked for: {error}", "a pattern") from error


def files(options: Mapping[str, object], folder: Path) -> Files:
    """The option ``file``: one name or pattern, or a list of them; relative ones begin in the folder."""
    given = options.get("file")
    named = [given] if isinstance(given, (str, Path)) else given
    if (
        not isinstance(named, (list, tuple))
        or not named
        or not all(isinstance(e, (str, Path)) and str(e) for e in named)
    ):
        raise ValueError("file: a name or pattern is wanted, or a list of them")
    return Files(folder=folder, patterns=tuple(str(each) for each in named))


class _Places:
    """Where an entry stands; several that begin on one line are numbered, so that no two have the same place."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._line = 0
        self._many = 0

    def of(self, line: int) -> str:
        self._line, self._many = line, self._many + 1 if line == self._line else 1
        return f"{self._name} line {line}" + (f" no. {self._many}" if self._many > 1 else "")
