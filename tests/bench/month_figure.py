"""Draws the day of the outage at noon for the docs: ``python tests/bench/month_figure.py docs/sales.png``."""

from __future__ import annotations

import sys
from bisect import bisect_left, bisect_right
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import altair as alt
import vl_convert

sys.path.insert(0, str(Path(__file__).parents[1] / "unit" / "probes"))  # where the simulation is, and tested

from simulated_shop import NOON, WEEKS_LEARNT, ZONE, Month, midnight, month

from journeys.probes.sales import RECENT_S, Profile, counts_of, expected, learn, pace_at, silence
from journeys.probes.sales.hours import DAY_S

_BLUE, _RED, _INK, _PALE = "#4453c8", "#c2313f", "#475467", "#98a2b3"
_BAR_S = 900.0
_MINUTE_S = 60.0
_LEAST = 1e-8  # the lower end of the scale
_ONCE = "this silence: below 0.1 % a synthetic order is placed"
_A_DAY = "any such silence within a day: below 0.1 % somebody is told"


def main() -> int:
    """Simulate that day, and draw it."""
    shop = month(1, 400)
    begin = midnight(7 * WEEKS_LEARNT + NOON[0])
    before = shop.times[: bisect_left(shop.times, begin)]
    profile = learn(counts_of(before, ZoneInfo(ZONE)), shop.since, begin, ZONE)
    chart = alt.vconcat(_orders(shop, profile, begin), _chances(shop, profile, begin), spacing=14)
    Path(sys.argv[1]).write_bytes(vl_convert.vegalite_to_png(_dressed(chart).to_dict(), scale=1.6))
    return 0


def _orders(shop: Month, profile: Profile, begin: float) -> Any:
    """What came in each quarter of an hour, and what would be usual."""
    rows = [
        {
            "at": _local(begin + k * _BAR_S),
            "until": _local(begin + (k + 1) * _BAR_S),
            "came": _between(shop, begin + k * _BAR_S, begin + (k + 1) * _BAR_S),
            "usual": expected(profile, begin + k * _BAR_S, begin + (k + 1) * _BAR_S).mean,
        }
        for k in range(int(DAY_S / _BAR_S))
    ]
    base = alt.Chart(alt.Data(values=rows)).encode(x=_time(labels=False))
    bars = base.mark_bar(color=_BLUE, opacity=0.55).encode(
        x2="until:T", y=alt.Y("came:Q", title="orders in 15 min", axis=alt.Axis(tickCount=4)), y2=alt.datum(0)
    )
    usual = base.mark_line(color=_INK, interpolate="step-after", strokeWidth=1.5).encode(y="usual:Q")
    return (_outage(shop) + bars + usual).properties(width=600, height=130)


def _chances(shop: Month, profile: Profile, begin: float) -> Any:
    """How unlikely each silence is while it lasts: once, and within a day of looking."""
    rows = []
    first, last = bisect_left(shop.times, begin), bisect_left(shop.times, begin + DAY_S)
    for number, (a, b) in enumerate(pairwise(shop.times[first:last])):
        past = shop.times[bisect_left(shop.times, a - RECENT_S) : bisect_right(shop.times, a)]
        pace = pace_at(profile, past, a, profile.left_out)
        looks = [a + k * _MINUTE_S for k in range(int((b - a) / _MINUTE_S) + 1)]
        for said in (silence(profile, a, at, pace=pace) for at in looks):
            for kind, chance in ((_ONCE, said.probability), (_A_DAY, said.per_day)):
                rows.append(
                    {"at": _local(said.until), "gap": number, "kind": kind, "chance": max(_LEAST, chance or 0.0)}
                )
    scale = alt.Scale(type="log", domain=[_LEAST, 1])
    axis = alt.Axis(values=[1, 1e-3, 1e-6], labelExpr="datum.value == 1 ? '1' : format(datum.value * 100, '~') + ' %'")
    lines = (
        alt.Chart(alt.Data(values=rows))
        .mark_line(strokeWidth=1.5, clip=True)
        .encode(
            x=_time(labels=True),
            y=alt.Y("chance:Q", scale=scale, title="probability", axis=axis),
            detail="gap:N",
            color=alt.Color(
                "kind:N",
                scale=alt.Scale(domain=[_ONCE, _A_DAY], range=[_BLUE, _RED]),
                legend=alt.Legend(title=None, orient="bottom", direction="vertical", labelLimit=600),
            ),
        )
    )
    threshold = alt.Chart(alt.Data(values=[{"y": 1e-3}])).mark_rule(color=_INK, strokeDash=[4, 3]).encode(y="y:Q")
    return (_outage(shop) + lines + threshold).properties(width=600, height=150)


def _outage(shop: Month) -> Any:
    out = shop.outages[1]
    rows = [{"at": _local(out.since), "until": _local(out.until)}]
    return alt.Chart(alt.Data(values=rows)).mark_rect(color=_PALE, opacity=0.25).encode(x="at:T", x2="until:T")


def _time(*, labels: bool) -> Any:
    axis = alt.Axis(format="%H:%M", labels=labels, title=None, tickCount=12, grid=False)
    return alt.X("at:T", axis=axis, scale=alt.Scale(type="utc"))


def _between(shop: Month, since: float, until: float) -> int:
    return bisect_left(shop.times, until) - bisect_left(shop.times, since)


def _local(at: float) -> str:
    """The local time, written as if it were UTC, so that it is drawn as the shop's clocks showed it."""
    return datetime.fromtimestamp(at, ZoneInfo(ZONE)).strftime("%Y-%m-%dT%H:%M:%SZ")


def _dressed(chart: Any) -> Any:
    look = {"labelFontSize": 12, "titleFontSize": 12, "labelColor": _INK, "titleColor": _INK, "gridColor": "#e4e7ec"}
    return (
        chart.configure(background="#ffffff", font="sans-serif", padding=12)
        .configure_axis(**look, domainColor=_PALE, tickColor=_PALE)
        .configure_view(stroke=None)
        .configure_legend(labelFontSize=12, labelColor=_INK)
    )


if __name__ == "__main__":
    sys.exit(main())
