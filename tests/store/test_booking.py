"""A healthy booking store: every journey passes, and every surface is read and compared."""

from __future__ import annotations

from dataclasses import replace

import pytest
from seen import presence

from journeys.booking import JOURNEYS, book_free_slot, cancel_booking
from journeys.plugin import Performer
from journeys.run.journey import Journey

pytestmark = [pytest.mark.store("booking"), pytest.mark.xdist_group("booking"), pytest.mark.usefixtures("sandbox")]


@pytest.mark.parametrize("journey", JOURNEYS, ids=lambda journey: journey.name)
def test_a_healthy_booking_store_passes(run: Performer, journey: Journey) -> None:
    result = run(journey)
    assert [each.what for each in result.history.residue if not each.benign] == []


@pytest.mark.caches("clear")
def test_a_healthy_booking_store_passes_with_caches_cleared_before_each_reading(run: Performer) -> None:
    run(book_free_slot)


def test_every_surface_is_read_before_and_after_a_booking(run: Performer) -> None:
    history = run(book_free_slot).history
    booking = history.writes[0]
    before = {reading.surface for reading in history.readings if reading.received <= booking.began}
    assert {surface.name for surface in history.heading.surfaces} == before
    after = {reading.surface for reading in history.readings if reading.asked >= booking.ended}
    moved = {each.fact.kind for each in history.expectations}
    assert {surface.name for surface in history.heading.surfaces if surface.fact in moved} == after
    assert {"record", "confirmation page", "confirmation mail"} <= {receipt.source for receipt in history.receipts}


def test_the_last_place_is_sold_out_on_every_surface(run: Performer) -> None:
    shown = presence(run(replace(book_free_slot, role="last")).history)
    assert shown == dict.fromkeys(shown, ("available", "sold out"))
    assert len(shown) > 1


def test_a_cancelled_booking_gives_its_place_back(run: Performer) -> None:
    history = run(cancel_booking).history
    assert [write.kind for write in history.writes] == ["booking", "cancellation"]
    place = f"availability:{history.writes[0].subject}"
    assert history.samples[0].values[place] == history.samples[-1].values[place]
