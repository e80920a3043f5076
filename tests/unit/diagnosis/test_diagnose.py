"""From findings to causes: a layer is named only when an experiment proved it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from histories import LAYERS, MINE, STOCK, added, healthy, history, reading, sample, varied, write

from journeys.checks import ALL_CHECKS, judge
from journeys.diagnosis import Proof, diagnose, prove
from journeys.model import Bypass, Cause, Diagnosis, Finding, History, Intervention, Reading, Value, Verdict


def intervention(
    layer: str, at: float, control: Value | None, after: Value | None, *, left: float | None = 60.0, **more: Any
) -> Intervention:
    """A layer cleared between two readings, whose copy would have lived for a minute more."""
    return Intervention(
        surface="product page",
        fact=STOCK,
        layer=layer,
        what=f"{layer} of /mug",
        control=reading("product page", at, control),
        after=reading("product page", at + 0.2, after),
        left_s=left,
        **more,
    )


def bypass(layer: str, at: float, *values: Value | None) -> Bypass:
    """A layer read through, past, and through again."""
    before, past, again = (reading("product page", at + i / 10, value) for i, value in enumerate(values))
    return Bypass(surface="product page", fact=STOCK, layer=layer, before=before, past=past, again=again)


def stale(*tried: Intervention | Bypass) -> History:
    """The product page still shows ten at 9.0, and this is what was tried."""
    bought = (sample(0.0, 10), write(5.0, 6.0), sample(6.1, 9, MINE))
    old = (reading("product page", 9.0, 10), sample(9.2, 9, MINE))
    return history(*bought, *old, *tried, sample(20.0, 9, MINE))


FINDING = Finding(
    check="freshness",
    verdict=Verdict.FAIL,
    explanation="product page showed 10",
    surface="product page",
    fact="availability:mug",
    readings=(reading("product page", 9.0, 10),),
)


def explained(*tried: Intervention | Bypass) -> Diagnosis:
    (diagnosis,) = diagnose(stale(*tried), (FINDING,))
    return diagnosis


def proved(*tried: Intervention | Bypass) -> Proof:
    return prove(stale(*tried), FINDING)


def test_a_healthy_history_needs_no_diagnosis() -> None:
    assert diagnose(healthy(), judge(healthy(), ALL_CHECKS)) == ()


def test_a_layer_that_turned_fresh_when_it_was_cleared_is_named() -> None:
    tried = (intervention("edge", 12.0, 10, 10), intervention("application cache", 13.0, 10, 9))

    assert Diagnosis(
        cause=Cause.CACHE,
        surface="product page",
        layers=("application cache",),
        confidence=0.99,
        evidence=(
            "product page showed 10",
            "edge: 10 before clearing edge of /mug, 10 after it; the copy would have lived for 60 s more",
            "application cache: 10 before clearing application cache of /mug, 9 after it;"
            " the copy would have lived for 60 s more",
        ),
        next_step="invalidate the key after the commit that changes the fact, or lower its lifetime",
    ) == explained(*tried)


def test_without_experiments_every_layer_is_a_suspect() -> None:
    diagnosis = explained()

    assert (diagnosis.cause, diagnosis.layers, diagnosis.suspects) == (Cause.UNKNOWN, (), LAYERS)


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

    assert (Cause.UNKNOWN, (), suspects) == (diagnosis.cause, diagnosis.layers, diagnosis.suspects)


def test_a_control_that_healed_by_itself_is_no_proof() -> None:
    assert proved(intervention("edge", 12.0, 9, 9)).layers == ()


@pytest.mark.parametrize(
    ("left", "vantage", "layers", "confidence"),
    [
        (60.0, None, ("edge",), 0.99),
        (float("inf"), None, ("edge",), 0.99),
        (0.25, None, (), 0.0),
        (None, None, (), 0.0),
        (None, 10, ("edge",), 0.97),
        (0.25, 10, ("edge",), 0.97),
        (None, 9, (), 0.0),
    ],
)
def test_what_could_have_expired_by_itself_is_not_named(
    left: float | None, vantage: Value | None, layers: tuple[str, ...], confidence: float
) -> None:
    other = None if vantage is None else reading("product page", 12.3, vantage)
    proof = proved(intervention("edge", 12.0, 10, 9, left=left, vantage=other))

    assert (proof.layers, proof.confidence) == (layers, confidence)
    assert proof.suspects == (() if layers else ("edge",))


@pytest.mark.parametrize(
    ("age", "layers", "suspects", "refilled"),
    [
        (8.0, ("application cache", "edge"), (), ()),
        (7.0, ("application cache",), (), ("edge",)),
        (None, ("application cache",), ("edge",), ()),
    ],
)
def test_an_outer_copy_is_its_own_fault_only_when_it_is_older_than_the_write(
    age: float | None, layers: tuple[str, ...], suspects: tuple[str, ...], refilled: tuple[str, ...]
) -> None:
    proof = proved(intervention("application cache", 12.0, 10, 9), intervention("edge", 13.0, 10, 9, age_s=age))

    assert (proof.layers, proof.suspects, proof.refilled) == (layers, suspects, refilled)


def test_a_layer_that_only_passed_on_what_lay_inside_is_told_of_and_not_blamed() -> None:
    diagnosis = explained(intervention("application cache", 12.0, 10, 9), intervention("edge", 13.0, 10, 9, age_s=1.0))

    assert diagnosis.layers == ("application cache",)
    assert "the edge had filled itself from there after the write, and only passed it on" in diagnosis.evidence


@pytest.mark.parametrize(
    ("values", "layers"),
    [((10, 9, 10), ("edge",)), ((10, 10, 10), ()), ((10, 9, 9), ()), ((9, 9, 9), ()), ((10, None, 10), ())],
)
def test_without_clearing_old_fresh_and_old_again_names_a_layer(
    values: tuple[Value | None, ...], layers: tuple[str, ...]
) -> None:
    assert proved(bypass("edge", 12.0, *values)).layers == layers


def test_a_layer_judged_without_clearing_says_so() -> None:
    diagnosis = explained(bypass("edge", 12.0, 10, 9, 10))

    assert (diagnosis.cause, diagnosis.layers, diagnosis.confidence) == (Cause.CACHE, ("edge",), 0.9)
    assert "edge, not cleared: 10 through it, 9 past it, 10 through it again" in diagnosis.evidence


def test_a_replica_is_a_matter_of_the_database() -> None:
    assert explained(intervention("database replica", 12.0, 10, 9)).cause is Cause.DATABASE


def test_one_instance_among_several_is_told() -> None:
    diagnosis = explained(intervention("edge", 12.0, 10, 9, instance="edge-b"))

    assert diagnosis.evidence[1].startswith("edge (edge-b): 10 before clearing")


@pytest.mark.parametrize("at", [8.0, 20.0])
def test_an_experiment_before_the_finding_or_after_the_next_write_says_nothing_of_it(at: float) -> None:
    tried = intervention("edge", at, 10, 9)
    later = (write(15.0, 16.0, number="N2"), sample(16.1, 9, MINE), tried, sample(30.0, 9, MINE))

    assert prove(added(stale(), *later), FINDING).tried == ()


@pytest.mark.parametrize(("surface", "fact"), [("listing", "availability:mug"), ("product page", "price:mug")])
def test_a_proof_is_of_one_surface_and_one_fact(surface: str, fact: str) -> None:
    other = replace(FINDING, surface=surface, fact=fact)

    assert prove(stale(intervention("edge", 12.0, 10, 9)), other).layers == ()


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

    assert (cause, surface, (), ("it is wrong",)) == (
        diagnosis.cause,
        diagnosis.surface,
        diagnosis.layers,
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
    whole = added(whole, intervention("application cache", 9.3, 10, 9), sample(20.0, 9, MINE))
    (diagnosis,) = diagnose(whole, judge(whole, ALL_CHECKS))

    assert (diagnosis.cause, diagnosis.layers) == (Cause.CACHE, ("application cache",))
