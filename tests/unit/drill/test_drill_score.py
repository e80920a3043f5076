"""What of a run is counted as found, right and wrong."""

from __future__ import annotations

import pytest
from cases_of import EDGE, FRAGMENT, REPLICA, case, cleared, fault, judged, result, said, stale_for
from histories import added

from journeys.drill.baselines import believed
from journeys.drill.cases import Case
from journeys.drill.fault import Expected
from journeys.drill.score import commonest, delay_right, missed, of_tester, scored
from journeys.model import Cause, Result, Trouble, Verdict


@pytest.mark.parametrize(
    ("layers", "cause"),
    [(EDGE, Cause.CACHE), (REPLICA, Cause.DATABASE), ((*REPLICA, *EDGE), Cause.DATABASE), ((), Cause.UNKNOWN)],
)
def test_the_innermost_layer_says_what_the_cause_is(layers: tuple[str, ...], cause: Cause) -> None:
    assert cause is Expected(layers=layers).cause


def test_a_layer_that_is_found_and_named_is_right() -> None:
    whole = added(stale_for(7.0, 9.0), cleared("edge"), cleared("edge"))
    one = scored(case(*EDGE), result(whole, *EDGE), believed)
    assert (one.detected, one.right, one.interventions, one.budget) == (True, True, 2, 5)
    assert (one.seconds, one.error) == (12.5, "")


def test_a_finding_on_another_surface_is_a_stray_and_no_detection() -> None:
    one = scored(case(*EDGE), result(stale_for(7.0), *EDGE, surface="listing"), believed)
    assert (one.detected, one.right, one.strays) == (False, False, ("freshness: it is old",))


def test_a_surface_that_may_be_stale_as_well_is_no_stray() -> None:
    both = fault(*EDGE, also=("listing",))
    one = scored(
        Case(fault=both, surface="product page", seed=1), result(stale_for(7.0), *EDGE, surface="listing"), believed
    )
    assert one.strays == ()


def test_a_run_that_passed_did_not_detect_anything() -> None:
    one = scored(case(*EDGE), result(stale_for(7.0), verdict=Verdict.PASS), believed)
    assert (one.detected, one.right) == (False, False)


def test_another_layer_than_the_expected_one_is_named_wrong_and_silence_is_not() -> None:
    wrong, silent = judged(EDGE, said(*FRAGMENT)), judged(EDGE, said(cause=Cause.UNKNOWN, suspects=EDGE))
    assert of_tester([wrong, silent]).named_wrong == 0.5
    assert of_tester([wrong, silent]).layer_right == 0.0


def test_one_layer_of_a_pair_is_not_wrong_and_not_exact() -> None:
    pair = (*FRAGMENT, *EDGE)
    half = judged(pair, said(*EDGE), parts=("one", "other"))
    whole = judged(pair, said(*reversed(pair)), parts=("one", "other"))
    score = of_tester([half, whole])
    assert (score.pairs, score.pairs_exact, score.named_wrong) == (2, 0.5, 0.0)


def test_a_layer_beside_the_right_one_is_named_wrong() -> None:
    assert of_tester([judged(EDGE, said(*EDGE, *FRAGMENT))]).named_wrong == 1.0


def test_what_the_tester_could_not_do_counts_as_not_found() -> None:
    lost = missed(case(*EDGE), "the browser failed")
    assert (
        of_tester([lost]).detected,
        of_tester([lost]).layer_right,
        lost.error,
    ) == (0.0, 0.0, "the browser failed")


def test_what_kept_a_run_from_going_on_stands_beside_the_case() -> None:
    whole = added(stale_for(7.0), Trouble(blame="tester", what="the page has changed", at=3.0))
    assert scored(case(*EDGE), result(whole, *EDGE), believed).error == "the page has changed"


def test_nothing_scored_has_no_shares() -> None:
    score = of_tester([])
    assert (score.cases, score.detected, score.layer_right, score.named_wrong, score.pairs_exact) == (
        0,
        None,
        None,
        None,
        None,
    )


@pytest.mark.parametrize(
    ("set_s", "measured", "right"),
    [
        (5.0, (4.4, 5.3), True),
        (5.0, (3.4, 4.3), True),  # one polling interval away
        (5.0, (2.0, 2.9), False),
        (5.0, (6.0, 6.9), False),
        (20.0, (19.0, 19.1), True),  # within 5 %
        (20.0, (18.0, 18.5), False),
        (20.0, (25.0, None), False),
        (20.0, None, False),
        (0.0, (0.0, 0.4), True),
    ],
)
def test_a_delay_is_right_within_a_polling_interval_or_five_percent(
    set_s: float, measured: tuple[float, float | None] | None, right: bool
) -> None:
    assert right is delay_right(Expected(delay_s=set_s), said(delay_s=measured))


def late(set_s: float, run: Result) -> tuple[bool, bool]:
    only_late = fault(expected=Expected(delay_s=set_s))
    one = scored(Case(fault=only_late, surface="product page", seed=1), run, believed)
    return one.detected, one.right


def test_a_delay_is_measured_from_the_ack_to_the_last_old_value() -> None:
    run = result(stale_for(7.0, 8.0, 9.0), verdict=Verdict.PASS)
    assert late(3.5, run) == (True, True)
    assert late(9.0, run) == (True, False)


def test_a_delay_that_was_called_a_fault_is_not_right() -> None:
    assert late(3.5, result(stale_for(7.0, 8.0, 9.0), *EDGE)) == (False, False)


def test_the_commonest_layers_are_those_expected_most_often() -> None:
    cases = [judged(EDGE, said()), judged(FRAGMENT, said()), judged(EDGE, said()), judged((), said())]
    assert commonest(cases) == EDGE
    assert commonest([]) == ()
