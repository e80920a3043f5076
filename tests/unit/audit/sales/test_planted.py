"""Any trade that agrees has no discrepancy; whatever is planted in it is found once, in its class, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from trades import PERIOD, RULES, Planter, compare, trade

from journeys.audit.engine import Engine
from journeys.audit.model import OF_SALES, Audit, Flaw
from journeys.audit.sales import audit_sales
from journeys.model import Verdict

SEEDS = st.integers(0, 2**32)


def _audit(engine: Engine, books: object, order: Random | None = None) -> Audit:
    store, *against = books.sources(order)  # type: ignore[attr-defined]
    return audit_sales(engine, store, against, PERIOD, RULES)


@settings(max_examples=8)
@given(seed=SEEDS, orders=st.integers(1, 300), codes=st.booleans())
def test_books_that_agree_have_no_discrepancy(engine: Engine, seed: int, orders: int, codes: bool) -> None:
    audit = _audit(engine, trade(Random(seed), orders, codes=codes))
    assert list(audit.discrepancies()) == []
    assert audit.flaws == {}
    assert audit.left_out == () or orders < 50  # the only payout may be what the service takes back


@settings(max_examples=8)
@given(seed=SEEDS, flaws=st.lists(st.sampled_from(OF_SALES), max_size=25), codes=st.booleans())
def test_each_planted_discrepancy_is_found_once_and_in_its_class(
    engine: Engine, seed: int, flaws: list[Flaw], codes: bool
) -> None:
    planter = Planter(trade(Random(seed), 500, codes=codes), Random(seed))
    planted = [planter.plant(flaw) for flaw in flaws]
    audit = _audit(engine, planter.books)
    assert compare(planted, audit.discrepancies()) == ([], [])


def test_a_thousand_over_all_classes(engine: Engine) -> None:
    planter = Planter(trade(Random(11), 4000), Random(11))
    planted = planter.plant_all(1000)
    audit = _audit(engine, planter.books, Random(1))
    assert compare(planted, audit.discrepancies()) == ([], [])
    assert sum(audit.flaws.values()) == 1000
    assert set(audit.flaws) == set(OF_SALES)
    assert audit.verdict is Verdict.FAIL


@pytest.mark.parametrize("threads", [1, 3])
def test_the_order_of_records_and_the_threads_change_nothing(engine: Engine, threads: int) -> None:
    planter = Planter(trade(Random(5), 1200), Random(5))
    planter.plant_all(150)
    first = _audit(engine, planter.books)
    told = list(first.discrepancies())
    with Engine(threads=threads, memory_mb=150) as other:
        second = _audit(other, planter.books, Random(threads))
        assert list(second.discrepancies()) == told
        assert list(second.matches()) == list(first.matches())
        same = {"discrepancies": list, "matches": list, "began": None, "seconds": 0.0}
        assert replace(second, **same) == replace(first, **same)  # type: ignore[arg-type]


def test_every_match_names_its_records_and_its_rule(engine: Engine) -> None:
    audit = _audit(engine, trade(Random(3), 400), Random(4))
    matches = list(audit.matches())
    assert {match.rule for match in matches} == set(audit.matched)
    named = [item.place for match in matches for item in match.theirs if item.amount and item.source != "payments"]
    assert len(named) == len(set(named)), "no line is matched twice"
    for match in matches:
        ours, theirs = (sum(item.amount.minor for item in side if item.amount) for side in (match.ours, match.theirs))
        assert abs(ours) == abs(theirs)
