"""A receiver of alerts over real HTTP: it can be switched off and on again at the same address, and refuse."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Condition, Thread
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """One request, with its headers' names in small letters."""

    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(slots=True, kw_only=True)
class Listener:
    """``posted`` is what was sent to it while it was up; it answers with ``status`` and ``says``, after ``then``."""

    port: int = 0
    status: int = 200
    says: str = ""
    then: Callable[[Posted], None] = field(default=lambda posted: None)
    posted: list[Posted] = field(default_factory=list)
    changed: Condition = field(default_factory=Condition)
    server: ThreadingHTTPServer | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def up(self) -> None:
        """Listen, where it was before."""
        self.server = ThreadingHTTPServer(("127.0.0.1", self.port), _handler(self))
        self.port = self.server.server_port
        Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def down(self) -> None:
        """Listen no more: who asks is refused a connection."""
        if self.server is not None:
            self.server.shutdown()
            self.server.server_close()
            self.server = None

    def waits_for(self, many: int, within_s: float = 30.0) -> list[Posted]:
        """What was sent, once it is so many requests; AssertionError when that takes too long."""
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.posted) >= many, within_s), f"{len(self.posted)} of {many}"
            return list(self.posted)


@contextmanager
def listening() -> Iterator[Listener]:
    """One that is up."""
    listener = Listener()
    listener.up()
    try:
        yield listener
    finally:
        listener.down()


def _handler(listener: Listener) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            posted = Posted(path=self.path, headers=headers, body=body)
            with listener.changed:
                listener.posted.append(posted)
                listener.changed.notify_all()
            listener.then(posted)
            self.send_response(listener.status)
            self.end_headers()
            self.wfile.write(listener.says.encode())

        def log_message(self, format: str, *args: object) -> None:
            """Nobody reads it."""

    return Handler
