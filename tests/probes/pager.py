"""A real Alertmanager of the tests' own, which can be stopped and started, and the person that it pages."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from listening import Listener, listening

from sandbox import waiting
from sandbox.full import programs
from sandbox.ports import Reservation

PROGRAM = "prometheus-alertmanager"
_FIRST_PORT = 19093
_READY_S = 30.0
_CONFIG = """
route:
  receiver: person
  group_by: [{group_by}]
  group_wait: 300ms
  group_interval: 300ms
  repeat_interval: 1h
receivers:
  - name: person
    webhook_configs:
      - url: {person}/page
        send_resolved: true
"""


@dataclass(slots=True, kw_only=True)
class Pager:
    """An Alertmanager at ``port`` that pages ``person``."""

    folder: Path
    port: int
    person: Listener
    process: subprocess.Popen[bytes] | None = field(default=None)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def up(self) -> None:
        """Start it, and wait until it is ready."""
        argv = [
            *(programs.find(PROGRAM) or PROGRAM, f"--config.file={self.folder / 'config.yml'}"),
            *(f"--storage.path={self.folder / 'data'}", f"--web.listen-address=127.0.0.1:{self.port}"),
            "--cluster.listen-address=",
        ]
        log = (self.folder / "log").open("ab")
        self.process = subprocess.Popen(argv, stdout=log, stderr=log)
        log.close()
        assert waiting.for_answer(self._is_ready, pid=self.process.pid, seconds=_READY_S), self.last_words()

    def down(self) -> None:
        """End it; what it knows of alerts is lost, what it has sent and silences are kept."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(30)
            self.process = None

    def alerts(self) -> list[Any]:
        """What it says that stands."""
        answer = httpx.get(f"{self.url}/api/v2/alerts", trust_env=False)
        answer.raise_for_status()
        return list(answer.json())

    def pages(self, many: int) -> list[str]:
        """What the person is paged with, once it is so many times: the state and the alerts of each page."""
        told = [each.json for each in self.person.waits_for(many)]
        return [
            "; ".join(sorted(f"{each['status']}: {each['annotations']['summary']}" for each in page["alerts"]))
            for page in told
        ]

    def has_noted(self, pages: int) -> None:
        """Wait until it knows itself that it has sent so many pages; one that ends before would send them again."""
        noted = f'alertmanager_notification_latency_seconds_count{{integration="webhook"}} {pages}'
        assert self.process is not None
        assert waiting.for_answer(lambda: noted in self._metrics(), pid=self.process.pid, seconds=_READY_S)

    def last_words(self) -> str:
        return (self.folder / "log").read_text(errors="replace")[-2000:]

    def _metrics(self) -> str:
        return httpx.get(f"{self.url}/metrics", trust_env=False).text

    def _is_ready(self) -> bool:
        try:
            return httpx.get(f"{self.url}/-/ready", trust_env=False, timeout=2).is_success
        except httpx.HTTPError:
            return False


@contextmanager
def paging(folder: Path, *, group_by: str = "alertname, store, probe") -> Iterator[Pager]:
    """One that runs."""
    if programs.find(PROGRAM) is None:
        pytest.fail(f"{PROGRAM} is not installed: make services")
    folder.mkdir(parents=True)
    with listening() as person, Reservation() as reservation:
        port = reservation.take_from(_FIRST_PORT, name="Alertmanager", without=set())
        (folder / "config.yml").write_text(_CONFIG.format(group_by=group_by, person=person.url))
        pager = Pager(folder=folder, port=port, person=person)
        try:
            pager.up()
            yield pager
        finally:
            pager.down()
