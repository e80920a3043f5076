"""What became of a tick as an OpenTelemetry trace: the run, its steps, and its readings as events, at their own times.

Trace and spans have ids that follow from the outcome's key: a trace told twice is one trace, and a store that was sent
``traceparent`` with the run's requests adds its own spans to it. Needs the optional packages of the extra ``traces``.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from importlib.metadata import version
from threading import Lock
from typing import TYPE_CHECKING, Final

from journeys.model import TesterFault
from journeys.probes.outcome import Outcome, State, StepTime

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.sdk.trace.export import SpanExporter
    from opentelemetry.trace import Span, Tracer
    from opentelemetry.util.types import Attributes

ENDPOINTS: Final = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
"""The environment variables that say where traces go; with neither of them none are made."""
_MOST_EVENTS: Final = 4096
_RESULTS: Final = {State.PASSED: "pass", State.FAILED: "fail"}
_ENDINGS: Final = {
    State.PASSED: "success",
    State.FAILED: "failure",
    State.UNKNOWN: "aborted",
    State.BROKEN: "aborted",
    State.INTERRUPTED: "timed_out",
}


def trace_id(key: str) -> int:
    """The id of the trace of the outcome with this key: 128 bits."""
    return int.from_bytes(sha256(f"journeys trace {key}".encode()).digest()[:16]) or 1


def span_id(key: str, place: int = 0) -> int:
    """The id of a span in it: that of the run, or of its step at this place (from 1): 64 bits."""
    return int.from_bytes(sha256(f"journeys span {key} {place}".encode()).digest()[:8]) or 1


def traceparent(key: str) -> str:
    """The header that makes what a store does for this run a part of its trace (W3C Trace Context)."""
    return f"00-{trace_id(key):032x}-{span_id(key):016x}-01"


def wanted(environment: Mapping[str, str]) -> bool:
    """Whether traces are to be made."""
    off = environment.get("OTEL_SDK_DISABLED", "").lower() == "true"
    return not off and any(environment.get(name) for name in ENDPOINTS)


class Traces:
    """Tells of outcomes by OTLP over HTTP, in the background; a receiver that is down loses traces and harms nobody.

    Where to, with which headers and in what time is said by the variables of OpenTelemetry in the environment.
    TesterFault when the packages that it takes are not installed.
    """

    def __init__(self, exporter: SpanExporter | None = None) -> None:
        try:
            from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
            from opentelemetry.sdk.resources import Resource
            from opentelemetry.sdk.trace import SpanLimits, TracerProvider
            from opentelemetry.sdk.trace.export import BatchSpanProcessor
        except ModuleNotFoundError as error:
            raise TesterFault(f"traces need {error.name}: install journeys[traces]") from error
        self._ids = _Ids()
        self._lock = Lock()
        self._provider = TracerProvider(
            resource=Resource.create({"service.name": "journeys", "service.version": version("journeys")}),
            id_generator=self._ids,  # type: ignore[arg-type]  # its base class may not be installed
            span_limits=SpanLimits(max_events=_MOST_EVENTS),
            shutdown_on_exit=False,
        )
        self._provider.add_span_processor(BatchSpanProcessor(exporter or OTLPSpanExporter()))
        self._tracer: Tracer = self._provider.get_tracer("journeys")

    def tell(self, outcome: Outcome) -> None:
        """Make its trace; of a tick at which nothing was begun there is none."""
        if outcome.state is State.SKIPPED:
            return
        with self._lock:
            self._ids.of(outcome.key)
            self._told(outcome)

    def close(self, within_s: float = 5.0) -> None:
        """Send what is left, and make no more."""
        self._provider.force_flush(int(within_s * 1000))
        self._provider.shutdown()

    def _told(self, outcome: Outcome) -> None:
        from opentelemetry import trace
        from opentelemetry.context import Context

        run = self._tracer.start_span(
            f"journey {outcome.journey}", Context(), attributes=_of_run(outcome), start_time=_ns(outcome.began)
        )
        within = trace.set_span_in_context(run, Context())
        for step in outcome.steps:
            if step.outcome != "skipped":
                self._step(step, within)
        for at, name, attributes in _events(outcome):
            run.add_event(name, attributes, _ns(at))
        _mark(run, outcome.state is State.PASSED, _complaint(outcome))
        run.end(_ns(outcome.ended))

    def _step(self, step: StepTime, within: Context) -> None:
        attributes = {"test.case.name": step.name, "journeys.step.outcome": step.outcome}
        span = self._tracer.start_span(
            step.name,
            within,
            attributes=attributes,
            start_time=_ns(step.began),
        )
        if step.error:
            ended = _ns(step.began + step.took_s)
            span.add_event("exception", {"exception.type": step.outcome, "exception.message": step.error}, ended)
        _mark(span, step.outcome == "passed", "" if step.outcome == "passed" else step.error or step.outcome)
        span.end(_ns(step.began + step.took_s))


def _of_run(outcome: Outcome) -> dict[str, str | int]:
    told: dict[str, str | int] = {
        "user_agent.synthetic.type": "test",
        "test.case.name": outcome.journey,
        "test.suite.name": outcome.store,
        "test.suite.run.status": _ENDINGS[outcome.state],
        "journeys.probe": outcome.probe,
        "journeys.location": outcome.location,
        "journeys.state": outcome.state.value,
        "journeys.key": outcome.key,
        "journeys.run": outcome.run,
        "journeys.cause": outcome.cause,
        "test.case.result.status": _RESULTS.get(outcome.state, ""),
        "http.response.status_code": outcome.http_status,
    }
    return {name: value for name, value in told.items() if value}


def _events(outcome: Outcome) -> list[tuple[float, str, Attributes]]:
    """Readings when they were taken, findings when all was judged."""
    told: list[tuple[float, str, Attributes]] = []
    for seen in outcome.readings:
        attributes: dict[str, str | bool] = {"journeys.surface": seen.surface, "journeys.fact": seen.fact}
        attributes |= {} if seen.value is None else {"journeys.value": seen.value}
        attributes |= {} if seen.fresh is None else {"journeys.fresh": seen.fresh}
        told.append((seen.at, "reading", attributes))
    for found in outcome.findings:
        about = {"journeys.check": found.check, "journeys.verdict": found.verdict}
        about |= {"journeys.surface": found.surface, "journeys.explanation": found.explanation}
        told.append((outcome.ended, "finding", about))
    return sorted(told, key=lambda each: each[0])


def _complaint(outcome: Outcome) -> str:
    """What is wrong with a run; nothing when it is not known to be."""
    if outcome.state in (State.PASSED, State.UNKNOWN):
        return ""
    return outcome.headline or outcome.reason or outcome.state.value


def _mark(span: Span, passed: bool, complaint: str) -> None:
    from opentelemetry.trace import Status, StatusCode

    if passed:
        span.set_status(Status(StatusCode.OK))
    elif complaint:
        span.set_status(Status(StatusCode.ERROR, complaint))


def _ns(at: float) -> int:
    """Nanoseconds since 1970, as precise as the microsecond that a float of today's seconds has."""
    return round(at * 1e6) * 1000


class _Ids:
    """Ids that follow from the key of the outcome that is told of; one thread tells at a time."""

    def __init__(self) -> None:
        self._key = ""
        self._place = 0

    def of(self, key: str) -> None:
        """The next spans are those of this outcome, the run first."""
        self._key, self._place = key, -1

    def generate_trace_id(self) -> int:
        """That of the outcome."""
        return trace_id(self._key)

    def generate_span_id(self) -> int:
        """That of the run, then those of its steps."""
        self._place += 1
        return span_id(self._key, self._place)

    def is_trace_id_random(self) -> bool:
        """It is as good as random: the beginning of a hash."""
        return True
