"""An alert as a JSON document, for machines: what the webhook sends, published as ``docs/alert.schema.json``."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from journeys.probes.alerts.incidents import Incident, Notice, Reason
from journeys.probes.alerts.text import Wording, next_step

VERSION: Final = 1


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Why(_Strict):
    """Why something is wrong, as one run told it."""

    cause: str = Field(description="One of the seven causes, 'unknown', or 'the probe itself'.")
    confidence: float = Field(ge=0, le=1, description="How sure that is; 0 where no cause is known.")
    headline: str = Field(description="What was found.")
    surface: str = Field(description="The place that shows something wrong; empty if there is none.")
    layers: tuple[str, ...] = Field(description="The layers that were proved to hold an old value, innermost first.")
    suspects: tuple[str, ...] = Field(description="Layers that could not be excluded.")
    evidence: tuple[str, ...]
    next_step: str = Field(description="What to do next.")
    probe: str = Field(description="The probe whose run says so.")
    run: str = Field(description="The id of that run, for `journeys explain`; empty if it has none.")


class About(_Strict):
    """The incident, as it was when this was told."""

    id: str = Field(description="Names the incident for ever.")
    kind: Literal["store", "probe", "signal", "tester"]
    name: str = Field(description="The store, the probe, the signal or the tester's location.")
    store: str
    severity: Literal["critical", "warning"]
    journeys: tuple[str, ...]
    locations: tuple[str, ...] = Field(description="Where it is looked at from.")
    began: datetime = Field(description="When the first failed run that counts was due.")
    opened: datetime = Field(description="When the condition for an incident was met.")
    ended: datetime | None = Field(description="When it ended; null while it stands.")
    ending: Literal["resolved", "taken in", "no longer watched"] | None = Field(description="How it ended.")
    runs: int = Field(ge=0, description="Runs since it began.")
    failed: int = Field(ge=0, description="How many of them went wrong.")
    watched: int = Field(ge=1, description="How many probes it is about.")
    failing: tuple[str, ...] = Field(description="Those of them whose newest run went wrong.")
    took_in: tuple[str, ...] = Field(description="The ids of incidents that became part of this one.")
    taken_by: str = Field(description="The id of the incident that this one became part of; empty if it did not.")
    why: Why


class Alert(_Strict):
    """One notice about one incident. A receiver that meets a key twice has been told once."""

    version: Literal[1]
    key: str = Field(description="Names the notice for ever; also sent as the header Idempotency-Key.")
    says: Literal["alert", "changed", "repeated", "resolved", "taken in"]
    at: datetime
    title: str = Field(description="All of it in one line.")
    text: str = Field(description="All of it in words.")
    before: str = Field(description="The cause that was told last, where that was another one; else empty.")
    status: str = Field(description="The address of the status page; empty if none is configured.")
    runbook: str = Field(description="The address of advice; empty if none is configured.")
    incident: About


def document(notice: Notice, wording: Wording) -> dict[str, Any]:
    """The document of a notice, ready for ``json.dumps``."""
    alert = Alert(
        version=VERSION,
        key=notice.key,
        says=notice.says.value,
        at=_moment(notice.at),
        title=wording.title(notice),
        text=wording.text(notice),
        before=notice.before,
        status=wording.site,
        runbook=wording.runbook,
        incident=_about(notice.incident),
    )
    return alert.model_dump(mode="json")


def schema() -> dict[str, Any]:
    """The JSON Schema of the document."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema"} | Alert.model_json_schema()


def _about(incident: Incident) -> About:
    return About(
        id=incident.id,
        kind=incident.kind.value,
        name=incident.name,
        store=incident.store,
        severity="warning" if incident.kind.severity == "warning" else "critical",
        journeys=incident.journeys,
        locations=incident.locations,
        began=_moment(incident.began),
        opened=_moment(incident.opened),
        ended=None if incident.ended is None else _moment(incident.ended),
        ending=None if incident.ending is None else incident.ending.value,
        runs=incident.runs,
        failed=incident.failed,
        watched=incident.watched,
        failing=incident.failing,
        took_in=incident.took_in,
        taken_by=incident.taken_by,
        why=_why(incident.reason, next_step(incident)),
    )


def _why(reason: Reason, next_step: str) -> Why:
    names = ("cause", "confidence", "headline", "surface", "layers", "suspects", "evidence", "probe", "run")
    return Why(**{name: getattr(reason, name) for name in names}, next_step=next_step)


def _moment(at: float) -> datetime:
    return datetime.fromtimestamp(at, UTC)
