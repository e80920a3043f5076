"""All processes of a run are found and ended, whatever they did to get away."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from journeys.probes.processes import FOLDER, Outing, end_all
from journeys.run.clock import SystemClock
from journeys.run.settle import settle

PARENT = """
import subprocess, sys, pathlib
folder = pathlib.Path(sys.argv[1])
script = "import signal, sys; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); signal.pause()"
# As a browser does: a session of its own, and an environment that tells nothing.
child = subprocess.Popen([sys.executable, "-c", script, f"--user-data-dir={folder}/profile"],
                         start_new_session=True, env={}, stdout=subprocess.PIPE)
child.stdout.readline()
(folder / "child").write_text(str(child.pid))
sys.stdin.read()
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "run"


def started(folder: Path) -> tuple[Outing, psutil.Process]:
    """A run whose browser is up, and the browser."""
    outing = Outing([sys.executable, "-c", PARENT, str(folder)], folder, os.environ, b"go")
    clock = SystemClock()
    pid = settle(lambda: (folder / "child").exists() and (folder / "child").read_text(), bool, clock, 20.0)
    return outing, psutil.Process(int(pid))


def gone(process: psutil.Process) -> bool:
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


def test_what_left_its_session_and_hides_its_environment_is_ended_with_its_run(folder: Path) -> None:
    outing, browser = started(folder)
    assert not outing.over(0.0)
    outing.end()
    assert gone(browser)


def test_what_outlived_its_run_is_ended_by_its_folder(folder: Path) -> None:
    outing, browser = started(folder)
    outing.interrupt()
    assert outing.over(20.0)
    assert not gone(browser)
    assert (end_all(folder), gone(browser)) == (1, True)


def test_the_runs_of_others_are_left_alone(folder: Path) -> None:
    outing, _ = started(folder)
    other = subprocess.Popen([sys.executable, "-c", "input()", f"{folder}-of-another/profile"], stdin=subprocess.PIPE)
    own = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, env={FOLDER: str(folder)})
    outing.end()
    assert (gone(psutil.Process(other.pid)), own.poll() is None) == (False, False)
    other.communicate(b"\n")


def test_how_a_run_ended_and_its_last_words_are_told(folder: Path) -> None:
    outing = Outing([sys.executable, "-c", "raise SystemExit('no browser')"], folder, os.environ, b"go")
    assert outing.over(20.0)
    ended = outing.end()
    assert (ended.code, ended.said) == (1, "no browser")
