"""The picture of an isolation says what each layer showed, which one it is, and how to see it again."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from math import inf
from pathlib import Path

import pytest
from isolations import LAYERS, isolation

from journeys.model import Bypass, Intervention, Ladder, Result, Write
from reports import Pictures, pictures, write_pictures
from reports.isolation import Isolated, isolated, state_of


class Text(HTMLParser):
    """All that somebody hears whose screen is read out."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.told += [value for name, value in attrs if name == "aria-label" and value]

    def handle_data(self, data: str) -> None:
        if self.lasttag != "style":
            self.told.append(data)


def heard(page: str) -> str:
    parser = Text()
    parser.feed(page)
    return " ".join(" ".join(parser.told).split())


def only(result: Result) -> Isolated:
    (each,) = isolated(result)
    return each


def page_of(result: Result) -> str:
    (page,) = pictures(result).values()
    return page


def states(each: Isolated) -> dict[str, tuple[list[str], list[str]]]:
    return {box.title: ([state_of(r) for r in box.before], [state_of(r) for r in box.after]) for box in each.boxes}


def without(result: Result, *kinds: type) -> Result:
    events = tuple(event for event in result.history.events if not isinstance(event, kinds))
    return replace(result, history=replace(result.history, events=events))


def test_each_layer_shows_what_came_out_of_it_before_and_after() -> None:
    assert states(only(isolation())) == {
        "customer's screen": (["old"], ["old"]),
        "service worker": (["old"], ["old"]),
        "edge": (["old", "fresh"], ["fresh", "fresh"]),
        "application cache": ([], []),
        "record": (["fresh"], ["fresh"]),
    }


def test_named_layers_and_suspects_are_marked() -> None:
    assert {box.title: box.mark for box in only(isolation()).boxes if box.mark} == {
        "edge": "named",
        "service worker": "named",
    }
    whole = isolation()
    suspected = replace(whole, diagnoses=tuple(replace(d, layers=(), suspects=("edge",)) for d in whole.diagnoses[:1]))
    assert {box.title: box.mark for box in only(suspected).boxes if box.mark} == {"edge": "suspect"}
    assert "no layer could be proved" in heard(page_of(suspected)) and 'class="suspect"' in page_of(suspected)


def test_a_layer_that_only_passed_it_on_says_so() -> None:
    whole = isolation()
    passed = replace(whole, diagnoses=tuple(replace(d, layers=(), refilled=("edge",)) for d in whole.diagnoses[:1]))

    assert {box.title: box.mark for box in only(passed).boxes if box.mark} == {"edge": "refilled"}
    assert "it only passed the old value on" in heard(page_of(passed))
    assert "it only passed the old value on" not in heard(page_of(whole))


def test_the_page_tells_everything_in_words() -> None:
    text = heard(page_of(isolation()))
    assert "product page: the edge and the service worker hold the old value" in text
    assert "holds the old value may not be cleared: judged by reading past it before 10 ✗ old after 10 ✗ old" in text
    assert "edge-a 10 ✗ old edge-b 9 ✓ fresh" in text
    assert "application cache before – not read after – not read" in text
    assert "edge (edge-a) : 10 (old) in the control just before, 9 (fresh) after clearing /mug on edge-a ." in text
    assert "It would have lived for 285.0 s more and the experiment took 0.6 s: it did not expire by itself." in text
    assert "service worker may not be cleared: 10 (old) through it, 9 (fresh) past it, 10 (old) through it" in text
    assert "90 % sure" in text
    assert "Timeline of" in text and "acked" in text and "tolerance of 2 s" in text
    assert "x-cache: hit" in text
    assert "journeys run guest_checkout --store shop --caches keep --seed 0" in text
    assert "journeys isolate 'product page' --store shop" in text


@pytest.mark.parametrize(
    ("left_s", "words"),
    [
        (inf, "until something replaced it: it did not go by itself"),
        (0.1, "it may have expired by itself, which proves nothing"),
        (None, "How long it would have lived is not known"),
    ],
)
def test_it_says_whether_the_copy_could_have_expired_by_itself(left_s: float | None, words: str) -> None:
    whole = isolation()
    events = tuple(
        replace(event, left_s=left_s, vantage=event.control) if isinstance(event, Intervention) else event
        for event in whole.history.events
    )
    text = heard(page_of(replace(whole, history=replace(whole.history, events=events))))
    assert words in text and "A second look through edge-a, left alone, showed 10 (old)" in text


def test_it_needs_nothing_from_the_network_and_no_script() -> None:
    page = page_of(isolation())
    assert "<script" not in page and not re.search(r"(src|href|url\()\s*=?\s*[\"'(]?\w*:?//", page)
    assert "prefers-color-scheme: dark" in page and "max-width: 860px" in page


def test_what_a_store_says_is_no_markup() -> None:
    whole = isolation()
    events = tuple(
        replace(event, what="<script>x</script>") if isinstance(event, Intervention) else event
        for event in whole.history.events
    )
    assert "<script" not in page_of(replace(whole, history=replace(whole.history, events=events)))


def test_without_ladders_the_experiments_fill_the_boxes() -> None:
    assert states(only(without(isolation(), Ladder)))["edge"] == (["old"], ["fresh"])


def test_where_nothing_was_tried_the_readings_speak() -> None:
    text = heard(page_of(without(isolation(), Intervention, Bypass)))
    assert "Nothing was cleared: the readings alone were compared." in text


def test_a_fact_that_looked_wrong_by_itself_has_no_write() -> None:
    text = heard(page_of(replace(without(isolation(), Write), findings=(), diagnoses=())))
    assert "which layer holds the old value is not known" in text
    assert "Seconds since the first reading." in text and "journeys run" not in text


def test_the_same_surface_after_two_writes_has_two_pictures() -> None:
    whole = isolation()
    later = tuple(
        replace(event, readings=tuple(replace(r, asked=r.asked + 40, received=r.received + 40) for r in event.readings))
        for event in whole.history.events
        if isinstance(event, Ladder)
    )
    cancelled = replace(whole.history.writes[0], kind="cancellation", began=30.0, ended=31.0)
    twice = replace(whole, history=replace(whole.history, events=(*whole.history.events, cancelled, *later)))
    assert list(pictures(twice)) == ["isolation-product-page.html", "isolation-product-page-2.html"]


def test_a_run_without_an_isolation_has_no_picture(healthy: Result, tmp_path: Path) -> None:
    assert (dict(pictures(healthy)), write_pictures(healthy, tmp_path / "run")) == ({}, ())


def test_the_picture_stands_beside_the_history(tmp_path: Path) -> None:
    Pictures().ended(isolation(), {"history.ndjson": tmp_path / "history.ndjson"})
    Pictures().ended(isolation(), {})
    assert sorted(path.name for path in tmp_path.iterdir()) == ["isolation-product-page.html", "why.html"]


def test_lanes_are_named_after_what_was_read_past() -> None:
    page = page_of(isolation())
    assert re.findall(r'class="lane"[^>]*>([^<]+)<', page) == ["whole path", "through edge-a", "through edge-b"]
    assert LAYERS[0] == "service worker"
