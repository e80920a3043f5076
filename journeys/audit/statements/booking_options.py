"""The options of a mapping of bookings or slots: which column is what, and how its cells are written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from journeys.audit.statements.booked import BOOKINGS_TABLE, Booked
from journeys.audit.statements.reading import table, zone
from journeys.run.options import text

OPTIONS: Final = ("columns", "time_format", "zone", "cancelled", "standing", "ignore")
_OF_SLOTS: Final = ("slot", "title", "starts", "ends", "capacity", "text")
_OF_BOOKINGS: Final = ("code", "starts", "ends", "places", "status", "slot", "title", "made", "capacity", "text")
_SAMPLE: Final = datetime(2026, 5, 31, 23, 59, 58, tzinfo=UTC)


def booked(options: Mapping[str, object], holds: str) -> Booked:
    """The mapping that options give; ValueError names the option that is wrong.

    ``columns`` names a column for ``starts``, and where there are such for ``code`` (the order's number), ``ends``,
    ``places`` (a row without is one place), ``status``, ``slot`` (its key at the store), ``title``, ``made``,
    ``capacity`` (of the slot) and ``text``; several are read as one text, with a blank between them. ``time_format``
    (strptime; ISO 8601 by default) says how times are written, ``zone`` in which zone those without an offset are (the
    store's by default). ``cancelled`` are the values of ``status`` that do not stand, ``standing`` those that do: with
    them, any other is a mistake. ``ignore`` is a regular expression on ``text``, for rows that are none.
    """
    columns = _columns(options, _OF_BOOKINGS if holds == BOOKINGS_TABLE else _OF_SLOTS)
    cancelled = _values(options, "cancelled")
    if ("status" in columns) != bool(cancelled):
        missing = "cancelled" if "status" in columns else "columns.status"
        raise ValueError(f"{missing}: missing; wanted are a column of the status and its values that do not stand")
    standing = _values(options, "standing")
    if standing and not cancelled:
        raise ValueError("standing: belongs to columns.status and cancelled")
    ignore = text(options, "ignore", "")
    if bool(ignore) != ("text" in columns):
        raise ValueError(f"{'columns.text' if ignore else 'ignore'}: missing; both together leave rows out")
    return Booked(
        holds=holds,
        columns=columns,
        time_format=_format(options),
        zone=zone(text(options, "zone", "")),
        cancelled=cancelled,
        standing=standing or None,
        ignore=_pattern(ignore) if ignore else None,
    )


def _columns(options: Mapping[str, object], roles: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    told = table(options, "columns")
    unknown = sorted({*told} - {*roles})
    if unknown:
        raise ValueError(f"columns.{unknown[0]}: no such column; known are {', '.join(roles)}")
    if "starts" not in told:
        raise ValueError("columns: starts is wanted, the column in which it stands when each begins")
    return {role: _names(f"columns.{role}", names) for role, names in told.items()}


def _names(key: str, told: object) -> tuple[str, ...]:
    names = told if isinstance(told, (list, tuple)) else [told]
    if not names or not all(
        isinstance(each, (str, int)) and not isinstance(each, bool) and each != "" for each in names
    ):
        raise ValueError(f"{key}: the name of a column is wanted, or a list; its number where there is no header")
    return tuple(str(each) for each in names)


def _values(options: Mapping[str, object], name: str) -> frozenset[str]:
    told = options.get(name, [])
    values = [told] if isinstance(told, str) else told
    if not isinstance(values, (list, tuple)) or not all(isinstance(each, str) for each in values):
        raise ValueError(f"{name}: values of the column status are wanted")
    return frozenset(each.strip() for each in values)


def _format(options: Mapping[str, object]) -> str:
    said = text(options, "time_format", "")
    try:
        if said:
            datetime.strptime(f"{_SAMPLE:{said}}", said)
        fits = not said or "%" in said
    except ValueError:
        fits = False
    if not fits:
        raise ValueError(f"time_format: {said!r} is no format of strptime, such as %d.%m.%Y %H:%M")
    return said


def _pattern(said: str) -> re.Pattern[str]:
    try:
        return re.compile(said)
    except re.error as error:
        raise ValueError(f"ignore: {said!r} is no regular expression: {error}") from error
