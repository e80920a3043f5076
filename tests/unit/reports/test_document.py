"""The JSON document tells all that a run did and saw."""

from __future__ import annotations

import json

from histories import CUSTOMERS, ME, OFFICE
from neighbourhoods import spoilt_by_a_script, twice_charged

from journeys.model import Confirmation, Money, Result, Verdict
from reports import as_json
from reports.ladder import in_one_line, ladder


def test_the_worst_run_gives_the_verdict(healthy: Result, stale: Result, broken: Result) -> None:
    assert [as_json(runs)["verdict"] for runs in ([healthy], [healthy, broken], [broken, stale], [])] == [
        "pass",
        "unknown",
        "fail",
        "unknown",
    ]


def test_a_run_is_told_with_its_steps_writes_and_times(healthy: Result) -> None:
    run = as_json([healthy])["runs"][0]
    assert (run["journey"], run["store"], run["caches"], run["seed"], run["subject"]) == (
        "guest_checkout",
        "shop",
        "keep",
        1,
        "mug-red",
    )
    assert run["began"] == "2025-11-23T08:30:00.250Z"
    assert run["steps"][0] == {
        "name": "find the product",
        "began_at": "2025-11-23T08:30:00.750Z",
        "duration_s": 0.4,
        "outcome": "passed",
        "error": "",
    }
    assert (run["writes"][0]["kind"], run["writes"][0]["id"], run["writes"][0]["outcome"]) == (
        "order",
        "100013",
        "acked",
    )
    assert run["diagnosis"] is None


def test_a_reading_stands_beside_what_the_record_said(stale: Result) -> None:
    readings = as_json([stale])["runs"][0]["readings"]
    last = [each for each in readings if each["surface"] == "product page"][-1]
    assert (last["fact"], last["value"], last["expected"], last["fresh"]) == (
        "availability:mug-red",
        "20",
        "19",
        False,
    )
    assert last["asked_at"] < last["received_at"]
    assert {"product page", "listing", "API", "confirmation page", "mail"} == {each["surface"] for each in readings}


def test_an_old_value_within_the_tolerance_is_fresh_but_not_current(stale: Result) -> None:
    first_after = [
        rung for rung in ladder(stale.history) if (rung.surface, rung.fact) == ("product page", "availability:mug-red")
    ][1]
    assert (first_after.value, first_after.fresh, first_after.current) == ("20", True, False)


def test_a_diagnosis_names_cause_layer_and_evidence(stale: Result) -> None:
    run = as_json([stale])["runs"][0]
    assert (run["diagnosis"]["cause"], run["diagnosis"]["layers"], run["diagnosis"]["surface"]) == (
        "cache",
        ["application cache"],
        "product page",
    )
    assert run["diagnosis"]["confidence"] == 0.99
    assert len(run["diagnosis"]["evidence"]) == 3
    assert run["diagnoses"] == [run["diagnosis"]]
    failed = [finding for finding in run["findings"] if finding["verdict"] == Verdict.FAIL]
    assert [(f["check"], f["surface"], f["layers"]) for f in failed] == [
        ("freshness", "product page", ["application cache"])
    ]
    assert [each["layer"] for each in run["interventions"]] == ["browser HTTP cache", "application cache"]


def test_a_finding_says_which_diagnosis_explains_it(stale: Result) -> None:
    run = as_json([stale])["runs"][0]
    told = {(each["check"], each["surface"]): each["diagnosis"] for each in run["findings"]}
    assert [which for which, place in told.items() if place == 0] == [("freshness", "product page")]
    assert set(told.values()) == {0, None}


def test_what_was_seen_around_the_store_is_told() -> None:
    run = as_json([twice_charged()])["runs"][0]
    assert run["ledgers"][0]["entries"][1] == {
        "id": "ch_2", "kind": "charge", "number": "A1", "email": ME, "amount": "12.50 EUR", "starts": "", "status": "",
    }  # fmt: skip
    assert [(each["name"], each["part"], each["status"]) for each in run["vantages"]] == [
        (CUSTOMERS, "static", 200),
        (CUSTOMERS, "page", 200),
        (OFFICE, "static", 200),
    ]
    assert [(each["part"], each["well"]) for each in run["vitals"]] == [("status page", True), ("database", True)]
    assert run["settings"][0]["at"] == "2026-01-02T03:04:05.100Z"
    assert (len(run["requests"]), run["requests_left_out"], run["answers"][0]["seam"]) == (1, 0, "shop API")
    spoilt = as_json([spoilt_by_a_script()])["runs"][0]
    assert [each["symptom"] for each in spoilt["rehearsals"]] == [False, True, True]
    assert spoilt["page_errors"][0]["origin"] == "https://chat.example"


def test_the_document_is_json(every_kind: tuple[Result, ...]) -> None:
    document = as_json((*every_kind, twice_charged(), spoilt_by_a_script()))
    assert json.loads(json.dumps(document)) == document


def test_two_confirmations_are_compared_as_far_as_both_show() -> None:
    held = Confirmation(number="7", total=Money(minor=900, currency="EUR"), email="a@journeys.example")
    told = Confirmation(total=Money(minor=905, currency="EUR"))
    assert (in_one_line(told, held), in_one_line(held, told)) == ("total 9.05 EUR", "total 9.00 EUR")


def test_runs_that_were_not_performed_are_not_known(healthy: Result) -> None:
    told = as_json([healthy], planned=2)

    assert (told["verdict"], told["complete"]) == ("unknown", False)
