"""Daily bundles and daily sums of the store, asked of its records: what each day should bring, and what it brought."""

from __future__ import annotations

from collections.abc import Sequence

from journeys.audit.engine import Room
from journeys.audit.model import Flaw, Period
from journeys.audit.sales.daily import Came, Day, bundle
from journeys.audit.sales.fees import sql
from journeys.audit.sales.found import LISTED, add
from journeys.audit.sales.loading import PAYOUT, REFUND, SALE, inside
from journeys.audit.sales.rules import Rules

_BY_DAYS = "a payout is what was sold on one day less fees"
_BY_RUNS = "a payout is what was sold on several days in a row less fees"


def match_daily(room: Room, number: int, name: str, period: Period, rules: Rules) -> tuple[dict[str, int], list[str]]:
    """Match a bank's payouts with what no other record shows of the days' sales; that is then no longer missing."""
    terms = rules.of(name)
    late = terms.lag_days if terms.lag_days is not None else rules.window_days
    fee = f"CASE WHEN kind = {SALE} THEN {sql(terms.fees[0], 'amount', 'currency')} ELSE 0 END" if terms.fees else "0"
    sums = room.all(
        f"SELECT currency, day, sum(amount - {fee}) FROM left_o WHERE kind IN ({SALE}, {REFUND})"
        " GROUP BY ALL ORDER BY ALL"
    )
    came = room.all(
        f"SELECT currency, id, day, amount FROM records WHERE source = {number} AND kind = {PAYOUT}"
        " ORDER BY currency, day, amount, place"
    )
    (until,) = room.one(
        f"SELECT greatest(coalesce(max(day), DATE '{period.last}'), DATE '{period.last}') - {late} FROM records"
        f" WHERE source = {number}"
    )
    (since,) = room.one(f"SELECT least(coalesce(min(day), DATE '{period.first}'), DATE '{period.first}') FROM ours")
    matched: dict[str, int] = {}
    waiting = 0
    for currency in sorted({row[0] for row in (*sums, *came)}):
        days = [Day(day=day, net=int(net)) for of, day, net in sums if of == currency]
        paid = [Came(id=id_, day=day, amount=amount) for of, id_, day, amount in came if of == currency]
        told = bundle(days, paid, late)
        for _, run in told.same:
            if any(period.first <= day.day <= period.last for day in run):
                rule = _BY_DAYS if len(run) == 1 else _BY_RUNS
                matched[rule] = matched.get(rule, 0) + 1
        for note, flaw, pairs in (
            ("daily amount", Flaw.AMOUNT, told.other_amount),
            ("daily equal", Flaw.AMBIGUOUS, told.equal),
        ):
            for payout, run in pairs:
                _tell(room, flaw, note, currency, run, payout, period)
        for day in told.days:
            if period.first <= day.day <= period.last and day.day > until:
                waiting += 1
            else:
                _tell(room, Flaw.MISSING_THERE, "daily missing", currency, (day,), None, period)
        for payout in told.payouts:
            if (payout.day - since).days >= late:
                _tell(room, Flaw.UNKNOWN_PAYOUT, "daily unknown", currency, (), payout, period)
    room.run(f"DELETE FROM left_o WHERE kind IN ({SALE}, {REFUND})")
    said = [f"the sales of {waiting} days after {until}: their payouts may still come to {name}"] if waiting else []
    return matched, said


def _tell(
    room: Room, flaw: Flaw, note: str, currency: str, run: Sequence[Day], payout: Came | None, period: Period
) -> None:
    days = ", ".join(day.day.isoformat() for day in run)
    day = run[0].day if run else payout.day if payout else period.first
    if not period.first <= day <= period.last:
        return
    amount = (payout.amount if payout else 0) - (sum(each.net for each in run) if note != "daily equal" else 0)
    listed = ", ".join(f"DATE '{each.day}'" for each in run)
    ours = f"SELECT r.* FROM records r JOIN left_o l USING (id) WHERE r.currency = '{currency}' AND r.day IN ({listed})"
    if not run:
        ours = "SELECT * FROM records WHERE false"
    theirs = f"[{payout.id}]" if payout else "[]"
    add(
        room,
        flaw,
        note,
        f"""SELECT DATE '{day}' AS day, '{currency}' AS currency, {amount} AS amount,
            (SELECT coalesce({LISTED}, []) FROM ({ours}) r) AS ours, {theirs} AS theirs,
            (SELECT count(*) FROM ({ours})) AS n_ours, len({theirs}) AS n_theirs, '{days}' AS more""",
    )


def compare_sums(room: Room, number: int, period: Period) -> dict[str, int]:
    """The sums of days that a source shows, against the store's own."""
    room.run(
        f"""CREATE OR REPLACE TABLE day_sums AS
        SELECT day, kind, currency, count(*) FILTER (source = 0) AS n_o,
            coalesce(sum(amount) FILTER (source = 0), 0) AS s_o,
            coalesce(sum(amount) FILTER (source > 0), 0) AS s_t,
            list(id) FILTER (source > 0) AS ids
        FROM records WHERE source IN (0, {number}) AND kind IN ({SALE}, {REFUND}) AND {inside(period)}
        GROUP BY day, kind, currency"""
    )
    add(
        room,
        Flaw.AMOUNT,
        "sums of a day",
        f"""SELECT day, currency, s_t - s_o AS amount, [] AS ours,
            coalesce((SELECT {LISTED} FROM records r WHERE list_contains(d.ids, r.id)), []) AS theirs, n_o AS n_ours,
            coalesce(len(ids), 0) AS n_theirs, CASE kind WHEN {SALE} THEN 'sale' ELSE 'refund' END AS more
        FROM day_sums d WHERE s_o <> s_t""",
    )
    (count,) = room.one("SELECT count(*) FROM day_sums WHERE s_o = s_t")
    return {"the same sum of a day": count} if count else {}
