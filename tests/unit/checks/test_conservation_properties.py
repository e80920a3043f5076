"""Whatever others do meanwhile: a right store always passes, a wrong one always fails."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from scenes import Deed, Scene, everything

from journeys.checks import conservation
from journeys.model import History, Verdict


def played(before: Sequence[Deed], during: Sequence[Deed], after: Sequence[Deed], **faults: bool) -> History:
    scene = Scene()
    scene.sample()
    scene.play(before)
    scene.buy(during, **faults)
    scene.play(after)
    scene.sample()
    return scene.history()


@given(everything, everything, everything)
def test_a_right_store_always_passes(before: list[Deed], during: list[Deed], after: list[Deed]) -> None:
    assert [each.verdict for each in conservation(played(before, during, after))] == [Verdict.PASS] * 5


@given(everything, everything, everything)
def test_a_lost_decrement_always_fails_and_only_the_stock(
    before: list[Deed], during: list[Deed], after: list[Deed]
) -> None:
    findings = conservation(played(before, during, after, lose=True))

    assert [each.fact for each in findings if each.verdict is Verdict.FAIL] == ["availability:mug"]


@given(everything, everything, everything)
def test_a_doubled_order_always_fails(before: list[Deed], during: list[Deed], after: list[Deed]) -> None:
    findings = conservation(played(before, during, after, double=True))

    assert [each.verdict for each in findings if not each.fact] == [Verdict.FAIL]
