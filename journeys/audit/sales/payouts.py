"""Payouts: what a payment service says it paid out, against what it is made of and against what came to the bank."""

from __future__ import annotations

from collections.abc import Sequence

from journeys.audit.engine import Room
from journeys.audit.model import Flaw, Period
from journeys.audit.sales.found import LISTED, add
from journeys.audit.sales.loading import PAYOUT, inside
from journeys.audit.sales.rules import Rules

BY_BUNDLE = "payout and bank line of the same number, amount and currency"
BY_AMOUNT = "payout and bank line of the same amount and currency within {0} days, and no other candidate"


def match_payouts(room: Room, names: Sequence[str], period: Period, rules: Rules) -> tuple[dict[str, int], list[str]]:
    """Match payouts with bank lines by number, then by amount and day; how many by rule, and what was left out."""
    _tables(room, names, rules)
    paid, came = room.one("SELECT (SELECT count(*) FROM paid), (SELECT count(*) FROM came)")
    if paid:
        _made_of(room, period)
    if not paid or not came:
        return {}, _nothing_to_compare(paid, came)
    _number_them(room)
    matched = _same_number(room, names, period, rules)
    matched |= _same_amount(room, period, rules)
    return matched, _left_over(room, names, period, rules)


def _tables(room: Room, names: Sequence[str], rules: Rules) -> None:
    """Payouts that services made, as they would come to the bank, and those that came, less daily bundles.

    A service is who says what a payout is made of, or whose payouts are negative in sum: a single one need not be,
    where more was given back than sold.
    """
    daily = [number for number, name in enumerate(names) if rules.of(name).daily]
    others = f"source NOT IN ({', '.join(map(str, daily))})" if daily else "true"
    room.run(
        f"""CREATE TABLE services AS SELECT source FROM records WHERE source > 0 GROUP BY source
        HAVING count(*) FILTER (kind <> {PAYOUT} AND bundle IS NOT NULL) > 0
            OR sum(amount) FILTER (kind = {PAYOUT}) < 0"""
    )
    columns = "id, source, currency, day, moment, bundle, key, text"
    room.run(
        f"CREATE TABLE paid AS SELECT -amount AS amount, {columns} FROM records"
        f" WHERE kind = {PAYOUT} AND source IN (FROM services)"
    )
    room.run(
        f"CREATE TABLE came AS SELECT amount, {columns} FROM records"
        f" WHERE kind = {PAYOUT} AND source > 0 AND source NOT IN (FROM services) AND {others}"
    )


def _nothing_to_compare(paid: int, came: int) -> list[str]:
    if paid:
        return [f"{paid} payouts of payment services: there is no bank statement that shows payouts"]
    if came:
        return [f"{came} payouts at the bank: there is no payment service, and no daily bundle was declared"]
    return []


def _made_of(room: Room, period: Period) -> None:
    """A payout is the sum of what names it; asked where the service tells of something before that, so it is whole."""
    moment = "coalesce({0}.moment, CAST({0}.day AS TIMESTAMP))"
    add(
        room,
        Flaw.AMOUNT,
        "payout is not its bundle",
        f"""WITH began AS (SELECT r.source, min({moment.format("r")}) AS began FROM records r GROUP BY r.source)
        SELECT * FROM (
            SELECT any_value(p.day) AS day, p.currency, any_value(p.amount) - sum(r.amount) AS amount, [] AS ours,
                [any_value(p.id)] AS theirs, 0 AS n_ours, count(*) AS n_theirs, CAST(sum(r.amount) AS VARCHAR) AS more,
                min({moment.format("r")}) > any_value(b.began) AS whole
            FROM paid p JOIN records r ON r.bundle = p.bundle AND r.source = p.source AND r.kind <> {PAYOUT}
                AND r.currency = p.currency JOIN began b ON b.source = p.source
            WHERE p.bundle IN (SELECT bundle FROM paid GROUP BY bundle HAVING count(*) = 1)
            GROUP BY p.bundle, p.source, p.currency)
        WHERE amount <> 0 AND whole AND {inside(period)}""",
    )


def _number_them(room: Room) -> None:
    """The number of a bank's line: as it stands, or as a word of its text that is the number of a payout."""
    room.run(
        """CREATE TABLE numbered AS
        WITH words AS (
            SELECT id, unnest(regexp_extract_all(concat_ws(' ', bundle, key, text), '[0-9A-Za-z_-]+')) AS word
            FROM came),
        found AS (
            SELECT DISTINCT w.id, p.bundle FROM words w JOIN paid p
            ON upper(regexp_replace(p.bundle, '[^0-9A-Za-z]', '', 'g'))
             = upper(regexp_replace(w.word, '[^0-9A-Za-z]', '', 'g')))
        SELECT c.* EXCLUDE (bundle), coalesce(x.bundle, f.bundle) AS bundle FROM came c
        LEFT JOIN (SELECT id, any_value(bundle) AS bundle FROM found GROUP BY id HAVING count(*) = 1) f USING (id)
        LEFT JOIN (SELECT DISTINCT bundle FROM paid) x ON x.bundle = c.bundle"""
    )


def _same_number(room: Room, names: Sequence[str], period: Period, rules: Rules) -> dict[str, int]:
    room.run(
        f"""CREATE TABLE bundles AS
        WITH p AS (SELECT bundle, list(DISTINCT currency) AS currencies, sum(amount) AS amount, count(*) AS n,
                min(day) AS day, list(id) AS ids FROM paid WHERE bundle IS NOT NULL GROUP BY bundle),
        c AS (SELECT bundle, list(DISTINCT currency) AS currencies, sum(amount) AS amount, count(*) AS n,
                min(day) AS day, min(source) AS source, list(id) AS ids
            FROM numbered WHERE bundle IS NOT NULL GROUP BY bundle)
        SELECT p.bundle, p.day, p.currencies[1] AS currency, p.amount AS paid, c.amount AS came, p.ids AS p_ids,
            c.ids AS c_ids, CASE
                WHEN p.currencies <> c.currencies THEN 'payout in another currency'
                WHEN p.n = 1 AND c.n > 1 AND c.amount = p.amount * c.n THEN 'payout came again'
                WHEN c.n = 1 AND p.n > 1 AND p.amount = c.amount * p.n THEN 'payout is there again'
                WHEN p.amount <> c.amount THEN 'payout came with another amount'
                WHEN c.day - p.day NOT BETWEEN {-rules.early_days} AND {_lag(names, rules)} THEN 'payout came late'
                ELSE '' END AS note
        FROM p JOIN c USING (bundle)"""
    )
    for flaw, note, amount in (
        (Flaw.CURRENCY, "payout in another currency", "-b.paid"),
        (Flaw.DUPLICATE, "payout came again", "b.came - b.paid"),
        (Flaw.DUPLICATE, "payout is there again", "b.came - b.paid"),
        (Flaw.AMOUNT, "payout came with another amount", "b.came - b.paid"),
        (Flaw.WRONG_DAY, "payout came late", "b.came"),
    ):
        add(
            room,
            flaw,
            note,
            f"""SELECT b.day, b.currency, {amount} AS amount,
                (SELECT {LISTED} FROM records r WHERE list_contains(b.p_ids, r.id)) AS ours,
                (SELECT {LISTED} FROM records r WHERE list_contains(b.c_ids, r.id)) AS theirs,
                len(b.p_ids) AS n_ours, len(b.c_ids) AS n_theirs, b.bundle AS more
            FROM bundles b WHERE b.note = '{note}' AND {inside(period, "b.day")}""",
        )
    (count,) = room.one(f"SELECT count(*) FROM bundles WHERE note = '' AND {inside(period)}")
    return {BY_BUNDLE: count} if count else {}


def _same_amount(room: Room, period: Period, rules: Rules) -> dict[str, int]:
    """What no number brings together; a bank's line that has several equal candidates is left with all of them."""
    room.run(
        f"""CREATE TABLE couples AS
        SELECT p.id AS p_id, c.id AS c_id, p.day, p.currency, p.amount, count(*) OVER (PARTITION BY p.id) AS few_c,
            count(*) OVER (PARTITION BY c.id) AS few_p
        FROM paid p JOIN numbered c ON c.amount = p.amount AND c.currency = p.currency
            AND c.day BETWEEN p.day - {rules.early_days} AND p.day + {rules.window_days}
        WHERE c.bundle IS NULL AND (p.bundle IS NULL OR p.bundle NOT IN (SELECT bundle FROM bundles))"""
    )
    add(
        room,
        Flaw.AMBIGUOUS,
        "equal payouts",
        f"""SELECT * FROM (
            SELECT min(day) AS day, currency,
                amount * (count(DISTINCT c_id) - count(DISTINCT p_id)) AS amount,
                list_sort(list(DISTINCT p_id))[:10] AS ours, list_sort(list(DISTINCT c_id))[:10] AS theirs,
                count(DISTINCT p_id) AS n_ours, count(DISTINCT c_id) AS n_theirs, NULL AS more
            FROM couples WHERE few_c > 1 OR few_p > 1 GROUP BY currency, amount) WHERE {inside(period)}""",
    )
    (count,) = room.one(f"SELECT count(*) FROM couples WHERE few_c = 1 AND few_p = 1 AND {inside(period)}")
    return {BY_AMOUNT.format(rules.window_days): count} if count else {}


def _lag(names: Sequence[str], rules: Rules, source: str = "source") -> str:
    """The SQL of how many days later a bank may book a payout."""
    lags = ((number, rules.of(name).lag_days) for number, name in enumerate(names))
    cases = " ".join(f"WHEN {number} THEN {lag}" for number, lag in lags if lag is not None)
    return f"CASE {source} {cases} ELSE {rules.window_days} END" if cases else str(rules.window_days)


def _left_over(room: Room, names: Sequence[str], period: Period, rules: Rules) -> list[str]:
    """Payouts that did not come, and money of which nobody knows; said only as far as both sides reach."""
    (until,) = room.one(
        f"SELECT min(greatest(last, DATE '{period.last}') - {_lag(names, rules)}) FROM ("
        " SELECT source, max(day) AS last FROM records SEMI JOIN came USING (source) GROUP BY source)"
    )
    (since,) = room.one(f"SELECT least(min(day), DATE '{period.first}') FROM records SEMI JOIN paid USING (source)")
    room.run(
        f"""CREATE TABLE open_paid AS SELECT id, day <= DATE '{until}' AS due FROM paid p WHERE {inside(period)}
            AND id NOT IN (SELECT p_id FROM couples)
            AND (bundle IS NULL OR bundle NOT IN (SELECT bundle FROM bundles))"""
    )
    room.run(
        f"""CREATE TABLE open_came AS SELECT id, day - {_lag(names, rules)} >= DATE '{since}' AS due FROM numbered
        WHERE {inside(period)} AND bundle IS NULL AND id NOT IN (SELECT c_id FROM couples)"""
    )
    for flaw, note, table, ours, theirs in (
        (Flaw.MISSING_THERE, "payout did not come", "open_paid", "[r.id]", "[]"),
        (Flaw.UNKNOWN_PAYOUT, "unknown payout", "open_came", "[]", "[r.id]"),
    ):
        add(
            room,
            flaw,
            note,
            f"""SELECT r.day, r.currency, r.amount, {ours} AS ours, {theirs} AS theirs, len({ours}) AS n_ours,
                len({theirs}) AS n_theirs, NULL AS more FROM {table} x JOIN records r USING (id) WHERE x.due""",
        )
    late, early = room.one(
        "SELECT (SELECT count(*) FROM open_paid WHERE NOT due), (SELECT count(*) FROM open_came WHERE NOT due)"
    )
    said = [f"{late} payouts after {until}: they may still come to the bank"] if late else []
    if early:
        said.append(f"{early} payouts at the bank in the first days: they may have been made before {since}")
    return said
