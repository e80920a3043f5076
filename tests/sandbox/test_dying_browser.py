"""A browser that dies over a question leaves nobody waiting for ever."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).with_name("dying_browser.py")


@pytest.mark.xdist_group("layers")
@pytest.mark.parametrize("after_s", ["0.05", "0.1", "0.15", "0.3"])
def test_whoever_opens_a_page_while_the_browser_is_killed_is_told(after_s: str) -> None:
    done = subprocess.run(
        [sys.executable, PROGRAM, after_s],
        capture_output=True,
        text=True,
        timeout=90,
        cwd=PROGRAM.parents[2],
        check=False,
    )
    assert done.stdout == "BrowserEnded\n", done.stderr
