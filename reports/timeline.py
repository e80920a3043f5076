"""The readings around a write on a time axis, as SVG that keeps its letters readable in a window of any width."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Final

from journeys.model import Reading
from reports.isolation import Isolated, State, moment_of, state_of
from reports.ladder import rung_of
from reports.words import listed

Lane = tuple[tuple[str, ...], str, str]
_TOP: Final = 40
_LANE: Final = 42
_STEPS: Final = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800)
WORDS: Final[dict[State, str]] = {
    "fresh": "fresh",
    "late": "old, within the tolerance",
    "old": "old",
    "unknown": "not known",
}
_SHAPES: Final[dict[State, str]] = {
    "fresh": '<circle r="5"/>',
    "late": '<path d="M0-6.5 6.5 0 0 6.5-6.5 0z"/>',
    "old": '<rect x="-5" y="-5" width="10" height="10"/>',
    "unknown": '<circle r="4.5"/>',
}
STYLE: Final = """
svg.time { display: block; width: 100%; overflow: visible; font: 12px system-ui, sans-serif; }
svg.time text { fill: var(--quiet); }
svg.time text.lane { fill: var(--ink); paint-order: stroke; stroke: var(--page); stroke-width: 3px; }
svg.time .axis, svg.time .rail { stroke: var(--line); } svg.time .grid { stroke: var(--line); stroke-dasharray: 1 4; }
svg.time .tolerance { fill: var(--so); opacity: .13; } svg.time .ack { stroke: var(--mark); stroke-width: 2; }
svg.time text.ack { fill: var(--mark); stroke: none; font-weight: 600; }
svg.time .tried { stroke: var(--quiet); stroke-dasharray: 4 3; }
svg.time .number { fill: var(--ink); font-weight: 600; }
svg .fresh { fill: var(--good); } svg .late { fill: var(--so); } svg .old { fill: var(--bad); }
svg .unknown { fill: none; stroke: var(--quiet); stroke-width: 2; }
.key { display: flex; flex-wrap: wrap; gap: 4px 18px; color: var(--quiet); font-size: 12.5px; margin: 4px 0; }
.key span { display: inline-flex; align-items: center; gap: 6px; } .key svg { width: 14px; height: 14px; flex: none; }
.swatch { width: 16px; height: 12px; background: var(--so); opacity: .3; } .bar { width: 2px; height: 14px; }
"""


def timeline(of: Isolated) -> str:
    """Lanes of readings from the write on: one for each way they were taken, marks with shape, colour and words."""
    readings = sorted({*of.readings, *of.probes}, key=lambda reading: reading.asked)
    if not readings:
        return "<p>The surface was not read.</p>"
    zero = of.write.began if of.write else readings[0].asked
    lanes: dict[Lane, list[Reading]] = {}
    for reading in readings:
        lanes.setdefault((reading.past, reading.through, reading.by), []).append(reading)
    ordered = sorted(lanes, key=lambda lane: (len(lane[0]), lane[1], lane[2]))
    scale = _Scale(zero, max(reading.received for reading in readings))
    height = _TOP + _LANE * len(ordered) + 26
    parts = [
        _ground(of, scale, height),
        *(_lane(of, scale, lane, lanes[lane], _TOP + _LANE * i) for i, lane in enumerate(ordered)),
    ]
    told = f'height="{height}" role="img" aria-label="{escape(_said(of, readings))}"'
    return f'<svg class="time" {told}>{"".join(parts)}</svg>{_key(of)}'


class _Scale:
    """Seconds of a history as a percentage of the window's width."""

    def __init__(self, zero: float, end: float) -> None:
        self.zero = zero
        self.span = max(end - zero, 0.5) * 1.02

    def __call__(self, at: float) -> str:
        return f"{1.5 + 96 * (at - self.zero) / self.span:.2f}%"

    def ticks(self) -> Iterable[float]:
        """At most six, so that their labels have room in a narrow window."""
        step = next((each for each in _STEPS if self.span / each <= 6), self.span / 5)
        return (step * i for i in range(int(self.span / step) + 1))


def _ground(of: Isolated, scale: _Scale, height: int) -> str:
    """Axis, tolerance, ack and interventions."""
    foot, parts = height - 22, []
    if of.write:
        left = of.write.acked_at
        right = min(left + of.tolerance_s, scale.zero + scale.span)
        width = 96 * max(0.0, right - left) / scale.span
        parts.append(
            f'<rect class="tolerance" x="{scale(left)}" y="20" width="{width:.2f}%" height="{foot - 20}"/>'
            f'<line class="ack" x1="{scale(left)}" x2="{scale(left)}" y1="16" y2="{foot}"/>'
            f'<text class="ack" x="{scale(left)}" y="12">acked</text>'
        )
    for seconds in scale.ticks():
        x = scale(scale.zero + seconds)
        anchor = ' text-anchor="middle"' if seconds else ""
        parts.append(f'<line class="grid" x1="{x}" x2="{x}" y1="20" y2="{foot}"/>')
        parts.append(f'<text x="{x}" y="{foot + 16}"{anchor}>{seconds:g} s</text>')
    for number, trial in enumerate(of.trials, 1):
        x = scale(moment_of(trial))
        parts.append(f'<line class="tried" x1="{x}" x2="{x}" y1="30" y2="{foot}"/>')
        parts.append(f'<text class="number" text-anchor="middle" x="{x}" y="{12 + 13 * (number % 2)}">{number}</text>')
    return "".join(parts) + f'<line class="axis" x1="0" x2="100%" y1="{foot}" y2="{foot}"/>'


def _lane(of: Isolated, scale: _Scale, lane: Lane, readings: Sequence[Reading], top: int) -> str:
    marks = []
    for reading in readings:
        rung = rung_of(of.history, reading)
        state = state_of(rung)
        told = f"{reading.asked - scale.zero:.2f} s: {rung.value or rung.error or 'nothing'}, {WORDS[state]}"
        marks.append(
            f'<svg x="{scale(reading.asked)}" y="{top + 26}" overflow="visible" class="{state}">'
            f"<title>{escape(told)}</title>{_SHAPES[state]}</svg>"
        )
    rail = f'<line class="rail" x1="0" x2="100%" y1="{top + 26}" y2="{top + 26}"/>'
    return f'<text class="lane" x="0" y="{top + 14}">{escape(way(*lane))}</text>{rail}{"".join(marks)}'


def way(past: Sequence[str], through: str = "", by: str = "onlooker") -> str:
    """How a reading was taken, in words."""
    outside = listed(past) if len(past) < 3 else f"{past[0]} … {past[-1]}"
    told = f"through {through}" if through else f"past {outside}" if past else "whole path"
    return f"{told}, the customer" if by == "customer" else told


def _said(of: Isolated, readings: Sequence[Reading]) -> str:
    old = sum(state_of(rung_of(of.history, reading)) == "old" for reading in readings)
    return f"Timeline of {len(readings)} readings of {of.surface}, {old} of them old"


def _key(of: Isolated) -> str:
    signs = [
        f'<span><svg viewBox="-7 -7 14 14"><g class="{state}">{shape}</g></svg>{WORDS[state]}</span>'
        for state, shape in _SHAPES.items()
    ]
    if of.write:
        signs.append(f'<span><i class="swatch"></i>tolerance of {of.tolerance_s:g} s</span>')
    if of.trials:
        signs.append("<span><b>1</b>what was tried, by number</span>")
    began = f"Seconds since the {escape(of.write.kind)} began." if of.write else "Seconds since the first reading."
    return f'<div class="key">{"".join(signs)}<span>{began}</span></div>'
