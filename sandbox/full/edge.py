"""One edge in the hands of a drill: its rules changed while it runs, its copies dropped."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from sandbox import files, ports
from sandbox.errors import SandboxError
from sandbox.full.programs import find
from sandbox.full.vcl import HEALTHY, EdgeRules, Place, vcl
from sandbox.part import Part
from sandbox.services import Service

ANSWER_WITHIN = 30.0
MEMORY = "malloc,32m"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """A Varnish that stands before one store; the other edges of the store know nothing of it."""

    place: Place
    port: int
    folder: Path

    @property
    def url(self) -> str:
        """Its own door, without a slash at its end; it takes PURGE of a path, and BAN with X-Tags."""
        return f"http://127.0.0.1:{self.port}"

    def use(self, rules: EdgeRules) -> None:
        """Work by these rules from the next request on; what is kept stays, with the lifetime it was given."""
        name = self._name(rules)
        if name == self._active():
            return
        if name not in self._loaded():
            path = self._write(rules)
            self._tell("vcl.load", name, _quoted(path), unless="Already a VCL")
        self._tell("vcl.use", name)

    def rules(self) -> EdgeRules:
        """The rules it works by now."""
        active = self._active()
        try:
            return EdgeRules.from_json((self.folder / f"{active}.json").read_text())
        except FileNotFoundError:
            return HEALTHY

    def drop_all(self) -> None:
        """Drop every copy."""
        self._tell("ban", "obj.status", "!=", "0")

    def part(self, service: Service) -> Part:
        """How it is started: healthy and empty."""
        start = self.folder / "start.vcl"
        argv = [
            *(find("varnishd") or "varnishd", "-F", "-j", "none", "-n", str(self._work), "-i", self.place.edge),
            *("-a", f"127.0.0.1:{self.port}", "-T", "127.0.0.1:0", "-s", MEMORY, "-l", "8m", "-f", str(start)),
            *("-p", "thread_pools=1", "-p", "thread_pool_min=10", "-p", "thread_pool_max=100"),
        ]
        return Part(
            service=service,
            says=f"Varnish at {self.url}",
            argv=argv,
            home=self.folder,
            ports=(self.port,),
            ready=lambda: ports.answers(self.port),
            files={start: vcl(HEALTHY, self.place)},
        )

    @property
    def _work(self) -> Path:
        return self.folder / "work"

    def _name(self, rules: EdgeRules) -> str:
        """Varnish starts with what it calls boot; the rest is named by what is in it."""
        return "boot" if rules == HEALTHY else f"rules-{sha256(vcl(rules, self.place).encode()).hexdigest()[:12]}"

    def _write(self, rules: EdgeRules) -> Path:
        path = self.folder / f"{self._name(rules)}.vcl"
        files.write(path, vcl(rules, self.place))
        files.write(path.with_suffix(".json"), rules.as_json())
        return path

    def _loaded(self) -> list[str]:
        return [words[4] for words in self._programs()]

    def _active(self) -> str:
        return next((words[4] for words in self._programs() if words[0] == "active"), "")

    def _programs(self) -> list[list[str]]:
        return [line.split() for line in self._tell("vcl.list").splitlines() if line.strip()]

    def _tell(self, *words: str, unless: str = "") -> str:
        """What the edge answers to a command; SandboxError when it refuses, but for the reason in `unless`."""
        answer = _run([find("varnishadm") or "varnishadm", "-n", str(self._work), "-t", "10", *words])
        said = answer.stdout + answer.stderr
        if answer.returncode and not (unless and unless in said):
            raise SandboxError(
                f"{self.place.edge} refuses {words[0]}: {said.strip()}",
                f"{self.url}, {self.folder}",
                "start the sandbox with the full profile",
            )
        return answer.stdout


def _quoted(path: Path) -> str:
    """As one word of Varnish's command line, whatever is in it."""
    escaped = str(path).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _run(argv: Sequence[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(argv, capture_output=True, text=True, check=False, timeout=ANSWER_WITHIN)
