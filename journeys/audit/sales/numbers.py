"""The store's order numbers in other people's texts: which lines name which orders, and lines that name several."""

from __future__ import annotations

from typing import Final

from journeys.audit.engine import Room
from journeys.audit.sales.rules import Rules

_CANON: Final = "upper(regexp_replace({0}, '[^0-9A-Za-z]', '', 'g'))"
_ROUNDS: Final = 100  # each doubles how far a chain of lines that share orders is seen


def find_numbers(room: Room, sources: str, rules: Rules) -> None:
    """Make the views ``ours`` and ``lines`` of what is compared, by the order that each record is about (``key``).

    ``sources`` is an SQL condition: whose lines. A line is about the order that it names by itself. Where the store has
    none of that number, its text is searched for numbers of the store, word by word. Lines that name several orders
    make one group of them, whose ``key`` is the first of their numbers.
    """
    _hits(room, sources, rules)
    _choose(room)
    _groups(room)
    _views(room, sources)


def _hits(room: Room, sources: str, rules: Rules) -> None:
    """Tokens of texts that are numbers of the store: as many lookups as words, never orders times lines."""
    room.run("CREATE OR REPLACE TABLE hits (id BIGINT, key VARCHAR, weak BOOLEAN, exact BOOLEAN)")
    room.run(
        f"""CREATE OR REPLACE TEMP TABLE unnamed AS
        SELECT id, kind, currency, amount, upper(concat_ws(' ', key, text)) AS words FROM records
        WHERE {sources} AND kind <= 2 AND (text IS NOT NULL OR key IS NOT NULL)
          AND (key IS NULL OR key NOT IN (SELECT key FROM records WHERE source = 0 AND key IS NOT NULL))"""
    )
    if not room.one("SELECT count(*) FROM unnamed")[0]:
        return
    room.run(
        f"""CREATE OR REPLACE TEMP TABLE numbers AS
        SELECT canon, any_value(key) AS key FROM (
            SELECT DISTINCT key, CASE WHEN regexp_full_match(key, '[0-9]+') THEN key ELSE {_CANON.format("key")} END
                AS canon FROM records WHERE source = 0 AND key IS NOT NULL)
        WHERE canon <> '' GROUP BY canon HAVING count(*) = 1"""
    )
    room.run(
        f"""INSERT INTO hits
        SELECT DISTINCT w.id, n.key, length(w.word) < {rules.shortest_number} OR NOT regexp_matches(w.word, '[0-9]'),
            false
        FROM (SELECT id, unnest({_words(room)}) AS word FROM unnamed) w JOIN numbers n ON n.canon = w.word"""
    )


def _words(room: Room) -> str:
    """The SQL of the words of a text; where numbers of the store are written with signs, they do not part them."""
    signs, plain = room.one(
        "SELECT coalesce(string_agg(DISTINCT sign, '' ORDER BY sign), ''), coalesce(bool_or(plain), false) FROM ("
        " SELECT unnest(regexp_extract_all(key, '[^0-9A-Za-z\\s]')) AS sign, false AS plain FROM records"
        " WHERE source = 0 UNION ALL"
        " SELECT NULL, NOT regexp_matches(key, '[0-9]') FROM records WHERE source = 0 AND key IS NOT NULL)"
    )
    # A store all of whose numbers have a digit has none among words without one.
    pattern = "[0-9A-Z]+" if plain else "[0-9A-Z]*[0-9][0-9A-Z]*"
    words = f"regexp_extract_all(words, '{pattern}')"
    if not signs:
        return words
    within = "".join(f"\\{sign}" if sign.isascii() else sign for sign in signs).replace("'", "''")
    joined = f"regexp_extract_all(words, '[0-9A-Z][0-9A-Z{within}]*')"
    return f"list_concat({words}, list_transform({joined}, lambda word: {_CANON.format('word')}))"


def _choose(room: Room) -> None:
    """Of several orders that a line names, the only one of its amount, if there is one.

    A weak number is believed only where the amount is right, of it alone or of all that the line names.
    """
    room.run(
        """UPDATE hits SET exact = true FROM (
            SELECT DISTINCT h.id, h.key FROM hits h JOIN unnamed u USING (id) JOIN records o ON o.key = h.key
            WHERE o.source = 0 AND o.currency = u.currency
              AND (o.amount = u.amount OR (u.kind = 2 AND o.kind = 0 AND o.amount = -u.amount))) e
        WHERE hits.id = e.id AND hits.key = e.key"""
    )
    room.run(
        """DELETE FROM hits WHERE weak AND NOT exact AND id NOT IN (
            SELECT h.id FROM hits h JOIN unnamed u USING (id) JOIN records o ON o.key = h.key
            WHERE o.source = 0 AND o.kind = u.kind AND o.currency = u.currency
            GROUP BY h.id HAVING sum(o.amount) = any_value(u.amount))"""
    )
    room.run(
        """CREATE OR REPLACE TABLE named AS
        SELECT id, CASE WHEN count(*) = 1 THEN min(key) ELSE min(key) FILTER (exact) END AS key FROM hits
        GROUP BY id HAVING count(*) = 1 OR count(*) FILTER (exact) = 1"""
    )
    room.run("CREATE OR REPLACE TEMP TABLE several AS SELECT id, key FROM hits ANTI JOIN named USING (id)")


def _groups(room: Room) -> None:
    """Orders that share a line belong together, and so do those that share one with these."""
    room.run("CREATE OR REPLACE TABLE alias AS SELECT key, min(key) AS head FROM several GROUP BY key")
    for _ in range(_ROUNDS):
        room.run(
            """CREATE OR REPLACE TEMP TABLE better AS
            WITH lines AS (SELECT id, min(head) AS head FROM several JOIN alias USING (key) GROUP BY id),
            near AS (SELECT key, min(l.head) AS head FROM several JOIN lines l USING (id) GROUP BY key)
            SELECT n.key, least(n.head, f.head) AS head FROM near n JOIN near f ON f.key = n.head"""
        )
        (changed,) = room.one("SELECT count(*) FROM better JOIN alias USING (key) WHERE better.head < alias.head")
        room.run("CREATE OR REPLACE TABLE alias AS FROM better")
        if not changed:
            break
    room.run("INSERT INTO named SELECT id, min(head) FROM several JOIN alias USING (key) GROUP BY id")


def _views(room: Room, sources: str) -> None:
    columns = "id, source, kind, amount, currency, day, moment, written"
    (grouped,) = room.one("SELECT count(*) FROM alias")
    (texts,) = room.one("SELECT count(*) FROM named")
    ours = f"SELECT {columns}, key, key AS number FROM records WHERE source = 0 AND kind <= 2"
    lines = f"SELECT {columns}, key, false AS by_text FROM records WHERE {sources} AND kind <= 2"
    if grouped:
        head = "SELECT x.* REPLACE (coalesce(a.head, x.key) AS key) FROM ({}) x LEFT JOIN alias a USING (key)"
        ours, lines = head.format(ours), head.format(lines)
    if texts:
        lines = f"""SELECT l.* REPLACE (coalesce(n.key, l.key) AS key, n.key IS NOT NULL AS by_text)
            FROM ({lines}) l LEFT JOIN named n USING (id)"""
    for name, query, kept in (("ours", ours, grouped), ("lines", lines, texts or grouped)):
        if kept:
            room.run(f"CREATE OR REPLACE TABLE {name}_kept AS {query}")
        room.run(f"CREATE OR REPLACE VIEW {name} AS {f'FROM {name}_kept' if kept else query}")
