"""What was planted against what was said of it, drawn with Vega-Altair; needs the optional packages of ``plots``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from journeys.model import Cause
from reports.plot import CannotPlot

PICTURE: Final = "confusion.svg"
Counted = Mapping[tuple[Cause, Cause], int]
_GREEN: Final = "#1c8248"
_RED: Final = "#c2313f"
_INK: Final = "#1d2330"
_QUIET: Final = "#667085"
_EMPTY: Final = "#f2f4f7"
_CELL: Final = 62


def confusion_picture(counted: Counted) -> str:
    """An SVG: a row for each cause that was planted, a column for each that was said; the diagonal is right.

    A cell is the darker, the more of its row it holds. CannotPlot when the packages that draw are not installed.
    """
    try:
        import altair as alt
        import vl_convert
    except ImportError as error:
        raise CannotPlot("for the picture of a drill: pip install 'journeys[plots]'") from error
    svg: str = vl_convert.vegalite_to_svg(_chart(alt, counted).to_dict())
    return svg


def write_confusion(counted: Counted, folder: Path) -> Path | None:
    """Write the picture into a folder; None when nothing was counted, or it cannot be drawn here."""
    try:
        drawn = confusion_picture(counted) if counted else ""
    except CannotPlot:
        return None
    if not drawn:
        return None
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / PICTURE
    path.write_text(drawn, encoding="utf-8")
    return path


def _chart(alt: Any, counted: Counted) -> Any:
    planted, said = _causes(counted, 0), _causes(counted, 1)
    base = alt.Chart(alt.Data(values=_cells(counted, planted, said))).encode(
        x=alt.X(
            "said:N", sort=said, title="said",
            axis=alt.Axis(orient="top", labelAngle=-35, labelAlign="left", labelOffset=-4),
        ),
        y=alt.Y("planted:N", sort=planted, title="planted"),
    )  # fmt: skip
    tile = {"cornerRadius": 6, "stroke": "white", "strokeWidth": 4}
    kinds = alt.Scale(domain=["right", "wrong", "none"], range=[_GREEN, _RED, _EMPTY])
    tiles = base.mark_rect(**tile).encode(
        color=alt.Color("kind:N", scale=kinds, legend=None),
        opacity=alt.Opacity("shade:Q", scale=None, legend=None),
    )
    numbers = base.mark_text(fontSize=16, fontWeight=600).encode(
        text="label:N", color=alt.Color("ink:N", scale=None, legend=None)
    )
    right = sum(number for (row, column), number in counted.items() if row is column)
    total = sum(counted.values())
    title = alt.Title(
        text=f"{right} of {total} causes right ({100 * right / total:.0f} %)",
        subtitle="rows: the cause that was planted; columns: the cause that was said; pairs are left out",
        anchor="start", fontSize=17, color=_INK, subtitleColor=_QUIET, subtitleFontSize=12, offset=14,
    )  # fmt: skip
    look = {"labelFontSize": 13, "titleFontSize": 12, "labelColor": _INK, "titleColor": _QUIET, "labelLimit": 200}
    return (
        (tiles + numbers)
        .properties(
            width=alt.Step(_CELL), height=alt.Step(_CELL), title=title,
            padding={"left": 20, "right": 56, "top": 18, "bottom": 20},
        )
        .configure(background="white", font="sans-serif")
        .configure_axis(**look, domain=False, ticks=False, grid=False, labelPadding=8, titlePadding=12)
        .configure_view(stroke=None)
    )  # fmt: skip


def _causes(counted: Counted, place: int) -> list[str]:
    """The seven causes, and unknown last where anything was not known."""
    return [str(cause) for cause in Cause if cause is not Cause.UNKNOWN or any(key[place] is cause for key in counted)]


def _cells(counted: Counted, planted: Sequence[str], said: Sequence[str]) -> list[dict[str, Any]]:
    numbers = {(str(row), str(column)): number for (row, column), number in counted.items()}
    of_row = {row: sum(numbers.get((row, column), 0) for column in said) for row in planted}
    return [_cell(row, column, numbers.get((row, column), 0), of_row[row]) for row in planted for column in said]


def _cell(row: str, column: str, number: int, of_row: int) -> dict[str, Any]:
    share = number / of_row if of_row else 0.0
    if not number:
        return {"planted": row, "said": column, "kind": "none", "shade": 1.0, "label": "", "ink": _INK}
    return {
        "planted": row,
        "said": column,
        "kind": "right" if row == column else "wrong",
        "shade": 0.3 + 0.7 * share,
        "label": str(number),
        "ink": "white" if share > 0.5 else _INK,
    }
