"""What stands beside Allure results: the categories of causes, the environment, and who ran it all."""

from __future__ import annotations

import json
import os
import platform
import re
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from journeys.model import Cause
from reports.allure_story import BROKEN, FAILED
from reports.words import tag

REPORT_NAME: Final = "Journeys"
_USERINFO: Final = re.compile(r"(?<=://)[^/@\s]*@")
_NAMES: Final = {Cause.THIRD_PARTY: "Third party", Cause.UNKNOWN: "Cause not found"}


def write_surroundings(
    folder: Path, facts: Mapping[str, str], environment: Mapping[str, str] | None = None
) -> tuple[Path, ...]:
    """Write categories.json, environment.properties and executor.json into a folder of Allure results.

    ``facts`` are what readers should know of the stores and the browser, such as ``store.shop.url``; a user and
    password in a URL are left out. ``environment`` are the environment variables (this process's own by default).
    """
    folder.mkdir(parents=True, exist_ok=True)
    own = {
        "journeys": version("journeys"),
        "python": platform.python_version(),
        "system": platform.system(),
    }
    texts = {
        "categories.json": _json(categories()),
        "environment.properties": "".join(f"{_key(k)} = {_value(v)}\n" for k, v in {**own, **facts}.items()),
        "executor.json": _json(executor(os.environ if environment is None else environment)),
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return tuple(folder / name for name in texts)


def categories() -> list[dict[str, Any]]:
    """One category for each cause, told by the status message, and one for the probe itself."""
    told = [
        {
            "name": _NAMES.get(cause, cause.value.capitalize()),
            "matchedStatuses": [FAILED],
            # A whole match, because Allure 2 asks for one; Allure 3 searches. Pytest writes its own word before it.
            "messageRegex": rf"[\s\S]*{re.escape(tag(cause))}[\s\S]*",
        }
        for cause in Cause
    ]
    return [*told, {"name": "The probe itself", "matchedStatuses": [BROKEN]}]


def executor(environment: Mapping[str, str]) -> dict[str, Any]:
    """Who ran it, as far as the CI server's variables say; otherwise this machine."""
    env = environment.get
    if env("GITHUB_ACTIONS"):
        project = f"{env('GITHUB_SERVER_URL', '')}/{env('GITHUB_REPOSITORY', '')}"
        build = f"{project}/actions/runs/{env('GITHUB_RUN_ID', '')}"
        return _executor("GitHub Actions", "github", project, build, env("GITHUB_RUN_NUMBER"), env("GITHUB_WORKFLOW"))
    if env("GITLAB_CI"):
        project, build = env("CI_PROJECT_URL", ""), env("CI_PIPELINE_URL", "")
        return _executor("GitLab CI", "gitlab", project, build, env("CI_PIPELINE_IID"), env("CI_PROJECT_PATH"))
    if env("JENKINS_URL"):
        project, build = env("JENKINS_URL", ""), env("BUILD_URL", "")
        return _executor("Jenkins", "jenkins", project, build, env("BUILD_NUMBER"), env("JOB_NAME"))
    return {"name": "by hand", "type": "local", "buildName": "local run", "reportName": REPORT_NAME}


def _executor(name: str, kind: str, url: str, build: str, number: str | None, job: str | None) -> dict[str, Any]:
    order = number or ""
    told = {
        "name": name,
        "type": kind,
        "url": url,
        "buildUrl": build,
        "buildName": f"{job or name} #{order}" if order else job or name,
        "reportName": REPORT_NAME,
    }
    return told | ({"buildOrder": int(order)} if order.isdecimal() else {})


def _json(data: object) -> str:
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def _key(name: str) -> str:
    return re.sub(r"[\s:=#!\\]+", "_", name)


def _value(text: str) -> str:
    return " ".join(_USERINFO.sub("", text).replace("\\", "\\\\").split())
