"""A store's own venv: built from its requirements and constraints, and only when they changed."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from sandbox import files

STAMP = "built.sha256"
Perform = Callable[[Sequence[str]], int]
"""Runs a command to its end and gives its exit code."""


def interpreter(venv: Path) -> Path:
    """The Python of a venv."""
    return venv / "bin" / "python"


def is_built(venv: Path, folder: Path) -> bool:
    """Whether the venv is whole, at this place, and made from the requirements as they are now."""
    try:
        stamp = (venv / STAMP).read_text()
    except FileNotFoundError:
        return False
    return stamp == _key(venv, folder) and interpreter(venv).exists()


def build(venv: Path, folder: Path, perform: Perform) -> bool:
    """Build the venv anew, with uv where there is one, else (or if that fails) with pip; did it work?"""
    for commands in _ways(venv, folder):
        shutil.rmtree(venv, ignore_errors=True)
        if all(perform(argv) == 0 for argv in commands):
            files.write(venv / STAMP, _key(venv, folder))
            return True
    return False


def installer_environment() -> Mapping[str, str]:
    """The caller's environment (indexes, proxies, caches) without what would point to another venv."""
    foreign = ("VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME", "UV_PROJECT_ENVIRONMENT")
    return {name: value for name, value in os.environ.items() if name not in foreign}


def _ways(venv: Path, folder: Path) -> list[list[list[str]]]:
    python = str(interpreter(venv))
    wanted = ["-r", str(folder / "requirements.txt"), "-c", str(folder / "constraints.txt")]
    ways = [
        [
            [sys.executable, "-m", "venv", str(venv)],
            [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *wanted],
        ]
    ]
    uv = _uv()
    if uv is not None:
        create = [uv, "venv", "--quiet", "--no-project", "--python", sys.executable, str(venv)]
        ways.insert(0, [create, [uv, "pip", "install", "--quiet", "--python", python, *wanted]])
    return ways


def _uv() -> str | None:
    beside = Path(sys.executable).with_name("uv")
    return str(beside) if beside.exists() else shutil.which("uv")


def _key(venv: Path, folder: Path) -> str:
    wanted = [folder / "requirements.txt", folder / "constraints.txt"]
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    # A venv holds absolute paths, so a moved one is not the same one.
    return files.digest([path for path in wanted if path.exists()], str(venv), version)
