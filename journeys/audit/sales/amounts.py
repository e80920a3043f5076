"""Records that no number brings together: matched by amount, currency and day where each is the other's only one."""

from __future__ import annotations

from typing import Final

from journeys.audit.engine import Room
from journeys.audit.model import Flaw, Period
from journeys.audit.sales.found import LISTED, add
from journeys.audit.sales.loading import REFUND, SALE, inside
from journeys.audit.sales.rules import Rules

_SHAPE: Final = (
    "CASE WHEN regexp_full_match({0}, '[0-9]+') THEN '9' ELSE"
    " regexp_replace(regexp_replace({0}, '[0-9]', '9', 'g'), '[A-Za-z]', 'A', 'g') END"
)
"""The SQL of what a number looks like: digits, letters and signs, and how many of each; of digits alone, any number."""


def match_by_amount(room: Room, period: Period, rules: Rules) -> dict[str, int]:
    """Match the only ones, keep what is ambiguous; ``left_o`` and ``left_t`` are what has no counterpart at all.

    A line whose own reference looks like a number of the store's names another order, and is matched with none.
    How many could be the counterpart of a record is counted by amount and day, never pair by pair.
    """
    _pools(room)
    _degrees(room, rules)
    room.run(
        f"""CREATE OR REPLACE TABLE singles AS
        SELECT o.id AS ours, t.id AS theirs, o.day FROM
            (SELECT p.* FROM pool_o p JOIN degrees d USING (kind, currency, amount, day) WHERE d.few_t = 1) o
        JOIN (SELECT p.* FROM pool_t p JOIN degrees d USING (kind, currency, amount, day) WHERE d.few_o = 1) t
        ON o.kind = t.kind AND o.currency = t.currency AND o.amount = t.amount
            AND t.day BETWEEN o.day - {rules.early_days} AND o.day + {rules.window_days}"""
    )
    _ambiguous(room, period, rules)
    for side, other in (("o", "t"), ("t", "o")):
        room.run(
            f"""CREATE OR REPLACE TABLE left_{side} AS
            SELECT p.* FROM pool_{side} p LEFT JOIN degrees d USING (kind, currency, amount, day)
            WHERE coalesce(d.few_{other}, 0) = 0"""
        )
    (count,) = room.one(f"SELECT count(*) FROM singles WHERE {inside(period)}")
    return {by_amount(rules): count} if count else {}


def by_amount(rules: Rules) -> str:
    """The rule in words."""
    return f"same amount and currency within {rules.window_days} days, and no other candidate on either side"


def _pools(room: Room) -> None:
    room.run(
        f"""CREATE OR REPLACE TABLE pool_o AS
        SELECT o.id, o.key, o.kind, o.currency, o.amount, o.day FROM ours o
        WHERE o.kind IN ({SALE}, {REFUND}) AND (o.key IS NULL OR EXISTS (
            SELECT 1 FROM decided d WHERE d.note = 'absent' AND d.key = o.key AND d.kind = o.kind
            AND d.currency = o.currency))"""
    )
    room.run(
        f"""CREATE OR REPLACE TABLE strange AS
        SELECT key, kind, currency, {_SHAPE.format("key")} IN (
            SELECT {_SHAPE.format("key")} FROM ours WHERE key IS NOT NULL) AS claims
        FROM decided WHERE note = 'unknown'"""
    )
    room.run(
        """CREATE OR REPLACE TABLE nameless AS
        SELECT l.id, l.key, l.kind, l.currency, l.amount, l.day, l.source, l.moment, coalesce(s.claims, false) AS claims
        FROM lines l LEFT JOIN strange s USING (key, kind, currency) WHERE l.key IS NULL OR s.key IS NOT NULL"""
    )
    room.run(f"CREATE OR REPLACE TABLE pool_t AS FROM nameless WHERE NOT claims AND kind IN ({SALE}, {REFUND})")


def _degrees(room: Room, rules: Rules) -> None:
    """By kind, currency, amount and day: how many of either side, and how many they could be matched with."""
    room.run(
        f"""CREATE OR REPLACE TABLE degrees AS
        WITH days AS (
            SELECT kind, currency, amount, day, count(*) FILTER (ours) AS n_o, count(*) FILTER (NOT ours) AS n_t
            FROM (SELECT kind, currency, amount, day, true AS ours FROM pool_o UNION ALL
                  SELECT kind, currency, amount, day, false FROM pool_t) GROUP BY ALL)
        SELECT *, {_around("n_t", rules.early_days, rules.window_days)} AS few_t,
            {_around("n_o", rules.window_days, rules.early_days)} AS few_o
        FROM days"""
    )


def _around(count: str, before: int, after: int) -> str:
    return (
        f"coalesce(sum({count}) OVER (PARTITION BY kind, currency, amount ORDER BY day"
        f" RANGE BETWEEN INTERVAL {before} DAY PRECEDING AND INTERVAL {after} DAY FOLLOWING), 0)"
    )


def _ambiguous(room: Room, period: Period, rules: Rules) -> None:
    """Groups of records that could each be matched with more than one: nothing is claimed of any of them."""
    room.run(
        f"""CREATE OR REPLACE TABLE islands AS
        WITH spans AS (
            SELECT kind, currency, amount, day, n_o, n_t, few_o, few_t,
                min(CASE WHEN n_t > 0 THEN day END) OVER after AS next_t,
                max(CASE WHEN n_t > 0 THEN day END) OVER after AS last_t
            FROM degrees
            WINDOW after AS (PARTITION BY kind, currency, amount ORDER BY day RANGE BETWEEN
                INTERVAL {rules.early_days} DAY PRECEDING AND INTERVAL {rules.window_days} DAY FOLLOWING)),
        reach AS (
            SELECT *, CASE WHEN n_o > 0 AND few_t > 0 THEN least(day, next_t) ELSE day END AS since,
                CASE WHEN n_o > 0 AND few_t > 0 THEN greatest(day, last_t) ELSE day END AS until
            FROM spans WHERE (n_o > 0 AND few_t > 0) OR (n_t > 0 AND few_o > 0)),
        starts AS (
            SELECT *, coalesce(since > max(until) OVER (PARTITION BY kind, currency, amount ORDER BY since, day
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), true) AS starts FROM reach)
        SELECT kind, currency, amount, day, few_o, few_t, count_if(starts) OVER (PARTITION BY kind, currency, amount
            ORDER BY since, day) AS island FROM starts"""
    )
    members = """
        SELECT p.id, i.kind, i.currency, i.amount, i.island, {0} AS ours FROM pool_{1} p
        JOIN islands i USING (kind, currency, amount, day)
        WHERE i.few_{2} > 0 AND p.id NOT IN (SELECT {3} FROM singles)"""
    room.run(
        f"""CREATE OR REPLACE TABLE members AS {members.format("true", "o", "t", "ours")}
        UNION ALL {members.format("false", "t", "o", "theirs")}"""
    )
    add(
        room,
        Flaw.AMBIGUOUS,
        "equal candidates",
        f"""SELECT * FROM (
            SELECT coalesce(min(r.day) FILTER (m.ours), min(r.day)) AS day, m.currency,
                m.amount * (count(*) FILTER (NOT m.ours) - count(*) FILTER (m.ours)) AS amount,
                coalesce({LISTED.replace(")[", ") FILTER (m.ours)[")}, []) AS ours,
                coalesce({LISTED.replace(")[", ") FILTER (NOT m.ours)[")}, []) AS theirs,
                count(*) FILTER (m.ours) AS n_ours, count(*) FILTER (NOT m.ours) AS n_theirs, NULL AS more
            FROM members m JOIN records r USING (id) GROUP BY m.kind, m.currency, m.amount, m.island)
        WHERE {inside(period)}""",
    )
