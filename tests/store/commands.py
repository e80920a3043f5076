"""The command line as a user meets it: another process, its exit code, what it prints."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from journeys import stores
from journeys.config import Config
from sandbox import Status

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A command that has ended."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The JSON that it printed."""
        return json.loads(self.out)


def start(*arguments: str, env: Mapping[str, str] | None = None, cwd: Path = ROOT) -> subprocess.Popen[str]:
    """Start the command in a process group of its own, as a shell does."""
    return start_program(sys.executable, "-m", "journeys", *arguments, env=env, cwd=cwd)


def start_program(*command: str, env: Mapping[str, str] | None = None, cwd: Path = ROOT) -> subprocess.Popen[str]:
    """Start any program so."""
    return subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=cwd,
        env=os.environ | dict(env or {}),
        start_new_session=True,
    )


def ended(process: subprocess.Popen[str], within_s: float = 120) -> Ended:
    """Wait for its end."""
    out, err = process.communicate(timeout=within_s)
    return Ended(code=process.returncode, out=out, err=err)


def journeys(*arguments: str, env: Mapping[str, str] | None = None, cwd: Path = ROOT) -> Ended:
    """Run a command to its end."""
    return ended(start(*arguments, env=env, cwd=cwd))


def reached(process: subprocess.Popen[str], step: str) -> None:
    """Wait until the run begins the step."""
    assert process.stderr is not None
    assert any(line.strip() == step for line in process.stderr), f"the run never came to {step!r}"


def seeded(config: Config, name: str) -> dict[str, object]:
    """What is left of every subject, and the orders that stand."""
    with stores.opened(config, name) as store:
        subjects = {subject.key: subject for role in store.subjects.values() for subject in role}
        left: dict[str, object] = {
            key: store.record.about(each, gently=False)["availability"] for key, each in subjects.items()
        }
        return left | {"open": sorted(order.number for order in store.record.orders() if order.open)}


def configured(folder: Path, sandbox: Status, text: str) -> Path:
    """A configuration of its own that uses the running sandbox."""
    path = folder / "journeys.toml"
    path.write_text(f'[sandbox]\nhome = "{sandbox.home}"\n{text}', encoding="utf-8")
    return path
