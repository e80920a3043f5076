"""How a balance comes about, as a waterfall: one bar for each kind of movement, from where the one before ended."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from journeys.audit.model import Balance
from reports.audit.words import PARTS, bare, reconciles

WIDTH: Final = 300
ROW: Final = 26
_BAR: Final = 14
_EDGE: Final = 6.0


Kind = Literal["whole", "good", "bad", "none", "gap"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One row of a waterfall: from where to where it goes, in minor units; ``whole`` bars begin at nothing."""

    name: str
    amount: str
    begins: int
    ends: int
    kind: Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Waterfall:
    """One balance as rows and their drawing; ``drawing`` is SVG that takes its colours from the page."""

    source: str
    currency: str
    bars: tuple[Bar, ...]
    said: str
    agrees: bool | None
    drawing: str


def waterfall(of: Balance) -> Waterfall:
    """The bars of one balance: opening, each kind of movement, closing; and what is missing between, if anything."""
    bars = tuple(_bars(of))
    return Waterfall(
        source=of.source,
        currency=of.currency,
        bars=bars,
        said=reconciles(of),
        agrees=of.reconciles,
        drawing=_drawing(bars),
    )


def _bars(of: Balance) -> Iterator[Bar]:
    def bar(name: str, kind: Kind, begins: int, ends: int) -> Bar:
        return Bar(name=name, amount=bare(ends - begins, of.currency), begins=begins, ends=ends, kind=kind)

    at = of.opening or 0
    if of.opening is not None:
        yield bar("opening", "whole", 0, at)
    for part in PARTS:
        moved = getattr(of, part)
        yield bar(part, "bad" if moved < 0 else "good" if moved else "none", at, at + moved)
        at += moved
    if of.closing is not None and of.closing != at and of.opening is not None:
        yield bar("not explained", "gap", at, of.closing)
        at = of.closing
    yield bar("what remains" if of.closing is None else "closing", "whole", 0, at if of.closing is None else of.closing)


def _drawing(bars: tuple[Bar, ...]) -> str:
    """The bars alone: names and amounts stand beside them as text, so the drawing may be as narrow as it likes."""
    ends = [0, *(end for bar in bars for end in (bar.begins, bar.ends))]
    low, span = min(ends), max(max(ends) - min(ends), 1)

    def x(minor: int) -> float:
        return _EDGE + (WIDTH - 2 * _EDGE) * (minor - low) / span

    height = ROW * len(bars)
    told = [f'<path class="zero" d="M{x(0):.1f} 0V{height}"/>']
    for place, each in enumerate(bars):
        top = ROW * place + (ROW - _BAR) / 2
        left, right = sorted((x(each.begins), x(each.ends)))
        width = max(right - left, 1.5 if each.begins != each.ends else 0.0)
        told.append(f'<rect class="{each.kind}" x="{left:.1f}" y="{top:.0f}" width="{width:.1f}" height="{_BAR}"/>')
        if place < len(bars) - 1:
            told.append(f'<path class="link" d="M{x(each.ends):.1f} {top + _BAR:.0f}v{ROW - _BAR}"/>')
    size = f'viewBox="0 0 {WIDTH} {height}" preserveAspectRatio="none"'
    return f'<svg class="waterfall" {size} height="{height}" aria-hidden="true">{"".join(told)}</svg>'
