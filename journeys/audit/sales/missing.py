"""What is left when all that belongs together has been matched: missing in one side, and only where it was due."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from journeys.audit.engine import Room
from journeys.audit.model import Flaw, Period
from journeys.audit.sales.found import LISTED, add
from journeys.audit.sales.loading import CHARGEBACK, REFUND, SALE, STORE, inside
from journeys.audit.sales.rules import Rules


def tell_missing(room: Room, group: Sequence[int], names: Sequence[str], period: Period, rules: Rules) -> list[str]:
    """Keep what is missing; what may still come, or may have come before anything is known, is said in words."""
    return [*_there(room, group, names, period, rules), *_here(room, group, names, period, rules)]


def _there(room: Room, group: Sequence[int], names: Sequence[str], period: Period, rules: Rules) -> list[str]:
    until = _until(room, group, names, period, rules)
    room.run("CREATE OR REPLACE TABLE lost AS SELECT key FROM left_o WHERE kind = 0 AND key IS NOT NULL GROUP BY key")
    for flaw, note, which in (
        (Flaw.MISSING_THERE, "missing there", f"(p.kind = {SALE} OR p.key IN (FROM lost))"),
        (
            Flaw.REFUND_NOT_PASSED_ON,
            "refund missing there",
            f"p.kind = {REFUND} AND (p.key IS NULL OR p.key NOT IN (FROM lost))",
        ),
    ):
        add(
            room,
            flaw,
            note,
            f"""SELECT * FROM (
                SELECT min(r.day) AS day, r.currency, -sum(r.amount) AS amount, {LISTED} AS ours, [] AS theirs,
                    count(*) AS n_ours, 0 AS n_theirs, NULL AS more
                FROM left_o p JOIN records r USING (id) WHERE {which}
                GROUP BY coalesce(r.key, 'id ' || r.id), r.currency)
            WHERE {inside(period)} AND day <= DATE '{until}'""",
        )
    (late,) = room.one(f"SELECT count(*) FROM left_o WHERE {inside(period)} AND day > DATE '{until}'")
    said = f"{late} sales and refunds since {until + timedelta(days=1)}: their money may still come"
    return [said] if late else []


def _until(room: Room, group: Sequence[int], names: Sequence[str], period: Period, rules: Rules) -> date:
    """Until which day of the store all that is to come has come, as far as the sources that hold single sales reach."""
    untils = [period.last]
    for number, last, moments in room.all(
        f"SELECT source, max(day), bool_and(moment IS NOT NULL) FILTER (kind = {SALE}) FROM records"
        f" WHERE source IN ({', '.join(map(str, group))}) GROUP BY source HAVING count(*) FILTER (kind = {SALE}) > 0"
    ):
        lag = rules.of(names[number]).lag_days
        late = lag if lag is not None else 0 if moments else rules.window_days
        untils.append(max(last, period.last) - timedelta(days=late))
    return min(untils)


def _here(room: Room, group: Sequence[int], names: Sequence[str], period: Period, rules: Rules) -> list[str]:
    (first,) = room.one(f"SELECT coalesce(min(day), DATE '{period.first}') FROM records WHERE source = {STORE}")
    since = min(first, period.first)
    cases = " ".join(
        f"WHEN source = {number} THEN {lag}"
        for number in group
        if (lag := rules.of(names[number]).lag_days) is not None
    )
    late = f"CASE {cases} WHEN moment IS NULL THEN {rules.window_days} ELSE 0 END"
    room.run(
        f"""CREATE OR REPLACE TABLE orphans AS
        SELECT *, day - {late} >= DATE '{since}' AS due, key IS NOT NULL AND claims AS names_order
        FROM nameless WHERE claims OR kind = {CHARGEBACK} OR id IN (SELECT id FROM left_t)"""
    )
    room.run(
        f"""CREATE OR REPLACE TABLE orphaned AS
        SELECT coalesce(key, 'id ' || id) AS who, currency, bool_or(kind = {SALE}) AS sale,
            bool_or(kind = {REFUND}) AS refund, bool_or(names_order) AS names_order, min(day) AS day,
            bool_and(due) AS due
        FROM orphans GROUP BY ALL"""
    )
    for flaw, note, which in (
        (Flaw.MISSING_HERE, "missing here", "w.sale OR (w.refund AND NOT w.names_order)"),
        (Flaw.REFUND_NOT_PASSED_ON, "refund of an unknown order", "NOT w.sale AND w.refund AND w.names_order"),
        (Flaw.CHARGEBACK, "chargeback of an unknown order", "NOT w.sale AND NOT w.refund"),
    ):
        add(
            room,
            flaw,
            note,
            f"""SELECT min(r.day) AS day, r.currency, sum(r.amount) AS amount, [] AS ours, {LISTED} AS theirs,
                0 AS n_ours, count(*) AS n_theirs, NULL AS more
            FROM orphans p JOIN records r USING (id)
            JOIN orphaned w ON w.who = coalesce(p.key, 'id ' || p.id) AND w.currency = p.currency
            WHERE ({which}) AND w.due AND {inside(period, "w.day")} GROUP BY w.who, r.currency""",
        )
    (early,) = room.one(f"SELECT count(*) FROM orphaned WHERE NOT due AND {inside(period)}")
    said = f"{early} records of the first days: they may belong to sales before {since}, of which nothing is known"
    return [said] if early else []
