"""The pages of the status page as HTML: whole, escaped, named, in order, and with colours that can be read."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from xml.dom.minidom import parseString

import pytest
from isolations import isolation
from watched import CACHED, NOW, STALE, gone_quiet, nothing_yet, outcome, seen_from, troubled, well

from journeys.probes.outcome import Arrival, Blamed, State
from journeys.serving import Sources
from journeys.serving.gather import Gatherer
from reports.status import (
    Maintenance,
    RunPage,
    assets,
    incident_page,
    message_page,
    overview_page,
    paths,
    probe_page,
    run_page,
)
from reports.status.plot import described, plot
from reports.status.words import Words
from reports.style import DARK, LIGHT
from reports.tried import tried

SCENES = (well, troubled, gone_quiet, nothing_yet)
VOID = {"meta", "link", "input", "br"}
NASTY = "<script>alert(\"x\")</script> & 'more'"


class Reader(HTMLParser):
    """What is wrong with the structure of a page, and what it holds."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.headings: list[int] = []
        self.refers: list[str] = []
        self.styled = 0
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if tag not in VOID:
            self.open.append(tag)
        self.ids += [told["id"] or ""] if "id" in told else []
        self.refers += (told.get("aria-labelledby") or "").split()
        self.headings += [int(tag[1])] if re.fullmatch("h[1-6]", tag) else []
        self.styled += "style" in told or any(name.startswith("on") for name in told)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def every_page(sources: Sources) -> list[str]:
    gather = Gatherer(sources, "journeys", lambda: NOW)
    overview = gather.overview()
    pages = [overview_page(overview), message_page("Not found", "Nothing is here.", "journeys", NOW, asks=True)]
    for store in overview.stores:
        for probe in store.probes:
            page = gather.probe(probe.name)
            assert page is not None
            pages.append(probe_page(page, "journeys"))
            for run in probe.runs[:3]:
                shown = gather.run(run.key)
                assert shown is not None
                pages.append(run_page(shown, "journeys"))
    for incident in (*overview.incidents, *overview.over):
        told = gather.incident(incident.key)
        assert told is not None
        pages.append(incident_page(told, "journeys"))
    return pages


@pytest.mark.parametrize("make", SCENES)
def test_every_page_is_well_formed_and_its_names_lead_somewhere(make: Callable[[], Sources]) -> None:
    for page in every_page(make()):
        read = Reader(page)
        assert read.open == []
        assert len(set(read.ids)) == len(read.ids)
        assert set(read.refers) <= set(read.ids)


@pytest.mark.parametrize("make", SCENES)
def test_headings_begin_with_one_title_and_leave_out_no_level(make: Callable[[], Sources]) -> None:
    for page in every_page(make()):
        levels = Reader(page).headings
        assert (levels[0], levels.count(1)) == (1, 1)
        assert all(deeper <= level + 1 for level, deeper in pairwise(levels))


@pytest.mark.parametrize("make", SCENES)
def test_no_page_has_style_or_script_within_or_anything_from_elsewhere(make: Callable[[], Sources]) -> None:
    for page in every_page(make()):
        assert Reader(page).styled == 0
        assert re.findall(r"<style|<script(?! src=\"/assets/)", page) == []
        assert re.findall(r'(?:src|href)="(?!/|#)', page) == []


def test_nothing_that_a_store_says_becomes_markup() -> None:
    nasty = replace(CACHED, surface=NASTY, layers=(NASTY,), suspects=(NASTY,), evidence=(NASTY,), next_step=NASTY)
    run = outcome(
        "checkout", state=State.FAILED, headline=NASTY, reason=NASTY, diagnoses=(nasty,), left=(NASTY,),
        findings=(replace(STALE, explanation=NASTY),),
        readings=(replace(seen_from(NOW)[0], surface=NASTY, value=NASTY),),
        arrivals=(Arrival(surface=NASTY, fact=NASTY, at=NOW, low_s=1.0, high_s=None),),
    )  # fmt: skip
    page = run_page(RunPage(at=NOW, outcome=run, paths=paths(run)), NASTY)
    assert "<script>alert" not in page
    assert page.count("&lt;script&gt;alert") > 10
    assert Reader(page).open == []


def test_the_first_line_says_how_everything_is() -> None:
    leads = [re.search(r"<h1[^>]*>(.*?)</h1>", every_page(make())[0]) for make in SCENES]
    assert [lead and lead[1] for lead in leads] == [
        "shop is working", "booking is failing, shop is degraded", "shop: state not known", "shop: state not known",
    ]  # fmt: skip


def test_old_data_is_said_to_be_old() -> None:
    page = every_page(gone_quiet())[0]
    assert "No run since 07:01 (7 h ago): the prober may be down." in page
    assert "was fresh at 07:01" in page and "fresh, seen" not in page


def test_each_cell_of_a_timeline_is_a_link_with_time_state_and_cause() -> None:
    page = every_page(troubled())[0]
    assert 'href="/runs/checkout@1793800880" aria-label="14:01, failed, cache"' in page
    assert page.count('<li data-key="checkout@') == 60


def test_maintenance_is_told() -> None:
    overview = Gatherer(well(), "journeys", lambda: NOW).overview()
    window = Maintenance(name="new till", store="shop", since=NOW - 60, until=NOW + 600, probes=("card",))
    page = overview_page(replace(overview, stores=(replace(overview.stores[0], maintenance=(window,)),)))
    assert re.search(r"new till \(card\):\s+under way since .*14:01.*until .*14:12.*nobody is paged", page)


def test_the_layers_that_are_blamed_are_drawn_from_the_screen_to_the_record() -> None:
    blamed = Blamed(
        cause="cache", surface="product page", layers=("database replica", "edge"), suspects=("service worker",),
        confidence=0.8, evidence=(), next_step="",
    )  # fmt: skip
    run = outcome(
        state=State.FAILED, diagnoses=(blamed, replace(blamed, layers=(), suspects=())), readings=seen_from(NOW)
    )
    (path,) = paths(run)
    assert re.findall(r"<h3>(.*?)</h3>", path.drawing) == [
        "customer's screen".replace("'", "&#x27;"), "service worker", "edge", "database replica", "record",
    ]  # fmt: skip
    assert re.findall(r'<li class="(.*?)">', path.drawing) == [" end", "suspect", "named", "named", " end"]
    assert not path.whole


def test_an_isolation_is_drawn_with_what_came_out_of_each_layer() -> None:
    (path,) = paths(outcome(isolations=tried(isolation())))
    assert path.whole
    assert "holds the old value" in path.drawing and 'class="seen old"' in path.drawing
    assert [each.surface for each in outcome(isolations=tried(isolation())).isolations] == [path.surface]


def test_delays_are_drawn_as_intervals_and_those_without_end_as_open() -> None:
    arrivals = (
        Arrival(surface="page", fact="price", at=NOW - 60, low_s=1.0, high_s=2.0),
        Arrival(surface="page", fact="price", at=NOW, low_s=60.0, high_s=None),
    )
    svg = plot(arrivals, None, Words(at=NOW))
    parseString(svg)
    assert (svg.count('class="write"'), svg.count('class="censored"')) == (1, 1)
    assert described(arrivals, None, Words(at=NOW)) == "2 writes since 14:01, 1 of them not seen to arrive"
    assert plot((), None, Words(at=NOW)) == ""


def tokens(of: str) -> dict[str, tuple[float, float, float]]:
    """The opaque colours by name."""
    found = re.findall(r"--(\w+): #([0-9a-f]{6}|[0-9a-f]{3});", of)
    wide = {name: hexa if len(hexa) == 6 else "".join(2 * each for each in hexa) for name, hexa in found}
    return {name: (int(h[:2], 16) / 255, int(h[2:4], 16) / 255, int(h[4:], 16) / 255) for name, h in wide.items()}


def contrast(one: tuple[float, float, float], other: tuple[float, float, float]) -> float:
    """By the Web Content Accessibility Guidelines 2.2."""

    def light(colour: tuple[float, float, float]) -> float:
        red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    darker, lighter = sorted((light(one), light(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["page", "card"])
@pytest.mark.parametrize("ink", ["ink", "quiet", "good", "so", "bad", "mark"])
def test_every_word_can_be_read_on_every_ground(scheme: str, ground: str, ink: str) -> None:
    colours = tokens(scheme)
    assert contrast(colours[ink], colours[ground]) >= 4.5


def test_the_name_of_an_asset_changes_with_its_content() -> None:
    assert sorted(re.sub(r"\.[0-9a-f]{10}\.", ".", name) for name in assets()) == [
        "icon.svg",
        "status.css",
        "status.js",
    ]
    css = next(asset for name, asset in assets().items() if name.endswith(".css"))
    assert b"data-theme=dark" in css.content and b"url(" not in css.content
