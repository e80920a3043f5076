"""Propagation delays over time as a small SVG that takes its colours from the page."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from math import sqrt
from typing import Final

from journeys.model.delay import Delays
from journeys.probes.outcome import Arrival
from reports.status.words import Words, brief, quantile

WIDTH: Final = 260
HEIGHT: Final = 56
_LEFT, _RIGHT, _TOP, _BOTTOM = 30.0, 4.0, 7.0, 3.0
_MARKS: Final = (1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0, 3600.0)


def plot(arrivals: Sequence[Arrival], delays: Delays | None, words: Words) -> str:
    """Each write a line from when its old value was last seen to when it was gone, open where its end was not seen.

    To the right the time, upwards the delay (its square root: short ones can be told apart). Nothing without any.
    """
    if not arrivals:
        return ""
    scale = _Scale(arrivals)
    told = "".join(_mark(each, scale) for each in sorted(arrivals, key=lambda each: each.at))
    said = escape(described(arrivals, delays, words))
    size = f'viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}"'
    return f'<svg class="delays" {size} role="img" aria-label="{said}">{_ground(scale)}{told}</svg>'


def described(arrivals: Sequence[Arrival], delays: Delays | None, words: Words) -> str:
    """The plot in words."""
    first = min(each.at for each in arrivals)
    censored = sum(each.high_s is None for each in arrivals)
    tail = f", {censored} of them not seen to arrive" if censored else ""
    quantiles = f"half within {quantile(delays, 0.5)}, 95 % within {quantile(delays, 0.95)}" if delays else ""
    writes = f"{len(arrivals)} write{'s' * (len(arrivals) != 1)} since {words.moment(first)}{tail}"
    return f"{writes}: {quantiles}" if quantiles else writes


class _Scale:
    """Time to the right, delay upwards."""

    def __init__(self, arrivals: Sequence[Arrival]) -> None:
        times = [each.at for each in arrivals]
        longest = max(each.low_s if each.high_s is None else each.high_s for each in arrivals)
        self.first, self.span = min(times), max(max(times) - min(times), 1.0)
        self.most = next((mark for mark in _MARKS if mark >= longest), longest)

    def x(self, at: float) -> float:
        """Pixels from the left."""
        return _LEFT + 4 + (WIDTH - _LEFT - _RIGHT - 8) * (at - self.first) / self.span

    def y(self, seconds: float) -> float:
        """Pixels from the top."""
        return HEIGHT - _BOTTOM - (HEIGHT - _TOP - _BOTTOM) * sqrt(min(seconds, self.most) / self.most)


def _ground(scale: _Scale) -> str:
    """A line at the bottom and one at the top, with the delay that each stands for."""
    lines = "".join(
        f'<line class="grid" x1="{_LEFT}" x2="{WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
        for y in (scale.y(0), scale.y(scale.most))
    )
    labels = f'<text x="{_LEFT - 4}" y="{_TOP + 4}">{brief(scale.most).replace(".0 ", " ")}</text>'
    return f'{lines}{labels}<text x="{_LEFT - 4}" y="{HEIGHT - _BOTTOM}">0 s</text>'


def _mark(arrival: Arrival, scale: _Scale) -> str:
    x, low = scale.x(arrival.at), scale.y(arrival.low_s)
    if arrival.high_s is None:
        top = _TOP - 4
        return f'<path class="censored" d="M{x:.1f} {low:.1f}V{top + 4:.1f}m-3 0 3-4 3 4z"/>'
    high = scale.y(arrival.high_s)
    return f'<path class="write" d="M{x:.1f} {low:.1f}V{high:.1f}"/><circle cx="{x:.1f}" cy="{high:.1f}" r="1.7"/>'
