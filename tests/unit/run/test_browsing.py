"""What a browser tells is added to the history, but never without bounds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from fakes import FakeClock, recorder
from rehearsing import SHOP, TAGS, request, script

from journeys.model import PageError, Request
from journeys.run.browsing import Browsing


class Talkative:
    """A session that has this to tell, every time."""

    def __init__(self, *told: Request | PageError) -> None:
        self.told = told
        self.home = ""
        self.at: Callable[[datetime], float] = lambda moment: 0.0

    def seen(self, home: str, at: Callable[[datetime], float]) -> tuple[Request | PageError, ...]:
        self.home, self.at = home, at
        return self.told


def test_what_is_seen_is_in_the_history_in_the_times_of_the_run(clock: FakeClock) -> None:
    pen, session = recorder(clock), Talkative(request(), script(TAGS[0]))
    clock.now += 5.0
    browsing: Any = Browsing(session, SHOP, pen)  # type: ignore[arg-type]
    browsing.note()

    assert session.told == pen.history().requests
    assert (session.home, session.at(clock.utc() - timedelta(seconds=2))) == (SHOP, 3.0)
    assert clock.utc().tzinfo is UTC


def test_a_run_without_end_adds_a_few_hundred_events_and_scripts_do_not_crowd_out_pages(clock: FakeClock) -> None:
    error = PageError(what="oops", origin="", page="", at=0.0)
    pen = recorder(clock)
    browsing = Browsing(Talkative(*[script(TAGS[0])] * 9, error, request()), SHOP, pen)  # type: ignore[arg-type]
    for _ in range(1000):
        browsing.note()
    history = pen.history()

    assert [sum(each.kind == kind for each in history.requests) for kind in ("script", "document")] == [200, 300]
    assert len(history.page_errors) == 60
