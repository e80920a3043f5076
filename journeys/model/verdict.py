"""The verdict algebra: PASS < UNKNOWN < FAIL, and the worst wins."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class Verdict(StrEnum):
    """What is known of a check, a run or a whole session."""

    PASS = "pass"
    UNKNOWN = "unknown"
    FAIL = "fail"

    @property
    def rank(self) -> int:
        """Its place in PASS < UNKNOWN < FAIL."""
        return list(Verdict).index(self)


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """The worst of the verdicts; of none at all nothing is known: UNKNOWN."""
    return max(verdicts, key=lambda verdict: verdict.rank, default=Verdict.UNKNOWN)
