"""``journeys serve`` as people start it: over a real history, until a signal, with what it says when it cannot."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from random import Random

import httpx
import pytest
from server import Server
from watched import STALE, run_of

from journeys.neighbours.statuspage import StatusPage
from journeys.probes.history import History
from journeys.probes.outcome import State
from journeys.run.clock import SystemClock
from journeys.run.settle import settle
from journeys.serving import bound

COMMAND = Path(sys.executable).with_name("journeys")
TOKEN = "a token that nobody guesses"


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A history in which the shop's product page has been stale for a while."""
    url = f"sqlite:///{tmp_path_factory.mktemp('history') / 'probes.sqlite3'}"
    history, now, dice = History.at(url), SystemClock().utc().timestamp(), Random(1)
    for tick in range(30):
        state = State.FAILED if tick < 3 else State.PASSED
        assert history.record(run_of("checkout", now - 30 - tick * 300, dice, state, stale=tick < 3))
    history.close()
    return url


@pytest.fixture(scope="module")
def address(database: str) -> Iterator[str]:
    """Where the command runs that those share who only ask."""
    with started(database) as (_, address):
        yield address


@contextmanager
def started(
    database: str, *arguments: str, environment: Mapping[str, str] | None = None
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The command, running, and its address."""
    command = [COMMAND, "serve", "--database", database, "--port", "0", *arguments]
    inherited = {name: value for name, value in os.environ.items() if name != "JOURNEYS_TOKEN"}
    with subprocess.Popen(
        command, stderr=subprocess.PIPE, text=True, env={**inherited, **(environment or {})}
    ) as process:
        try:
            assert process.stderr is not None
            said = process.stderr.readline()
            address = re.search(r"http://\S+", said)
            assert address, said + process.stderr.read()
            yield process, address[0].rstrip("/")
        finally:
            process.kill()


def refused(*arguments: str, environment: Mapping[str, str] | None = None) -> tuple[int, str]:
    """The exit code, and what was said."""
    own = {**os.environ, **(environment or {})}
    done = subprocess.run([COMMAND, "serve", *arguments], capture_output=True, text=True, check=False, env=own)
    return done.returncode, " ".join(done.stderr.split())


def test_it_tells_of_what_the_history_holds(address: str) -> None:
    with httpx.Client(base_url=address) as client:
        page = client.get("/").text
        assert re.search(r"<h1[^>]*>shop is degraded</h1>", page)
        assert re.search(r'<tr class="stale" data-key="product page/.*?application cache\s+holds it', page, re.S)
        assert page.count('<li data-key="checkout@') == 30
        run = client.get(re.findall(r'href="(/runs/[^"]+)" aria-label="[^"]*failed', page)[-1]).text
        assert STALE.explanation in run and "holds the old value" in run and '<h2 id="readings">' in run
        metrics = client.get("/metrics").text
        assert re.search(r"^probe_success\{.*\} 0.0$", metrics, re.M)
        assert re.search(r'^probe_runs_total\{.*state="passed".*\} 27.0$', metrics, re.M)
        assert re.search(r'^store_stale\{.*layer="application cache".*\} 1.0$', metrics, re.M)
        assert re.search(r'^store_propagation_delay_seconds_bucket\{.*le="\+Inf".*"orders API"\} 30.0$', metrics, re.M)
        assert client.get("/healthz").json() == {"status": "ok", "reasons": []}


def test_a_run_that_is_recorded_meanwhile_is_told_of(address: str, database: str) -> None:
    with httpx.Client(base_url=address) as client:
        with client.stream("GET", "/events") as events:
            lines = events.iter_lines()
            first = next(line for line in lines if line.startswith("id: "))
            history = History.at(database)
            new = run_of("browse", SystemClock().utc().timestamp() - 10, Random(2), journey="browse")
            assert history.record(new)
            history.close()
            assert next(line for line in lines if line.startswith("id: ")) != first
        assert new.key in client.get("/").text


def test_journeys_reads_its_own_summary_as_it_reads_those_of_others(address: str) -> None:
    well, told = StatusPage(url=address).ask()
    assert (well, told.startswith("minor: shop is degraded, about shop, checkout")) == (False, True)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_cleanly_and_at_once_although_pages_listen(database: str, how: signal.Signals) -> None:
    with started(database) as (process, address), httpx.Client(base_url=address) as client:
        with client.stream("GET", "/events") as events:
            assert next(events.iter_lines()) == "retry: 3000"
            began = SystemClock().monotonic()
            process.send_signal(how)
            assert process.wait(10) == 0
        assert SystemClock().monotonic() - began < 3
        assert process.stderr is not None
        assert process.stderr.read() == "stopped\n"


def test_a_port_that_is_taken_is_told_with_what_to_do(database: str) -> None:
    with bound("127.0.0.1", 0) as listening:
        port = str(listening.getsockname()[1])
        code, said = refused("--database", database, "--port", port)
    assert (code, f"port {port} on 127.0.0.1 is taken" in said, "--port" in said) == (3, True, True)


def test_others_may_not_look_without_a_token() -> None:
    code, said = refused("--host", "0.0.0.0", environment={"JOURNEYS_TOKEN": ""})
    assert (code, "JOURNEYS_TOKEN" in said, "--behind-proxy" in said) == (2, True, True)


def test_a_database_that_cannot_be_used_is_told() -> None:
    code, said = refused("--database", "mysql://somewhere/else")
    assert (code, "sqlite:///" in said) == (3, True)


def test_with_a_token_it_is_demanded_and_never_written_down(database: str) -> None:
    with started(database, environment={"JOURNEYS_TOKEN": TOKEN}) as (process, address):
        codes = [
            httpx.get(address, headers=headers, params=given).status_code
            for headers, given in (({}, {}), ({"Authorization": f"Bearer {TOKEN}"}, {}), ({}, {"token": TOKEN}))
        ]
        process.send_signal(signal.SIGTERM)
        assert process.stderr is not None
        said = process.stderr.read()
    assert (codes, TOKEN in said) == ([401, 200, 303], False)


def test_behind_a_proxy_the_address_is_that_of_the_proxy(address: str, database: str) -> None:
    forwarded = {"Host": "status.example", "X-Forwarded-Proto": "https"}
    with started(database, "--behind-proxy") as (_, behind):
        told = httpx.get(f"{behind}/api/v2/summary.json", headers=forwarded).json()
    assert told["page"]["url"] == "https://status.example"
    assert httpx.get(address, headers=forwarded).status_code == 421


def test_a_database_that_goes_away_makes_it_ill_and_one_that_comes_back_well(server: Server) -> None:
    with started(server.database()) as (process, address), httpx.Client(base_url=address) as client:
        assert (client.get("/healthz").status_code, client.get("/").status_code) == (200, 200)
        server.stop()
        try:
            ill = client.get("/healthz")
            assert (ill.status_code, ill.json()["reasons"]) == (503, ["the database cannot be used"])
            page = settle(lambda: client.get("/"), lambda answer: answer.status_code == 503, SystemClock(), 10)
            assert (page.status_code, "is not known" in page.text) == (503, True)
        finally:
            server.start()
        assert settle(lambda: client.get("/").status_code, lambda code: code == 200, SystemClock(), 10) == 200
        assert (client.get("/healthz").status_code, process.poll()) == (200, None)


def test_the_page_is_in_the_time_zone_and_under_the_title_that_were_asked_for(database: str) -> None:
    with started(database, "--zone", "Asia/Tokyo", "--title", "Our shops") as (_, address):
        page = httpx.get(address).text
    assert ("All times are Asia/Tokyo" in page, "· Our shops</title>" in page) == (True, True)
