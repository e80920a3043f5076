"""Propagation delays drawn with Vega-Altair as SVG; needs the optional packages of the extra ``plots``."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import Any, Final

from journeys.model.delay import Delays

_BLUE: Final = "#4453c8"
_RED: Final = "#c2313f"
_INK: Final = "#475467"
_BREAK: Final = " | "
_KINDS: Final = ("gone for good", "still old at the last reading")


class CannotPlot(Exception):
    """The packages that draw plots are not installed; the text says how to get them."""


def plot(found: Sequence[Delays]) -> str:
    """One row for each surface: the interval of every write, its end marked, a censored one red with an open end.

    The bold tick is the median of the upper ends.
    """
    try:
        import altair as alt
        import vl_convert
    except ImportError as error:
        raise CannotPlot("for a plot of the delays: pip install 'journeys[plots]'") from error
    svg: str = vl_convert.vegalite_to_svg(_chart(alt, found).to_dict())
    return svg


def _chart(alt: Any, found: Sequence[Delays]) -> Any:
    """The chart; log seconds would hide that most delays are next to nothing, so the scale is a square root."""
    latest = max(end for each in _rows(found) for end in (each["until"], each["low"]))
    shared = {
        "row": alt.Y(
            "surface:N",
            sort=_names(found),
            title=None,
            axis=alt.Axis(labelLimit=260, labelExpr=f"split(datum.label, '{_BREAK}')", grid=False),
        )
    }
    seconds = alt.Scale(type="sqrt", domain=[0, latest], nice=False)
    ticks = [each for each in (0, 0.5, 1, 2, 5, 10, 20, 40, 60, 120, 300, 600, 1800, 3600) if each <= latest]
    axis = alt.Axis(values=ticks, title="seconds after the ack", format="~g")
    colour = alt.Color(
        "kind:N",
        scale=alt.Scale(domain=list(_KINDS), range=[_BLUE, _RED]),
        legend=alt.Legend(title=None, orient="top", symbolType="circle", labelLimit=400),
    )
    base = alt.Chart(alt.Data(values=_rows(found))).encode(y=shared["row"], yOffset=alt.YOffset("place:Q"))
    low = alt.X("low:Q", scale=seconds, axis=axis)
    lines = base.mark_rule(strokeWidth=2, opacity=0.45, strokeCap="round").encode(x=low, x2="until:Q", color=colour)
    shape = alt.Shape("kind:N", scale=alt.Scale(domain=list(_KINDS), range=["circle", "triangle-right"]), legend=None)
    ends = base.mark_point(filled=True, size=34, opacity=0.9).encode(
        x=alt.X("until:Q", scale=seconds, axis=axis), color=colour, shape=shape
    )
    medians = (
        alt.Chart(alt.Data(values=_medians(found)))
        .mark_tick(thickness=3, size=34, color=_INK)
        .encode(y=shared["row"], x=alt.X("median:Q", scale=seconds, axis=axis))
    )
    look = {"labelFontSize": 12, "titleFontSize": 12, "labelColor": _INK, "titleColor": _INK, "gridColor": "#e4e7ec"}
    return (
        (lines + ends + medians)
        .properties(
            width=440, height=alt.Step(_height(found)), padding={"left": 24, "right": 12, "top": 5, "bottom": 5}
        )
        .configure(background="transparent", font="sans-serif")
        .configure_axis(**look, domainColor="#98a2b3", tickColor="#98a2b3")
        .configure_view(stroke=None)
        .configure_legend(labelFontSize=12, labelColor=_INK, columnPadding=24)
    )


def _height(found: Sequence[Delays]) -> int:
    """Pixels of a row: enough to tell its writes apart, as far as a page has room."""
    return min(120, max(48, 2 * max(len(each.each) for each in found)))


def _names(found: Sequence[Delays]) -> list[str]:
    return [_name(each) for each in found]


def _name(of: Delays) -> str:
    return f"{of.surface}{_BREAK}{of.fact}, {of.store}"


def _rows(found: Sequence[Delays]) -> list[dict[str, Any]]:
    """One line for each write, those of a surface above each other from the quickest to the slowest."""
    furthest = max((end for each in found for d in each.each for end in (d.low, d.high or 0.0)), default=1.0)
    edge = max(1.0, ceil(furthest * 1.05 * 10) / 10)
    return [
        {
            "surface": _name(each),
            "low": delay.low,
            "until": edge if delay.high is None else delay.high,
            "kind": _KINDS[delay.high is None],
            "place": place / max(1, len(each.each) - 1),
        }
        for each in found
        for place, delay in enumerate(sorted(each.each, key=lambda delay: (delay.end, delay.low)))
    ]


def _medians(found: Sequence[Delays]) -> list[dict[str, Any]]:
    told = ((_name(each), each.quantile(0.5).high) for each in found)
    return [{"surface": name, "median": median} for name, median in told if median is not None]
