"""Compensation: all is attempted whatever fails, and what fails stays open."""

from __future__ import annotations

from pathlib import Path

import pytest
from fakes import FakeClock, Till

from journeys.model import Residue, StoreFault
from journeys.run.compensate import compensate
from journeys.run.journal import Compensation, Journal
from journeys.run.ports import Undone


class Clumsy(Till):
    """A record that stumbles over some targets, for a while or for ever."""

    def __init__(self, stumbles: dict[str, int], undone: Undone | None = None) -> None:
        super().__init__()
        self.stumbles = stumbles
        self.answer = undone

    def undo(self, kind: str, target: str) -> Undone:
        if self.stumbles.get(target, 0) > 0:
            self.stumbles[target] -= 1
            raise StoreFault("HTTP 503")
        cancelled = super().undo(kind, target)
        return self.answer or cancelled


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "journal.ndjson")


def planned(journal: Journal, *targets: str) -> tuple[Compensation, ...]:
    for target in targets:
        journal.plan(run="1", store="shop", kind="orders", target=target)
    return journal.open()


def test_the_last_thing_is_undone_first(journal: Journal, clock: FakeClock) -> None:
    till = Till()
    compensate(planned(journal, "a", "b", "c"), till, journal, clock)

    assert till.undone == [("orders", "c"), ("orders", "b"), ("orders", "a")]
    assert journal.open() == ()


def test_what_was_cancelled_is_told(journal: Journal, clock: FakeClock) -> None:
    till = Till()
    till.place("a"), till.place("b"), till.place("somebody@example.com")

    assert compensate(planned(journal, "a", "b"), till, journal, clock) == (("N2", "N1"), ())
    assert [each.open for each in till.orders()] == [False, False, True]


def test_all_is_attempted_whatever_fails(journal: Journal, clock: FakeClock) -> None:
    till = Clumsy({"b": 1000})
    _, left = compensate(planned(journal, "a", "b", "c"), till, journal, clock)

    assert (Residue(what="orders of b not undone: HTTP 503"),) == left
    assert [target for _, target in till.undone] == ["c", "a"]


def test_what_fails_stays_open_for_the_next_clean_up(journal: Journal, clock: FakeClock) -> None:
    compensate(planned(journal, "a", "b", "c"), Clumsy({"b": 1000}), journal, clock)

    assert [each.target for each in journal.open()] == ["b"]


def test_a_store_that_stumbles_is_asked_again(journal: Journal, clock: FakeClock) -> None:
    assert compensate(planned(journal, "a"), Clumsy({"a": 3}), journal, clock) == ((), ())
    assert journal.open() == ()


def test_undoing_twice_is_harmless(journal: Journal, clock: FakeClock) -> None:
    till = Till()
    till.place("a")
    twice = planned(journal, "a")

    assert compensate(twice, till, journal, clock) == (("N1",), ())
    assert compensate(twice, till, journal, clock) == ((), ())
    assert till.stock == 10


def test_what_the_store_cannot_undo_is_residue_and_stays_open(journal: Journal, clock: FakeClock) -> None:
    till = Clumsy({}, Undone(residue=("order A1 is shipped",)))

    assert ((), (Residue(what="order A1 is shipped"),)) == compensate(planned(journal, "a"), till, journal, clock)
    assert [each.target for each in journal.open()] == ["a"]


def test_what_the_store_keeps_by_its_nature_is_benign_and_done(journal: Journal, clock: FakeClock) -> None:
    till = Clumsy({}, Undone(benign=("a cancelled order in the list",)))
    _, left = compensate(planned(journal, "a"), till, journal, clock)

    assert (Residue(what="a cancelled order in the list", benign=True),) == left
    assert journal.open() == ()


def test_nothing_to_undo_leaves_nothing(journal: Journal, clock: FakeClock) -> None:
    assert compensate((), Till(), journal, clock) == ((), ())


class Slow(Till):
    """A store that places an order only after it was looked for some times."""

    def __init__(self, after: int) -> None:
        super().__init__()
        self.after = after

    def undo(self, kind: str, target: str) -> Undone:
        self.after -= 1
        if self.after == 0:
            self.place(target)
        return super().undo(kind, target)


def test_an_order_that_arrives_late_after_a_lost_reply_is_cancelled(journal: Journal, clock: FakeClock) -> None:
    assert compensate(planned(journal, "a"), Slow(after=3), journal, clock, doubtful={"a"}) == (("N1",), ())
    assert journal.open() == ()


def test_an_order_that_has_not_arrived_is_looked_for_again_by_the_next_clean_up(
    journal: Journal, clock: FakeClock
) -> None:
    _, left = compensate(planned(journal, "a"), Till(), journal, clock, doubtful={"a"})

    assert left == (Residue(what="an order of a may still arrive: run journeys cleanup"),)
    assert [each.target for each in journal.open()] == ["a"]


def test_without_doubt_nothing_is_waited_for(journal: Journal, clock: FakeClock) -> None:
    compensate(planned(journal, "a"), Till(), journal, clock, doubtful={"b"})

    assert clock.now == 1000.0


def test_the_session_that_a_cart_is_known_by_is_not_told(journal: Journal, clock: FakeClock) -> None:
    journal.plan(run="1", store="shop", kind="cart", target="s3ss10n")
    _, left = compensate(journal.open(), Clumsy({"s3ss10n": 1000}), journal, clock)

    assert [each.what for each in left] == ["the cart of a customer not undone: HTTP 503"]
