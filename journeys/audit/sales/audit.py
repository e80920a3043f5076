"""An audit of sales from end to end: read, match, tell apart what does not match, sum up."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime

from journeys.audit.engine import Engine, Room, Say, silent
from journeys.audit.model import Audit, Period
from journeys.audit.sales.amounts import match_by_amount
from journeys.audit.sales.balances import sum_up
from journeys.audit.sales.bundling import compare_sums, match_daily
from journeys.audit.sales.causes import Situation
from journeys.audit.sales.facts import gather, judge
from journeys.audit.sales.fees import judge_fees
from journeys.audit.sales.found import counts, give, keep_items, make_found
from journeys.audit.sales.loading import FEE, SALE, inside, load
from journeys.audit.sales.matches import matches
from journeys.audit.sales.missing import tell_missing
from journeys.audit.sales.numbers import find_numbers
from journeys.audit.sales.payouts import match_payouts
from journeys.audit.sales.rules import Holds, Rules
from journeys.audit.sources import Source

_READ, _COMPARED, _FOLLOWED = 0.5, 0.85, 0.95  # how much is done when that is, by the clock


def audit_sales(
    engine: Engine,
    store: Source,
    against: Sequence[Source],
    period: Period,
    rules: Rules | None = None,
    say: Say = silent,
) -> Audit:
    """Compare what a store sold in a period with what others say of it.

    What it gives is read from the engine, so ``discrepancies`` may be called as long as the engine is open. Errors:
    what the sources raise; TesterFault (disk, memory); ValueError where two sources have the same name.
    """
    rules = rules or Rules()
    began, start = datetime.now(UTC), time.monotonic()
    sources = (store, *against)
    names = tuple(source.name for source in sources)
    if len(set(names)) < len(names):
        raise ValueError(f"two sources have the same name: {', '.join(names)}")
    room = engine.room("sales")
    records = load(room, sources, period, rules, say)
    make_found(room)
    chambers: list[Room] = []
    matched, left_out = _compare(room, chambers, names, period, rules, say)
    say("adding up", _FOLLOWED)
    keep_items(room)
    flaws, at_stake = counts(room)
    say("done", 1.0)
    return Audit(
        store=store.name,
        subject="sales",
        period=period,
        sources=names[1:],
        records=records,
        matched=matched,
        flaws=flaws,
        discrepancies=give(room, names, _situation(room, names, period, rules)),
        at_stake=at_stake,
        balances=sum_up(room, sources, period),
        left_out=tuple(left_out),
        began=began,
        seconds=time.monotonic() - start,
        matches=matches(room, chambers, names, rules),
    )


def _compare(
    room: Room, chambers: list[Room], names: Sequence[str], period: Period, rules: Rules, say: Say
) -> tuple[dict[str, int], list[str]]:
    matched: Counter[str] = Counter()
    left_out: list[str] = []
    for group in _groups(names, rules):
        of = " and ".join(names[number] for number in group)
        if rules.of(names[group[0]]).holds is Holds.SUMS:
            matched.update(compare_sums(room, group[0], period))
            continue
        say(f"comparing with {of}", _READ + (_COMPARED - _READ) * group[0] / len(names))
        chambers.append(room.chamber(len(chambers)))
        rules_met, said = _group(chambers[-1], group, names, period, rules)
        matched.update(rules_met)
        left_out += said
    say("following payouts", _COMPARED)
    payouts, said = match_payouts(room, names, period, rules)
    matched.update(payouts)
    left_out += said
    left_out += judge_fees(room, names, period, rules)
    return dict(matched), left_out


def _group(
    room: Room, group: Sequence[int], names: Sequence[str], period: Period, rules: Rules
) -> tuple[Counter[str], list[str]]:
    """Everything about sources that are compared with the store together."""
    find_numbers(room, f"source IN ({', '.join(map(str, group))})", rules)
    gather(room)
    matched = Counter(judge(room, names, period, rules))
    matched.update(match_by_amount(room, period, rules))
    left_out: list[str] = []
    for number in group:
        if rules.of(names[number]).daily:
            by_days, said = match_daily(room, number, names[number], period, rules)
            matched.update(by_days)
            left_out += said
    return matched, left_out + tell_missing(room, group, names, period, rules)


def _groups(names: Sequence[str], rules: Rules) -> list[list[int]]:
    """Sources that hold each sale once together, and each of the others by itself."""
    numbers = range(1, len(names))
    together = [number for number in numbers if rules.of(names[number]).holds is Holds.SHARE]
    alone = [[number] for number in numbers if rules.of(names[number]).holds is not Holds.SHARE]
    return [*([together] if together else []), *alone]


def _situation(room: Room, names: Sequence[str], period: Period, rules: Rules) -> Situation:
    charges = dict(
        room.all(f"SELECT source, count(*) FROM records WHERE kind = {SALE} AND {inside(period)} GROUP BY source")
    )
    wrong = dict(
        room.all(
            "SELECT i.source, count(*) FROM (SELECT unnest(theirs) AS id FROM found WHERE note = 'fee') f"
            f" JOIN items i USING (id) WHERE i.kind = {FEE} GROUP BY i.source"
        )
    )
    sold = dict(room.all(f"SELECT day, count(*) FROM records WHERE source = 0 AND kind = {SALE} GROUP BY day"))
    silent_on = dict(room.all("SELECT day, count(*) FROM found WHERE note = 'missing there' GROUP BY day"))
    return Situation(
        store=names[0],
        against=tuple(names[1:]),
        period=period,
        rules=rules,
        fees={names[number]: (wrong.get(number, 0), count) for number, count in charges.items()},
        silent={day: (count, sold.get(day, 0)) for day, count in silent_on.items()},
    )
