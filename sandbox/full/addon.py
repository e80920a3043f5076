"""What the wire does to answers; runs inside mitmproxy, in a venv of its own.

WIRE_RULES in its environment is JSON: the file of rules for each port it listens on. A file is read again when it
changes; no file means that nothing is changed. Answers to requests with the header WIRE_PROBE stay as they are.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
from pathlib import Path
from typing import Any


class Rules:
    """The rules of one store, as they are in its file now."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: tuple[int, int] | None = None
        self._rules: list[dict[str, Any]] = []

    def now(self) -> list[dict[str, Any]]:
        """The rules; the file is replaced as a whole, so a new one has another inode."""
        try:
            found = self._path.stat()
        except FileNotFoundError:
            self._seen, self._rules = None, []
            return self._rules
        seen = (found.st_ino, found.st_mtime_ns)
        if seen != self._seen:
            self._rules = json.loads(self._path.read_text())
            self._seen = seen
        return self._rules


class Wire:
    """Applies all rules that match the path, in their order."""

    def __init__(self, files: dict[str, str], probe: str) -> None:
        self._probe = probe
        self._rules = {int(port): Rules(Path(path)) for port, path in files.items()}

    async def response(self, flow: Any) -> None:
        """Called by mitmproxy with each whole answer."""
        if self._probe in flow.request.headers:
            return
        for rule in self._rules[flow.client_conn.sockname[1]].now():
            if re.search(rule["path"], flow.request.path):
                await _apply(rule, flow.response)


async def _apply(rule: dict[str, Any], response: Any) -> None:
    for name in rule.get("remove", ()):
        response.headers.pop(name, None)
    for name, value in rule.get("set", {}).items():
        response.headers[name] = value
    if rule.get("status"):
        response.status_code = rule["status"]
    for old, new in rule.get("body", {}).items():
        response.content = (response.content or b"").replace(old.encode(), new.encode())
    if rule.get("delay_s"):
        await asyncio.sleep(rule["delay_s"])


addons = [Wire(json.loads(os.environ["WIRE_RULES"]), os.environ["WIRE_PROBE"])]
