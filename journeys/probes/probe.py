"""Probes as they are declared: what is gone where and when, who is told, and what is promised; pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

HERE = "here"
"""The location of a probe, and of a worker, for which none is named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A time in which the store is under maintenance: probes go on, and nobody is paged.

    Either once, from ``since`` to ``until``, or again and again, ``lasts_s`` from each moment of ``cron`` on (in the
    time zone ``zone``).
    """

    name: str = "maintenance"
    since: datetime | None = None
    until: datetime | None = None
    cron: str = ""
    lasts_s: float = 0.0
    zone: str = "UTC"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRule:
    """When somebody is told: after ``failures`` of the last ``of`` judged runs; again each ``repeat_s`` (0: never).

    It is over after ``recoveries`` passed runs in a row. ``shadow`` records without telling anybody.
    """

    failures: int = 2
    of: int = 3
    recoveries: int = 2
    repeat_s: float = 4 * 3600.0
    shadow: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Objective:
    """A service level: this ``share`` of runs succeeds, or of changes is visible at ``surface`` within ``within_s``.

    ``surface`` is empty for the success of runs. It is held over ``window_s`` (30 days).
    """

    name: str
    share: float
    surface: str = ""
    within_s: float = 0.0
    window_s: float = 30 * 86400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """A journey on a schedule: each ``every_s`` seconds, or at the moments of ``cron`` (in the time zone ``zone``).

    Or an audit of a store's books: then ``audit`` says of what (``sales``, ``bookings``), ``days`` of how many days up
    to yesterday, ``against`` which books by name (none: all), and ``journey`` only how it is called.

    Each tick comes up to ``jitter_s`` later, the same for the same tick. A run that takes longer than ``timeout_s`` is
    ended and undone. ``location`` is where it is gone from: only workers there take it.
    """

    name: str
    store: str
    journey: str
    location: str = HERE
    every_s: float = 0.0
    cron: str = ""
    zone: str = "UTC"
    jitter_s: float = 0.0
    timeout_s: float = 180.0
    caches: Literal["keep", "clear"] = "keep"
    audit: Literal["", "sales", "bookings"] = ""
    days: int = 1
    against: tuple[str, ...] = ()
    alert: AlertRule = AlertRule()
    maintenance: tuple[Window, ...] = ()
    objectives: tuple[Objective, ...] = ()
