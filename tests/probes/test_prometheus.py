"""Prometheus itself reads the metrics, the alert rules and the queries of the dashboard."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from serving import serving
from watched import NOW, troubled

from journeys.run.clock import SystemClock
from journeys.run.settle import settle
from journeys.serving import bound
from journeys.serving.measure import Measurer
from reports.status import exposed
from sandbox.full import programs

REPORTS = Path(__file__).parents[2] / "reports"
RULES = REPORTS / "prometheus" / "journeys.rules.yml"
RULE_TESTS = REPORTS / "prometheus" / "journeys.test.yml"
DASHBOARD = REPORTS / "grafana" / "journeys.json"
SCRAPED = """
global: {scrape_interval: 1s, evaluation_interval: 1s}
rule_files: [RULES]
scrape_configs:
  - job_name: journeys
    authorization: {credentials: TOKEN}
    static_configs: [{targets: [TARGET]}]
"""
TOKEN = "a token that nobody guesses"


def promtool(*arguments: str | Path, told: bytes = b"") -> str:
    tool = programs.find("promtool")
    assert tool is not None, "promtool is missing: run `make services`"
    done = subprocess.run([tool, *arguments], input=told, capture_output=True, check=False)
    assert done.returncode == 0, (done.stdout + done.stderr).decode()
    return done.stdout.decode() + done.stderr.decode()


def alerts() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.safe_load(RULES.read_text())["groups"][0]["rules"]
    return found


def queries() -> dict[str, str]:
    """The queries of the dashboard by the title of their panel, with everything chosen."""
    chosen = {"$store": ".*", "$probe": ".*", "$__rate_interval": "1h", "$__range": "1h"}
    found = {}
    for panel in json.loads(DASHBOARD.read_text())["panels"]:
        for target in panel["targets"]:
            found[f"{panel['title']} {target['refId']}"] = re.sub(
                r"\$\w+", lambda name: chosen[name[0]], target["expr"]
            )
    return found


def test_promtool_has_nothing_to_say_of_the_metrics() -> None:
    text, _ = exposed(Measurer(troubled(), lambda: NOW).measured(), "text/plain")
    assert promtool("check", "metrics", told=text) == ""


def test_promtool_has_nothing_to_say_of_the_rules_and_each_is_seen_to_fire() -> None:
    assert "SUCCESS" in promtool("check", "rules", RULES)
    assert "SUCCESS" in promtool("test", "rules", RULE_TESTS)


def test_each_rule_is_tried_where_it_fires_and_where_it_must_not() -> None:
    tried: dict[str, set[bool]] = {}
    for scene in yaml.safe_load(RULE_TESTS.read_text())["tests"]:
        for each in scene["alert_rule_test"]:
            tried.setdefault(each["alertname"], set()).add(bool(each["exp_alerts"]))
    assert tried == {rule["alert"]: {True, False} for rule in alerts()}


def test_rules_and_dashboard_name_only_what_is_exposed() -> None:
    text, _ = exposed(Measurer(troubled(), lambda: NOW).measured(), "text/plain")
    known = set(re.findall(r"^([a-z_]+)", text.decode(), re.M)) | {"up", "worker_heartbeat_timestamp_seconds"}
    told = [*queries().values(), *(rule["expr"] for rule in alerts())]
    named = {
        name
        for expr in told
        for name in re.findall(r"\b(?:probe|store|service|worker|journey|up)_?[a-z_]*\b(?=[{ ]|\[|$)", expr)
    }
    labels = {"store", "probe", "journey"}
    assert named - labels <= known
    assert len(named - labels) > 12


@pytest.fixture(scope="module")
def prometheus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A Prometheus that scrapes the status page of the troubled shop, with its token, and knows the rules."""
    home = tmp_path_factory.mktemp("prometheus")
    program = programs.find("prometheus")
    assert program is not None, "prometheus is missing: run `make services`"
    with bound("127.0.0.1", 0) as free:
        address = f"127.0.0.1:{free.getsockname()[1]}"
    now = SystemClock().utc().timestamp()
    with serving(troubled(now), token=TOKEN, now=now) as served:
        config = SCRAPED.replace("RULES", json.dumps(str(RULES))).replace("TOKEN", json.dumps(TOKEN))
        (home / "prometheus.yml").write_text(config.replace("TARGET", served.at.removeprefix("http://")))
        command = [program, f"--config.file={home}/prometheus.yml", f"--storage.tsdb.path={home}/data",
                   f"--web.listen-address={address}", "--log.level=warn"]  # fmt: skip
        with (home / "log").open("wb") as log, subprocess.Popen(command, stdout=log, stderr=log) as process:
            try:
                with httpx.Client(base_url=f"http://{address}") as client:
                    assert settle(lambda: up(client), bool, SystemClock(), 30), (home / "log").read_text()
                    yield client
            finally:
                process.terminate()


def up(client: httpx.Client) -> bool:
    """Whether it has scraped the status page."""
    try:
        return asked(client, 'up{job="journeys"}') == [1.0]
    except httpx.HTTPError:
        return False


def asked(client: httpx.Client, query: str) -> list[float]:
    """The values that a query gives; an error of the query is one of the test."""
    answer = client.get("/api/v1/query", params={"query": query}).json()
    assert answer["status"] == "success", answer
    return [float(each["value"][1]) for each in answer["data"]["result"]]


def test_prometheus_scrapes_the_status_page(prometheus: httpx.Client) -> None:
    assert sorted(asked(prometheus, "probe_success")) == [0.0, 0.0, 0.0, 1.0]
    assert asked(prometheus, 'store_stale{layer="application cache"}') == [1.0]
    (target,) = prometheus.get("/api/v1/targets").json()["data"]["activeTargets"]
    assert (target["health"], target["lastError"]) == ("up", "")


def test_prometheus_answers_every_query_of_the_dashboard(prometheus: httpx.Client) -> None:
    counted = {title: asked(prometheus, query) for title, query in queries().items()}
    glance = ("Failing probes A", "Silent probes A", "Stale surfaces A", "Open incidents A")
    assert [counted[title] for title in glance] == [[3.0], [0.0], [1.0], [2.0]]
    needs_time = {"Propagation delay, 95 of 100 changes A", "Propagation delay, half of the changes A"}
    without = {title for title, values in counted.items() if not values}
    assert without <= needs_time | {"Since the last run B", "The tester's own trouble A"}


def test_prometheus_evaluates_the_rules_and_fires_what_is_wrong(prometheus: httpx.Client) -> None:
    def firing() -> set[str]:
        groups = prometheus.get("/api/v1/rules").json()["data"]["groups"]
        rules = [rule for group in groups for rule in group["rules"]]
        assert {rule["health"] for rule in rules} <= {"ok", "unknown"}
        return {rule["name"] for rule in rules if rule["state"] in ("firing", "pending")}

    wrong = {"JourneysStoreFails", "JourneysSurfaceStale", "JourneysBudgetSpent"}
    assert settle(firing, lambda names: names == wrong, SystemClock(), 30) == wrong
