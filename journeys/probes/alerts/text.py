"""Alerts in words, for somebody who is woken by them: what is wrong, since when, why, and what to do next; pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

from journeys.probes.alerts.incidents import THE_PROBE_ITSELF, Ending, Incident, Kind, Notice, Reason, Says


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """How alerts are worded: times in ``zone``; ``site`` is the address of the status page, ``runbook`` of advice."""

    zone: tzinfo = field(default=UTC)
    site: str = ""
    runbook: str = ""

    def title(self, notice: Notice) -> str:
        """The whole alert in one line."""
        incident = notice.incident
        still = "still " if notice.says is Says.REPEATED else ""
        what = _what(incident, still)
        if notice.says is Says.RESOLVED:
            over = "is no longer watched" if incident.ending is Ending.NOT_WATCHED else _well_again(incident)
            return f"{incident.store}: {over}"
        if notice.says is Says.TAKEN_IN:
            return f"{incident.store}: {what}, now told with the whole store"
        if incident.kind is Kind.TESTER:
            return f"{incident.store}: {what}"
        if notice.before:
            return f"{incident.store}: {what}, by another cause: {incident.reason.cause} (it was {notice.before})"
        return f"{incident.store}: {what} (cause: {incident.reason.cause})"

    def text(self, notice: Notice) -> str:
        """All of it, a line for each part."""
        return "\n".join(self.lines(notice))

    def lines(self, notice: Notice) -> Iterator[str]:
        """What is wrong and since when, what was found, the cause, the evidence, and what to do next."""
        incident = notice.incident
        yield self.since(incident, notice.at)
        if incident.kind is Kind.STORE:
            yield f"Failing: {', '.join(incident.failing) or 'none any more'} (of {incident.watched} probes)."
        yield f"Found{_by(incident)}: {_sentence(incident.reason.headline)}"
        yield from _why(incident.reason)
        if notice.says.closes:
            return
        yield f"Next: {_sentence(next_step(incident))}"
        yield from self._links(incident)

    def since(self, incident: Incident, at: float) -> str:
        """Since when, and of how many runs how many went wrong."""
        word = "broke off" if incident.kind is Kind.TESTER else "failed"
        count = f"{incident.failed} of {incident.runs} runs {word}"
        if incident.ended is not None:
            lasted = duration(incident.ended - incident.began)
            return f"From {self._moment(incident.began)} to {self._moment(incident.ended)} ({lasted}): {count}."
        return f"Since {self._moment(incident.began)} ({duration(at - incident.began)}): {count}."

    def _links(self, incident: Incident) -> Iterator[str]:
        if incident.reason.run:
            yield f"More: journeys explain {incident.reason.run}"
        if self.site:
            yield f"Status: {self.site}"
        if self.runbook:
            yield f"Runbook: {self.runbook}"

    def _moment(self, at: float) -> str:
        moment = datetime.fromtimestamp(at, self.zone)
        zone = self.zone.key if isinstance(self.zone, ZoneInfo) else "UTC"
        return f"{moment:%a %d %b %H:%M} {zone}"


PLAIN: Final = Wording()
"""Times in UTC, and no addresses."""


def next_step(incident: Incident) -> str:
    """What to do next, also where no diagnosis says so."""
    if incident.reason.next_step:
        return incident.reason.next_step
    if incident.kind is Kind.TESTER:
        where = ", ".join(incident.locations)
        return f"look at the tester at {where}, with `journeys doctor` there; nothing is known of the store meanwhile"
    return "look at what the run saw; no cause could be shown"


def duration(seconds: float) -> str:
    """How long, in the two largest units: ``2 h 5 min``."""
    left = max(0, round(seconds))
    parts: list[str] = []
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min"), (1, "s")):
        many, left = divmod(left, size)
        if many or parts:
            parts.append(f"{many} {unit}" if many else "")
    return " ".join(filter(None, parts[:2])) or "0 s"


def layers(reason: Reason) -> str:
    """The layer that holds the old value, or those that might; nothing where none is known."""
    if reason.layers:
        first = "first stale layer" if len(reason.layers) == 1 else "stale layers, innermost first"
        return f"{first}: {', '.join(reason.layers)}"
    return f"suspected layers: {', '.join(reason.suspects)}" if reason.suspects else ""


def _what(incident: Incident, still: str) -> str:
    if incident.kind is Kind.STORE:
        return f"{len(incident.failing)} of {incident.watched} probes {still}fail"
    if incident.kind is Kind.TESTER:
        return f"the tester at {incident.name} {still}cannot look after it"
    if incident.kind is Kind.SIGNAL:
        return f"{incident.name} {still}not as it should be"
    return f"{incident.name} {still}fails"


def _well_again(incident: Incident) -> str:
    if incident.kind is Kind.STORE:
        return "all probes are well again"
    if incident.kind is Kind.TESTER:
        return f"the tester at {incident.name} works again"
    return f"{incident.name} is well again"


def _by(incident: Incident) -> str:
    """Whose words they are, where it is not clear."""
    return f" by {incident.reason.probe}" if incident.reason.probe != incident.name else ""


def _why(reason: Reason) -> Iterator[str]:
    if reason.cause != THE_PROBE_ITSELF:
        sure = f" ({reason.confidence * 100:.0f} % sure)" if reason.known and reason.confidence else ""
        where = f", at {reason.surface}" if reason.surface else ""
        which = layers(reason)
        yield _sentence(f"Cause: {reason.cause}{sure}{where}{f'; {which}' if which else ''}")
    for each in reason.evidence:
        yield f"Evidence: {_sentence(each)}"


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."
