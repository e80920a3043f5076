"""Records of both sides that name the same order: what agrees is a match, and what does not is told apart by class."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from journeys.audit.engine import Room
from journeys.audit.model import Flaw, Period
from journeys.audit.sales.found import LISTED, add
from journeys.audit.sales.loading import CHARGEBACK, REFUND, SALE, inside
from journeys.audit.sales.rules import Rules

BY_REFERENCE = "same reference, amount and currency"
BY_TEXT = "the text names the order; same amount and currency"
MANY_TO_ONE = "several lines add up to one order"
ONE_TO_MANY = "one line pays for several orders that it names"
MANY_TO_MANY = "several lines add up to several orders that they name"
WON_BACK = "chargebacks that were won back"
RULE: Final = f"""CASE WHEN n_o = 0 THEN '{WON_BACK}' WHEN n_o > 1 AND n_t > 1 THEN '{MANY_TO_MANY}'
    WHEN n_o > 1 THEN '{ONE_TO_MANY}' WHEN n_t > 1 THEN '{MANY_TO_ONE}'
    WHEN by_text THEN '{BY_TEXT}' ELSE '{BY_REFERENCE}' END"""
"""The SQL of the rule by which a group of ``facts`` that agrees was matched."""


def gather(room: Room) -> None:
    """One row for each order, kind and currency: what either side has of it."""
    room.run(
        """CREATE OR REPLACE TABLE facts AS
        SELECT key, kind, currency,
            count(*) FILTER (source = 0) AS n_o, count(*) FILTER (source > 0) AS n_t,
            sum(amount) FILTER (source = 0) AS s_o, sum(amount) FILTER (source > 0) AS s_t,
            min(day) FILTER (source = 0) AS day_o, min(day) FILTER (source > 0) AS day_t,
            max(day) FILTER (source = 0) AS last_o, max(day) FILTER (source > 0) AS last_t,
            min(moment) FILTER (source = 0) AS at_o, min(moment) FILTER (source > 0) AS at_t,
            max(source) AS source, bool_or(source > 0 AND written) AS written, bool_or(by_text) AS by_text
        FROM (SELECT key, kind, currency, source, amount, day, moment, written, false AS by_text FROM ours
              UNION ALL SELECT key, kind, currency, source, amount, day, moment, written, by_text FROM lines)
        WHERE key IS NOT NULL GROUP BY key, kind, currency"""
    )


def judge(room: Room, sources: Sequence[str], period: Period, rules: Rules) -> dict[str, int]:
    """Match what agrees (how many orders, by rule), keep what disagrees; ``absent`` and ``unknown`` are left to find.

    ``sources`` are the names by their numbers.
    """
    room.run(f"CREATE OR REPLACE TABLE odd AS SELECT * FROM facts WHERE NOT ({_agrees(sources, rules)})")
    matched = dict(
        room.all(
            f"""SELECT {RULE} AS rule, sum(n_o)
            FROM facts ANTI JOIN odd USING (key, kind, currency)
            WHERE {_either(period)} GROUP BY rule HAVING sum(n_o) > 0 ORDER BY rule"""
        )
    )
    _pivot(room)
    _decide(room, period)
    for flaw, note in _NOTES:
        add(room, flaw, note, _with_records(note))
    return {rule: int(count) for rule, count in matched.items()}


def _either(period: Period) -> str:
    """Something of it lies in the period."""
    return (
        f"(coalesce(last_o >= DATE '{period.first}' AND day_o <= DATE '{period.last}', false)"
        f" OR coalesce(last_t >= DATE '{period.first}' AND day_t <= DATE '{period.last}', false))"
    )


def _agrees(sources: Sequence[str], rules: Rules) -> str:
    won_back = f"kind = {CHARGEBACK} AND n_o = 0 AND s_t = 0"
    return f"(n_o > 0 AND n_t > 0 AND s_o = s_t AND (n_o > 1 OR n_t > 1 OR {_in_time(sources, rules)})) OR ({won_back})"


def _in_time(sources: Sequence[str], rules: Rules) -> str:
    """The SQL of whether the day of a line is one on which its source may book the order."""
    cases = []
    for number, name in enumerate(sources):
        lag = rules.of(name).lag_days
        if lag is not None:
            cases.append(f"WHEN source = {number} THEN day_t - day_o BETWEEN 0 AND {lag}")
    cases.append(f"WHEN at_t IS NULL THEN day_t - day_o BETWEEN {-rules.early_days} AND {rules.window_days}")
    one_moment = f"NOT written AND abs(epoch_us(at_t) - epoch_us(at_o)) <= {rules.slack_s * 1_000_000}"
    return f"(coalesce({one_moment}, false) OR CASE {' '.join(cases)} ELSE day_t = day_o END)"


def _pivot(room: Room) -> None:
    """For each order of which something is odd: what there is of it at all."""
    room.run(
        f"""CREATE OR REPLACE TABLE whole AS
        SELECT key, coalesce(sum(n_o), 0) > 0 AS known,
            bool_or(kind = {SALE} AND n_o > 0) AS sale_o, bool_or(kind = {SALE} AND n_t > 0) AS sale_t,
            coalesce(sum(s_t) FILTER (kind = {CHARGEBACK}), 0) AS back_t,
            coalesce(sum(s_o) FILTER (kind = {CHARGEBACK}), 0) AS back_o,
            coalesce(bool_or(n_o = 0 AND kind = {SALE}), false) AS foreign_sale
        FROM facts SEMI JOIN odd USING (key) GROUP BY key"""
    )


_NOTES = (
    (Flaw.CURRENCY, "currency"),
    (Flaw.DUPLICATE, "again in another currency"),
    (Flaw.DUPLICATE, "duplicate there"),
    (Flaw.DUPLICATE, "duplicate here"),
    (Flaw.AMBIGUOUS, "either order"),
    (Flaw.AMOUNT, "amount"),
    (Flaw.WRONG_DAY, "wrong day"),
    (Flaw.REFUND_NOT_PASSED_ON, "refund unknown here"),
    (Flaw.CHARGEBACK, "chargeback"),
    (Flaw.CHARGEBACK, "chargeback after a refund"),
    (Flaw.MISSING_THERE, "chargeback missing there"),
)


def _decide(room: Room, period: Period) -> None:
    """What each odd group is, as a note; the others stay ``absent`` there or ``unknown`` here."""
    _repeated(room)
    room.run(
        f"""CREATE OR REPLACE TABLE decided AS
        WITH sides AS (
            SELECT key, kind, count(*) FILTER (n_t = 0) AS absent, count(*) FILTER (n_o = 0) AS foreign
            FROM odd GROUP BY key, kind)
        SELECT o.*, CASE
            WHEN o.kind = {CHARGEBACK} THEN CASE
                WHEN n_o = 0 AND w.foreign_sale AND NOT w.known THEN 'unknown'
                WHEN n_o = 0 THEN CASE WHEN EXISTS (SELECT 1 FROM odd r WHERE r.key = o.key AND r.kind = {REFUND}
                    AND r.currency = o.currency AND r.n_t = 0 AND r.s_o = o.s_t)
                    THEN 'chargeback after a refund' ELSE 'chargeback' END
                WHEN n_t = 0 THEN 'chargeback missing there' ELSE 'amount' END
            WHEN n_t = 0 AND s.foreign > 0 THEN 'currency'
            WHEN n_o = 0 AND s.absent > 0 THEN 'currency'
            WHEN n_t = 0 AND o.kind = {REFUND} AND EXISTS (SELECT 1 FROM odd c WHERE c.key = o.key
                AND c.kind = {CHARGEBACK} AND c.currency = o.currency AND c.n_o = 0 AND c.s_t = o.s_o)
                THEN 'chargeback after a refund'
            WHEN n_t = 0 THEN 'absent'
            WHEN n_o = 0 AND o.kind = {SALE} AND w.sale_o THEN 'again in another currency'
            WHEN n_o = 0 AND o.kind = {REFUND} AND w.known THEN 'refund unknown here'
            WHEN n_o = 0 THEN 'unknown'
            WHEN s_o = s_t THEN 'wrong day'
            WHEN t.key IS NOT NULL THEN 'duplicate there'
            WHEN h.key IS NOT NULL THEN 'duplicate here'
            WHEN n_t = 1 AND n_o > 1 AND EXISTS (SELECT 1 FROM repeats_o x WHERE x.key = o.key AND x.kind = o.kind
                AND x.currency = o.currency AND x.amount = o.s_t) THEN 'either order'
            ELSE 'amount' END AS note
        FROM odd o JOIN whole w USING (key) JOIN sides s ON s.key = o.key AND s.kind = o.kind
        LEFT JOIN (SELECT DISTINCT key, kind, currency FROM repeats_t WHERE excess) t
            ON t.key = o.key AND t.kind = o.kind AND t.currency = o.currency
        LEFT JOIN (SELECT DISTINCT key, kind, currency FROM repeats_o WHERE excess) h
            ON h.key = o.key AND h.kind = o.kind AND h.currency = o.currency"""
    )
    # What the store counts in the period belongs to this audit; what only the other side counts in it, to another.
    room.run(
        f"""CREATE OR REPLACE TABLE cases AS
        SELECT key, note, min(kind) AS kind, min(day_o) AS d_o, min(day_t) AS d_t,
            coalesce(min(currency) FILTER (n_o > 0), min(currency)) AS currency,
            coalesce(sum(s_o), 0) AS s_o, coalesce(sum(s_t), 0) AS s_t, list(DISTINCT kind) AS kinds,
            list(DISTINCT currency) AS currencies
        FROM decided WHERE note NOT IN ('absent', 'unknown')
        GROUP BY key, note, CASE WHEN note LIKE 'chargeback%' THEN {CHARGEBACK} ELSE kind END,
            CASE WHEN note = 'currency' THEN '' ELSE currency END
        HAVING {inside(period, "coalesce(min(day_o), min(day_t))")}"""
    )


def _repeated(room: Room) -> None:
    """Amounts that come several times for one order: is what is too much just one of them, or some, once more?"""
    for side, view, other in (("t", "lines", "o"), ("o", "ours", "t")):
        # Several orders in one group may well cost the same: only the same number counts as the same order.
        number = "number" if side == "o" else "key"
        room.run(
            f"""CREATE OR REPLACE TABLE repeats_{side} AS
            SELECT f.key, f.kind, f.currency, r.amount, max(r.n) AS n,
                coalesce(bool_or(r.n > 1 AND r.amount <> 0 AND (f.s_{side} - f.s_{other}) % r.amount = 0
                    AND (f.s_{side} - f.s_{other}) // r.amount BETWEEN 1 AND r.n - 1), false) AS excess
            FROM odd f JOIN (
                SELECT v.key, v.kind, v.currency, v.amount, v.{number}, count(*) AS n
                FROM {view} v SEMI JOIN odd USING (key, kind, currency) GROUP BY ALL) r
            ON r.key = f.key AND r.kind = f.kind AND r.currency = f.currency
            WHERE f.n_o > 0 AND f.n_t > 0 GROUP BY f.key, f.kind, f.currency, r.amount"""
        )


def _with_records(note: str) -> str:
    """The cases of one note with the records of both sides, and what it amounts to."""
    amount = {"currency": "-c.s_o", "wrong day": "c.s_o"}.get(note, "c.s_t - c.s_o")
    if note.startswith("chargeback after"):
        amount = "c.s_t"
    # What the store has not, it has at least the order of.
    ours = f"o.kind = {SALE}" if note in ("chargeback", "refund unknown here") else "list_contains(c.kinds, o.kind)"
    any_currency = note in ("chargeback", "refund unknown here", "again in another currency")
    same = "" if any_currency else "AND list_contains(c.currencies, o.currency)"
    return f"""
        WITH c AS (SELECT row_number() OVER () AS nr, * FROM cases WHERE note = '{note}'),
        mine AS (SELECT c.nr, {LISTED} AS ids, count(*) AS n FROM c JOIN ours o ON o.key = c.key AND {ours} {same}
            JOIN records r ON r.id = o.id GROUP BY c.nr),
        others AS (SELECT c.nr, {LISTED} AS ids, count(*) AS n FROM c JOIN lines l ON l.key = c.key
            AND list_contains(c.kinds, l.kind) AND list_contains(c.currencies, l.currency)
            JOIN records r ON r.id = l.id GROUP BY c.nr)
        SELECT coalesce(c.d_o, c.d_t) AS day, c.currency, {amount} AS amount, coalesce(m.ids, []) AS ours,
            coalesce(t.ids, []) AS theirs, coalesce(m.n, 0) AS n_ours, coalesce(t.n, 0) AS n_theirs, NULL AS more
        FROM c LEFT JOIN mine m USING (nr) LEFT JOIN others t USING (nr)"""
