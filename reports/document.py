"""Judged runs as one JSON document, for machines."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from typing import Any

from journeys.model import Diagnosis, Finding, History, Result, Step, Verdict, Write, WriteOutcome, worst
from reports.against import against
from reports.around import around
from reports.delays import delays_document
from reports.explained import diagnosis_of
from reports.ladder import Rung, experiments, ladder, rung_of
from reports.moments import iso, seconds

Document = dict[str, Any]


def as_json(results: Sequence[Result], *, planned: int | None = None) -> Document:
    """All that is told of the runs, ready for ``json.dumps``; times in ISO 8601, UTC, durations in seconds.

    When more runs were ``planned`` than performed, the rest is not known, and nothing passes.
    """
    complete = planned is None or planned <= len(results)
    verdicts = [result.verdict for result in results] + [Verdict.UNKNOWN] * (not complete)
    return {
        "verdict": worst(verdicts).value,
        "complete": complete,
        "delays": delays_document(results),
        "runs": [_run(result) for result in results],
    }


def subject_of(history: History) -> str:
    """The key of what the run was about; empty when it touched nothing in particular."""
    written = (write.subject for write in history.writes if write.subject)
    read = (reading.fact.of for reading in history.readings if reading.fact.of)
    return next(written, "") or next(read, "")


def _run(result: Result) -> Document:
    history, heading = result.history, result.history.heading
    diagnoses = [_diagnosis(diagnosis) for diagnosis in result.diagnoses]
    return {
        "run": heading.run,
        "journey": heading.journey,
        "title": heading.title,
        "store": heading.store,
        "caches": heading.caches,
        "seed": heading.seed,
        "subject": subject_of(history),
        "began": iso(heading.began),
        "verdict": result.verdict.value,
        "duration_s": seconds(result.duration_s),
        "checks": list(heading.checks),
        "steps": [_step(history, step) for step in history.steps],
        "writes": [_write(history, write) for write in history.writes],
        "readings": [_reading(history, rung) for rung in ladder(history)],
        "amounts": [{"source": a.source, "write": a.write, "value": str(a.value)} for a in history.amounts],
        "ladders": _ladders(history),
        "interventions": _interventions(history),
        "bypasses": _bypasses(history),
        "findings": [_finding(result, finding) for finding in result.findings],
        "diagnosis": diagnoses[0] if diagnoses else None,
        "diagnoses": diagnoses,
        "against": [{"cause": each.cause.value, "seen": each.seen, "why": list(each.why)} for each in against(result)],
        "troubles": [{"blame": t.blame, "what": t.what, "at": iso(history.at(t.at))} for t in history.troubles],
        "residue": [{"what": each.what, "benign": each.benign} for each in history.residue],
        **around(history),
    }


def _step(history: History, step: Step) -> Document:
    return {
        "name": step.name,
        "began_at": iso(history.at(step.began)),
        "duration_s": seconds(step.ended - step.began),
        "outcome": step.outcome.value,
        "error": step.error,
    }


def _write(history: History, write: Write) -> Document:
    return {
        "kind": write.kind,
        "id": write.number,
        "outcome": write.outcome.value,
        "subject": write.subject,
        "quantity": write.quantity,
        "refusal": write.refusal,
        "reason": write.reason,
        "began_at": iso(history.at(write.began)),
        "acked_at": iso(history.at(write.acked_at)) if write.outcome is WriteOutcome.ACKED else None,
        "ended_at": iso(history.at(write.ended)),
    }


def _reading(history: History, rung: Rung) -> Document:
    told: Document = {
        "fact": rung.fact,
        "surface": rung.surface,
        "value": rung.value,
        "expected": rung.expected,
        "fresh": rung.fresh,
        "current": rung.current,
        "asked_at": iso(history.at(rung.asked)),
        "received_at": iso(history.at(rung.received)),
        "path": list(rung.path),
        "past": list(rung.past),
        "through": rung.through,
        "by": rung.by,
        "evidence": dict(rung.evidence),
    }
    return told | {"error": rung.error} if rung.value is None or rung.error else told


def _interventions(history: History) -> list[Document]:
    return [
        {
            "surface": tried.surface,
            "fact": tried.fact.key,
            "layer": tried.layer,
            "instance": tried.instance,
            "cleared": tried.what,
            "age_s": tried.age_s,
            "left_s": "infinite" if tried.left_s == inf else tried.left_s,
            "control": _reading(history, control),
            "after": _reading(history, after),
            "vantage": _reading(history, rung_of(history, tried.vantage)) if tried.vantage else None,
        }
        for tried, control, after in experiments(history)
    ]


def _ladders(history: History) -> list[Document]:
    return [
        {
            "surface": climbed.surface,
            "fact": climbed.fact.key,
            "when": climbed.when,
            "readings": [_reading(history, rung_of(history, reading)) for reading in climbed.readings],
        }
        for climbed in history.ladders
    ]


def _bypasses(history: History) -> list[Document]:
    return [
        {
            "surface": tried.surface,
            "fact": tried.fact.key,
            "layer": tried.layer,
            "instance": tried.instance,
            **{
                name: _reading(history, rung_of(history, reading))
                for name, reading in (("before", tried.before), ("past", tried.past), ("again", tried.again))
            },
        }
        for tried in history.bypasses
    ]


def _finding(result: Result, finding: Finding) -> Document:
    diagnosis = diagnosis_of(result, finding)
    return {
        "check": finding.check,
        "verdict": finding.verdict.value,
        "explanation": finding.explanation,
        "surface": finding.surface,
        "fact": finding.fact,
        "diagnosis": _place(diagnosis, result),
        "layers": list(diagnosis.layers) if diagnosis else [],
        "cause": diagnosis.cause.value if diagnosis else "",
    }


def _place(diagnosis: Diagnosis | None, result: Result) -> int | None:
    """Which of the diagnoses explains it, counted from 0."""
    return next((place for place, each in enumerate(result.diagnoses) if each is diagnosis), None)


def _diagnosis(diagnosis: Diagnosis) -> Document:
    return {
        "cause": diagnosis.cause.value,
        "layers": list(diagnosis.layers),
        "confidence": round(diagnosis.confidence, 4),
        "surface": diagnosis.surface,
        "suspects": list(diagnosis.suspects),
        "refilled": list(diagnosis.refilled),
        "evidence": list(diagnosis.evidence),
        "next_step": diagnosis.next_step,
    }
