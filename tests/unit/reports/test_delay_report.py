"""Propagation delays as text, as JSON, and as a page with a plot."""

from __future__ import annotations

import io
import json
import sys
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from histories import MINE, STOCK, expect, history, reading, sample, write
from rich.console import Console

from journeys.model import Event, Result
from reports import AllureWatcher, as_json, delays_page, delays_table, summary, write_delays


def run(lag: float | None) -> Result:
    """A run whose product page showed the old value for so long; None: as long as anybody looked."""
    events: list[Event] = [sample(0.0, 10), write(5.0, 6.0), sample(6.1, 9, MINE), expect(STOCK, -1)]
    for tick in range(8):
        at = 6.3 + 0.5 * tick
        events += [
            reading("product page", at, 10 if lag is None or at - 6 < lag else 9), sample(at + 0.2, 9, MINE)
        ]  # fmt: skip
    return Result(history=history(*events), findings=())


SLOW = [run(1.0)] * 6 + [run(None)]


def shown(results: list[Result], width: int) -> str:
    console = Console(width=width, file=io.StringIO(), color_system=None)
    console.print(delays_table(results))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_the_table_tells_quantiles_with_their_confidence_and_shares() -> None:
    lines = shown(SLOW, 140).splitlines()
    (row,) = (line.split() for line in lines if "product page" in line)
    assert " ".join(row) == (
        "shop availability product page 7 (1 censored) 1.4 [0.8–∞] > 3.8* > 3.8* 0–86 % 86–100 % 86–100 %"
    )
    assert "p95 needs 72" in lines[-1]


@pytest.mark.parametrize("width", [40, 80, 140])
def test_no_line_is_wider_than_the_window(width: int) -> None:
    assert max(len(line) for line in shown(SLOW, width).splitlines()) <= width


def test_enough_runs_have_no_footnote() -> None:
    assert "*" not in shown([run(1.0)] * 368, 140)


def test_the_summary_tells_delays_only_of_repeated_runs() -> None:
    def told(results: list[Result]) -> bool:
        console = Console(width=140, file=io.StringIO())
        console.print(summary(results))
        assert isinstance(console.file, io.StringIO)
        return "Propagation delay" in console.file.getvalue()

    other = replace(SLOW[0].history.heading, journey="voucher_checkout")
    assert told(SLOW)
    assert not told(SLOW[:1])
    assert not told([SLOW[0], replace(SLOW[0], history=replace(SLOW[0].history, heading=other))])


def test_the_document_tells_all_of_it() -> None:
    (delay,) = as_json(SLOW)["delays"]
    assert json.loads(json.dumps(delay, allow_nan=False)) == delay
    assert (delay["store"], delay["fact"], delay["surface"], delay["n"], delay["censored"]) == (
        "shop",
        "availability",
        "product page",
        7,
        1,
    )
    assert delay["quantiles"]["p50"] == {"low": 0.8, "high": 1.4, "confidence": [0.8, None]}
    assert delay["quantiles"]["p95"] == {"low": 3.8, "high": None, "confidence": None}
    assert delay["within"][1] == {"seconds": 5.0, "shown": 6, "unsure": 1, "of": 7}
    assert delay["intervals"][-1] == [3.8, None]


def test_the_page_has_a_plot_with_a_row_for_each_surface_and_censored_ones_marked() -> None:
    page = delays_page(SLOW)
    drawn = ET.fromstring(page[page.index("<svg") : page.index("</svg>") + len("</svg>")])
    texts = [text for each in drawn.iter() if (text := (each.text or "").strip())]
    assert {"product page", "availability, shop", "still old at the last reading"} <= set(texts)
    assert "#c2313f" in ET.tostring(drawn, "unicode")
    assert "#c2313f" not in plotted(delays_page(SLOW[:6])).partition("role-mark")[2].partition("role-legend")[0]
    assert "<script" not in page and "7 (1 censored)" in page


def plotted(page: str) -> str:
    return page[page.index("<svg") : page.index("</svg>")]


def test_without_the_means_to_draw_the_table_stands_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    page = delays_page(SLOW)
    assert "<svg" not in page and "pip install &#x27;journeys[plots]&#x27;" in page and "<table>" in page


def test_where_no_write_was_followed_nothing_is_written(healthy: Result, tmp_path: Path) -> None:
    silent = replace(healthy, history=replace(healthy.history, events=()))
    assert write_delays([silent], tmp_path) is None
    assert "No write was followed" in delays_page([silent])
    assert write_delays(SLOW, tmp_path / "deep") == tmp_path / "deep" / "delays.html"


def test_the_second_repetition_has_the_delays_of_both(tmp_path: Path) -> None:
    watcher = AllureWatcher(tmp_path)
    for result in SLOW[:2]:
        watcher.began(result.history.heading)
        watcher.ended(result, {})
    results = [json.loads(path.read_text()) for path in tmp_path.glob("*-result.json")]
    attached = sorted([[each["name"] for each in result["attachments"]] for result in results])
    assert attached == [["why", "readings"], ["why", "readings", "propagation delay"]]
