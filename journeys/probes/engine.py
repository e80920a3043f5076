"""The durable queue of runs: DBOS, and nothing that knows it but this room.

Each tick is one workflow of two steps: *go*, whose run is begun at most once however often the workflow is taken up
again, and *settle* (undo, record), which is done until it succeeds. Who takes up the workflow of a dead worker finds
the tick begun, goes nowhere, and settles.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, Final

from dbos import DBOS, DBOSConfig, SetWorkflowID

from journeys.probes.going import Going, Tick
from journeys.probes.outcome import Outcome, outcome_from

ANYWHERE: Final = "anywhere"
"""The queue that every worker serves: of what dead workers left."""
_VERSION: Final = "1"  # of the workflow's steps: while it stays, a newer program finishes what an older one began
_POLL_S: Final = 0.25
_RETRIES: Final = 3600  # a second apart: an hour without a database
_UNFINISHED: Final = ["PENDING"]
_OVER: Final = ["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]
_BATCH: Final = 500


class Engine:
    """The queue as one worker sees it; there is at most one in a process."""

    def __init__(self, going: Going, url: str, *, concurrency: int) -> None:
        self._going = going
        self._concurrency = concurrency
        config: DBOSConfig = {
            "name": "journeys",
            "system_database_url": url,
            "executor_id": going.roster.worker,
            "application_version": _VERSION,
            "log_level": "ERROR",
            "console_log_level": "ERROR",
        }
        DBOS(config=config)
        self._tick, self._lost = _declared(going)

    def launch(self) -> None:
        """Serve the queue of this location, and that of what dead workers left."""
        mine = _queue(self._going.roster.location)
        DBOS.listen_queues([mine, ANYWHERE])
        DBOS.launch()
        for queue in {mine, *(_queue(probe.location) for probe in self._going.probes.values())}:
            DBOS.register_queue(queue, worker_concurrency=self._concurrency, polling_interval_sec=_POLL_S)
        DBOS.register_queue(ANYWHERE, worker_concurrency=self._concurrency, polling_interval_sec=_POLL_S)

    def submit(self, tick: Tick, location: str) -> None:
        """Let the run of a tick wait at its location; a second time changes nothing."""
        self._enqueue(_queue(location), tick.key, self._tick, tick)

    def settle_lost(self, tick: Tick, attempt: str) -> None:
        """Let anybody settle a tick whose workflow is gone."""
        self._enqueue(ANYWHERE, f"{tick.key}/{attempt}", self._lost, tick)

    def take_over(self, dead: Sequence[str]) -> int:
        """Let anybody take up what dead workers were at; how many runs that are."""
        left = DBOS.list_workflows(
            status=_UNFINISHED, executor_id=list(dead), limit=_BATCH, load_input=False, load_output=False
        )
        if left:
            DBOS.resume_workflows([each.workflow_id for each in left], queue_name=ANYWHERE)
        return len(left)

    def prune(self, *, before: float) -> int:
        """Forget workflows that were over by then; how many that were."""
        moment = datetime.fromtimestamp(before, UTC).isoformat()
        over = DBOS.list_workflows(
            status=_OVER, completed_before=moment, limit=_BATCH, load_input=False, load_output=False
        )
        if over:
            DBOS.delete_workflows([each.workflow_id for each in over])
        return len(over)

    def stop(self, within_s: float) -> None:
        """Take up nothing more, and give what is under way so many seconds."""
        DBOS.destroy(workflow_completion_timeout_sec=int(within_s), destroy_registry=True)

    def _enqueue(self, queue: str, name: str, workflow: Callable[..., Any], tick: Tick) -> None:
        with SetWorkflowID(name):
            DBOS.enqueue_workflow(queue, workflow, asdict(tick))


def _declared(going: Going) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """The two workflows: of a tick, and of one whose workflow is gone."""

    @DBOS.step(name="go")
    def go(tick: dict[str, Any]) -> dict[str, Any]:
        return going.go(Tick(**tick)).as_json()

    @DBOS.step(name="settle", retries_allowed=True, max_attempts=_RETRIES, interval_seconds=1.0, backoff_rate=1.0)
    def settle(tick: dict[str, Any], told: dict[str, Any] | None, why: str) -> None:
        outcome: Outcome = outcome_from(told) if told else going.interrupted(Tick(**tick), why)
        going.settle(outcome)

    @DBOS.workflow(name="tick", max_recovery_attempts=100)
    def run(tick: dict[str, Any]) -> None:
        told, why = None, ""
        try:
            told = go(tick)
        except Exception as error:
            why = f"it could not be begun: {error}"
        settle(tick, told, why)

    @DBOS.workflow(name="lost", max_recovery_attempts=100)
    def lost(tick: dict[str, Any]) -> None:
        settle(tick, None, "its worker was lost")

    return run, lost


def _queue(location: str) -> str:
    return f"at {location}"
