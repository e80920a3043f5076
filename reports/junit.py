"""Judged runs as JUnit XML, for CI servers: a suite is a run, a case is a step, the last case is the verdict."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET

from journeys.model import Result, Step, StepOutcome, Verdict
from reports.ladder import ladder
from reports.moments import iso
from reports.words import message

# XML 1.0 cannot hold these, not even escaped.
_FORBIDDEN: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_STEP: Final = {StepOutcome.FAILED: "failure", StepOutcome.BROKEN: "error", StepOutcome.SKIPPED: "skipped"}
_VERDICT: Final = {Verdict.FAIL: "failure", Verdict.UNKNOWN: "error"}


def as_junit(results: Sequence[Result]) -> bytes:
    """The runs as a JUnit document: ``failure`` is the store's doing, ``error`` the tester's or not known."""
    root = ET.Element("testsuites", name="journeys")
    for result in results:
        root.append(_suite(result))
    _count(root, list(root.iter("testcase")), sum(result.duration_s for result in results))
    ET.indent(root)
    document: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return document


def write_junit(results: Sequence[Result], path: Path) -> Path:
    """Write the document; OSError when the disk refuses it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(as_junit(results))
    return path


def _suite(result: Result) -> ET.Element:
    heading = result.history.heading
    suite = ET.Element("testsuite", name=_clean(heading.journey), timestamp=iso(heading.began))
    properties = ET.SubElement(suite, "properties")
    for name, value in _properties(result).items():
        ET.SubElement(properties, "property", name=name, value=_clean(value))
    of = _clean(f"{heading.store}.{heading.journey}.{heading.caches}")
    suite.extend(_case(of, step) for step in result.history.steps)
    suite.append(_verdict(of, result))
    _count(suite, suite.findall("testcase"), result.duration_s)
    readings = _readings(result)
    if readings:
        ET.SubElement(suite, "system-out").text = _clean(readings)
    return suite


def _properties(result: Result) -> dict[str, str]:
    heading = result.history.heading
    first = result.diagnoses[0] if result.diagnoses else None
    told = {
        "store": heading.store,
        "caches": heading.caches,
        "seed": str(heading.seed),
        "run": heading.run,
        "title": heading.title,
        "verdict": result.verdict.value,
        "cause": first.cause.value if first else "",
        "layers": ", ".join(first.layers) if first else "",
        "confidence": f"{first.confidence:.2f}" if first and first.confidence else "",
        "surface": first.surface if first else "",
    }
    return {name: value for name, value in told.items() if value}


def _case(of: str, step: Step) -> ET.Element:
    case = ET.Element("testcase", classname=of, name=_clean(step.name), time=f"{step.ended - step.began:.3f}")
    if step.outcome in _STEP:
        _wrong(case, _STEP[step.outcome], step.outcome.value, step.error)
    return case


def _verdict(of: str, result: Result) -> ET.Element:
    steps = sum(step.ended - step.began for step in result.history.steps)
    case = ET.Element("testcase", classname=of, name="verdict", time=f"{max(0.0, result.duration_s - steps):.3f}")
    if result.verdict in _VERDICT:
        _wrong(case, _VERDICT[result.verdict], result.verdict.value, message(result))
    left = [residue.what for residue in result.history.residue if not residue.benign]
    if left:
        ET.SubElement(case, "system-err").text = _clean("\n".join(f"left behind: {what}" for what in left))
    return case


def _wrong(case: ET.Element, tag: str, kind: str, text: str) -> None:
    first = text.splitlines()[0] if text else kind
    ET.SubElement(case, tag, message=_clean(first), type=kind).text = _clean(text)


def _count(element: ET.Element, cases: list[ET.Element], seconds: float) -> None:
    element.set("tests", str(len(cases)))
    for attribute, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        element.set(attribute, str(sum(case.find(tag) is not None for case in cases)))
    element.set("time", f"{seconds:.3f}")


def _readings(result: Result) -> str:
    return "\n".join(
        f"{rung.asked:8.3f} s  {rung.surface}: {rung.fact} {rung.value or rung.error} (record: {rung.expected})"
        for rung in ladder(result.history)
    )


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)
