"""Whether the last one is sold once."""

from __future__ import annotations

from typing import Any

import pytest
from histories import ONE, TWO, history, only, racer

from journeys.checks import one_winner
from journeys.model import Sample, Verdict, WriteOutcome

WON: dict[str, Any] = {"outcome": WriteOutcome.ACKED, "number": "A7"}
LATE: dict[str, Any] = {}
LOST: dict[str, Any] = {"outcome": WriteOutcome.INDETERMINATE}


def race(left: Any, first: dict[str, Any], second: dict[str, Any], verdict: Verdict) -> list[str]:
    values = {} if left is None else {"availability:jug": left}
    before = Sample(asked=0.2, received=0.3, values=values)
    return only(one_winner(history(before, racer(ONE, **first), racer(TWO, **second))), verdict)


@pytest.mark.parametrize(
    ("left", "first", "second", "verdict", "words"),
    [
        (1, WON, LATE, Verdict.PASS, "1 left: 1 got it (A7)"),
        (0, LATE, LATE, Verdict.PASS, "0 left: 0 got it"),
        (2, WON, WON, Verdict.PASS, "2 left: 2 got it (A7, A7)"),
        (1, WON, WON, Verdict.FAIL, "1 left: 2 got it (A7, A7), so 1 was sold that is not there"),
        (1, LATE, LATE, Verdict.FAIL, "1 left: 0 got it, though there was enough for more"),
        (1, LOST, LATE, Verdict.UNKNOWN, "1 left: 0 got it, and of 1 it is not known"),
        (0, WON, LOST, Verdict.FAIL, "0 left: 1 got it (A7), so 1 was sold that is not there"),
    ],
)
def test_exactly_as_many_win_as_there_is_something_left_for(
    left: int, first: dict[str, Any], second: dict[str, Any], verdict: Verdict, words: str
) -> None:
    assert race(left, first, second, verdict) == [f"2 customers wanted jug at the same moment, {words}"]


def test_a_race_for_an_unknown_number_proves_nothing() -> None:
    assert race(None, WON, WON, Verdict.UNKNOWN) == ["it is not known how many of jug were left before the race"]
