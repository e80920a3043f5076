"""Several customers send the same wish at the same moment."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from fakes import FakeClock, recorder

from journeys.customers import make_customer
from journeys.model import Confirmation, PageChanged, Refused, WriteOutcome
from journeys.run.race import Entrant, race

ANN, BOB = (make_customer(seed=seed, run=f"r{seed}", locale="en_GB") for seed in (1, 2))


class Track:
    """What was done, in order."""

    def __init__(self) -> None:
        self.did: list[str] = []
        self.recorder = recorder(FakeClock())

    def entrant(self, name: str, finish: Callable[[], Confirmation]) -> Entrant:
        def finished() -> Confirmation:
            self.did.append(f"{name} reads")
            return finish()

        customer = ANN if name == "ann" else BOB
        return Entrant(customer=customer, submit=lambda _: self.did.append(f"{name} sends"), finish=finished)

    def run(self, *entrants: Entrant) -> None:
        race("order", "mug", entrants, self.recorder, lambda kind, whom: self.did.append(f"promised {kind} of {whom}"))


def wins() -> Confirmation:
    return Confirmation(number="A1")


def loses() -> Confirmation:
    raise Refused("sold out while you paid")


def breaks() -> Confirmation:
    raise PageChanged("there is no number on this page")


def test_all_is_promised_before_anything_is_sent_and_all_is_sent_before_anything_is_read() -> None:
    track = Track()
    track.run(track.entrant("ann", wins), track.entrant("bob", loses))
    assert track.did == [
        f"promised orders of {ANN.email}",
        f"promised orders of {BOB.email}",
        "ann sends",
        "bob sends",
        "ann reads",
        "bob reads",
    ]


def test_winner_and_loser_are_written_down_as_rivals() -> None:
    track = Track()
    track.run(track.entrant("ann", loses), track.entrant("bob", wins))
    history = track.recorder.history()
    assert [(each.outcome, each.number, each.reason, each.rivals) for each in history.writes] == [
        (WriteOutcome.REJECTED, "", "sold out while you paid", 1),
        (WriteOutcome.ACKED, "A1", "", 1),
    ]
    assert [(each.source, each.write) for each in history.receipts] == [("confirmation page", 1)]


def test_a_reply_that_is_lost_is_raised_when_all_is_written_down() -> None:
    track = Track()
    with pytest.raises(PageChanged):
        track.run(track.entrant("ann", breaks), track.entrant("bob", wins))
    assert [each.outcome for each in track.recorder.history().writes] == [
        WriteOutcome.INDETERMINATE,
        WriteOutcome.ACKED,
    ]
