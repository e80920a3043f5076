"""PASS < UNKNOWN < FAIL, the worst wins, and of nothing nothing is known."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from journeys.model import Verdict, worst

PASS, UNKNOWN, FAIL = Verdict.PASS, Verdict.UNKNOWN, Verdict.FAIL

one = st.sampled_from(Verdict)
some = st.lists(one, min_size=1)


def test_pass_is_better_than_unknown_is_better_than_fail() -> None:
    assert sorted(Verdict, key=lambda verdict: verdict.rank) == [PASS, UNKNOWN, FAIL]


def test_of_nothing_nothing_is_known() -> None:
    assert UNKNOWN is worst([])


@given(one)
def test_a_verdict_alone_stands(a: Verdict) -> None:
    assert a is worst([a])


@given(one, one)
def test_the_worst_is_commutative(a: Verdict, b: Verdict) -> None:
    assert worst([a, b]) is worst([b, a])


@given(one, one, one)
def test_the_worst_is_associative(a: Verdict, b: Verdict, c: Verdict) -> None:
    assert worst([worst([a, b]), c]) is worst([a, worst([b, c])])


@given(one)
def test_the_worst_is_idempotent(a: Verdict) -> None:
    assert a is worst([a, a])


@given(some, one)
def test_a_further_finding_never_betters_a_verdict(findings: list[Verdict], further: Verdict) -> None:
    assert worst([*findings, further]).rank >= worst(findings).rank


@given(some)
def test_the_order_of_findings_does_not_matter(findings: list[Verdict]) -> None:
    assert worst(findings) is worst(reversed(findings))
