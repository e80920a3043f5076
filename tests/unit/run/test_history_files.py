"""Histories on disk: what is written is read again, and a crash loses at most the last line."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from fakes import FakeClock, recorder
from histories import STOCK, added, euro, healthy, history, reading, sample

from journeys.checks import ALL_CHECKS, judge
from journeys.model import Bypass, History, Intervention, Ladder, Order, Residue, Trouble, Value, errors
from journeys.run.ndjson import encode, load

CONTROL, AFTER = reading("product page", 12.0, 10), reading("product page", 12.2, 9, evidence={"age": "7"}, past=("x",))


def everything() -> History:
    """A history with every kind of event in it."""
    return added(
        healthy(),
        Intervention(surface="product page", fact=STOCK, layer="edge", what="/mug", control=CONTROL, after=AFTER),
        Intervention(
            surface="product page",
            fact=STOCK,
            layer="service worker",
            what="the worker",
            control=CONTROL,
            after=AFTER,
            instance="edge-a",
            age_s=3.5,
            left_s=float("inf"),
            vantage=CONTROL,
        ),
        Bypass(surface="product page", fact=STOCK, layer="edge", before=CONTROL, past=AFTER, again=CONTROL),
        Ladder(surface="product page", fact=STOCK, when="before", readings=(CONTROL, AFTER)),
        Residue(what="a cart", benign=True),
        Trouble(blame="store", what="„down“\n\u2028", at=1.0),
    )


def saved(path: Path, whole: History) -> Path:
    path.write_bytes(b"".join(encode(each) for each in (whole.heading, *whole.events)))
    return path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "history.ndjson"


def test_what_is_written_is_read_again(path: Path) -> None:
    assert everything() == load(saved(path, everything()))


def test_what_is_read_again_is_judged_the_same(path: Path) -> None:
    assert judge(everything(), ALL_CHECKS) == judge(load(saved(path, everything())), ALL_CHECKS)


@pytest.mark.parametrize("value", [True, False, 1, 0, "1", "", euro("12.50"), None])
def test_a_value_stays_what_it_is(path: Path, value: Value | None) -> None:
    (again,) = load(saved(path, history(reading("product page", 1.0, value)))).readings

    assert (type(value), value) == (type(again.value), again.value)


def test_an_order_keeps_its_parts(path: Path) -> None:
    whole = Order(number="A1", email="x@example.org", total=euro("1"), open=False, placed_at="2026-01-02T03:04:05Z")

    assert (whole,) == load(saved(path, history(sample(0.0, 1, whole)))).samples[0].placed


def test_a_last_line_cut_short_by_a_crash_is_left_out(path: Path) -> None:
    whole = healthy()
    saved(path, whole)
    path.write_bytes(path.read_bytes()[:-10])

    assert replace(whole, events=whole.events[:-1]) == load(path)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "does not begin with a heading"),
        (b'{"event": "heading"', "does not begin with a heading"),
        (encode(sample(0.0, 1)), "does not begin with a heading"),
        (b"nonsense\n", "is not a history"),
        (b'{"event": "miracle"}\n', "is not a history"),
        (b'{"event": "heading"}\n', "is not a history"),
    ],
)
def test_what_is_no_history_is_a_fault_that_says_so(path: Path, content: bytes, said: str) -> None:
    path.write_bytes(content)

    with pytest.raises(errors.TesterFault, match=said):
        load(path)


def test_a_file_that_is_not_there_is_a_fault_that_names_it(path: Path) -> None:
    with pytest.raises(errors.TesterFault, match=r"cannot read the history .*history\.ndjson"):
        load(path)


def test_the_recorder_writes_each_event_as_it_happens(path: Path, clock: FakeClock) -> None:
    pen = recorder(clock, path=path)
    for event in healthy().events:
        pen.add(event)
        assert pen.history() == load(path)


def test_the_recorders_time_begins_with_the_history(clock: FakeClock) -> None:
    pen = recorder(clock)
    clock.now += 2.5

    assert pen.now() == 2.5


def test_a_history_in_memory_is_not_changed_by_what_comes_later(clock: FakeClock) -> None:
    pen = recorder(clock)
    before = pen.history()
    pen.add(sample(0.0, 1))

    assert (len(before.events), len(pen.history().events)) == (0, 1)


def test_a_history_that_cannot_be_written_is_a_fault_of_the_tester(tmp_path: Path, clock: FakeClock) -> None:
    with pytest.raises(errors.TesterFault, match=r"cannot write the history .*; free some space"):
        recorder(clock, path=tmp_path)


def test_after_a_full_disk_the_run_goes_on_in_memory_so_that_it_can_be_undone(path: Path, clock: FakeClock) -> None:
    pen = recorder(clock, path=path)
    path.unlink()
    path.mkdir()
    with pytest.raises(errors.TesterFault):
        pen.add(sample(0.0, 1))
    pen.add(sample(1.0, 1))

    assert len(pen.history().samples) == 2


def test_what_is_noted_on_a_full_disk_stops_nothing_and_the_disk_is_told(path: Path, clock: FakeClock) -> None:
    pen = recorder(clock, path=path)
    path.unlink()
    path.mkdir()
    pen.note(Residue(what="a cart"))

    assert [each.what for each in pen.history().residue] == ["a cart"]
    (full,) = pen.history().troubles
    assert (full.blame, "cannot write the history" in full.what) == ("environment", True)


def test_no_secret_comes_into_a_history_in_memory_or_on_disk(path: Path, clock: FakeClock) -> None:
    pen = recorder(clock, path=path)
    pen.mask.learn("c4n4ry")
    told = pen.add(Trouble(blame="store", what="c4n4ry is refused", at=1.0))

    assert told.what == pen.history().troubles[0].what == load(path).troubles[0].what == "[masked] is refused"
    assert b"c4n4ry" not in path.read_bytes()
