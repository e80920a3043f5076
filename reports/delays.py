"""How long writes take to arrive, gathered over many runs: as a table, as JSON, and as a page with a plot."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path
from typing import Any, Final

from rich import box
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.table import Table
from rich.text import Text

from journeys.checks import delays
from journeys.model import Result
from journeys.model.delay import QUANTILES, WITHIN_S, Delay, Delays, Quantile, Share, enough_for
from reports.plot import CannotPlot, plot
from reports.style import page

PAGE: Final = "delays.html"
_FEW: Final = "*"


def gathered(results: Sequence[Result]) -> tuple[Delays, ...]:
    """The delays of these runs, the slowest first."""
    return tuple(sorted(delays(result.history for result in results), key=lambda each: -each.quantile(0.5).low))


def delays_document(results: Sequence[Result]) -> list[dict[str, Any]]:
    """The delays for machines; seconds, null where the end was not seen or runs are too few."""
    return [
        {
            "store": each.store,
            "fact": each.fact,
            "surface": each.surface,
            "n": len(each.each),
            "censored": each.censored,
            "quantiles": {name(share): _quantile_document(each.quantile(share)) for share in QUANTILES},
            "within": [_share_document(each.within(seconds)) for seconds in WITHIN_S],
            "intervals": [_ends(delay) for delay in each.each],
        }
        for each in gathered(results)
    ]


def delays_table(results: Sequence[Result]) -> RenderableType:
    """The delays for a terminal."""
    return _Shown(gathered(results))


def delays_page(results: Sequence[Result]) -> str:
    """The delays as a page of its own, with a plot where the means to draw one are installed."""
    found = gathered(results)
    runs = len(results)
    try:
        picture = f'<figure class="plot">{plot(found)}</figure>' if found else ""
    except CannotPlot as missing:
        picture = f'<p class="quiet">{escape(str(missing))}</p>'
    lead = (
        f"<p>From the moment a write was acked until its old value was last seen, in {runs} run{'s' * (runs != 1)}."
        " Each write gives an interval: the old value was last seen at its one end and had gone for good at the other."
        " Open to the right: it was still there when nobody looked any more.</p>"
    )
    table = _html(found) if found else "<p>No write was followed at any surface.</p>"
    return page("Propagation delay", f"<h1>How long a change takes to arrive</h1>{lead}{picture}{table}")


def write_delays(results: Sequence[Result], folder: Path) -> Path | None:
    """Write the page into a folder; None when no write was followed, OSError when the disk refuses it."""
    if not gathered(results):
        return None
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / PAGE
    path.write_text(delays_page(results), encoding="utf-8")
    return path


def name(share: float) -> str:
    """The usual name of a quantile: ``p95``."""
    return f"p{share * 100:.0f}"


class _Shown:
    """A table in a wide window, a line for each surface in a narrow one."""

    def __init__(self, found: tuple[Delays, ...]) -> None:
        self._found = found

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        if not self._found:
            return
        yield Text("Propagation delay after the ack, in seconds [95 % confidence]", "bold")
        if options.max_width < 110:
            for each in self._found:
                yield Text(f"{each.surface}, {each.fact} ({each.store}, n {_number(each)})")
                cells = zip(_titles(), _figures(each), strict=True)
                yield Text("  " + ", ".join(f"{title} {figure}" for title, figure in cells))
        else:
            table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
            for title in ("store", "fact", "surface"):
                table.add_column(title, overflow="fold")
            for title in ("n", *_titles()):
                table.add_column(title, justify="right", no_wrap=True)
            for each in self._found:
                table.add_row(each.store, each.fact, each.surface, _number(each), *_figures(each))
            yield table
        if any(_FEW in figure for each in self._found for figure in _figures(each)):
            yield Text(_few(), "dim")


def _few() -> str:
    needed = ", ".join(f"{name(share)} needs {enough_for(share)}" for share in QUANTILES)
    return f"{_FEW} not enough runs for a 95 % confidence interval: {needed}."


def _titles() -> tuple[str, ...]:
    return (*map(name, QUANTILES), *(f"within {seconds:.0f} s" for seconds in WITHIN_S))


def _figures(of: Delays) -> tuple[str, ...]:
    return (*(_quantile(of.quantile(share)) for share in QUANTILES), *(_share(of.within(s)) for s in WITHIN_S))


def _number(of: Delays) -> str:
    return f"{len(of.each)} ({of.censored} censored)" if of.censored else str(len(of.each))


def _quantile(of: Quantile) -> str:
    value = f"> {of.low:.1f}" if of.high is None else f"{of.high:.1f}"
    if of.confidence is None:
        return value + _FEW
    low, high = of.confidence
    return f"{value} [{low:.1f}–{'∞' if high is None else f'{high:.1f}'}]"


def _share(of: Share) -> str:
    low, high = 100 * of.shown / of.of, 100 * (of.shown + of.unsure) / of.of
    return f"{low:.0f} %" if not of.unsure else f"{low:.0f}–{high:.0f} %"


def _html(found: Iterable[Delays]) -> str:
    titles = ("Surface", "Fact", "Store", "Writes", *_titles())
    rows = []
    few = False
    for each in found:
        figures = _figures(each)
        few = few or any(_FEW in figure for figure in figures)
        cells = (each.surface, each.fact, each.store, _number(each), *figures)
        told = "".join(
            f'<td data-title="{escape(title)}">{escape(cell)}</td>' for title, cell in zip(titles, cells, strict=True)
        )
        rows.append(f"<tr>{told}</tr>")
    head = "".join(f"<th>{escape(title)}</th>" for title in titles)
    note = f'<p class="quiet">{escape(_few())}</p>' if few else ""
    said = (
        '<p class="quiet">Quantiles in seconds, with their 95 % confidence interval. <i>Within</i>: the share of writes'
        " that were shown for good within that time; a range where the readings leave it open.</p>"
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>{said}{note}"


def _quantile_document(of: Quantile) -> dict[str, Any]:
    confidence = None if of.confidence is None else [_round(end) for end in of.confidence]
    return {"low": _round(of.low), "high": _round(of.high), "confidence": confidence}


def _share_document(of: Share) -> dict[str, Any]:
    return {"seconds": of.within_s, "shown": of.shown, "unsure": of.unsure, "of": of.of}


def _ends(delay: Delay) -> list[float | None]:
    return [_round(delay.low), _round(delay.high)]


def _round(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 3)
