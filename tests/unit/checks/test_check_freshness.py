"""Whether surfaces keep up with the record, before any write and after each one."""

from __future__ import annotations

from dataclasses import replace

import pytest
from histories import (
    MINE,
    NUMBER,
    ORDERS,
    PRODUCT_PAGE,
    STOCK,
    expect,
    healthy,
    history,
    only,
    order,
    reading,
    sample,
    varied,
    verdicts,
    without,
    write,
)

from journeys.checks import agreement, delay_of, freshness
from journeys.model import Event, History, Reading, Sample, Surface, Verdict


def followed(*events: Event) -> History:
    """Ten mugs, one bought at 5.0–6.0, and what the product page showed then."""
    bought = (sample(0.0, 10), write(5.0, 6.0), sample(6.1, 9, MINE), expect(STOCK, -1))
    return declaring(history(*bought, *events), PRODUCT_PAGE)


def declaring(whole: History, *surfaces: Surface) -> History:
    """The history of a store with these surfaces."""
    return replace(whole, heading=replace(whole.heading, surfaces=surfaces))


def seen(*pairs: tuple[float, object]) -> tuple[Event, ...]:
    """Readings of the product page, each followed by a sample."""
    return tuple(
        event for at, value in pairs for event in (reading("product page", at, value), sample(at + 0.2, 9, MINE))
    )


def delay(whole: History) -> tuple[float, float | None]:
    low, high = delay_of(whole, whole.writes[0], whole.readings)
    return round(low, 3), high if high is None else round(high, 3)


def test_surfaces_that_show_the_write_pass() -> None:
    assert only(freshness(healthy()), Verdict.PASS) == [
        "product page showed 9 of availability:mug 0.0–0.4 s after order A1 was acked",
        "listing showed available of availability:mug 0.0–0.4 s after order A1 was acked",
        "dashboard showed 41 of orders 0.0–0.4 s after order A1 was acked",
    ]


def test_a_surface_that_shows_the_old_value_beyond_its_tolerance_is_stale() -> None:
    assert only(freshness(followed(*seen((6.3, 10), (9.0, 10)))), Verdict.FAIL) == [
        "product page showed 10 of availability:mug for more than 3.0 s after order A1 was acked; the record said 9"
    ]


def test_a_stale_surface_stays_stale_when_it_heals_later() -> None:
    assert only(freshness(followed(*seen((6.3, 10), (9.0, 10), (10.0, 9)))), Verdict.FAIL) == [
        "product page showed 10 of availability:mug for 3.0–4.1 s after order A1 was acked; the record said 9"
    ]


def test_the_old_value_may_stand_for_the_tolerance() -> None:
    assert only(freshness(followed(*seen((6.3, 10), (8.0, 9)))), Verdict.PASS) == [
        "product page showed 9 of availability:mug 0.3–2.1 s after order A1 was acked"
    ]


def test_an_old_value_within_the_tolerance_that_is_not_read_again_proves_nothing() -> None:
    assert only(freshness(followed(*seen((6.3, 10)))), Verdict.UNKNOWN) == [
        "product page showed 10 of availability:mug from before order A1 was acked, and was not read again after 2.0 s"
    ]


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        ([(6.3, 9)], (0.0, 0.4)),
        ([(6.3, 10), (7.0, 9)], (0.3, 1.1)),
        ([(6.3, 10), (7.0, 10), (8.0, 9), (9.0, 9)], (1.0, 2.1)),
        ([(6.3, 10), (9.0, 10)], (3.0, None)),
        ([(6.3, 9), (7.0, 10), (8.0, 9)], (1.0, 2.1)),
        ([(6.3, None), (7.0, 9)], (0.0, 1.1)),
        ([(6.3, None)], (0.0, None)),
    ],
)
def test_the_delay_ends_at_the_first_lasting_fresh_reading(
    pairs: list[tuple[float, object]], expected: tuple[float, float | None]
) -> None:
    assert expected == delay(followed(*seen(*pairs)))


def test_two_edges_that_alternate_are_stale() -> None:
    findings = freshness(followed(*seen((6.3, 9), (9.0, 10), (9.5, 9))))

    assert verdicts(findings) == [Verdict.FAIL]


def test_a_value_that_never_was_and_passes_is_no_old_copy() -> None:
    assert verdicts(freshness(followed(*seen((6.3, 9), (9.0, 7), (9.5, 9))))) == [Verdict.PASS]


def test_a_value_that_never_was_and_stays_is_a_fault() -> None:
    assert verdicts(freshness(followed(*seen((6.3, 9), (9.0, 7), (9.5, 7))))) == [Verdict.FAIL]


def test_a_surface_that_was_not_read_is_unknown() -> None:
    assert only(freshness(followed()), Verdict.UNKNOWN) == ["product page was not read after order A1 was acked"]


def test_a_surface_that_could_not_be_read_is_unknown() -> None:
    broken = followed(reading("product page", 9.0, None, error="HTTP 500"), sample(9.2, 9, MINE))

    assert only(freshness(broken), Verdict.UNKNOWN) == ["product page showed nothing of availability:mug: HTTP 500"]


def test_a_wrong_value_around_which_the_record_was_not_sampled_is_unknown() -> None:
    assert only(
        freshness(followed(reading("product page", 9.0, 7), reading("product page", 9.5, 10))), Verdict.UNKNOWN
    ) == ["product page showed 10 of availability:mug: the record was not sampled around the reading"]


def test_a_wrong_value_around_which_the_record_was_not_at_rest_is_unknown() -> None:
    restless = varied(followed(*seen((9.0, 7))), Sample, lambda s: s.asked > 9, steady=False)

    assert verdicts(freshness(restless)) == [Verdict.UNKNOWN]


def test_readings_asked_for_before_the_ack_or_after_the_next_write_do_not_count() -> None:
    early, late = reading("product page", 5.5, 10), reading("product page", 12.5, 10)
    cancellation = write(12.0, 13.0, kind="cancellation", number=NUMBER)

    assert only(freshness(followed(early, sample(12.1, 9, MINE), cancellation, late)), Verdict.UNKNOWN) == [
        "product page was not read after order A1 was acked"
    ]


def test_a_surface_of_presence_shows_what_it_can() -> None:
    """It cannot tell ten from nine, and must tell one from none."""
    last = (sample(0.0, 1), write(5.0, 6.0), sample(6.1, 0, MINE), expect(STOCK, -1), sample(9.2, 0, MINE))

    def listed(value: bool) -> list[Verdict]:
        return [
            each.verdict
            for each in freshness(history(*last[:-1], reading("listing", 9.0, value), last[-1]))
            if each.surface == "listing"
        ]

    assert (listed(False), listed(True)) == ([Verdict.PASS], [Verdict.FAIL])


def test_others_who_buy_make_no_false_alarm() -> None:
    others = order("B1", quantity=3)
    busy = followed(reading("product page", 9.0, 6), sample(9.2, 6, MINE, others))

    assert verdicts(freshness(busy)) == [Verdict.PASS]


def test_others_who_buy_and_cancel_between_samples_make_no_false_alarm() -> None:
    came_and_went = order("B1", quantity=3, open=False)
    busy = followed(reading("product page", 9.0, 6), sample(9.2, 9, MINE, came_and_went))

    assert verdicts(freshness(busy)) == [Verdict.PASS]


def test_others_who_only_cancel_do_not_excuse_a_value_that_never_was() -> None:
    gone = order("B0", open=False)
    odd = followed(reading("product page", 9.0, 7), sample(9.2, 10, MINE, cancelled=(gone,)))

    assert verdicts(freshness(odd)) == [Verdict.FAIL]


def test_surfaces_that_agree_before_any_write_pass() -> None:
    assert only(agreement(healthy()), Verdict.PASS)[:1] == [
        "product page showed 10 of availability:mug, as the record did"
    ]


def test_a_surface_that_disagrees_before_any_write_is_a_fault() -> None:
    wrong = varied(healthy(), Reading, lambda r: r.fact == ORDERS and r.value == 40, value=39)

    assert only(agreement(wrong), Verdict.FAIL) == ["dashboard showed 39 of orders; the record said 40"]


def test_a_surface_that_agrees_in_the_end_passes() -> None:
    healed = history(sample(0.0, 10), reading("product page", 0.2, 7), reading("product page", 1.0, 10))

    assert verdicts(agreement(healed)) == [Verdict.PASS]


def test_a_disagreement_right_at_the_start_may_be_the_tolerance() -> None:
    early = history(sample(0.0, 10), reading("product page", 0.2, 7), sample(0.4, 10))

    assert only(agreement(early), Verdict.UNKNOWN) == [
        "product page showed 7 of availability:mug: the record was not sampled around the reading"
    ]


def test_what_is_read_after_the_first_write_is_no_agreement() -> None:
    late = without(healthy(), Reading, lambda r: r.asked < 5)

    assert verdicts(agreement(late)) == [Verdict.UNKNOWN]
