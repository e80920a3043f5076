"""A healthy shop: every journey passes, and every surface is read and compared."""

from __future__ import annotations

from dataclasses import replace

import pytest
from seen import presence

from journeys.model import History, Verdict
from journeys.plugin import Performer
from journeys.run.journey import Journey
from journeys.shop import JOURNEYS, account_checkout, browse, declined_card, guest_checkout

pytestmark = [pytest.mark.store("shop"), pytest.mark.xdist_group("shop"), pytest.mark.usefixtures("sandbox")]


@pytest.mark.parametrize("journey", JOURNEYS, ids=lambda journey: journey.name)
def test_a_healthy_shop_passes(run: Performer, journey: Journey) -> None:
    result = run(journey)
    assert [each.what for each in result.history.residue if not each.benign] == []


@pytest.mark.caches("clear")
def test_a_healthy_shop_passes_with_caches_cleared_before_each_reading(run: Performer) -> None:
    run(guest_checkout)


@pytest.mark.caches("both")
def test_a_healthy_shop_shows_the_same_with_caches_kept_and_cleared(run: Performer) -> None:
    run(guest_checkout)


def test_every_surface_is_read_before_and_after_a_sale(run: Performer) -> None:
    history = run(guest_checkout).history
    sale = history.writes[0]
    before = {reading.surface for reading in history.readings if reading.received <= sale.began}
    after = {reading.surface for reading in history.readings if reading.asked >= sale.ended}
    changed = {surface.name for surface in history.heading.surfaces if surface.fact != "price"}
    assert {surface.name for surface in history.heading.surfaces} == before
    assert changed == after
    assert {"record", "confirmation page", "confirmation mail"} <= {receipt.source for receipt in history.receipts}


def test_the_order_history_is_compared_with_the_record(run: Performer) -> None:
    history = run(account_checkout).history
    assert "order history" in {receipt.source for receipt in history.receipts}


def test_the_sale_is_undone(run: Performer) -> None:
    history = run(guest_checkout).history
    first = history.samples[0]
    stock = f"availability:{history.writes[0].subject}"
    subject = next(each for each in run.store.subjects["plenty"] if each.key == history.writes[0].subject)
    assert run.store.record.about(subject, gently=False)["availability"] == first.values[stock]
    assert sum(order.open for order in run.store.record.orders()) == first.values["open orders"]


def test_the_last_one_is_sold_out_on_every_surface(run: Performer) -> None:
    shown = presence(run(replace(guest_checkout, role="last")).history)
    assert shown == dict.fromkeys(shown, ("available", "sold out"))
    assert len(shown) > 1


def test_a_declined_customer_leaves_no_trace(run: Performer) -> None:
    history = run(declined_card).history
    assert [write.outcome for write in history.writes] == ["rejected"]
    assert history.samples[-1].placed == ()


def test_looking_around_writes_nothing(run: Performer) -> None:
    assert run(browse).history.writes == ()


@pytest.mark.seed(7)
def test_the_same_seed_buys_the_same_product(run: Performer) -> None:
    assert subject_of(run(guest_checkout).history) == subject_of(run.again()(guest_checkout).history)


def subject_of(history: History) -> str:
    return history.writes[0].subject


def test_the_verdict_is_that_of_the_worst_finding(run: Performer) -> None:
    result = run.perform(guest_checkout)
    assert {finding.verdict for finding in result.findings} == {Verdict.PASS}
