"""Prometheus' Alertmanager, by its API v2: it groups, silences and routes what it is told.

It knows an alert by its labels, and takes one with the same labels and the same beginning for the same: what arrives
twice is told once. It forgets an alert that it is not reminded of within its ``resolve_timeout`` (5 minutes as a rule).
The cause is one of the labels, so an incident whose cause changes is closed there under the old one and opened under
the new one, in one request.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from journeys.masking import Mask
from journeys.probes.alerts.incidents import Incident, Kind, Notice
from journeys.probes.alerts.posting import post
from journeys.probes.alerts.receivers import WORDING, wording
from journeys.probes.alerts.text import PLAIN, Wording, next_step
from journeys.run.options import address, only, seconds, text, texts

_NAMES: Final = {
    Kind.STORE: "StoreFails",
    Kind.PROBE: "ProbeFails",
    Kind.SIGNAL: "SignalFails",
    Kind.TESTER: "TesterFails",
}
_REMIND_S: Final = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Alertmanager:
    """``url`` is that of its web page, without a slash at its end; ``labels`` are put on every alert."""

    url: str
    wording: Wording = PLAIN
    remind_s: float = _REMIND_S
    labels: Mapping[str, str] = field(default_factory=dict)
    basic: tuple[str, str] | None = field(default=None, repr=False)
    token: str = field(default="", repr=False)

    def deliver(self, notice: Notice) -> None:
        """Tell it what stands or has ended; of an incident with another cause than before, both."""
        self._send(list(self._alerts(notice)))

    def remind(self, standing: Sequence[Notice]) -> None:
        """Tell it again what stands."""
        self._send([self._alert(each, each.incident.told_cause) for each in standing])

    def _send(self, alerts: Sequence[Mapping[str, Any]]) -> None:
        secrets = [self.token, *(self.basic or ())]
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        content = json.dumps(alerts).encode()
        post(f"{self.url}/api/v2/alerts", content, headers, mask=Mask(secrets), basic=self.basic)

    def _alerts(self, notice: Notice) -> Iterator[Mapping[str, Any]]:
        ended = notice.incident.ended if notice.says.closes else None
        if notice.before:
            yield self._alert(notice, notice.before, ended=notice.at)
        yield self._alert(notice, notice.incident.told_cause, ended=ended)

    def _alert(self, notice: Notice, cause: str, *, ended: float | None = None) -> Mapping[str, Any]:
        incident = notice.incident
        alert: dict[str, Any] = {
            "labels": {name: value for name, value in self._labels(incident, cause).items() if value},
            "annotations": {name: value for name, value in self._annotations(notice).items() if value},
            "startsAt": _moment(incident.began),
        }
        if ended is not None:
            alert["endsAt"] = _moment(max(ended, incident.began))
        if self.wording.site:
            alert["generatorURL"] = self.wording.site
        return alert

    def _labels(self, incident: Incident, cause: str) -> Mapping[str, str]:
        return {
            **self.labels,
            "alertname": _NAMES[incident.kind],
            "store": incident.store,
            "probe": incident.name if incident.kind in (Kind.PROBE, Kind.SIGNAL) else "",
            "journey": incident.journeys[0] if len(incident.journeys) == 1 else "",
            "location": ", ".join(incident.locations),
            "cause": cause,
            "severity": incident.kind.severity,
        }

    def _annotations(self, notice: Notice) -> Mapping[str, str]:
        run = notice.incident.reason.run
        return {
            "summary": self.wording.title(notice),
            "description": self.wording.text(notice),
            "next_step": next_step(notice.incident),
            "explain": f"journeys explain {run}" if run else "",
            "status": self.wording.site,
            "runbook_url": self.wording.runbook,
        }


def connect(options: Mapping[str, object]) -> Alertmanager:
    """One at a ``url``, opened with ``user`` and ``password`` or with a ``token`` if it asks for them."""
    only(options, "url", "user", "password", "token", "labels", "remind_s", *WORDING)
    user, password = text(options, "user", ""), text(options, "password", "")
    return Alertmanager(
        url=address(options, "url"),
        wording=wording(options),
        remind_s=seconds(options, "remind_s", _REMIND_S),
        labels=texts(options, "labels"),
        basic=(user, password) if user else None,
        token=text(options, "token", ""),
    )


def _moment(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds")
