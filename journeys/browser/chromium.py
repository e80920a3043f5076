"""Which Chromium to drive: the configured one, Playwright's own, or one that is on this machine."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

VARIABLE = "JOURNEYS_BROWSER"
"""The environment variable that names a browser's executable."""
ON_MACHINE = ("chromium-headless-shell", "chromium", "google-chrome-stable", "google-chrome")
OWN_EXECUTABLES = ("*/chrome-headless-shell", "*/headless_shell")
START_WITHIN = 30.0


class BrowserNotFound(Exception):
    """There is no Chromium that starts; the text says what was tried and what to install."""


def find(configured: str | None) -> Path | None:
    """The executable to launch, or None for Playwright's own (launch without `executable_path`).

    A configured path is taken or refused, never replaced. The others count only when they start, because a
    downloaded browser lacks its system libraries on many fresh machines.
    """
    if configured:
        path = Path(configured).expanduser()
        if not _starts(path):
            raise BrowserNotFound(f"{configured} does not start. Set {VARIABLE} to a Chromium's executable.")
        return path
    if any(_starts(path) for path in _own()):
        return None
    for name in ON_MACHINE:
        found = shutil.which(name)
        if found and _starts(Path(found)):
            return Path(found)
    raise BrowserNotFound(
        "No Chromium starts on this machine. Run `playwright install --with-deps chromium --only-shell`, or "
        f"install one of {', '.join(ON_MACHINE)}, or set {VARIABLE} to a Chromium's executable."
    )


def _own() -> Iterator[Path]:
    """The headless shell of the installed Playwright's revision, when its download is complete."""
    package = importlib.util.find_spec("playwright")
    if package is None or package.origin is None:
        return
    driver = Path(package.origin).parent / "driver" / "package"
    catalogue = json.loads((driver / "browsers.json").read_text())
    for browser in catalogue["browsers"]:
        if browser["name"] == "chromium-headless-shell":
            folder = _own_folder(driver) / f"chromium_headless_shell-{browser['revision']}"
            if (folder / "INSTALLATION_COMPLETE").exists():
                for pattern in OWN_EXECUTABLES:
                    yield from folder.glob(pattern)


def _own_folder(driver: Path) -> Path:
    """Where Playwright keeps browsers, by its own rules."""
    configured = os.environ.get("PLAYWRIGHT_BROWSERS_PATH")
    if configured == "0":
        return driver / ".local-browsers"
    if configured:
        return Path(configured).absolute()
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "ms-playwright"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "ms-playwright"


def _starts(path: Path) -> bool:
    try:
        asked = subprocess.run([path, "--version"], capture_output=True, timeout=START_WITHIN, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return asked.returncode == 0


if __name__ == "__main__":
    try:
        print(find(os.environ.get(VARIABLE)) or "playwright")
    except BrowserNotFound as error:
        sys.exit(str(error))
