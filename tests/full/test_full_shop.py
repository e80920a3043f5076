"""Journeys in the full shop: what is healthy passes untouched, and what is old is found by hand as well."""

from __future__ import annotations

import json
import os
import ssl
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import httpx
import pytest

from journeys.checks import delays
from journeys.model import DATABASE_REPLICA, EDGE, Cause, Value
from journeys.plugin import Performer
from journeys.programme import Exit
from journeys.run.ports import Clears, Copy, Layer, Place, Visitor
from journeys.shop import guest_checkout
from sandbox import Sandbox
from sandbox.full import EdgeRules

pytestmark = [pytest.mark.store("shop"), pytest.mark.xdist_group("drill")]

PRODUCT_PAGE = "product page"
API = "availability API"


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """A layer that writes down when it is cleared."""

    layer: Layer
    cleared: list[str]

    @property
    def name(self) -> str:
        return self.layer.name

    @property
    def clears(self) -> Any:
        return self.layer.clears

    @property
    def personal(self) -> bool:
        return self.layer.personal

    @property
    def instances(self) -> tuple[str, ...]:
        return self.layer.instances

    def door(self, instance: str = "") -> str:
        return self.layer.door(instance)

    def copy(self, place: Place, visitor: Visitor, evidence: Mapping[str, str]) -> Copy | None:
        return self.layer.copy(place, visitor, evidence)

    def holds(self, place: Place) -> Value | None:
        return self.layer.holds(place)

    def behind(self) -> bool:
        return self.layer.behind()

    def clear(self, place: Place, visitor: Visitor, instance: str = "") -> str:
        self.cleared.append(self.name)
        return self.layer.clear(place, visitor, instance)


def watched(run: Performer) -> tuple[Performer, list[str]]:
    """The same run, whose layers write down when they are cleared."""
    cleared: list[str] = []
    layers = tuple(Watched(layer=layer, cleared=cleared) for layer in run.store.layers)
    return replace(run, store=replace(run.store, layers=layers)), cleared


def test_a_healthy_run_with_kept_caches_clears_nothing(shop: Any, run: Performer) -> None:
    careful, cleared = watched(run)
    result = careful(guest_checkout)

    assert (result.history.interventions, cleared) == ((), [])
    paths = {surface.name: len(surface.path) for surface in run.store.surfaces}
    assert {name: paths[name] for name in (PRODUCT_PAGE, "category", "search result", API)} == {
        PRODUCT_PAGE: 5,
        "category": 5,
        "search result": 4,
        API: 1,
    }


def test_an_isolation_keeps_to_its_budget_and_clears_the_guilty_layer_alone(shop: Any, run: Performer) -> None:
    shop.edges["edge-a"].use(EdgeRules(purges=False))
    careful, cleared = watched(run)
    result = careful.perform(guest_checkout)

    assert {(Cause.CACHE, (EDGE,))} == {(diagnosis.cause, diagnosis.layers) for diagnosis in result.diagnoses}
    assert {EDGE} == set(cleared)
    for surface in run.store.surfaces:
        spent = [each for each in result.history.interventions if each.surface == surface.name]
        assert len(spent) <= len(surface.path) + 2
        assert {"edge-a"} >= {each.instance for each in spent}


@pytest.mark.parametrize("seconds", [0, 2, 5])
def test_the_delay_of_a_replica_is_measured(shop: Any, run: Performer, seconds: int) -> None:
    shop.replica.delay(seconds)
    readers = tuple(reader for reader in run.store.readers if reader.surface.name == API)
    patient = replace(run.company, patience_s=seconds + 5.0)
    result = replace(run, company=patient, store=replace(run.store, readers=readers)).perform(guest_checkout)
    (measured,) = [each for each in delays([result.history]) if each.surface == API]
    (interval,) = measured.each

    assert interval.high is not None
    precision = max(interval.high - interval.low, 0.05 * seconds)
    assert interval.low - precision <= seconds <= interval.high + precision


def test_what_looks_wrong_now_is_isolated_by_hand(shop: Any, run: Performer, box: Sandbox) -> None:
    subject = run.store.subjects["plenty"][0]
    details = box.status().stores["shop"].details
    record = f"{details['api_root']}admin/stockrecords/{subject.ids['stockrecord']}/"
    known = (str(details["api_user"]), str(details["api_password"]))
    trust = ssl.create_default_context(cafile=str(details["ca"]))
    for edge in shop.edges.values():
        edge.use(EdgeRules(purges=False))
        httpx.get(f"{edge.url}{subject.ids['path']}").raise_for_status()
    before = httpx.get(record, auth=known, verify=trust).raise_for_status().json()["num_in_stock"]
    try:
        httpx.patch(record, auth=known, verify=trust, json={"num_in_stock": before + 3}).raise_for_status()
        first, found = isolated_by_hand(subject.key)
        again, _ = isolated_by_hand(subject.key)
    finally:
        httpx.patch(record, auth=known, verify=trust, json={"num_in_stock": before}).raise_for_status()

    assert [(each["cause"], each["layers"]) for each in found["runs"][0]["diagnoses"]] == [("cache", [EDGE])]
    assert (first, again) == (Exit.FAULT, Exit.PASS)


def isolated_by_hand(key: str) -> tuple[int, Any]:
    """The exit code and the report of the command."""
    command = [sys.executable, "-m", "journeys", "isolate", PRODUCT_PAGE, "--store", "shop", "--subject", key]
    environment = {**os.environ, "JOURNEYS_PROFILE": "full"}
    done = subprocess.run([*command, "--output", "json"], env=environment, capture_output=True, text=True, check=False)
    return done.returncode, json.loads(done.stdout)


def test_a_replica_that_must_not_be_touched_is_judged_by_reading_past_it(shop: Any, run: Performer) -> None:
    shop.replica.pause()
    readers = tuple(reader for reader in run.store.readers if reader.surface.name == API)
    layers = tuple(_untouchable(layer) if layer.name == DATABASE_REPLICA else layer for layer in run.store.layers)
    result = replace(run, store=replace(run.store, readers=readers, layers=layers)).perform(guest_checkout)
    (diagnosis,) = result.diagnoses

    assert (diagnosis.cause, diagnosis.layers) == (Cause.DATABASE, (DATABASE_REPLICA,))
    assert result.history.interventions == ()
    assert any("not cleared" in line for line in diagnosis.evidence)


def _untouchable(layer: Any) -> Layer:
    changed: Layer = replace(layer, clears=Clears.NEVER)
    return changed
