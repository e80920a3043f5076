"""The audit of one tick: what it found is told as the tick's outcome, so that alerts and the status page show it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import quote
from uuid import uuid4

from journeys import auditing
from journeys.audit.model import Audit, Flaw
from journeys.audit.sources import Unreadable
from journeys.config import Config, ConfigError
from journeys.model import AccessDenied, Cause, JourneyError, StoreFault, TesterFault, Verdict
from journeys.probes.going import Tick
from journeys.probes.outcome import Blamed, Found, Outcome, State, StepTime
from journeys.probes.probe import Probe
from journeys.run.clock import SystemClock
from reports.audit import Group, gathered
from reports.audit.folder import leave
from reports.audit.words import NEXT, amount, counted, headline, title
from reports.words import sentence

MOST: Final = 200
"""So many discrepancies are read for the evidence of their classes."""
_EVIDENCE: Final = 5
_AUDITS: Final = "audits"
_STATES: Final = {Verdict.PASS: State.PASSED, Verdict.FAIL: State.FAILED, Verdict.UNKNOWN: State.UNKNOWN}


def go(config: Config, probe: Probe, tick: Tick, *, worker: str) -> Outcome:
    """Audit the days of the tick, whenever it is gone; what cannot be read is an outcome as well."""
    clock = SystemClock()
    began = clock.utc()
    due = datetime.fromtimestamp(tick.due, UTC)
    folder = config.path(config.state) / _AUDITS / quote(probe.name, safe=" ")
    try:
        with auditing.audited(config, wanted_of(config, probe, due), lambda text, done: None, now=due) as audit:
            leave(audit, folder, allure=False)
            found = outcome_of(audit, probe, tick, began=began, ended=clock.utc())
    except (ConfigError, JourneyError) as error:
        found = not_audited(error, probe, tick, began=began, ended=clock.utc())
    return replace(found, worker=worker, run=uuid4().hex[:10])


def wanted_of(config: Config, probe: Probe, due: datetime) -> auditing.Wanted:
    """The days up to the one before the tick was due."""
    if not probe.audit:
        raise ConfigError(f"probe {probe.name} is no audit")
    one = auditing.Wanted(subject=probe.audit, store=probe.store, against=probe.against)
    last = auditing.period_of(config, one, due).last
    return auditing.Wanted(
        subject=probe.audit,
        store=probe.store,
        against=probe.against,
        first=last - timedelta(days=probe.days - 1),
        last=last,
    )


def outcome_of(audit: Audit, probe: Probe, tick: Tick, *, began: datetime, ended: datetime) -> Outcome:
    """What the audit found: one finding for each class, one diagnosis for each cause, the most frequent first."""
    groups = [group for group in gathered(audit, MOST) if group.count]
    failed = audit.verdict is Verdict.FAIL
    step = StepTime(
        name=f"audit {title(audit)}",
        outcome="failed" if failed else "passed",
        began=began.timestamp(),
        took_s=(ended - began).total_seconds(),
        error=headline(audit) if failed else "",
    )
    outcome = _outcome(probe, tick, _STATES[audit.verdict], began=began, ended=ended)
    return replace(
        outcome,
        headline="" if audit.verdict is Verdict.PASS else f"{title(audit)}: {headline(audit)}",
        steps=(step,),
        findings=tuple(_finding(probe, group) for group in groups),
        diagnoses=tuple(_diagnoses(groups)),
    )


def not_audited(error: Exception, probe: Probe, tick: Tick, *, began: datetime, ended: datetime) -> Outcome:
    """An audit that could not be made: what cannot be read says nothing of the books."""
    readable = isinstance(error, (StoreFault, AccessDenied, Unreadable))
    cause = Cause.NETWORK if isinstance(error, StoreFault) else Cause.CONFIGURATION
    if isinstance(error, TesterFault):
        cause = Cause.UNKNOWN
    said = str(error).partition("\n")[0]
    outcome = _outcome(probe, tick, State.UNKNOWN if readable else State.BROKEN, began=began, ended=ended)
    return replace(outcome, reason=said, headline=said, diagnoses=(_blamed(cause, (said,), ""),))


def _outcome(probe: Probe, tick: Tick, state: State, *, began: datetime, ended: datetime) -> Outcome:
    return Outcome(
        key=tick.key,
        probe=probe.name,
        store=probe.store,
        journey=probe.journey,
        location=probe.location,
        state=state,
        due=tick.due,
        began=began.timestamp(),
        ended=ended.timestamp(),
    )


def _finding(probe: Probe, group: Group) -> Found:
    stake = " and ".join(amount(minor, currency) for currency, minor in group.at_stake.items())
    many = counted(group.count, "discrepancy", "discrepancies")
    first = f"; the first: {sentence(group.shown[0].explanation)}" if group.shown else ""
    return Found(
        check=probe.journey,
        verdict=(Verdict.UNKNOWN if group.flaw is Flaw.AMBIGUOUS else Verdict.FAIL).value,
        surface=", ".join(sorted({item.source for each in group.shown for item in each.theirs})),
        fact=group.flaw.value,
        explanation=f"{many}{f', {stake} at stake' if stake else ''}{first}",
    )


def _diagnoses(groups: list[Group]) -> Iterator[Blamed]:
    read = [each for group in groups for each in group.shown]
    frequent = Counter(each.cause for each in read)
    for cause in sorted(frequent, key=lambda cause: (-frequent[cause], cause.value)):
        mine = [each for each in read if each.cause is cause]
        evidence = tuple(f"{each.day.isoformat()} {each.explanation}" for each in mine[:_EVIDENCE])
        yield _blamed(cause, evidence, NEXT[mine[0].flaw])


def _blamed(cause: Cause, evidence: tuple[str, ...], next_step: str) -> Blamed:
    """How sure it is, is not measured."""
    return Blamed(
        cause=cause.value,
        surface="",
        layers=(),
        suspects=(),
        confidence=0.0,
        evidence=evidence,
        next_step=next_step,
    )
