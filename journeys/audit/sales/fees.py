"""Fees of charges against those that were declared."""

from __future__ import annotations

from collections.abc import Sequence

from journeys.audit.engine import Room
from journeys.audit.model import Flaw, Period
from journeys.audit.sales.found import LISTED, add
from journeys.audit.sales.loading import CHARGEBACK, FEE, REFUND, SALE, inside
from journeys.audit.sales.rules import MILLION, Fee, Rules


def judge_fees(room: Room, names: Sequence[str], period: Period, rules: Rules) -> list[str]:
    """Keep fees that are none of those declared of their source; what could not be judged is said in words.

    Where something else is wrong with the order (charged twice, another amount), its fee follows from that, and is not
    told as well.
    """
    said = []
    room.run(
        f"""CREATE TABLE blamed AS SELECT DISTINCT r.key FROM (
            SELECT unnest(list_concat(ours, theirs)) AS id FROM found) f JOIN records r USING (id)
        WHERE r.key IS NOT NULL AND r.kind IN ({SALE}, {REFUND}, {CHARGEBACK})"""
    )
    for number, name in enumerate(names):
        (there,) = room.one(f"SELECT count(*) FROM records WHERE source = {number} AND kind = {FEE}")
        declared = rules.of(name).fees
        if number and there and not declared:
            said.append(f"{there} fees of {name}: it was not declared what it takes")
        if number and declared and not rules.of(name).daily:
            _of(room, number, declared, period)
    return said


def _of(room: Room, number: int, declared: Sequence[Fee], period: Period) -> None:
    expected = ", ".join(
        f"sum({sql(fee, 'r.amount', 'r.currency')}) FILTER (kind = {SALE}) AS e{at}" for at, fee in enumerate(declared)
    )
    right = " OR ".join(
        f"abs(taken + coalesce(e{at}, 0)) <= {fee.tolerance} * sales" for at, fee in enumerate(declared)
    )
    room.run(
        f"""CREATE OR REPLACE TABLE fee_facts AS
        SELECT * FROM (
            SELECT key, currency, coalesce(sum(amount) FILTER (kind = {FEE}), 0) AS taken,
                count(*) FILTER (kind = {SALE}) AS sales, min(day) FILTER (kind = {SALE}) AS sold, min(day) AS day,
                {expected}
            FROM records r WHERE source = {number} AND kind IN ({SALE}, {FEE}) AND key IS NOT NULL
            GROUP BY key, currency)
        WHERE (sales > 0 AND NOT ({right})) OR sales = 0"""
    )
    for note, which, wanted in (
        ("fee", "f.sales > 0 AND f.sold IS NOT NULL", "coalesce(f.e0, 0)"),
        ("fee of no charge", "f.sales = 0 AND f.taken <> 0", "0"),
    ):
        add(
            room,
            Flaw.FEE,
            note,
            f"""SELECT * FROM (
                SELECT coalesce(any_value(f.sold), any_value(f.day)) AS day, r.currency,
                    any_value(f.taken + {wanted}) AS amount, [] AS ours, {LISTED} AS theirs, 0 AS n_ours,
                    count(*) AS n_theirs, CAST(-any_value({wanted}) AS VARCHAR) AS more
                FROM fee_facts f JOIN records r ON r.source = {number} AND r.kind IN ({SALE}, {FEE})
                    AND r.key = f.key AND r.currency = f.currency
                WHERE {which} AND f.key NOT IN (SELECT key FROM blamed)
                GROUP BY f.key, r.currency) WHERE {inside(period)}""",
        )
    add(
        room,
        Flaw.FEE,
        "fee of no charge",
        f"""SELECT r.day, r.currency, r.amount, [] AS ours, [r.id] AS theirs, 0 AS n_ours, 1 AS n_theirs, '0' AS more
        FROM records r WHERE r.source = {number} AND r.kind = {FEE} AND r.key IS NULL AND r.amount <> 0
            AND {inside(period, "r.day")}
            AND NOT EXISTS (SELECT 1 FROM records s WHERE s.source = {number} AND s.kind = {SALE} AND s.key IS NULL)""",
    )


def sql(fee: Fee, amount: str, currency: str) -> str:
    """The SQL of a fee in minor units, positive; rounded half up, in whole numbers."""
    share = f"((abs(CAST({amount} AS HUGEINT)) * {fee.millionths} + {MILLION // 2}) // {MILLION})"
    fixed = " ".join(f"WHEN '{code}' THEN {minor}" for code, minor in sorted(fee.fixed.items()) if code.isalnum())
    return f"({share} + CASE {currency} {fixed} ELSE 0 END)" if fixed else share
