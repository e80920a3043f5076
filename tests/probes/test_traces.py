"""A run as a trace, received by a real OTLP endpoint over HTTP and decoded from its protobuf."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue
from threading import Thread
from typing import Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status
from watched import CACHED, NOW, STALE, outcome, seen_from, steps_from

from journeys.model import TesterFault
from journeys.probes.outcome import Outcome, State
from reports import traces as module
from reports.traces import Traces, span_id, trace_id, traceparent, wanted


@dataclass(frozen=True, slots=True)
class Endpoint:
    """What was posted to it."""

    at: str
    posted: Queue[tuple[str, dict[str, str], ExportTraceServiceRequest]] = field(default_factory=Queue)


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    """A little receiver of traces."""

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            headers = {name.lower(): value for name, value in self.headers.items()}
            heard.posted.put((self.path, headers, ExportTraceServiceRequest.FromString(body)))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_told: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        heard = Endpoint(f"http://127.0.0.1:{server.server_port}")
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield heard
        server.shutdown()
        thread.join()


def told(endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch, *outcomes: Outcome) -> list[Span]:
    """The spans that arrive when these outcomes are told of."""
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint.at)
    traces = Traces()
    for each in outcomes:
        traces.tell(each)
    traces.close()
    spans: list[Span] = []
    while not endpoint.posted.empty():
        _, _, request = endpoint.posted.get_nowait()
        spans += [span for of in request.resource_spans for scope in of.scope_spans for span in scope.spans]
    return spans


def attributes(of: Any) -> dict[str, Any]:
    return {each.key: getattr(each.value, each.value.WhichOneof("value")) for each in of.attributes}


def stale() -> Outcome:
    steps = steps_from(NOW, failed="read the confirmation", error="no number on the page")
    return outcome(
        due=NOW, state=State.FAILED, steps=steps, readings=seen_from(NOW, old="product page"), findings=(STALE,),
        diagnoses=(CACHED,), headline=STALE.explanation,
    )  # fmt: skip


def test_a_run_is_a_span_and_each_step_one_below_it(endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    run = stale()
    spans = told(endpoint, monkeypatch, run)
    root = next(span for span in spans if not span.parent_span_id)
    steps = [span for span in spans if span.parent_span_id == root.span_id]
    assert (root.name, [step.name for step in steps]) == ("journey guest_checkout", [step.name for step in run.steps])
    assert len(spans) == 1 + len(steps)
    assert {span.trace_id for span in spans} == {trace_id(run.key).to_bytes(16)}
    assert (root.start_time_unix_nano, root.end_time_unix_nano) == (int(NOW) * 10**9, round(run.ended * 1e6) * 1000)
    assert [step.start_time_unix_nano for step in steps] == [round(step.began * 1e6) * 1000 for step in run.steps]
    assert [step.end_time_unix_nano - step.start_time_unix_nano for step in steps] == pytest.approx(
        [step.took_s * 1e9 for step in run.steps], abs=2000
    )


def test_the_run_says_that_it_is_synthetic_and_what_became_of_it(
    endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = stale()
    spans = told(endpoint, monkeypatch, run)
    root = next(span for span in spans if not span.parent_span_id)
    said = attributes(root)
    assert said == {
        "user_agent.synthetic.type": "test",
        "test.case.name": "guest_checkout",
        "test.case.result.status": "fail",
        "test.suite.name": "shop",
        "test.suite.run.status": "failure",
        "journeys.probe": "checkout",
        "journeys.location": "here",
        "journeys.state": "failed",
        "journeys.key": run.key,
        "journeys.run": run.run,
        "journeys.cause": "cache",
        "http.response.status_code": 200,
    }
    assert (root.status.code, root.status.message) == (Status.STATUS_CODE_ERROR, STALE.explanation)
    by_step = {span.name: (span.status.code, span.status.message) for span in spans if span.parent_span_id}
    assert by_step["read the confirmation"] == (Status.STATUS_CODE_ERROR, "no number on the page")
    assert by_step["place the order"] == (Status.STATUS_CODE_OK, "")


def test_readings_and_findings_are_events_at_their_own_times(
    endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = stale()
    root = next(span for span in told(endpoint, monkeypatch, run) if not span.parent_span_id)
    readings = [event for event in root.events if event.name == "reading"]
    assert [event.time_unix_nano for event in readings] == sorted(round(s.at * 1e6) * 1000 for s in run.readings)
    old = [attributes(event) for event in readings if not attributes(event)["journeys.fresh"]]
    assert old == [
        {
            "journeys.surface": "product page",
            "journeys.fact": "availability:mug-red",
            "journeys.value": "20",
            "journeys.fresh": False,
        }
    ]
    (finding,) = (event for event in root.events if event.name == "finding")
    assert attributes(finding)["journeys.explanation"] == STALE.explanation


def test_many_readings_are_all_told(endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    many = seen_from(NOW) * 200
    (root, *_) = (s for s in told(endpoint, monkeypatch, outcome(readings=many)) if not s.parent_span_id)
    assert (len(root.events), root.dropped_events_count) == (800, 0)


def test_a_tick_at_which_nothing_was_begun_has_no_trace(endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    assert told(endpoint, monkeypatch, outcome(state=State.SKIPPED, reason="the run before it was still on")) == []


@pytest.mark.parametrize(
    ("state", "status", "ending"),
    [
        (State.PASSED, Status.STATUS_CODE_OK, "success"),
        (State.UNKNOWN, Status.STATUS_CODE_UNSET, "aborted"),
        (State.BROKEN, Status.STATUS_CODE_ERROR, "aborted"),
        (State.INTERRUPTED, Status.STATUS_CODE_ERROR, "timed_out"),
    ],
)
def test_only_what_is_known_to_be_wrong_is_an_error(
    endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch, state: State, status: int, ending: str
) -> None:
    root = next(s for s in told(endpoint, monkeypatch, outcome(state=state)) if not s.parent_span_id)
    assert (root.status.code, attributes(root)["test.suite.run.status"]) == (status, ending)


def test_all_goes_to_the_usual_path_as_the_service_journeys(
    endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint.at)
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_HEADERS", "authorization=Bearer%20abc")
    traces = Traces()
    traces.tell(outcome())
    traces.close()
    path, headers, request = endpoint.posted.get_nowait()
    assert (path, headers["content-type"]) == ("/v1/traces", "application/x-protobuf")
    assert headers["authorization"] == "Bearer abc"
    assert attributes(request.resource_spans[0].resource)["service.name"] == "journeys"


def test_a_receiver_that_is_down_harms_nobody(endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "1")
    traces = Traces()
    traces.tell(outcome())
    traces.close(within_s=1.0)


def test_a_store_that_was_sent_the_header_adds_its_spans_to_the_runs_trace(
    endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = outcome()
    root = next(span for span in told(endpoint, monkeypatch, run) if not span.parent_span_id)
    assert traceparent(run.key) == f"00-{root.trace_id.hex()}-{root.span_id.hex()}-01"
    assert span_id(run.key) != span_id(run.key, 1) != span_id("another@1", 1)


@pytest.mark.parametrize(
    ("environment", "wanted_"),
    [
        ({}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": ""}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318"}, True),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://collector:4318/v1/traces"}, True),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318", "OTEL_SDK_DISABLED": "true"}, False),
    ],
)
def test_traces_are_made_when_there_is_somewhere_to_send_them(environment: dict[str, str], wanted_: bool) -> None:
    assert wanted(environment) is wanted_


def test_what_is_missing_is_named_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "opentelemetry.sdk.trace", None)
    with pytest.raises(TesterFault, match=r"install journeys\[traces\]"):
        module.Traces()
