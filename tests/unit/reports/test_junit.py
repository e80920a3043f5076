"""JUnit XML: a suite is a run, a case a step, the last case the verdict."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

from journeys.model import Finding, Result, Verdict
from reports import as_junit, write_junit


def test_a_fault_of_the_store_is_a_failure_of_the_verdict(stale: Result) -> None:
    suite = ET.fromstring(as_junit([stale]))[0]
    verdict = suite.findall("testcase")[-1]
    assert [case.get("name") for case in suite.findall("testcase")] == [
        "find the product",
        "put it into the basket",
        "place the order",
        "verdict",
    ]
    failure = verdict.find("failure")
    assert failure is not None and "Cause: cache (99 % sure)." in (failure.text or "")
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("4", "1", "0")
    properties = {each.get("name"): each.get("value") for each in suite.iter("property")}
    assert (properties["cause"], properties["layers"], properties["seed"]) == ("cache", "application cache", "1")


def test_what_is_not_known_is_an_error(broken: Result) -> None:
    suite = ET.fromstring(as_junit([broken]))[0]
    assert [case.find("error") is not None for case in suite.findall("testcase")] == [False, True, True]


def test_a_run_that_passed_has_no_failures(healthy: Result, declined: Result) -> None:
    root = ET.fromstring(as_junit([healthy, declined]))
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("7", "0", "0")


def test_what_xml_cannot_hold_is_replaced(healthy: Result, tmp_path: Path) -> None:
    odd = Finding(check="completion", verdict=Verdict.FAIL, explanation="title \x00\x1b[31m & <b>")
    path = write_junit([replace(healthy, findings=(odd,))], tmp_path / "deep" / "junit.xml")
    failure = ET.parse(path).getroot().find(".//failure")
    assert failure is not None and failure.text == "[cause: unknown] FAIL completion: title ��[31m & <b>."
