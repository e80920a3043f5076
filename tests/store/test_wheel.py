"""A wheel of the project, in an empty venv, gives a working command."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def call(*command: str | Path, cwd: Path) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.xdist_group("booking")
def test_the_wheel_brings_a_working_command(tmp_path: Path) -> None:
    uv = [sys.executable, "-m", "uv"]
    python = tmp_path / "venv" / "bin" / "python"
    call(*uv, "build", "--wheel", "--out-dir", tmp_path, ROOT, cwd=tmp_path)
    (wheel,) = tmp_path.glob("*.whl")
    call(*uv, "venv", "--python", sys.executable, tmp_path / "venv", cwd=tmp_path)
    call(*uv, "pip", "install", "--python", python, "-c", ROOT / "constraints.txt", wheel, cwd=tmp_path)
    command = python.with_name("journeys")
    assert "guest_checkout" in call(command, "list", cwd=tmp_path)
    assert "oscar" in call(command, "validate", cwd=tmp_path)
    assert "down" in call(command, "sandbox", "status", cwd=tmp_path)
