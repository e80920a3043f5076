"""Whatever others do meanwhile: a truthful surface never fails, a frozen one always does."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from scenes import TICK_S, Deed, Scene, buys, everything, samples

from journeys.checks import agreement, freshness
from journeys.model import Shows, Verdict

stocks = st.integers(4, 30)


@given(stocks, st.sampled_from(Shows), everything, everything, everything)
def test_a_surface_that_lags_no_more_than_its_tolerance_never_fails(
    stock: int, shows: Shows, before: list[Deed], during: list[Deed], after: list[Deed]
) -> None:
    scene = Scene(stock, shows)
    scene.sample()
    scene.play(before)
    scene.buy(during)
    scene.play(after)
    scene.sample()
    findings = (*agreement(scene.history()), *freshness(scene.history()))

    assert [each.explanation for each in findings if each.verdict is Verdict.FAIL] == []


@given(everything, everything, st.lists(st.one_of(buys, samples), max_size=10))
def test_a_surface_frozen_at_the_old_value_beyond_its_tolerance_always_fails(
    before: list[Deed], during: list[Deed], after: list[Deed]
) -> None:
    """After our order others only buy, so that nothing can bring the old value back."""
    scene = Scene(stock=100)
    scene.play(before)
    scene.sample()
    frozen = scene.till.stock
    scene.buy([deed for deed in during if deed[0] == "buy"])
    scene.sample()
    for _ in range(round(scene.surface.tolerance_s / TICK_S)):
        scene.tick()
    scene.play(after)
    scene.read(frozen)
    scene.sample()

    assert [each.verdict for each in freshness(scene.history())] == [Verdict.FAIL]


@given(everything, everything, everything)
def test_a_surface_that_is_always_up_to_date_passes(before: list[Deed], during: list[Deed], after: list[Deed]) -> None:
    scene = Scene()
    scene.sample()
    scene.play(before, show=lambda _: scene.till.stock)
    scene.buy(during)
    scene.sample()
    scene.play(after, show=lambda _: scene.till.stock)
    scene.read(scene.till.stock)
    scene.sample()

    assert [each.verdict for each in freshness(scene.history())] == [Verdict.PASS]
