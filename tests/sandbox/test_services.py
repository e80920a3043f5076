"""Services are ended as a whole, and nothing else ever is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from sandbox import processes, waiting
from sandbox.services import Service

STUBBORN = (
    "import signal, subprocess, sys, time\n"
    "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    "child = subprocess.Popen([sys.executable, '-c', 'import signal, time;"
    'signal.signal(signal.SIGTERM, signal.SIG_IGN); print("ready", flush=True); time.sleep(600)\'])\n'
    "time.sleep(600)\n"
)


@pytest.fixture
def service(tmp_path: Path) -> Service:
    return Service(name="thing", memory=tmp_path / "thing.json", log=tmp_path / "thing.log")


def start(service: Service, program: str) -> int:
    argv = [sys.executable, "-c", program]
    service.start(argv, home=service.log.parent, environment=os.environ)
    pid = service.pid()
    assert pid is not None
    return pid


def wait_for_log(service: Service, words: str, pid: int) -> None:
    assert waiting.for_answer(lambda: words in service.last_words(), pid=pid, seconds=20)


def test_a_service_runs_in_a_session_of_its_own_and_is_found_again(service: Service) -> None:
    pid = start(service, "import time; print('ready', flush=True); time.sleep(600)")
    wait_for_log(service, "ready", pid)
    again = Service(name=service.name, memory=service.memory, log=service.log)
    assert (again.pid(), os.getsid(pid)) == (pid, pid)
    assert (again.stop(), again.pid(), processes.process(pid)) == (True, None, None)
    assert again.stop() is False


def test_what_ignores_term_is_killed_with_its_children(service: Service) -> None:
    pid = start(service, STUBBORN)
    wait_for_log(service, "ready", pid)
    members = service.members()
    assert len(members) == 2
    service.stop(grace=0.2)
    assert [processes.process(one) for one in members] == [None, None]


def test_children_without_their_leader_are_ended(service: Service) -> None:
    pid = start(service, STUBBORN)
    wait_for_log(service, "ready", pid)
    os.kill(pid, 9)
    assert waiting.for_exit([pid], seconds=5)
    assert (service.pid(), len(service.members())) == (None, 1)
    service.stop(grace=0.2)
    assert service.members() == []


def test_a_recycled_pid_is_never_touched(service: Service) -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, start_new_session=True) as other:
        known = {"pid": other.pid, "started": 1, "boot": processes.boot(), "mark": "of a process long gone"}
        service.memory.write_text(json.dumps(known))
        assert (service.pid(), service.stop(), other.poll()) == (None, False, None)
        other.communicate(b"\n")


def test_a_program_that_is_not_there_says_so_in_the_log(service: Service) -> None:
    service.start(["no-such-program"], home=service.log.parent, environment=os.environ)
    assert waiting.for_exit(service.members(), seconds=5)
    assert (service.pid(), service.last_words()) == (None, "no-such-program: No such file or directory")


def test_an_exit_is_seen_at_once(service: Service) -> None:
    pid = start(service, "import time; time.sleep(0.2)")
    assert waiting.for_answer(lambda: False, pid=pid, seconds=30) is False
