"""What somebody reads at three in the morning, and what machines read."""

from __future__ import annotations

import json
from pathlib import Path
from zoneinfo import ZoneInfo

import jsonschema
import pytest
from hypothesis import given
from test_alert_laws import Event, events, gone, stores
from watching import B, F, P, Told, outcome, probe, store

from journeys.probes.alerts.document import document, schema
from journeys.probes.alerts.incidents import Notice
from journeys.probes.alerts.standing import Standing
from journeys.probes.alerts.text import PLAIN, Wording, duration
from journeys.probes.outcome import Blamed, Outcome, State
from journeys.probes.probe import AlertRule

SCHEMA = Path(__file__).parents[3] / "docs" / "alert.schema.json"
NIGHT = 1_795_486_440.0  # Tuesday, 24 November 2026, 02:14 UTC


def stale(due: float, state: State = F, name: str = "checkout", cause: str = "cache") -> Outcome:
    blamed = Blamed(
        cause=cause,
        surface="product page",
        layers=("application cache",),
        suspects=(),
        confidence=0.99,
        evidence=("application cache: 20 before clearing availability.mug-red, 19 after it",),
        next_step="invalidate the key after the commit that changes the fact, or lower its lifetime",
    )
    return Outcome(
        key=f"{name}@{due}",
        probe=name,
        store="shop",
        journey="guest checkout",
        location="here",
        state=state,
        due=due,
        began=due,
        ended=due + 20,
        headline="product page showed 20 of availability:mug-red for more than 60 s; the record said 19"
        if state is F
        else "",
        run="53763848d2",
        diagnoses=(blamed,) if state is F else (),
    )


def told(*states: State, rule: AlertRule | None = None) -> list[Notice]:
    gone_through = Told(store(probe(rule=rule or AlertRule())))
    for number, state in enumerate(states):
        gone_through.take(stale(NIGHT + 300 * number, state), NIGHT + 300 * number + 20)
    return gone_through.notices


def test_an_alert_says_all_that_is_needed_at_night() -> None:
    (alert,) = told(F, P, F)
    wording = Wording(
        zone=ZoneInfo("Europe/Berlin"), site="https://status.example.org", runbook="https://wiki.example.org/stale"
    )

    assert wording.title(alert) == "shop: checkout fails (cause: cache)"
    assert wording.text(alert).splitlines() == [
        "Since Tue 24 Nov 03:14 Europe/Berlin (10 min 20 s): 2 of 3 runs failed.",
        "Found: product page showed 20 of availability:mug-red for more than 60 s; the record said 19.",
        "Cause: cache (99 % sure), at product page; first stale layer: application cache.",
        "Evidence: application cache: 20 before clearing availability.mug-red, 19 after it.",
        "Next: invalidate the key after the commit that changes the fact, or lower its lifetime.",
        "More: journeys explain 53763848d2",
        "Status: https://status.example.org",
        "Runbook: https://wiki.example.org/stale",
    ]


def test_the_end_says_how_long_it_was_and_what_it_was() -> None:
    resolved = told(F, F, F, P, P)[-1]

    assert PLAIN.title(resolved) == "shop: checkout is well again"
    assert PLAIN.text(resolved).splitlines() == [
        "From Tue 24 Nov 02:14 UTC to Tue 24 Nov 02:34 UTC (20 min 20 s): 3 of 5 runs failed.",
        "Found: product page showed 20 of availability:mug-red for more than 60 s; the record said 19.",
        "Cause: cache (99 % sure), at product page; first stale layer: application cache.",
        "Evidence: application cache: 20 before clearing availability.mug-red, 19 after it.",
    ]


def test_a_repetition_and_another_cause_say_that_they_are() -> None:
    gone_through = Told(store(probe(rule=AlertRule(repeat_s=3600))))
    for number, cause in enumerate(("cache", "cache", "network")):
        gone_through.take(stale(NIGHT + 300 * number, cause=cause), NIGHT + 300 * number)
    gone_through.take(None, NIGHT + 9000)

    assert [PLAIN.title(each) for each in gone_through.notices] == [
        "shop: checkout fails (cause: cache)",
        "shop: checkout fails, by another cause: network (it was cache)",
        "shop: checkout still fails (cause: network)",
    ]


def test_a_whole_store_and_its_end() -> None:
    gone_through = Told(store(probe("a"), probe("b")))
    for number, (name, state) in enumerate((*(("a", F), ("b", F)) * 2, *(("a", P), ("b", P)) * 2)):
        gone_through.take(stale(NIGHT + 60 * number, state, name), NIGHT + 60 * number)
    first, last = gone_through.notices

    assert (PLAIN.title(first), PLAIN.title(last)) == (
        "shop: 2 of 2 probes fail (cause: cache)",
        "shop: all probes are well again",
    )
    assert PLAIN.text(first).splitlines()[:3] == [
        "Since Tue 24 Nov 02:14 UTC (2 min): 3 of 3 runs failed.",
        "Failing: a, b (of 2 probes).",
        "Found by b: product page showed 20 of availability:mug-red for more than 60 s; the record said 19.",
    ]


def test_a_tester_that_is_broken_blames_itself_and_not_the_store() -> None:
    gone_through = Told(store(probe()))
    gone_through.runs([B, B, B, P, P], since=NIGHT)
    alert, resolved = gone_through.notices

    assert PLAIN.title(alert) == "shop: the tester at here cannot look after it"
    assert PLAIN.text(alert).splitlines() == [
        "Since Tue 24 Nov 02:14 UTC (2 min 5 s): 3 of 3 runs broke off.",
        "Found by checkout: the browser did not start.",
        "Next: look at the tester at here, with `journeys doctor` there; nothing is known of the store meanwhile.",
        "More: journeys explain run-1795486560",
    ]
    assert PLAIN.title(resolved) == "shop: the tester at here works again"


def test_a_failure_that_nobody_can_explain_says_so() -> None:
    gone_through = Told(store(probe()))
    for due in (NIGHT, NIGHT + 60):
        gone_through.take(outcome(F, due, cause=""), due)
    lines = PLAIN.text(gone_through.notices[0]).splitlines()

    assert lines[2:4] == ["Cause: unknown.", "Next: look at what the run saw; no cause could be shown."]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (59.4, "59 s"), (60, "1 min"), (3600, "1 h"), (7500, "2 h 5 min"), (90_000, "1 d 1 h"), (-1, "0 s")],
)
def test_durations_are_told_in_their_two_largest_units(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_the_published_schema_is_that_of_the_document() -> None:
    assert json.loads(SCHEMA.read_text()) == schema()


@given(stores(), events())
def test_every_notice_is_told_as_the_schema_says(standing: Standing, happened: list[Event]) -> None:
    for notice in gone(standing, happened).notices:
        jsonschema.validate(document(notice, PLAIN), schema())
