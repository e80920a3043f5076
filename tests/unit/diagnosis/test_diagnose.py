"""From findings to causes: a layer is named only when an experiment proved it."""

from __future__ import annotations

import pytest
from histories import LAYERS, MINE, STOCK, added, healthy, history, reading, sample, varied, write

from journeys.checks import ALL_CHECKS, judge
from journeys.diagnosis import diagnose, proof
from journeys.model import Cause, Diagnosis, Finding, History, Intervention, Reading, Value, Verdict


def intervention(layer: str, at: float, control: Value | None, after: Value | None) -> Intervention:
    """A layer cleared between two readings."""
    return Intervention(
        surface="product page",
        fact=STOCK,
        layer=layer,
        what=f"{layer} of /mug",
        control=reading("product page", at, control),
        after=reading("product page", at + 0.2, after),
    )


def stale(*interventions: Intervention) -> History:
    """The product page still shows ten at 9.0, and this is what was tried."""
    bought = (sample(0.0, 10), write(5.0, 6.0), sample(6.1, 9, MINE))
    old = (reading("product page", 9.0, 10), sample(9.2, 9, MINE))
    return history(*bought, *old, *interventions, sample(20.0, 9, MINE))


FINDING = Finding(
    check="freshness",
    verdict=Verdict.FAIL,
    explanation="product page showed 10",
    surface="product page",
    fact="availability:mug",
)


def explained(*interventions: Intervention) -> Diagnosis:
    (diagnosis,) = diagnose(stale(*interventions), (FINDING,))
    return diagnosis


def test_a_healthy_history_needs_no_diagnosis() -> None:
    assert diagnose(healthy(), judge(healthy(), ALL_CHECKS)) == ()


def test_a_layer_that_turned_fresh_when_it_was_cleared_is_named() -> None:
    tried = (intervention("edge", 12.0, 10, 10), intervention("application cache", 13.0, 10, 9))

    assert Diagnosis(
        cause=Cause.CACHE,
        surface="product page",
        layer="application cache",
        evidence=(
            "product page showed 10",
            "edge: 10 before clearing edge of /mug, 10 after it",
            "application cache: 10 before clearing application cache of /mug, 9 after it",
        ),
        next_step="invalidate the application cache when the fact changes, or lower its lifetime"
        " (application cache of /mug)",
    ) == explained(*tried)


def test_without_experiments_every_layer_is_a_suspect() -> None:
    diagnosis = explained()

    assert (diagnosis.cause, diagnosis.layer, diagnosis.suspects) == (Cause.UNKNOWN, "", LAYERS)


@pytest.mark.parametrize(
    ("control", "after", "suspects"),
    [
        (10, 10, ("browser HTTP cache", "application cache")),
        (9, 9, LAYERS),
        (10, None, LAYERS),
        (None, 9, LAYERS),
        (None, 10, LAYERS),
    ],
)
def test_only_a_layer_that_stayed_old_when_it_was_cleared_is_innocent(
    control: Value | None, after: Value | None, suspects: tuple[str, ...]
) -> None:
    diagnosis = explained(intervention("edge", 12.0, control, after))

    assert (Cause.UNKNOWN, "", suspects) == (diagnosis.cause, diagnosis.layer, diagnosis.suspects)


def test_a_control_that_healed_by_itself_is_no_proof() -> None:
    healed = stale(intervention("edge", 12.0, 9, 9))

    assert proof(healed, "product page", "availability:mug") is None


def test_a_proof_is_of_one_surface_and_one_fact() -> None:
    proved = intervention("edge", 12.0, 10, 9)

    assert [proved, None, None] == [
        proof(stale(proved), surface, fact)
        for surface, fact in (
            ("product page", "availability:mug"),
            ("listing", "availability:mug"),
            ("product page", "price:mug"),
        )
    ]


def test_a_surface_that_was_never_declared_has_no_suspects() -> None:
    (diagnosis,) = diagnose(
        stale(), (Finding(check="agreement", verdict=Verdict.FAIL, explanation="x", surface="feed", fact="orders"),)
    )

    assert diagnosis.suspects == ()


@pytest.mark.parametrize(
    ("check", "surface", "cause"),
    [
        ("completion", "", Cause.PLATFORM),
        ("conservation", "", Cause.PLATFORM),
        ("money", "", Cause.PLATFORM),
        ("refusal", "", Cause.PLATFORM),
        ("confirmation", "confirmation page", Cause.PLATFORM),
        ("confirmation", "mail", Cause.INTEGRATION),
        ("confirmation", "confirmation mail", Cause.INTEGRATION),
    ],
)
def test_what_no_layer_can_hold_is_the_platforms_or_an_integrations(check: str, surface: str, cause: Cause) -> None:
    finding = Finding(check=check, verdict=Verdict.FAIL, explanation="it is wrong", surface=surface)
    (diagnosis,) = diagnose(history(), (finding,))

    assert (cause, surface, "", ("it is wrong",)) == (
        diagnosis.cause,
        diagnosis.surface,
        diagnosis.layer,
        diagnosis.evidence,
    )
    assert diagnosis.next_step


def test_one_fault_found_twice_is_explained_once() -> None:
    assert len(diagnose(stale(), (FINDING, FINDING))) == 1


@pytest.mark.parametrize("verdict", [Verdict.PASS, Verdict.UNKNOWN])
def test_only_faults_are_explained(verdict: Verdict) -> None:
    assert diagnose(history(), (Finding(check="money", verdict=verdict, explanation="fine"),)) == ()


def test_a_whole_history_is_judged_and_explained_in_one_go() -> None:
    whole = varied(healthy(), Reading, lambda r: r.value == 9 and r.asked == 9.0, value=10)
    whole = added(whole, intervention("application cache", 12.0, 10, 9), sample(20.0, 9, MINE))
    (diagnosis,) = diagnose(whole, judge(whole, ALL_CHECKS))

    assert (diagnosis.cause, diagnosis.layer) == (Cause.CACHE, "application cache")
