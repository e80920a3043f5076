"""Undoing a run: all is as it was, what is not is said, and nothing of it touches how the run is judged."""

from __future__ import annotations

from pathlib import Path

import pytest
from fakes import MUG, FakeClock, FakeLayer, FakeReader, FakeVisitor, Till
from shopping import Shopping

from journeys.checks import conservation
from journeys.model import Residue, StoreFault, Verdict
from journeys.run.journal import Journal
from journeys.run.ports import Undone
from journeys.run.undo import Undoing

ME = "jrn-1@example.org"


class Doorman:
    """A stage on which only visitors appear."""

    def visitor(self, marker: str) -> FakeVisitor:
        return FakeVisitor()


def undoing(shopping: Shopping, path: Path) -> Undoing:
    return Undoing(
        run="1",
        store=shopping.store,
        subject=MUG,
        witness=shopping.witness,
        recorder=shopping.recorder,
        stage=Doorman(),  # type: ignore[arg-type]
        journal=Journal(path),
        clock=shopping.clock,
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.ndjson"


@pytest.fixture
def till() -> Till:
    return Till(stock=10)


def left(shopping: Shopping) -> list[str]:
    return [residue.what for residue in shopping.recorder.history().residue]


def test_after_undoing_all_is_as_it_was(clock: FakeClock, till: Till, path: Path) -> None:
    shopping = Shopping(clock, till, FakeReader(lambda: till.stock))
    back = undoing(shopping, path)
    back.plan("orders", ME)
    shopping.looked_and_sold()
    back.undo()

    assert (till.stock, left(shopping), Journal(path).open()) == (10, [], ())


def test_a_run_that_was_undone_is_judged_as_if_it_were_not(clock: FakeClock, till: Till, path: Path) -> None:
    shopping = Shopping(clock, till, FakeReader(lambda: till.stock))
    back = undoing(shopping, path)
    back.plan("orders", ME)
    shopping.looked_and_sold()
    clock.now += 1.0
    back.undo()

    assert [finding.verdict for finding in conservation(shopping.recorder.history())] == [Verdict.PASS]


def test_the_same_thing_is_promised_once(clock: FakeClock, till: Till, path: Path) -> None:
    back = undoing(Shopping(clock, till), path)
    back.plan("orders", ME)
    back.plan("orders", ME)
    back.plan("cart", ME)

    assert [each.kind for each in Journal(path).open()] == ["cart", "orders"]


def test_stock_that_does_not_come_back_is_residue(
    clock: FakeClock, till: Till, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shopping = Shopping(clock, till, FakeReader(lambda: till.stock))
    back = undoing(shopping, path)
    back.plan("orders", ME)
    shopping.looked_and_sold()
    monkeypatch.setattr(till, "undo", lambda kind, target: Undone())
    back.undo()

    assert left(shopping) == ["availability:mug was 10 before the run and is 9 after it"]


def test_a_store_that_does_not_answer_is_residue_and_no_error(clock: FakeClock, till: Till, path: Path) -> None:
    shopping = Shopping(clock, till, FakeReader(lambda: till.stock))
    back = undoing(shopping, path)
    back.plan("orders", ME)
    shopping.looked_and_sold()
    till.broken = StoreFault("HTTP 503")
    back.undo()

    assert left(shopping) == ["it is not known whether all is undone: HTTP 503; run journeys cleanup"]


def test_a_run_that_saw_nothing_has_nothing_to_compare(clock: FakeClock, till: Till, path: Path) -> None:
    shopping = Shopping(clock, till)
    undoing(shopping, path).undo()

    assert left(shopping) == []


def test_after_a_stale_reading_shared_caches_are_left_clear(clock: FakeClock, till: Till, path: Path) -> None:
    edge, browser = FakeLayer(name="edge", clock=clock), FakeLayer(name="browser", clock=clock, personal=True)
    shopping = Shopping(clock, till, FakeReader(lambda: till.stock, (browser, edge)))
    back = undoing(shopping, path)
    back.plan("orders", ME)
    (stale,) = shopping.looked_and_sold()
    shopping.isolate(stale)
    personal = browser.cleared
    back.undo()

    assert ({}, personal) == (edge.held, browser.cleared)


def test_the_session_that_a_cart_is_known_by_stays_out_of_the_history(clock: FakeClock, till: Till, path: Path) -> None:
    shopping = Shopping(clock, till)
    undoing(shopping, path).plan("cart", "s3ss10n")

    assert shopping.recorder.add(Residue(what="the cart of s3ss10n")).what == "the cart of [masked]"


def test_a_disk_that_fills_up_while_undoing_keeps_nothing_from_being_undone(
    clock: FakeClock, till: Till, path: Path, tmp_path: Path
) -> None:
    shopping = Shopping(clock, till, FakeReader(lambda: till.stock), path=tmp_path / "history.ndjson")
    back = undoing(shopping, path)
    back.plan("orders", ME)
    shopping.looked_and_sold()
    (tmp_path / "history.ndjson").unlink()
    (tmp_path / "history.ndjson").mkdir()
    till.broken = StoreFault("HTTP 503")
    back.undo()

    assert ("orders", ME) in till.undone
    assert len(left(shopping)) == 1
    assert [each.blame for each in shopping.recorder.history().troubles] == ["environment"]
