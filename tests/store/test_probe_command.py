"""``journeys probe`` as its users meet it: exit codes, records, and what is left of it when it hangs or is killed."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import Any

import psutil
import pytest
import yaml
from commands import ROOT, Ended, configured, ended, journeys, seeded, start

from journeys.config import Config, load
from journeys.probes.database import open_database
from journeys.probes.history import History
from journeys.probes.outcome import Outcome, State
from journeys.probes.promises import open_promises
from journeys.run.clock import SystemClock
from journeys.run.settle import settle
from sandbox import Status

pytestmark = [pytest.mark.xdist_group("shop")]

PROBES = """
[stores.shop]
platform = "oscar"
sandbox = true
locale = "de_DE"
[probes.buy]
store = "shop"
journey = "guest_checkout"
every = 3600
"""
OFTEN = PROBES.replace("3600", "5")


class Place:
    """A folder with a configuration and a state of its own."""

    def __init__(self, folder: Path, sandbox: Status, text: str = PROBES) -> None:
        self.file = configured(folder, sandbox, text)
        # The state is the first key of the file: before any table.
        self.file.write_text(f'state = "{folder / "state"}"\n{self.file.read_text()}')
        self.folder = folder

    def config(self) -> Config:
        return load(self.file)

    def history(self) -> History:
        return History(open_database(self.config().database_url()))

    def once(self, *arguments: str) -> Ended:
        return journeys("probe", "--once", *arguments, "--config", str(self.file))

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        return start("probe", *arguments, "--config", str(self.file))

    def browser(self) -> list[psutil.Process]:
        """The browser of the run that is under way, once it is up: what was started, and its own processes."""

        def look() -> list[psutil.Process]:
            for process in psutil.process_iter():
                try:
                    words = process.cmdline()
                    own = any(word.startswith(f"--user-data-dir={self.folder}/") for word in words)
                    if own and not any(word.startswith("--type=") for word in words):
                        return [process, *process.children(recursive=True)]
                except psutil.Error:
                    continue
            return []

        found = settle(look, bool, SystemClock(), 60.0)
        assert found, "no browser came up"
        return found

    def all_of_its_browser(self, do: Callable[[psutil.Process], None]) -> None:
        """Do it to all processes of the browser once the run has read a surface with it."""

        def seen() -> bool:
            return any('"event":"reading"' in each.read_text() for each in self.folder.glob("state/runs/*/*.ndjson"))

        assert settle(seen, bool, SystemClock(), 60.0)
        for each in self.browser():
            with suppress(psutil.NoSuchProcess):  # renderers come and go
                do(each)

    def processes(self) -> list[str]:
        """What is still running of it."""
        told = []
        for process in psutil.process_iter():
            try:
                told += [word for word in process.cmdline() if f"{self.folder}/state/probing/" in word]
            except psutil.Error:
                continue
        return told


@pytest.fixture
def place(tmp_path: Path, sandbox: Status) -> Place:
    return Place(tmp_path, sandbox)


@pytest.fixture
def untouched(place: Place) -> Iterator[None]:
    """What the test does to the store is undone in the end, all promises are kept, and no process is left."""
    before = seeded(place.config(), "shop")
    yield
    database = open_database(place.config().database_url())
    assert settle(lambda: _cleaned(place, database), bool, SystemClock(), 180.0), open_promises(database)
    assert (before, []) == (seeded(place.config(), "shop"), place.processes())


def _cleaned(place: Place, database: Any) -> bool:
    """An order that may still arrive is waited for, for two minutes from its promise on."""
    journeys("cleanup", "--config", str(place.file))
    return not open_promises(database)


def newest(place: Place) -> Outcome:
    return place.history().outcomes(limit=1)[0]


@pytest.mark.usefixtures("untouched")
def test_a_healthy_store_is_passed_and_recorded(place: Place) -> None:
    done = place.once("--output", "json")
    (told,) = done.document
    assert (done.code, told["state"], told["probe"], told["left"]) == (0, "passed", "buy", [])
    recorded = place.history().outcome(told["key"])
    assert recorded is not None
    assert (recorded.state, recorded.http_status) == (State.PASSED, 200)
    assert [step.name for step in recorded.steps] == [
        "find the product", "put it into the basket", "check out", "place the order",
    ]  # fmt: skip
    assert {each.fresh for each in recorded.readings} == {True}
    assert "product page" in {each.surface for each in recorded.arrivals}


@pytest.mark.usefixtures("untouched")
def test_a_fault_of_the_store_is_told_with_its_cause(
    place: Place, planted: Callable[[str], AbstractContextManager[Any]]
) -> None:
    with planted("order_total"):
        done = place.once()
    outcome = newest(place)
    assert (done.code, outcome.state, outcome.cause) == (1, State.FAILED, "platform")
    assert "failed buy" in done.out
    assert outcome.headline.splitlines()[0][:40] in " ".join(done.out.split())


@pytest.mark.usefixtures("untouched")
def test_what_was_tried_on_a_stale_page_is_known_without_the_history_of_the_run(
    place: Place, planted: Callable[[str], AbstractContextManager[Any]]
) -> None:
    with planted("application_cache"):
        done = place.once()
    outcome = place.history().outcome(newest(place).key)
    assert outcome is not None
    assert (done.code, outcome.cause) == (1, "cache")
    way = next(each for each in outcome.isolations if each.surface == "product page")
    assert [each.title for each in way.stops if each.mark == "named"] == ["application cache"]
    assert ({each.state for each in way.stops[0].before}, {each.state for each in way.stops[0].after}) == (
        {"old"}, {"fresh"},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "arguments", "code", "says"),
    [
        (PROBES, ["sell"], 2, "unknown probe sell at here; known are buy"),
        (PROBES, ["--location", "berlin"], 5, ""),
        (PROBES.replace("guest_checkout", "book_free_slot"), [], 2, "cannot be gone in shop"),
        (PROBES.replace("guest_checkout", "fly"), [], 2, "unknown journey fly"),
        (PROBES.partition("[probes")[0], [], 2, "no probe is configured"),
        (PROBES.replace("sandbox = true", 'url = "http://127.0.0.1:9"'), [], 2, "is read-only"),
        (
            PROBES.replace("every = 3600", 'every = "soon"'),
            [],
            2,
            "probes.buy.every: a duration is",
        ),
        (PROBES + 'cron = "* * * * *"\n', [], 2, "either every or cron says when"),
    ],
)
def test_mistakes_are_named_and_nothing_is_bought(
    tmp_path: Path, sandbox: Status, text: str, arguments: list[str], code: int, says: str
) -> None:
    done = Place(tmp_path, sandbox, text).once(*arguments)
    assert (done.code, says in done.err) == (code, True), done.err


def test_a_worker_needs_a_database_that_can_be_shared(place: Place) -> None:
    done = journeys("worker", "--location", "here", "--config", str(place.file))
    assert (done.code, "set history.database to a PostgreSQL" in done.err) == (2, True), done.err


@pytest.mark.usefixtures("untouched")
def test_a_run_that_hangs_is_ended_with_its_browser_and_undone(tmp_path: Path, sandbox: Status) -> None:
    place = Place(tmp_path, sandbox, PROBES + 'timeout = "30 s"\n')
    process = place.start("--once")
    place.all_of_its_browser(psutil.Process.suspend)
    done = ended(process)
    outcome = newest(place)
    assert (done.code, outcome.state, outcome.reason) == (3, State.INTERRUPTED, "it took longer than 30 s")
    assert place.processes() == []


@pytest.mark.usefixtures("untouched")
def test_a_browser_that_crashes_is_the_testers_fault(place: Place) -> None:
    process = place.start("--once")
    place.all_of_its_browser(psutil.Process.kill)
    done = ended(process)
    assert (done.code, newest(place).state) == (3, State.BROKEN), done.err


@pytest.mark.usefixtures("untouched")
def test_what_a_killed_process_was_at_has_an_outcome_and_the_probe_goes_on(place: Place) -> None:
    process = place.start("--once")
    place.browser()
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    done = place.once()
    assert done.code == 0, done.err
    assert [each.state for each in place.history().outcomes()] == [State.PASSED, State.INTERRUPTED]


@pytest.mark.usefixtures("untouched")
def test_there_is_one_prober_to_a_folder_and_it_ends_when_it_is_told(tmp_path: Path, sandbox: Status) -> None:
    place = Place(tmp_path, sandbox, OFTEN)
    prober = place.start("--patience", "0")
    place.browser()
    second = place.once()
    prober.send_signal(signal.SIGTERM)
    told = ended(prober)
    assert (second.code, "watches with" in second.err) == (3, True), second.err
    assert (told.code, "what is under way is finished or undone" in told.err) == (0, True), told.err
    assert {each.state for each in place.history().outcomes()} <= {State.PASSED, State.INTERRUPTED, State.SKIPPED}
    assert place.processes() == []


def test_the_commands_of_the_deployments_are_ones_that_there_are(place: Place) -> None:
    """What runs on others' machines is run here as far as it can be: with this configuration."""
    documents = list(yaml.safe_load_all((ROOT / "docs/deploy/kubernetes.yaml").read_text()))
    cron = documents[0]["spec"]["jobTemplate"]["spec"]
    (container,) = cron["template"]["spec"]["containers"]
    command = [str(place.file) if word.endswith("journeys.toml") else word for word in container["command"]]
    assert (command[0], journeys(*command[1:]).code) == ("journeys", 0)
    (rule,) = cron["podFailurePolicy"]["rules"]
    assert rule["onExitCodes"]["values"] == [1, 2]

    workflow = yaml.safe_load((ROOT / "docs/deploy/github-actions.yml").read_text())
    own = [step["run"] for step in workflow["jobs"]["probe"]["steps"] if step.get("run", "").startswith("journeys")]
    for line in own:
        words = line.partition(">")[0].split()
        done = journeys(*words[1:], "--config", str(place.file))
        assert done.code == 0, (line, done.err)
