"""Options that several kinds of mapping have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


def table(options: Mapping[str, object], name: str) -> dict[str, Any]:
    """The table of that name; ValueError where it is none."""
    told = options.get(name, {})
    if not isinstance(told, Mapping):
        raise ValueError(f"{name}: a table is wanted")
    return dict(told)


def zone(said: str) -> ZoneInfo | None:
    """The zone of that name, None for none; ValueError where there is no such zone."""
    try:
        return ZoneInfo(said) if said else None
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"zone: {said!r} is no time zone, such as Europe/Berlin") from error
