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
    return subprocess.Popen(
        [sys.executable, "-m", "journeys", *arguments],
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


def configured(folder: Path, sandbox: Status, text: str) -> Path:
    """A configuration of its own that uses the running sandbox."""
    path = folder / "journeys.toml"
    path.write_text(f'[sandbox]\nhome = "{sandbox.home}"\n{text}', encoding="utf-8")
    return path
