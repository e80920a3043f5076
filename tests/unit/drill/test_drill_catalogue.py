"""The project's own catalogue: every fault is planted where it can be found, and expects what can be said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from cases_of import fault

from journeys.config import ConfigError
from journeys.drill.cases import Outing, cases, outings
from journeys.drill.catalogue import CATALOGUE, PAIRS, Catalogue, load
from journeys.drill.fault import WHOLE_RUN, Fault, pair, reset
from journeys.model import (
    APPLICATION_CACHE,
    BROWSER_HTTP_CACHE,
    DATABASE_REPLICA,
    EDGE,
    SEARCH_INDEX,
    SERVICE_WORKER,
    Shows,
    Surface,
)
from journeys.platforms.backend import Backend
from journeys.platforms.connection import Connection
from journeys.platforms.oscar import surfaces as oscar
from journeys.platforms.pretix import surfaces as pretix
from journeys.platforms.pretix.control import Control
from journeys.platforms.pretix.names import Series

IN_THE_SHOP = (SERVICE_WORKER, BROWSER_HTTP_CACHE, EDGE, APPLICATION_CACHE, SEARCH_INDEX, DATABASE_REPLICA)
IN_THE_BOOKING_STORE = (BROWSER_HTTP_CACHE, EDGE, APPLICATION_CACHE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A layer that is only there."""

    name: str


@dataclass(slots=True, kw_only=True)
class NotedBox:
    """Notes what was done to it, in order."""

    did: list[Any] = field(default_factory=list)
    controls: Any = None
    details: Mapping[str, Any] = field(default_factory=dict)

    def switch(self, **switches: bool | int | str) -> None:
        self.did.append(switches)

    def heal(self) -> None:
        self.did.append("healed")

    def reset(self) -> None:
        self.did.append("reset")


def connection(*layers: str) -> Connection:
    nothing: dict[str, Any] = {key: {} for key in ("credentials", "subjects", "means", "options", "tolerance")}
    return Connection(
        name="store",
        url="http://127.0.0.1:1",
        locale="en_GB",
        currency="EUR",
        timezone="Europe/Berlin",
        writes=True,
        maildir=None,
        layers=tuple(Named(name=name) for name in layers),  # type: ignore[misc]
        **nothing,
    )


@pytest.fixture(scope="module")
def surfaces() -> Mapping[str, Mapping[str, Surface]]:
    """What the two platforms show in the full sandbox, by the sandbox's store and the surface's name."""
    backend, shop, store = (
        Backend("http://127.0.0.1:1", headers={}),
        connection(*IN_THE_SHOP),
        connection(*IN_THE_BOOKING_STORE),
    )
    series = Series(organizer="harbour", event="tours", language="en", currency="EUR", zone=ZoneInfo("Europe/Berlin"))
    control = Control("http://127.0.0.1:1", "staff", "password")
    booked = pretix.readers(store, series, backend, backend, control, attendees=True)
    sold = oscar.readers(shop, backend, "http://127.0.0.1:1/api/")
    return {
        "shop": {reader.surface.name: reader.surface for reader in sold},
        "booking": {reader.surface.name: reader.surface for reader in booked},
    }


LOCATED = tuple(each for each in (*CATALOGUE, *PAIRS) if not each.expected.causes)
CAUSED = tuple(each for each in (*CATALOGUE, *PAIRS) if each.expected.causes)


def every(which: tuple[Fault, ...]) -> Any:
    return [pytest.param(each, id=each.key) for each in which]


@pytest.mark.parametrize("known", every(LOCATED))
def test_every_surface_exists_and_has_the_layers_that_are_expected(
    known: Fault, surfaces: Mapping[str, Mapping[str, Surface]]
) -> None:
    there = surfaces[known.store]
    assert set() == {*known.surfaces, *known.also, *known.tolerance, *known.roles} - set(there)
    for name in known.surfaces:
        inwards_out = [layer for layer in reversed(there[name].path) if layer in known.expected.layers]
        assert list(known.expected.layers) == inwards_out


@pytest.mark.parametrize("known", every(LOCATED))
def test_a_surface_that_shows_presence_alone_is_tried_with_the_last_piece(
    known: Fault, surfaces: Mapping[str, Mapping[str, Surface]]
) -> None:
    for name in known.surfaces:
        presence = surfaces[known.store][name].shows is Shows.PRESENCE
        assert (known.role(name) == "last") is presence


@pytest.mark.parametrize("known", every(LOCATED))
def test_a_fault_expects_layers_or_a_delay_and_not_both(known: Fault) -> None:
    assert (known.expected.delay_s is None) is bool(known.expected.layers)
    assert known.surfaces


@pytest.mark.parametrize("known", every(CAUSED))
def test_a_fault_that_is_at_no_surface_is_scored_by_the_whole_run_and_its_cause(
    known: Fault, surfaces: Mapping[str, Mapping[str, Surface]]
) -> None:
    assert (known.surfaces, known.expected.layers, known.expected.delay_s) == ((WHOLE_RUN,), (), None)
    assert len(known.expected.causes) == (2 if known.parts else 1)
    assert set(known.also) <= set(surfaces[known.store])


def test_a_drill_without_options_has_sixty_cases_and_more() -> None:
    assert len(cases(outings(load().faults, seed=1))) >= 60


def test_no_two_faults_share_a_name_in_one_store() -> None:
    keys = [each.key for each in (*CATALOGUE, *PAIRS)]
    assert sorted(set(keys)) == sorted(keys)


def test_every_kind_of_layer_is_at_fault_somewhere_and_in_a_pair() -> None:
    assert set(IN_THE_SHOP) == {layer for each in CATALOGUE for layer in each.expected.layers}
    assert set(IN_THE_SHOP) == {layer for each in PAIRS for layer in each.expected.layers}


def test_a_pair_plants_both_faults_and_expects_both_layers_the_inner_first() -> None:
    box = NotedBox()
    inner = fault("application cache", name="inner", plants=lambda box: box.switch(inner=True))
    outer = fault("edge", name="outer", plants=lambda box: box.switch(outer=True), surfaces=("category",))
    both = pair(outer, inner, surfaces=("product page",))
    both.plant(box)
    both.mend(box)
    assert box.did == [{"inner": True}, {"outer": True}, "healed"]
    assert (both.expected.layers, both.name) == (("application cache", "edge"), "outer over inner")
    assert {"product page", "category"} == set(both.also)


def test_a_pair_mends_what_each_of_them_needs() -> None:
    box = NotedBox()
    pair(fault("edge", name="outer"), fault("edge", name="inner", mends=reset), surfaces=("category",)).mend(box)
    assert box.did == ["healed", "reset"]


def test_what_is_planted_in_the_data_is_mended_by_putting_the_data_back() -> None:
    box = NotedBox()
    next(each for each in CATALOGUE if each.name == "timetable moved").mend(box)
    assert box.did == ["reset"]


def test_outings_cover_every_case_once_and_share_runs_by_role() -> None:
    two = fault("edge", surfaces=("product page", "category"), roles={"category": "last"})
    planned = outings([two, fault("edge", name="other")], seed=4, repeat=2)
    assert 6 == len(planned) == len(cases(planned)) == len(set(planned))
    assert {("plenty", 4), ("plenty", 5), ("last", 4), ("last", 5)} == {
        (each.role, each.seed) for each in planned if each.fault is two
    }


def test_the_seed_decides_the_order() -> None:
    known = load().faults
    assert outings(known, seed=3) == outings(known, seed=3)
    assert set(outings(known, seed=3)) != set(outings(known, seed=4))
    first, other = ([(each.fault.key, each.role) for each in outings(known, seed=seed)] for seed in (3, 4))
    assert (sorted(first), True) == (sorted(other), first != other)


def test_faults_are_chosen_by_name_by_key_and_by_store() -> None:
    one, other = fault("edge", name="same"), fault("edge", name="same", store="booking")
    catalogue = Catalogue(singles=(one, other, fault("edge", name="more")))
    assert (one, other) == catalogue.chosen(["same"], [])
    assert (other,) == catalogue.chosen(["booking/same"], [])
    assert (other,) == catalogue.chosen([], ["booking"])
    assert len(catalogue.chosen([], [])) == 3


@pytest.mark.parametrize(
    ("names", "stores", "says"),
    [
        (["nowhere"], [], "unknown fault nowhere; known are same"),
        ([], ["moon"], "no fault is known of store moon; there are some of shop"),
    ],
)
def test_a_name_that_nothing_answers_to_is_a_mistake(names: list[str], stores: list[str], says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        Catalogue(singles=(fault("edge", name="same"),)).chosen(names, stores)


@pytest.mark.parametrize("module", ["no_such_module_anywhere", "json"])
def test_a_module_without_a_catalogue_is_a_mistake(module: str) -> None:
    with pytest.raises(ConfigError, match=f"catalogue {module}: .*CATALOGUE, a tuple of faults"):
        load(module)


def test_an_outing_judges_the_surfaces_of_its_role_alone() -> None:
    two = fault("edge", surfaces=("product page", "category"), roles={"category": "last"})
    assert [case.surface for case in Outing(fault=two, role="last", seed=1).cases] == ["category"]
