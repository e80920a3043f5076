"""The summary is one that others' tools read, our own among them, and unknown is never green."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from xml.dom.minidom import parseString

import pytest
from watched import NOW, gone_quiet, nothing_yet, troubled, well

from journeys.serving import Sources
from journeys.serving.gather import Gatherer
from reports.status import Health, Maintenance, Overview, feed, summary

BASE = "https://status.example"


def overview(make: Callable[[], Sources]) -> Overview:
    return Gatherer(make(), "journeys", lambda: NOW).overview()


def told(of: Overview) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(json.dumps(summary(of, base=BASE)))
    return read


@pytest.mark.parametrize(
    ("make", "indicator", "description"),
    [
        (well, "none", "shop is working"),
        (troubled, "critical", "booking is failing, shop is degraded"),
        (gone_quiet, "minor", "No run since 07:01 (7 h ago): the prober may be down. All below is as it was then."),
        (nothing_yet, "minor", "shop: state not known"),
    ],
)
def test_the_indicator_says_how_bad_it_is(make: Callable[[], Sources], indicator: str, description: str) -> None:
    assert told(overview(make))["status"] == {"indicator": indicator, "description": description}


def test_a_store_is_a_group_and_a_probe_a_component() -> None:
    components = told(overview(troubled))["components"]
    groups = {each["name"]: each for each in components if each["group"]}
    assert {name: group["status"] for name, group in groups.items()} == {
        "shop": "degraded_performance",
        "booking": "major_outage",
    }
    members = [each for each in components if each["group_id"] == groups["shop"]["id"]]
    assert [each["name"] for each in members] == ["checkout", "browse", "card"]
    assert [each["id"] for each in members] == groups["shop"]["components"]


def test_one_journey_of_several_that_fails_is_a_partial_outage() -> None:
    of = overview(well)
    (shop,) = of.stores
    failing = replace(shop, probes=(replace(shop.probes[0], health=Health.FAILING), *shop.probes[1:]))
    status = told(replace(of, stores=(failing,)))
    assert (status["components"][0]["status"], status["status"]["indicator"]) == ("partial_outage", "critical")


def test_open_incidents_are_told_with_cause_and_next_step_and_those_of_the_shadow_are_not() -> None:
    of = overview(troubled)
    incident = next(each for each in told(of)["incidents"] if each["name"].startswith("Product page"))
    assert (incident["status"], incident["impact"], incident["shortlink"]) == (
        "identified",
        "major",
        "https://status.example/incidents/shop-7",
    )
    assert [each["name"] for each in incident["components"]] == ["checkout", "card"]
    assert incident["incident_updates"][0]["body"] == (
        "Cause: cache (79 % sure). Layer: application cache. Suspects: edge. "
        "Next: invalidate the key after the commit that changes the fact, or lower its lifetime."
    )
    shadowed = [replace(each, incidents=tuple(replace(i, shadow=True) for i in each.incidents)) for each in of.stores]
    assert told(replace(of, stores=tuple(shadowed)))["incidents"] == []


def test_maintenance_is_scheduled_or_in_progress() -> None:
    of = overview(well)
    windows = tuple(
        Maintenance(name=name, store="shop", since=NOW + begins, until=NOW + 3600, probes=probes)
        for name, begins, probes in (("now", -60, ()), ("soon", 60, ("card",)))
    )
    read = told(replace(of, stores=(replace(of.stores[0], maintenance=windows),)))
    assert [(each["name"], each["status"]) for each in read["scheduled_maintenances"]] == [
        ("now", "in_progress"),
        ("soon", "scheduled"),
    ]
    assert {each["status"] for each in read["components"] if not each["group"]} == {"under_maintenance"}
    assert [each["name"] for each in read["scheduled_maintenances"][1]["components"]] == ["card"]


def test_the_same_thing_has_the_same_id_each_time() -> None:
    one, two = (told(overview(troubled)) for _ in range(2))
    assert [each["id"] for each in one["components"]] == [each["id"] for each in two["components"]]
    assert len({each["id"] for each in one["components"]}) == len(one["components"])


def test_the_feed_can_be_read_whatever_an_incident_says() -> None:
    (incident, *_) = troubled().incidents.open()
    strange = replace(incident, title='<b>\0\x1b[31m & "quoted" \ufffe', next_step="]]>")
    read = parseString(feed([strange], site="a & b", base=BASE, at=NOW))
    (title,) = read.getElementsByTagName("entry")[0].getElementsByTagName("title")
    assert title.firstChild is not None
    assert title.firstChild.nodeValue == 'shop: <b>\ufffd\ufffd[31m & "quoted" \ufffd'


def test_the_feed_has_an_entry_for_each_incident_the_newest_change_first() -> None:
    incidents = troubled().incidents
    every = [*incidents.open(), *incidents.over(5)]
    atom = feed(every, site="journeys", base=BASE, at=NOW)
    assert [line.strip() for line in atom.splitlines() if "<title>" in line] == [
        "<title>journeys: incidents</title>",
        "<title>booking: No slot can be booked</title>",
        "<title>shop: Product page shows an old availability</title>",
        "<title>shop: Card payments were refused (over)</title>",
    ]
    assert feed(every, site="journeys", base=BASE, at=NOW + 999) == atom
