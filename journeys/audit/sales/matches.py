"""What was matched, pair by pair, and by which rule; put together only when somebody asks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from journeys.audit.engine import Room
from journeys.audit.model import Match
from journeys.audit.sales.amounts import by_amount
from journeys.audit.sales.facts import RULE
from journeys.audit.sales.found import ITEMS, SHOWN, items
from journeys.audit.sales.payouts import BY_AMOUNT, BY_BUNDLE
from journeys.audit.sales.rules import Rules


def matches(room: Room, chambers: Sequence[Room], names: Sequence[str], rules: Rules) -> Callable[[], Iterator[Match]]:
    """What gives the matches of sales and refunds, then those of payouts, as often as it is called."""

    def each() -> Iterator[Match]:
        for chamber in chambers:
            yield from _read(chamber, _BY_REFERENCE, names)
            yield from _read(chamber, _pairs("singles", "ours", "theirs", by_amount(rules)), names)
        if room.one(
            "SELECT count(*) FROM duckdb_tables() WHERE table_name = 'couples' AND schema_name = current_schema()"
        )[0]:
            yield from _read(room, _BUNDLES, names)
            sure = "(FROM couples WHERE few_c = 1 AND few_p = 1)"
            yield from _read(room, _pairs(sure, "p_id", "c_id", BY_AMOUNT.format(rules.window_days)), names)

    return each


def _read(room: Room, query: str, names: Sequence[str]) -> Iterator[Match]:
    for rule, ours, theirs in room.rows(f"SELECT * FROM ({query}) ORDER BY ALL"):
        yield Match(rule=rule, ours=items(ours, names), theirs=items(theirs, names))


_BY_REFERENCE = f"""
    SELECT {RULE} AS rule, o.items[:{SHOWN}] AS ours, t.items[:{SHOWN}] AS theirs
    FROM facts ANTI JOIN odd USING (key, kind, currency)
    JOIN (SELECT x.key, x.kind, x.currency, {ITEMS} AS items FROM ours x JOIN records i USING (id) GROUP BY ALL) o
        USING (key, kind, currency)
    JOIN (SELECT x.key, x.kind, x.currency, {ITEMS} AS items FROM lines x JOIN records i USING (id) GROUP BY ALL) t
        USING (key, kind, currency)"""
_BUNDLES = f"""
    SELECT '{BY_BUNDLE}' AS rule,
        (SELECT {ITEMS} FROM records i WHERE list_contains(b.p_ids, i.id)) AS ours,
        (SELECT {ITEMS} FROM records i WHERE list_contains(b.c_ids, i.id)) AS theirs
    FROM bundles b WHERE b.note = ''"""


def _pairs(table: str, ours: str, theirs: str, rule: str) -> str:
    return f"""
        SELECT '{rule}' AS rule,
            (SELECT {ITEMS} FROM records i WHERE i.id = p.{ours}) AS ours,
            (SELECT {ITEMS} FROM records i WHERE i.id = p.{theirs}) AS theirs
        FROM {table} p"""
