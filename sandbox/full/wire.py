"""The wire between the front and the edges, where answers can be changed, delayed or spoilt."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sandbox import files, ports
from sandbox.errors import SandboxError
from sandbox.full.front import Way
from sandbox.full.vcl import PROBE
from sandbox.part import Part
from sandbox.services import Service

ADDON = Path(__file__).with_name("addon.py")
RULES = "wire.json"
KEYS = {"path", "set", "remove", "delay_s", "status", "body"}
OPTIONS = (
    "connection_strategy=lazy",
    "keep_host_header=true",
    "flow_detail=0",
    "termlog_verbosity=warn",
    "http2=false",
    "websocket=false",
    "rawtcp=false",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wire:
    """What is done to the answers of one store; obeyed from the next answer on."""

    folder: Path

    def use(self, rules: Sequence[Mapping[str, object]]) -> None:
        """Change answers by these rules and no others.

        Each has `path`, a regular expression searched for in path and query, and any of: `set` (headers and their
        values), `remove` (names of headers), `status`, `body` (old text and new), `delay_s` (seconds). SandboxError
        names a mistake.
        """
        for rule in rules:
            _check(rule)
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        files.write(self.folder / RULES, json.dumps(list(rules)))

    def clear(self) -> None:
        """Change nothing any more."""
        (self.folder / RULES).unlink(missing_ok=True)


def part(folder: Path, ways: Sequence[Way], wires: Mapping[str, Wire], python: Path, service: Service) -> Part:
    """How the wire of all stores is started."""
    modes = [f"--mode=reverse:http://127.0.0.1:{way.edges}@127.0.0.1:{way.wire}" for way in ways]
    options = [f"--set={option}" for option in (f"confdir={folder}", *OPTIONS)]
    rules = {str(way.wire): str(wires[way.store].folder / RULES) for way in ways}
    return Part(
        service=service,
        says="mitmproxy before the edges",
        argv=[str(python.with_name("mitmdump")), *modes, *options, "-s", str(ADDON)],
        home=folder,
        ports=tuple(way.wire for way in ways),
        ready=lambda: all(ports.answers(way.wire) for way in ways),
        environment={"WIRE_RULES": json.dumps(rules), "WIRE_PROBE": PROBE},
        depends=(ADDON,),
    )


def _check(rule: Mapping[str, object]) -> None:
    strange = set(rule) - KEYS
    try:
        re.compile(str(rule["path"]))
    except (KeyError, re.error) as error:
        strange = {f"path ({error})"}
    if strange:
        raise SandboxError(f"a rule of the wire has {', '.join(sorted(strange))}", f"{rule}", f"known: {sorted(KEYS)}")
