"""Metrics: what is exposed, in both formats, and what is left out rather than told wrongly."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as open_metrics
from prometheus_client.parser import text_string_to_metric_families as plain_text
from prometheus_client.samples import Sample
from watched import NOW, outcome, steps_from, troubled

from journeys.probes.outcome import Outcome, State
from journeys.serving.measure import Measurer
from reports.status import Gauged, Incident, Level, Measured, Spread, SurfaceShown, exposed

OPEN = "application/openmetrics-text; version=1.0.0; charset=utf-8, text/plain;version=0.0.4;q=0.5"


def samples(measured: Measured, accept: str = OPEN) -> Iterator[Sample]:
    text, kind = exposed(measured, accept)
    parse = open_metrics if "openmetrics" in kind else plain_text
    for family in parse(text.decode()):
        yield from family.samples


def gauged(newest: Outcome | None, **more: object) -> Gauged:
    return Gauged(probe="checkout", store="shop", journey="j", location="here", newest=newest, **more)  # type: ignore[arg-type]


def of(measured: Measured, name: str) -> dict[tuple[str, ...], float]:
    """The values of one metric by its labels, those of every probe left out."""
    usual = {"probe", "store", "journey", "location"}
    return {
        tuple(value for label, value in sorted(each.labels.items()) if label not in usual): each.value
        for each in samples(measured)
        if each.name == name
    }


def measured(*probes: Gauged, **more: object) -> Measured:
    return Measured(at=NOW, since=NOW - 3600, probes=probes, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("state", "success"),
    [
        (State.PASSED, 1.0),
        (State.FAILED, 0.0),
        (State.UNKNOWN, None),
        (State.BROKEN, None),
        (State.INTERRUPTED, None),
    ],
)
def test_success_is_only_told_by_a_run_that_says_something_of_the_store(state: State, success: float | None) -> None:
    assert of(measured(gauged(outcome(state=state))), "probe_success") == ({} if success is None else {(): success})


def test_a_broken_probe_is_counted_and_seen_to_have_run() -> None:
    broken, passed = outcome(state=State.BROKEN), outcome(due=NOW - 600)
    told = measured(gauged(broken, judged=passed, states={State.BROKEN: 2, State.PASSED: 7, State.INTERRUPTED: 1}))
    assert of(told, "probe_internal_errors_total") == {("broken",): 2.0, ("interrupted",): 1.0}
    assert of(told, "probe_last_run_timestamp_seconds") == {(): broken.ended}
    assert of(told, "probe_last_judged_timestamp_seconds") == {(): passed.ended}
    assert of(told, "probe_runs_total")[("passed",)] == 7.0


def test_a_probe_that_never_ran_has_its_limits_and_counts_alone() -> None:
    told = {each.name for each in samples(measured(gauged(None, every_s=300.0, timeout_s=180.0)))}
    assert told == {
        "probe_timeout_seconds", "probe_interval_seconds", "probe_runs_total", "probe_runs_created",
        "probe_internal_errors_total", "probe_internal_errors_created",
    }  # fmt: skip


def test_a_step_that_was_skipped_took_no_time_that_could_be_told() -> None:
    run = outcome(state=State.FAILED, steps=steps_from(NOW, failed="put it into the basket"))
    assert of(measured(gauged(run)), "journey_step_duration_seconds") == {
        ("find the product",): 2.1,
        ("put it into the basket",): 1.2,
    }


def surface(**more: object) -> tuple[str, SurfaceShown]:
    shown = SurfaceShown(surface="page", fact="availability:mug", at=NOW - 60, value="3", fresh=True)
    return "shop", replace(shown, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("shown", "stale"),
    [
        (surface(), {("availability", "none", "page"): 0.0}),
        (surface(fresh=False), {("availability", "unknown", "page"): 1.0}),
        (
            surface(fresh=False, layers=("edge", "replica")),
            {("availability", "edge", "page"): 1.0, ("availability", "replica", "page"): 1.0},
        ),
        (surface(fresh=None), {}),
    ],
)
def test_each_layer_that_is_blamed_for_a_stale_surface_is_told(
    shown: tuple[str, SurfaceShown], stale: dict[tuple[str, ...], float]
) -> None:
    assert of(measured(surfaces=(shown,)), "store_stale") == stale
    assert of(measured(surfaces=(shown,)), "store_surface_last_read_timestamp_seconds") == {
        ("availability", "page"): NOW - 60
    }


def test_of_several_products_the_stale_one_counts() -> None:
    shown = (surface(fresh=False, at=NOW - 90), surface(fact="availability:cup"))
    assert of(measured(surfaces=shown), "store_stale") == {("availability", "unknown", "page"): 1.0}


def test_a_write_that_was_not_seen_to_arrive_is_in_no_finite_bucket() -> None:
    spread = Spread(store="shop", surface="page", fact="price", within={0.5: 3, 1.0: 0, 2.0: 4}, censored=5)
    assert of(measured(spreads=(spread,)), "store_propagation_delay_seconds_bucket") == {
        ("price", "0.5", "page"): 3.0,
        ("price", "1.0", "page"): 3.0,
        ("price", "2.0", "page"): 7.0,
        ("price", "+Inf", "page"): 12.0,
    }


def test_incidents_levels_and_workers_are_told_beside() -> None:
    def incident(key: str, **more: object) -> Incident:
        return Incident(key=key, store="shop", title="t", since=NOW, **more)  # type: ignore[arg-type]

    incidents = (incident("1", cause="cache"), incident("2", cause="cache"), incident("3"), incident("4", shadow=True))
    levels = (
        Level(store="shop", name="quick", words="w", promised=0.99, kept=0.98, left=-1.0, window_s=1.0),
        Level(store="shop", name="new", words="w", promised=0.9, kept=None, left=None, window_s=1.0),
    )
    told = measured(incidents=incidents, levels=levels, heartbeat=NOW - 3)
    assert of(told, "store_incidents_open") == {("cache",): 2.0, ("unknown",): 1.0}
    assert of(told, "service_level_promised_ratio") == {("quick",): 0.99, ("new",): 0.9}
    assert of(told, "service_level_budget_left_ratio") == {("quick",): -1.0}
    assert of(told, "worker_heartbeat_timestamp_seconds") == {(): NOW - 3}


def test_who_asks_for_openmetrics_gets_it_and_everybody_else_plain_text() -> None:
    told = Measurer(troubled(), lambda: NOW).measured()
    open_, plain = exposed(told, OPEN), exposed(told, "*/*")
    assert (open_[1].split(";")[0], plain[1].split(";")[0]) == ("application/openmetrics-text", "text/plain")
    assert open_[0].endswith(b"# EOF\n") and not plain[0].endswith(b"# EOF\n")
    one, other = (
        {(each.name, *sorted(each.labels.items())): each.value for each in samples(told, accept)}
        for accept in (OPEN, "")
    )
    assert one == other
    assert len(one) > 100
