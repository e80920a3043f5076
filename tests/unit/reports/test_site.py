"""The report for people is built by Allure 3, and what is missing for that is named."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from reports import CannotBuild, build
from reports.site import without_analytics


def program(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


@pytest.fixture
def results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Results, on a machine that has neither Node.js nor npm."""
    folder = tmp_path / "allure-results"
    folder.mkdir()
    (folder / "1-result.json").write_text("{}")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    return folder


def test_without_results_there_is_no_report(tmp_path: Path) -> None:
    with pytest.raises(CannotBuild, match="perform a journey first"):
        build(tmp_path, tmp_path / "site", tmp_path / "state")


def test_a_missing_node_is_named(results: Path, tmp_path: Path) -> None:
    with pytest.raises(CannotBuild, match=r"needs Node\.js 20"):
        build(results, tmp_path / "site", tmp_path / "state")


def test_a_missing_npm_is_named(results: Path, tmp_path: Path) -> None:
    program(tmp_path / "bin" / "node", "exit 0")
    with pytest.raises(CannotBuild, match="npm is missing"):
        build(results, tmp_path / "site", tmp_path / "state")


def test_a_failing_generator_is_quoted(results: Path, tmp_path: Path) -> None:
    program(tmp_path / "bin" / "node", "exit 0")
    program(tmp_path / "bin" / "npm", "echo no space left >&2; exit 7")
    with pytest.raises(CannotBuild, match=r"(?s)npm install ended with 7:.*no space left"):
        build(results, tmp_path / "site", tmp_path / "state")


def test_the_generator_is_called_with_history_and_categories(
    results: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path / "bin" / "node", "exit 0")
    monkeypatch.setenv("PATH", os.pathsep.join((str(tmp_path / "bin"), os.defpath)))
    generator = tmp_path / "state" / "allure-3.18.0" / "node_modules" / ".bin" / "allure"
    program(generator, 'mkdir -p "$5"; echo "<html>$*</html>" > "$5/index.html"')
    page = build(results, tmp_path / "site", tmp_path / "state")
    assert page == tmp_path / "site" / "index.html"
    assert "generate --config" in page.read_text()
    config = (tmp_path / "state" / "allurerc.json").read_text()
    assert "history.jsonl" in config and "The probe itself" in config


def test_nobody_is_told_who_opens_the_report() -> None:
    page = (
        '<script src="app.js"></script><script async src="https://www.googletagmanager.com/gtag/js?id=G-1"></script>'
        "<script>\n window.dataLayer = []; function gtag(){} gtag('js', new Date());\n</script>"
        "<script async>window.allureReportDataReady = true;</script>"
    )
    kept = '<script src="app.js"></script><script async>window.allureReportDataReady = true;</script>'
    assert without_analytics(page) == kept
