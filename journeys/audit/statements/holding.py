"""What a table holds, movements, bookings or slots, and with it which options say what its columns are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from journeys.audit.statements import booking_options as of_bookings
from journeys.audit.statements import mapped as of_movements
from journeys.audit.statements.booked import BOOKINGS_TABLE, SLOTS_TABLE
from journeys.audit.statements.books import MOVEMENTS_TABLE
from journeys.audit.statements.table import Mapped
from journeys.run.options import only, text

_KINDS: Final[Mapping[str, tuple[Callable[[Mapping[str, object]], Mapped], tuple[str, ...]]]] = {
    MOVEMENTS_TABLE: (of_movements.mapped, of_movements.OPTIONS),
    BOOKINGS_TABLE: (partial(of_bookings.booked, holds=BOOKINGS_TABLE), of_bookings.OPTIONS),
    SLOTS_TABLE: (partial(of_bookings.booked, holds=SLOTS_TABLE), of_bookings.OPTIONS),
}


def mapped(options: Mapping[str, object], *others: str) -> Mapped:
    """The mapping that options give; ValueError names the option that is wrong.

    ``holds`` is ``movements`` (the default: see ``mapped.mapped``), ``bookings`` or ``slots`` (see
    ``booking_options.booked``); ``others`` are the names of options that say how the file itself is written.
    """
    holds = text(options, "holds", MOVEMENTS_TABLE)
    if holds not in _KINDS:
        raise ValueError(f"holds: {holds!r} is none of {', '.join(_KINDS)}")
    read, known = _KINDS[holds]
    only(options, "holds", *others, *known)
    return read(options)
