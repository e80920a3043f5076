"""The one clock of a run: monotonic for durations, UTC for labels."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Where a run's times come from."""

    def monotonic(self) -> float:
        """Seconds since some moment; never goes back."""
        ...

    def utc(self) -> datetime:
        """The time to print on labels."""
        ...


class SystemClock:
    """The machine's own clock."""

    def monotonic(self) -> float:
        """Seconds since some moment; never goes back."""
        return time.monotonic()

    def utc(self) -> datetime:
        """The time to print on labels."""
        return datetime.now(UTC)
