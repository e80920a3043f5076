"""The terminal's summary reads without colour and in a narrow window."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from rich.console import Console

from journeys.model import Result
from reports import Progress, message, summary


def shown(results: tuple[Result, ...], width: int = 110) -> str:
    console = Console(width=width, file=io.StringIO(), color_system=None)
    console.print(summary(results))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_verdicts_are_symbols_and_words(every_kind: tuple[Result, ...]) -> None:
    text = shown(every_kind)
    assert "✓ PASS" in text and "✗ FAIL" in text and "? UNKNOWN" in text
    assert "4 runs: 1 failed, 1 unknown, 2 passed, in 21.8 s" in text


def test_a_failure_says_what_against_what_why_and_what_next(stale: Result) -> None:
    text = " ".join(shown((stale,)).split())
    assert "FAIL freshness: product page showed 20 of availability:mug-red" in text
    assert "the record said 19." in text
    assert "First stale layer: application cache, fresh after clearing availability:mug-red, still old in the" in text
    assert "control." in text
    assert "Cause: cache (99 % sure)." in text
    assert "Next: invalidate the key after the commit" in text
    assert "LEFT BEHIND cart 77" in text
    assert "4 of 5" in text


@pytest.mark.parametrize("width", [30, 50, 80, 200])
def test_no_line_is_wider_than_the_window(every_kind: tuple[Result, ...], width: int) -> None:
    assert max(len(line) for line in shown(every_kind, width).splitlines()) <= width


def test_what_a_store_says_is_no_markup(in_trouble: Result) -> None:
    odd = replace(in_trouble.findings[0], explanation="it said [bold]sold out[/bold] [/]")
    assert "it said [bold]sold out[/bold] [/]." in shown((replace(in_trouble, findings=(odd,)),))


def test_nothing_performed_is_said_so() -> None:
    assert shown(()).strip() == "No journey was performed."


def test_a_message_begins_with_the_worst(stale: Result, broken: Result, healthy: Result) -> None:
    assert message(stale).startswith("[cause: cache] FAIL freshness: ")
    assert message(broken).startswith("UNKNOWN completion: ")
    assert message(healthy) == ""


def test_more_of_a_run_is_told_by_a_command_where_its_history_is_kept(stale: Result) -> None:
    console = Console(width=110, file=io.StringIO(), color_system=None)
    console.print(summary((stale,), explain=lambda run: f"journeys explain {run} --report mine"))
    assert isinstance(console.file, io.StringIO)
    assert "against other causes: journeys explain 5b0c7d21aa --report mine" in console.file.getvalue()
    assert "journeys explain" not in shown((stale,))


def test_progress_writes_plain_lines_where_there_is_no_terminal(broken: Result) -> None:
    file = io.StringIO()
    with Progress(1, Console(file=file, force_terminal=False)) as progress:
        progress.began(broken.history.heading)
        for step in broken.history.steps:
            progress.step_began(step.name)
            progress.step_ended(step)
        progress.ended(broken, {})
    assert file.getvalue().splitlines() == [
        "a guest buys one item, caches cleared, in shop, seed 1",
        "  find the product",
        "  put it into the basket",
        '  put it into the basket: broken: product page /catalogue/red-mug_1/ has no "Add to basket" <button>: '
        "update page_objects/oscar",
        "? UNKNOWN  a guest buys one item, caches cleared, in shop (4.0 s)",
    ]
