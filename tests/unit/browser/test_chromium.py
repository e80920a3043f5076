"""The browser that is found is one that starts."""

from __future__ import annotations

import json
from pathlib import Path

import playwright
import pytest

from journeys.browser import chromium


def program(path: Path, exit_code: int = 0) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\nexit {exit_code}\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without any browser."""
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "own"))
    return tmp_path


def own(machine: Path, exit_code: int = 0) -> None:
    """Playwright's own browser, downloaded for whatever revision is installed."""
    driver = Path(playwright.__file__).parent / "driver" / "package" / "browsers.json"
    browsers = json.loads(driver.read_text())["browsers"]
    revision = next(one["revision"] for one in browsers if one["name"] == "chromium-headless-shell")
    folder = machine / "own" / f"chromium_headless_shell-{revision}"
    program(folder / "chrome-headless-shell-linux64" / "chrome-headless-shell", exit_code)
    (folder / "INSTALLATION_COMPLETE").touch()


def test_a_configured_browser_is_taken_before_all_others(machine: Path) -> None:
    own(machine)
    configured = program(machine / "mine" / "browser")
    assert chromium.find(str(configured)) == configured


def test_a_configured_browser_that_does_not_start_is_refused_and_not_replaced(machine: Path) -> None:
    own(machine)
    with pytest.raises(chromium.BrowserNotFound, match="does not start"):
        chromium.find(str(machine / "nothing"))


def test_playwrights_own_is_taken_before_the_machines(machine: Path) -> None:
    own(machine)
    program(machine / "bin" / "chromium")
    assert chromium.find(None) is None


def test_playwrights_own_without_its_libraries_is_passed_over(machine: Path) -> None:
    own(machine, exit_code=127)
    found = program(machine / "bin" / "chromium")
    assert chromium.find(None) == found


def test_a_browser_on_the_machine_that_does_not_start_is_passed_over(machine: Path) -> None:
    program(machine / "bin" / "chromium", exit_code=1)
    found = program(machine / "bin" / "google-chrome")
    assert chromium.find(None) == found


def test_no_browser_says_what_to_install(machine: Path) -> None:
    with pytest.raises(chromium.BrowserNotFound, match="install one of chromium-headless-shell"):
        chromium.find(None)
