"""The scripts of third parties that the stores' pages include, each from an origin of its own."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sandbox import files, ports
from sandbox.errors import SandboxError
from sandbox.full.front import Way
from sandbox.part import Part
from sandbox.services import Service

PROGRAM = Path(__file__).with_name("vendor_server.py")
TEXTS = Path(__file__).with_name("vendors")
RULES_FILE = "scripts.json"
VENDORS = ("consent", "fonts", "analytics", "chat", "reviews", "recommendations", "heatmap", "loyalty")
FIRST = ("consent", "fonts")
"""What pages load in their head, before the store's own scripts, and wait for; the others hold up nothing."""
ANYWHERE = (
    "stops the click",
    "rewrites the price",
    "overlay",
    "half of a conflict a",
    "half of a conflict b",
    "is down",
)
ONLY_FIRST = ("breaks the store's script", "blocks rendering")
"""What a script can do only where a page waits for it."""


def addresses(port: int) -> dict[str, str]:
    """The origin of each third party; a browser finds *.localhost on its own machine."""
    return {vendor: f"http://{vendor}.localhost:{port}" for vendor in VENDORS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scripts:
    """The third parties of one store."""

    file: Path
    """Their rules."""

    def use(self, rules: Mapping[str, str]) -> None:
        """Let these scripts be of a bad release from the next request on, and all others healthy.

        A text that a rule has changed is marked no-store, so that no browser keeps it. SandboxError names a mistake.
        """
        for vendor, rule in rules.items():
            if vendor not in VENDORS or rule not in (ANYWHERE + ONLY_FIRST if vendor in FIRST else ANYWHERE):
                known = f"scripts: {', '.join(VENDORS)}; rules: {', '.join(ANYWHERE)}; of {' and '.join(FIRST)} also "
                raise SandboxError(f"{vendor} cannot be: {rule}", str(self.file), known + ", ".join(ONLY_FIRST))
        self.file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        files.write(self.file, json.dumps(dict(rules)))

    def rules(self) -> dict[str, str]:
        """What is wrong with which script now."""
        try:
            return dict(json.loads(self.file.read_text()))
        except FileNotFoundError:
            return {}

    def clear(self) -> None:
        """Make all of them healthy."""
        self.file.unlink(missing_ok=True)


def part(folder: Path, ways: Sequence[Way], scripts: Mapping[str, Scripts], python: Path, service: Service) -> Part:
    """How the server of all of them is started."""
    rules = {way.scripts: str(scripts[way.store].file) for way in ways}
    return Part(
        service=service,
        says="the scripts of third parties at " + " and ".join(f"*.localhost:{port}" for port in rules),
        argv=[str(python), "-I", "-S", "-B", str(PROGRAM)],
        home=folder,
        ports=tuple(rules),
        ready=lambda: all(ports.answers(port) for port in rules),
        environment={"VENDORS": json.dumps(rules)},
        depends=(PROGRAM, *sorted(TEXTS.rglob("*.js"))),
    )
