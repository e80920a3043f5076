"""The slots that bookings tell: each once, where all that is said of it is the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from journeys.audit.sources import Unreadable
from journeys.audit.tables import SLOTS

_SAID: Final = ("title", "starts", "ends", "capacity")
_WORDS: Final = {"starts": "start", "capacity": "capacity"}


def timetable(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Each slot as the first row tells it; Unreadable where another row says another start or capacity of it.

    A slot without a key, whose place stands for it, is known by its start and title.
    """
    known: dict[tuple[object, ...], Mapping[str, Any]] = {}
    for batch in batches:
        for row in _different(batch):
            key = (row["starts"], row["title"]) if row["slot"] == row["place"] else (row["slot"],)
            first = known.setdefault(key, row)
            for what, words in _WORDS.items():
                if first[what] != row[what]:
                    raise Unreadable(
                        f"{row['place']}: its slot has the {words} {_shown(row[what])}, and in {first['place']}"
                        f" {_shown(first[what])}; expected is the same in each row of one slot"
                    )
    yield pa.RecordBatch.from_pylist([*known.values()], schema=SLOTS)


def _shown(said: object) -> str:
    return "none" if said is None else f"{said}"


def _different(batch: pa.RecordBatch) -> Iterator[Mapping[str, Any]]:
    """The first of rows that say the same; places that stand for a key are no difference."""
    named = pc.if_else(pc.equal(batch["slot"], batch["place"]), pa.scalar(None, pa.string()), batch["slot"])
    table = pa.table({"place": batch["place"], "named": named} | {name: batch[name] for name in _SAID})
    told = table.group_by(["named", *_SAID], use_threads=False).aggregate([("place", "first")])
    for row in told.to_pylist():
        place = row.pop("place_first")
        yield {name: row[name] for name in _SAID} | {"place": place, "slot": row["named"] or place}
