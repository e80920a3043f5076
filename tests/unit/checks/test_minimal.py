"""Few tests find a smallest set of suspects that is enough for a failure."""

from __future__ import annotations

import math
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journeys.checks.minimal import minimal, proven

Sets = frozenset[frozenset[int]]


class Asked:
    """Fails when all of some culprits are present; counts how often it was asked."""

    def __init__(self, causes: Sets) -> None:
        self.causes = causes
        self.tests: list[tuple[frozenset[int], bool]] = []

    def __call__(self, present: frozenset[int]) -> bool:
        failed = any(cause <= present for cause in self.causes)
        self.tests.append((present, failed))
        return failed


def asked_for(culprits: tuple[int, ...], n: int = 8) -> Asked:
    asked = Asked(frozenset([frozenset(culprits)]))
    assert minimal(range(n), asked) == set(culprits)
    return asked


@st.composite
def failures(draw: st.DrawFn) -> tuple[int, Sets]:
    """So many suspects, and sets of them each of which is enough."""
    n = draw(st.integers(1, 12))
    culprits = st.frozensets(st.integers(0, n - 1), min_size=1, max_size=4)
    return n, draw(st.frozensets(culprits, min_size=1, max_size=4))


@given(failures())
def test_what_is_found_fails_and_nothing_of_it_can_be_left_out(failure: tuple[int, Sets]) -> None:
    n, causes = failure
    asked = Asked(causes)
    found = minimal(range(n), asked)

    assert asked(found)
    assert not any(asked(found - {each}) for each in found)


@given(failures())
def test_nothing_is_tested_twice_nor_what_is_known(failure: tuple[int, Sets]) -> None:
    n, causes = failure
    asked = Asked(causes)
    minimal(range(n), asked)
    tested = [present for present, _ in asked.tests]

    assert len(tested) == len(set(tested))
    assert not {frozenset(), frozenset(range(n))} & set(tested)


@given(failures())
def test_there_are_few_tests(failure: tuple[int, Sets]) -> None:
    n, causes = failure
    asked = Asked(causes)
    found = minimal(range(n), asked)

    assert len(asked.tests) <= (len(found) + 1) * (math.log2(n) + 1)


def test_one_among_eight_takes_three_to_six_tests_the_fewer_the_more_it_is_suspected() -> None:
    assert [len(asked_for((each,)).tests) for each in range(8)] == [3, 4, 4, 4, 4, 5, 5, 6]


@pytest.mark.parametrize("pair", list(combinations(range(8), 2)))
def test_a_pair_among_eight_takes_at_most_seven_tests(pair: tuple[int, int]) -> None:
    assert len(asked_for(pair).tests) <= 7


def test_a_single_suspect_needs_no_test() -> None:
    assert asked_for((0,), 1).tests == []


def test_what_breaks_off_a_search_passes_through() -> None:
    def breaks(present: frozenset[int]) -> bool:
        raise RuntimeError("enough")

    with pytest.raises(RuntimeError, match="enough"):
        minimal(range(8), breaks)


@given(failures())
def test_a_search_that_was_not_broken_off_proves_what_it_found(failure: tuple[int, Sets]) -> None:
    n, causes = failure
    asked = Asked(causes)
    found = minimal(range(n), asked)

    assert proven([(frozenset(), False), (frozenset(range(n)), True), *asked.tests]) == found


def test_a_search_that_was_broken_off_proves_nothing() -> None:
    tests = asked_for((2, 5)).tests

    assert all(proven([(frozenset(), False), *tests[:many]]) is None for many in range(len(tests)))


def test_failures_that_never_come_again_prove_nothing() -> None:
    tests: list[tuple[frozenset[int], bool]] = []

    def sound(present: frozenset[int]) -> bool:
        tests.append((present, False))
        return False

    minimal(range(8), sound)
    assert proven(tests) is None
    assert proven([(frozenset(), True)]) is not None
