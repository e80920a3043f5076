"""What a table holds, and with it which options say what its columns are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from journeys.audit.statements import mapped as of_movements
from journeys.audit.statements.books import MOVEMENTS_TABLE
from journeys.audit.statements.table import Mapped
from journeys.run.options import only, text

_KINDS: Final[Mapping[str, tuple[Callable[[Mapping[str, object]], Mapped], tuple[str, ...]]]] = {
    MOVEMENTS_TABLE: (of_movements.mapped, of_movements.OPTIONS),
}


def mapped(options: Mapping[str, object], *others: str) -> Mapped:
    """The mapping that options give; ValueError names the option that is wrong.

    ``holds`` is ``movements`` (see ``mapped.mapped``); ``others`` are the names of options that say
    how the file itself is written.
    """
    holds = text(options, "holds", MOVEMENTS_TABLE)
    if holds not in _KINDS:
        raise ValueError(f"holds: {holds!r} is none of {', '.join(_KINDS)}")
    read, known = _KINDS[holds]
    only(options, "holds", *others, *known)
    return read(options)
