"""What the configuration says of probes: schedules, alerts, service levels, and where what became of them is kept."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from math import inf
from typing import Annotated, Final, Literal
from zoneinfo import ZoneInfo

from croniter import croniter
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from journeys.probes.probe import HERE, AlertRule, Objective, Probe, Window

_UNITS: Final = {"s": 1.0, "min": 60.0, "h": 3600.0, "d": 86400.0, "w": 604800.0}
_DURATION: Final = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(s|min|h|d|w)\s*")
_NAME: Final = r"^[A-Za-z0-9][A-Za-z0-9 ._-]{0,60}$"


def duration_s(text: str) -> float:
    """Seconds, from a text such as ``20 s``, ``5 min``, ``4 h``, ``30 d``, ``8 w``; ValueError when it is none."""
    found = _DURATION.fullmatch(text)
    if found is None:
        raise ValueError("a duration is a number of seconds, or such as '20 s', '5 min', '4 h', '30 d', '8 w'")
    return float(found[1]) * _UNITS[found[2]]


def _seconds(value: object) -> object:
    return duration_s(value) if isinstance(value, str) else value


Duration = Annotated[float, BeforeValidator(_seconds, json_schema_input_type=float | str), Field(ge=0, lt=inf)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Alert(_Strict):
    """When somebody is told of a probe."""

    failures: int = Field(2, ge=1, description="So many failures ...")
    of: int = Field(3, ge=1, description="... of so many runs before the first alert.")
    recoveries: int = Field(2, ge=1, description="So many passed runs in a row before it is resolved.")
    repeat: Duration = Field(4 * 3600.0, description="Told again each so long; 0: never.")
    shadow: bool = Field(False, description="Recorded, and nobody is told.")

    @model_validator(mode="after")
    def _possible(self) -> Alert:
        if self.failures > self.of:
            raise ValueError(f"{self.failures} failures of {self.of} runs cannot be")
        return self


class Maintenance(_Strict):
    """A time in which nobody is told: once (since, until), or again and again (cron, lasts)."""

    name: str = "maintenance"
    since: datetime | None = None
    until: datetime | None = None
    cron: str = ""
    lasts: Duration = 0.0
    zone: str = "UTC"

    @model_validator(mode="after")
    def _one_kind(self) -> Maintenance:
        once = self.since is not None and self.until is not None
        if once == bool(self.cron):
            raise ValueError("either since and until, or cron and lasts")
        if self.cron:
            _cron(self.cron)
            _zone(self.zone)
            if not self.lasts:
                raise ValueError("lasts is missing: how long it takes from each moment of cron on")
        if self.since and self.until and (self.since.tzinfo is None or self.until.tzinfo is None):
            raise ValueError("since and until need an offset, such as 2027-01-31T02:00:00+01:00")
        return self

    def window(self) -> Window:
        """The same as probes know it."""
        return Window(
            name=self.name, since=self.since, until=self.until, cron=self.cron, lasts_s=self.lasts, zone=self.zone
        )


class Level(_Strict):
    """One service level: a share of runs that succeed, or of changes that are visible at a surface in time."""

    share: float = Field(gt=0, lt=1, description="Such as 0.99.")
    surface: str = Field("", description="The surface that shows the change; empty: the success of runs.")
    within: Duration = Field(0.0, description="In which time it shows it.")
    window: Duration = Field(30 * 86400.0, description="Over which time the share is held.")

    @model_validator(mode="after")
    def _whole(self) -> Level:
        if bool(self.surface) != bool(self.within):
            raise ValueError("surface and within belong together")
        return self


class Sales(_Strict):
    """Whether it is watched that a store sells."""

    journey: str = Field("", description="The journey that buys, gone when sales are missing; empty: not watched.")
    noun: str = Field("order", description="What is sold: order, booking.")


_AT_ONCE: Final = Alert(failures=1, of=1, recoveries=1, repeat=24 * 3600.0, shadow=False)
_AUDIT_S: Final = 3600.0


class ProbeSettings(_Strict):
    """One journey, or one audit, on a schedule."""

    store: str = Field(description="The store, by name.")
    journey: str = Field("", description="The journey, by name: see journeys list; or audit.")
    audit: Literal["", "sales", "bookings"] = Field("", description="What is audited, in place of a journey.")
    days: int = Field(1, ge=1, le=366, description="An audit is about so many days, yesterday being the last.")
    against: tuple[str, ...] = Field((), description="The books of an audit, by name; none: all of the store.")
    every: Duration = Field(0.0, description="How often, such as '5 min'; or cron.")
    cron: str = Field("", description="When, as five or six fields of cron.")
    zone: str = Field("UTC", description="IANA name of the time zone of cron.")
    jitter: Duration = Field(0.0, description="Each run begins up to so much later.")
    timeout: Duration = Field(180.0, gt=0, description="A run that takes longer is ended and undone.")
    locations: tuple[Annotated[str, Field(pattern=_NAME)], ...] = Field(
        (HERE,), min_length=1, description="Where it is gone from: the names that workers were started with."
    )
    caches: Literal["keep", "clear"] = Field("keep", description="keep: as customers do; clear.")
    alert: Alert = Alert.model_validate({})
    maintenance: tuple[Maintenance, ...] = ()

    @field_validator("cron")
    @classmethod
    def _valid_cron(cls, cron: str) -> str:
        return _cron(cron) if cron else cron

    @field_validator("zone")
    @classmethod
    def _valid_zone(cls, zone: str) -> str:
        return _zone(zone)

    @property
    def called(self) -> str:
        """The journey, or what an audit is called in its place."""
        return self.journey or f"audit {self.audit}"

    @property
    def lasts_s(self) -> float:
        """How long a run may take; a day's books take longer to read than a customer to buy."""
        return _AUDIT_S if self.audit and "timeout" not in self.model_fields_set else self.timeout

    @property
    def alarm(self) -> Alert:
        """When somebody is told; what is wrong in books is there the next time too, so an audit waits for no second."""
        return _AT_ONCE if self.audit and "alert" not in self.model_fields_set else self.alert

    @model_validator(mode="after")
    def _either(self) -> ProbeSettings:
        if bool(self.journey) == bool(self.audit):
            raise ValueError("either journey or audit says what is done")
        if not self.audit and self.model_fields_set & {"days", "against"}:
            raise ValueError("days and against belong to audit")
        return self

    @model_validator(mode="after")
    def _scheduled(self) -> ProbeSettings:
        if bool(self.every) == bool(self.cron):
            raise ValueError("either every or cron says when")
        if self.every and self.every < 1:
            raise ValueError("every is at least 1 s")
        return self


class HistorySettings(_Strict):
    """Where what became of probes is kept, and how long."""

    database: str = Field(
        "", description="postgresql://... as ${ENV} for several machines; empty: SQLite in the folder of state."
    )
    runs: Duration = Field(90 * 86400.0, description="Runs, findings and diagnoses are kept so long.")
    readings: Duration = Field(14 * 86400.0, description="Single readings are kept so long.")


class Receiver(BaseModel):
    """Who is told: its kind (alertmanager, apprise, webhook); the keys besides are its kind's own."""

    model_config = ConfigDict(extra="allow", frozen=True)

    kind: str = Field(description="How it is told: alertmanager, apprise, webhook.")

    @property
    def options(self) -> Mapping[str, object]:
        """What only its kind understands."""
        return self.model_extra or {}


class Alerting(_Strict):
    """Who is told of incidents."""

    shadow: bool = Field(False, description="Record all alerts, and tell nobody.")
    receivers: Mapping[str, Receiver] = Field(default_factory=dict, description="By name.")


def probes_of(
    settings: Mapping[str, ProbeSettings],
    levels: Mapping[str, Mapping[str, Level]],
    maintenance: Mapping[str, tuple[Maintenance, ...]],
    *,
    shadow: bool = False,
) -> tuple[Probe, ...]:
    """The probes as they are declared, one for each location; levels and maintenance are by store."""
    return tuple(
        Probe(
            name=name if len(each.locations) == 1 else f"{name} at {location}",
            store=each.store,
            journey=each.called,
            location=location,
            every_s=each.every,
            cron=each.cron,
            zone=each.zone,
            jitter_s=each.jitter,
            timeout_s=each.lasts_s,
            caches=each.caches,
            audit=each.audit,
            days=each.days,
            against=each.against,
            alert=AlertRule(
                failures=each.alarm.failures,
                of=each.alarm.of,
                recoveries=each.alarm.recoveries,
                repeat_s=each.alarm.repeat,
                shadow=each.alarm.shadow or shadow,
            ),
            maintenance=tuple(one.window() for one in (*maintenance.get(each.store, ()), *each.maintenance)),
            objectives=tuple(
                Objective(name=label, share=one.share, surface=one.surface, within_s=one.within, window_s=one.window)
                for label, one in levels.get(each.store, {}).items()
            ),
        )
        for name, each in settings.items()
        for location in each.locations
    )


def _cron(cron: str) -> str:
    if not croniter.is_valid(cron):
        raise ValueError("cron has five fields (minute hour day month weekday), or six with seconds at the end")
    return cron


def _zone(zone: str) -> str:
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError("no such time zone; allowed: an IANA name such as Europe/Berlin") from error
    return zone
