"""The report for people: Allure 3 turns the results of runs into a site, and keeps their history between reports."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any, Final

from reports.surroundings import REPORT_NAME, categories

ALLURE: Final = "allure@3.18.0"
_HISTORY: Final = 50
_PATIENCE_S: Final = 600
_DULL: Final = ("framework", "host", "language", "package", "thread", "testClass", "testMethod")
# Allure 3 tells Google Analytics of everybody who opens a report, and has no option against it.
_ANALYTICS: Final = re.compile(
    r"<script[^>]*googletagmanager[^>]*>\s*</script>|<script>(?:(?!</script>).)*?gtag\(.*?</script>", re.DOTALL
)
_CHARTS: Final = (
    {"type": "currentStatus", "title": "Runs now"},
    {"type": "statusDynamics", "title": "Runs from report to report"},
    {"type": "statusTransitions", "title": "What broke and what healed"},
    {"type": "stabilityDistribution", "title": "Stability of each journey", "groupBy": "feature", "threshold": 90,
     "skipStatuses": ["skipped", "unknown"]},
    {"type": "durations", "title": "How long runs took", "groupBy": "none"},
    {"type": "durationDynamics", "title": "How long reports took"},
)  # fmt: skip


class CannotBuild(Exception):
    """The report cannot be built; the text says what is missing and what to do."""


def build(results: Path, into: Path, state: Path, name: str = REPORT_NAME) -> Path:
    """Make the site of a folder of Allure results in ``into``; returns its first page.

    ``state`` is kept between reports: it holds the generator, which is installed at the first report, and the
    history of earlier ones. CannotBuild when there is nothing to report, Node.js is missing or the generator fails.
    """
    if not any(results.glob("*-result.json")):
        raise CannotBuild(f"{results} holds no results: perform a journey first")
    state = state.absolute()  # the generator runs in there
    program = _generator(state)
    config = state / "allurerc.json"
    config.write_text(json.dumps(_config(name, state), indent=2), encoding="utf-8")
    shutil.rmtree(into, ignore_errors=True)
    into.parent.mkdir(parents=True, exist_ok=True)
    order = ["generate", "--config", config, "--output", into.absolute(), results.absolute()]
    _call([str(program), *map(str, order)], state)
    page = into / "index.html"
    if not page.is_file():
        raise CannotBuild(f"{ALLURE} ended without an error, but left no {page}")
    page.write_text(without_analytics(page.read_text(encoding="utf-8")), encoding="utf-8")
    return page


def without_analytics(html: str) -> str:
    """The page without the scripts that tell Google who opens it."""
    return _ANALYTICS.sub("", html)


def _generator(state: Path) -> Path:
    """The generator's program, installed if it is not there yet."""
    version = ALLURE.rpartition("@")[2]
    home = state.absolute() / f"allure-{version}"
    program = home / "node_modules" / ".bin" / "allure"
    if not shutil.which("node"):
        raise CannotBuild("the report is made by Allure 3, which needs Node.js 20 or newer: install it, then try again")
    if not program.exists():
        npm = shutil.which("npm")
        if npm is None:
            raise CannotBuild(f"npm is missing, which installs {ALLURE}: install it beside Node.js, then try again")
        home.mkdir(parents=True, exist_ok=True)
        (home / "package.json").write_text('{"private": true}\n')
        _call([npm, "install", "--no-audit", "--no-fund", "--no-progress", "--save-exact", ALLURE], home)
    return program


def _call(command: list[str], folder: Path) -> None:
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, errors="replace", timeout=_PATIENCE_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise CannotBuild(f"{Path(command[0]).name} {command[1]} could not be run: {error}") from error
    if done.returncode != 0:
        last = "\n".join((done.stderr or done.stdout).strip().splitlines()[-8:])
        raise CannotBuild(f"{Path(command[0]).name} {command[1]} ended with {done.returncode}:\n{last}")


def _config(name: str, state: Path) -> dict[str, Any]:
    look = {"reportName": name, "theme": "auto", "groupBy": ["suite", "feature"], "charts": list(_CHARTS)}
    return {
        "name": name,
        "historyPath": str(state.absolute() / "history.jsonl"),
        "historyLimit": _HISTORY,
        "hideLabels": list(_DULL),
        "categories": [{**category, "groupByMessage": False, "expand": True} for category in categories()],
        "plugins": {"awesome": {"options": look}},
    }
