"""The smallest set of suspects that is enough for a failure, found with few tests; pure.

It looks for the shortest failing prefix of the suspects, whose last one must be a culprit, and then for what that one
needs of those before it, as QuickXplain does (U. Junker, "QUICKXPLAIN: Preferred Explanations and Relaxations for
Over-Constrained Problems", AAAI 2004); what it finds is 1-minimal in the sense of delta debugging (A. Zeller and
R. Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", IEEE TSE 28(2), 2002).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final, TypeVar

T = TypeVar("T")
_FEW: Final = 4  # with so few before it a culprit is asked first whether it is one alone


def minimal(suspects: Sequence[T], fails: Callable[[frozenset[T]], bool]) -> frozenset[T]:
    """A failing set of which none can be left out; the most suspected come first in ``suspects``.

    ``fails`` is known to be true of all of them and false of none, and must be monotonic: who is added to a failing set
    does not mend it. With n suspects and c culprits it takes at most (c + 1)(log2 n + 1) tests: for one among eight
    3 to 6, the fewer the more suspected it is, for a pair at most 7.
    """
    found: frozenset[T] = frozenset()
    before = len(suspects)
    while True:
        needed = _shortest(suspects, before, found, fails)
        if needed == 0:
            return found
        found |= {suspects[needed - 1]}
        before = needed - 1


def _shortest(suspects: Sequence[T], before: int, found: frozenset[T], fails: Callable[[frozenset[T]], bool]) -> int:
    """How many of the first suspects it takes, beside those found, for a failure; ``before`` of them are enough."""

    def enough(many: int) -> bool:
        return many == before or fails(frozenset(suspects[:many]) | found)

    least, most = (0 if found else 1), before
    if found and (len(found) > 1 or before <= _FEW):
        if enough(0):
            return 0
        least = 1
    while least < most:
        middle = (least + most - 1) // 2
        if enough(middle):
            most = middle
        else:
            least = middle + 1
    return least


def proven(tests: Iterable[tuple[frozenset[T], bool]]) -> frozenset[T] | None:
    """The smallest set that failed when it was tested and of which every single one was needed, if tests show one.

    One is needed when a set that holds all the others did not fail. Without that a search was broken off.
    """
    known = tuple(tests)
    sound = [present for present, failed in known if not failed]
    for present in sorted((present for present, failed in known if failed), key=len):
        if all(any(present - {each} <= passed for passed in sound) for each in present):
            return present
    return None
