"""Records of all sides in one table: on which day of the store they lie, what they name, how far they reach."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Final

import pyarrow as pa

from journeys.audit.engine import Room, Say
from journeys.audit.model import Kind, Period
from journeys.audit.sales.days import day_sql
from journeys.audit.sales.rules import Rules
from journeys.audit.sources import Source
from journeys.audit.tables import MOVEMENTS
from journeys.model import TesterFault

STORE: Final = 0
"""The number of the store among the sources; the others follow in the order in which they were given."""
SALE, REFUND, CHARGEBACK, FEE, PAYOUT = range(5)
_KINDS: Final = (Kind.SALE, Kind.REFUND, Kind.CHARGEBACK, Kind.FEE, Kind.PAYOUT)
_TABLE: Final = "movements"
_PART: Final = 0.5  # of the time of an audit


def load(room: Room, sources: Sequence[Source], period: Period, rules: Rules, say: Say) -> dict[str, int]:
    """Read all sources, the store first, into ``records``; how many records of each are used.

    Used are those of the period, and those near it to which something in the period may belong.
    """
    room.run(
        "CREATE TABLE records (id BIGINT, source SMALLINT, place VARCHAR, kind TINYINT, amount BIGINT,"
        " currency VARCHAR, day DATE, moment TIMESTAMP, written BOOLEAN, key VARCHAR, bundle VARCHAR, text VARCHAR)"
    )
    reach = timedelta(days=max(rules.window_days, rules.reach_days))
    wide = Period(first=period.first - reach, last=period.last + reach, zone=period.zone, cutoff_s=period.cutoff_s)
    for number, source in enumerate(sources):
        say(f"reading {source.name}", _PART * number / len(sources))
        if _TABLE not in source.tables():
            raise TesterFault(f"{source.name}: it holds no sales, and so nothing to compare them with")
        room.load(_insert(number, wide, period, reach), _checked(source, wide), _NUMBERED)
    used = dict(room.all("SELECT source, count(*) FROM records GROUP BY source"))
    return {source.name: used.get(number, 0) for number, source in enumerate(sources)}


_NUMBERED: Final = pa.schema([pa.field("id", pa.int64(), nullable=False), *MOVEMENTS])


def _checked(source: Source, period: Period) -> Iterable[pa.RecordBatch]:
    """The batches with a number for each record; TesterFault where a source does not keep to what was agreed."""
    count = 0
    known = pa.array([kind.value for kind in _KINDS])
    for batch in source.read(_TABLE, period):
        kinds = batch.column("kind").unique()
        unknown = [kind for kind in kinds.to_pylist() if kind not in known.to_pylist()]
        if unknown:
            raise TesterFault(f"{source.name}: gives records of the kind {unknown[0]!r}, which is not known")
        ids = pa.array(range(count, count + batch.num_rows), pa.int64())
        count += batch.num_rows
        columns = [batch.column(field.name).cast(field.type) for field in MOVEMENTS]
        yield pa.RecordBatch.from_arrays([ids, *columns], schema=_NUMBERED)


def _insert(number: int, wide: Period, period: Period, reach: timedelta) -> str:
    moment = 'make_timestamp(epoch_us("at"))'
    names = ", ".join(f"'{kind.value}'" for kind in _KINDS)
    return f"""
        INSERT INTO records
        SELECT * FROM (
            SELECT id + {number << 40} AS id, {number} AS source, place,
                list_position([{names}], kind) - 1 AS kind, amount, currency,
                coalesce(day, {day_sql(moment, period, reach)}) AS day, {moment} AS moment, day IS NOT NULL AS written,
                nullif(trim(reference), '') AS key, nullif(trim(bundle), '') AS bundle, nullif(text, '') AS text
            FROM incoming
        ) WHERE day BETWEEN DATE '{wide.first}' AND DATE '{wide.last}'"""


def inside(period: Period, day: str = "day") -> str:
    """The SQL of whether a day lies in the period."""
    return f"{day} BETWEEN DATE '{period.first}' AND DATE '{period.last}'"
