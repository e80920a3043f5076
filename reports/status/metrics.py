"""What is measured, as Prometheus and OpenMetrics read it; names of blackbox_exporter first.

A run that says nothing of the store (the probe broke, was cut off, or could not tell) leaves ``probe_success`` out: a
broken probe host is not a store that is down, and no alert on ``probe_success == 0`` fires. It is counted in
``probe_internal_errors_total``, and ``probe_last_judged_timestamp_seconds`` stays behind.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from journeys.probes.outcome import State
from reports.status.measured import Gauged, Measured, Spread
from reports.status.overview import SurfaceShown, kind_of

INTERNAL: Final = (State.BROKEN, State.INTERRUPTED)
"""What is the tester's own trouble."""
_PROBE: Final = ("probe", "store", "journey", "location")
_SUCCESS: Final = {State.PASSED: 1.0, State.FAILED: 0.0}
NO_LAYER: Final = "none"
UNKNOWN_LAYER: Final = "unknown"


def exposed(measured: Measured, accept: str) -> tuple[bytes, str]:
    """The metrics and their content type, in the format that the Accept header prefers: OpenMetrics, or plain text."""
    encode, kind = choose_encoder(accept)
    return encode(_Collected(measured)), kind


class _Collected(Collector):
    """The families, for the library's encoders."""

    def __init__(self, measured: Measured) -> None:
        self._measured = measured

    def collect(self) -> Iterator[Metric]:
        """All families that have a sample."""
        of = self._measured
        families = (*_newest(of.probes), *_counted(of), *_surfaces(of.surfaces), _delays(of), *_beside(of))
        return (family for family in families if family.samples)


def _newest(probes: Iterable[Gauged]) -> Iterator[Metric]:
    """What the newest run of each probe says."""
    success = _gauge("probe_success", "Whether the newest run succeeded; left out when it says nothing of the store.")
    took = _gauge("probe_duration_seconds", "How long the newest run took.")
    limit = _gauge("probe_timeout_seconds", "After how long a run is cut off.")
    every = _gauge("probe_interval_seconds", "How often the probe is due.")
    status = _gauge("probe_http_status_code", "The last status the newest run was answered with; 0 without any answer.")
    ran = _gauge("probe_last_run_timestamp_seconds", "When the newest run ended, however it ended.")
    judged = _gauge(
        "probe_last_judged_timestamp_seconds", "When the newest run ended that says something of the store."
    )
    row = _gauge("probe_failures_in_a_row", "How many of the newest runs that say something failed, up to 5.")
    steps = _gauge("journey_step_duration_seconds", "How long each step of the newest run took.", "step")
    for probe in probes:
        if probe.timeout_s:
            limit.add_metric(probe.labels, probe.timeout_s)
        if probe.every_s:
            every.add_metric(probe.labels, probe.every_s)
        if probe.judged:
            judged.add_metric(probe.labels, probe.judged.ended)
            row.add_metric(probe.labels, probe.failures)
        if probe.newest:
            ran.add_metric(probe.labels, probe.newest.ended)
            took.add_metric(probe.labels, probe.newest.took_s)
            status.add_metric(probe.labels, probe.newest.http_status)
            done = {step.name: step.took_s for step in probe.newest.steps if step.outcome != "skipped"}
            for name, seconds in done.items():
                steps.add_metric((*probe.labels, name), seconds)
            if probe.newest.state in _SUCCESS:
                success.add_metric(probe.labels, _SUCCESS[probe.newest.state])
    yield from (success, took, limit, every, status, ran, judged, row, steps)


def _counted(of: Measured) -> Iterator[Metric]:
    """What only grows, until this process is started anew."""
    runs = _counter("probe_runs", "Ticks of a probe by what became of them.", "state")
    errors = _counter("probe_internal_errors", "Runs that broke or were cut off: the tester's own trouble.", "state")
    for probe in of.probes:
        for state in State:
            runs.add_metric((*probe.labels, state.value), probe.states.get(state, 0), created=of.since)
        for state in INTERNAL:
            errors.add_metric((*probe.labels, state.value), probe.states.get(state, 0), created=of.since)
    yield from (runs, errors)


def _surfaces(surfaces: Iterable[tuple[str, SurfaceShown]]) -> Iterator[Metric]:
    """1 for each layer that is blamed while a surface is stale, 0 while it is fresh; left out where it is not known."""
    stale = GaugeMetricFamily(
        "store_stale",
        "Whether a surface last showed an old value, and which layer was found to hold it.",
        labels=("store", "surface", "fact", "layer"),
    )
    read = GaugeMetricFamily(
        "store_surface_last_read_timestamp_seconds",
        "When a surface was last read, whatever it showed.",
        labels=("store", "surface", "fact"),
    )
    now: dict[tuple[str, str, str], SurfaceShown] = {}
    last: dict[tuple[str, str, str], float] = {}
    for store, each in surfaces:
        key = (store, each.surface, kind_of(each.fact))
        last[key] = max(each.at, last.get(key, 0.0))
        if each.fresh is not None and (key not in now or _worse(each, now[key])):
            now[key] = each
    for key, each in now.items():
        layers = (NO_LAYER,) if each.fresh else dict.fromkeys(each.layers or (UNKNOWN_LAYER,))
        for layer in layers:
            stale.add_metric((*key, layer), 0.0 if each.fresh else 1.0)
    for key, at in last.items():
        read.add_metric(key, at)
    yield from (stale, read)


def _worse(one: SurfaceShown, other: SurfaceShown) -> bool:
    """Of several facts of a kind (the stock of several products) the stale one counts, then the newest."""
    return (one.fresh is False, one.at) > (other.fresh is False, other.at)


def _delays(of: Measured) -> Metric:
    """Only buckets: a delay is an interval, and one whose end was not seen has no length that could be summed."""
    spread = HistogramMetricFamily(
        "store_propagation_delay_seconds",
        "How long after its ack a write was shown; writes that were not seen to arrive count as infinite.",
        labels=("store", "surface", "fact"),
    )
    together: dict[tuple[str, str, str], list[Spread]] = {}
    for each in of.spreads:
        together.setdefault((each.store, each.surface, kind_of(each.fact)), []).append(each)
    for key, several in together.items():
        bounds = sorted({bound for each in several for bound in each.within})
        total, buckets = 0, []
        for bound in bounds:
            total += sum(each.within.get(bound, 0) for each in several)
            buckets.append((str(float(bound)), float(total)))
        buckets.append(("+Inf", float(total + sum(each.censored for each in several))))
        spread.add_metric(key, buckets, None)
    return spread


def _beside(of: Measured) -> Iterator[Metric]:
    """Incidents, service levels and the workers."""
    incidents = GaugeMetricFamily(
        "store_incidents_open", "Open incidents by cause, those of the shadow left out.", labels=("store", "cause")
    )
    known: dict[tuple[str, str], int] = {}
    for incident in of.incidents:
        if not incident.shadow:
            key = (incident.store, incident.cause or "unknown")
            known[key] = known.get(key, 0) + 1
    for labels, many in known.items():
        incidents.add_metric(labels, many)
    names = ("store", "probe", "level")
    promised = GaugeMetricFamily("service_level_promised_ratio", "The share that is promised.", labels=names)
    kept = GaugeMetricFamily(
        "service_level_kept_ratio", "The share that is kept over the level's window.", labels=names
    )
    left = GaugeMetricFamily("service_level_budget_left_ratio", "What is left of the error budget.", labels=names)
    for level in of.levels:
        values = (level.store, level.probe, level.name)
        promised.add_metric(values, level.promised)
        for family, value in ((kept, level.kept), (left, level.left)):
            if value is not None:
                family.add_metric(values, value)
    beat = GaugeMetricFamily("worker_heartbeat_timestamp_seconds", "When a worker last said that it lives.")
    if of.heartbeat is not None:
        beat.add_metric((), of.heartbeat)
    yield from (incidents, promised, kept, left, beat)


def _gauge(name: str, help_: str, *more: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, help_, labels=(*_PROBE, *more))


def _counter(name: str, help_: str, *more: str) -> CounterMetricFamily:
    return CounterMetricFamily(name, help_, labels=(*_PROBE, *more))
