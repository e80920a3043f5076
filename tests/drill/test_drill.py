"""The drill for real: a representative part of the catalogue, other customers, and a drill that is killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from journeys import stores
from journeys.config import load
from journeys.drill.perform import full
from journeys.drill.planted import FILE, Planted
from journeys.programme import journal_of
from journeys.run.clock import SystemClock
from journeys.run.settle import settle
from sandbox import Sandbox, State
from sandbox.faults import thrown

HERE = Path(__file__).parent
ROOT = HERE.parents[1]

pytestmark = pytest.mark.xdist_group("drill")


@pytest.fixture(scope="module")
def box() -> Iterator[Sandbox]:
    """The full sandbox, running, so that each command here need not start it."""
    sandbox = stores.sandbox_of(full(load(None)), lambda line: None)
    ran = sandbox.status().state is State.UP
    sandbox.up()
    yield sandbox
    if not ran:
        sandbox.down()


def started(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    """The command in a process group of its own; its output folder is below that folder."""
    config = os.environ.get("JOURNEYS_CONFIG") or str(ROOT / "journeys.toml")
    return subprocess.Popen(
        [sys.executable, "-m", "journeys", "drill", "--output", "json", "--config", config, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=folder,
        env=os.environ | {"PYTHONPATH": os.pathsep.join((str(ROOT), str(HERE)))},
        start_new_session=True,
    )


def drilled(folder: Path, *arguments: str) -> tuple[int, Any, str]:
    """Its exit code, what it printed as JSON, and what it said meanwhile."""
    process = started(folder, *arguments)
    out, err = process.communicate(timeout=600)
    assert out or process.returncode == 2, err
    return process.returncode, json.loads(out) if out else None, err


def test_planted_faults_are_found_and_their_layers_named(box: Sandbox, tmp_path: Path) -> None:
    code, told, err = drilled(tmp_path, "--catalogue", "few")
    wrong = [
        (each["fault"], each["surface"], each["got"], each["error"]) for each in told["cases"] if not each["right"]
    ]
    assert (wrong, [], 10) == ([], told["bounds_missed"], told["score"]["cases"]), err
    assert code == 0
    assert all(each["interventions"] <= each["budget"] for each in told["cases"])
    assert told["baselines"]["dummy"]["layer_right"] < told["score"]["layer_right"]
    assert told == json.loads((tmp_path / "reports/output/drill.json").read_text(encoding="utf-8"))
    assert thrown(box.status().stores["shop"].home) == {}


def test_planted_faults_of_all_causes_are_found_and_told_apart(box: Sandbox, tmp_path: Path) -> None:
    code, told, err = drilled(tmp_path, "--catalogue", "few_causes")
    wrong = [(each["fault"], each["got"], each["error"]) for each in told["cases"] if not each["right"]]
    assert (wrong, [], 13) == ([], told["bounds_missed"], told["score"]["cases"]), err
    assert (code, told["score"]["both_named"]) == (0, 1.0)
    assert told["baselines"]["first_error_wins"]["cause_right"] < told["score"]["cause_right"]
    assert thrown(box.status().stores["shop"].home) == {}


def test_clean_runs_raise_no_alarm_while_others_buy(box: Sandbox, tmp_path: Path) -> None:
    code, told, err = drilled(tmp_path, "--only-clean", "--clean", "6")
    assert (code, told["score"]["clean_runs"], told["score"]["false_alarms"]) == (0, 6, 0), err
    assert told["score"]["orders_of_others"] > 0
    assert journal_of(full(load(None))).orphans() == ()


def test_an_interrupted_drill_mends_before_it_ends(box: Sandbox, tmp_path: Path) -> None:
    home = box.status().stores["shop"].home
    process = started(tmp_path, "--fault", "shop/fragment never invalidated")
    planted = settle(lambda: thrown(home), bool, SystemClock(), 90)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=90)

    assert planted
    assert (process.returncode, thrown(home), Planted(path=box.status().home / FILE).left()) == (130, {}, {}), err
    assert "interrupted: what was planted is mended" in err
    assert json.loads(out)["score"]["cases"] < json.loads(out)["planned"]
    assert journal_of(full(load(None))).orphans() == ()


def test_what_a_killed_drill_left_planted_is_mended_by_the_next_one(box: Sandbox, tmp_path: Path) -> None:
    home = box.status().stores["shop"].home
    process = started(tmp_path, "--fault", "shop/fragment never invalidated")
    try:
        assert settle(lambda: thrown(home), bool, SystemClock(), 90)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
    assert thrown(home)
    code, _, err = drilled(tmp_path, "--only-clean", "--clean", "1", "--store", "booking")
    assert "shop: mended fragment never invalidated" in err
    assert (code, thrown(home)) == (0, {}), err
    assert Planted(path=box.status().home / FILE).left() == {}
    assert journal_of(full(load(None))).orphans() == ()


def test_a_fault_that_nobody_knows_is_a_mistake_of_the_caller(tmp_path: Path) -> None:
    code, told, err = drilled(tmp_path, "--fault", "gremlins")
    assert (code, told) == (2, None)
    assert "unknown fault gremlins; known are" in err
