"""Whose fault it is that a run could not go on."""

from __future__ import annotations

from typing import Literal

from journeys.model import AccessDenied, JourneyError, PageChanged, Refused, StoreFault


def blame_of(error: JourneyError) -> Literal["store", "tester", "environment", "configuration"]:
    """Whose fault it is that a run could not go on."""
    if isinstance(error, (StoreFault, Refused)):
        return "store"
    if isinstance(error, AccessDenied):
        return "configuration"
    return "tester" if isinstance(error, PageChanged) else "environment"
