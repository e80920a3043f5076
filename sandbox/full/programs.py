"""The programs of the full profile, and tools of the tests: where this machine has them, which packages bring them.

Needs nothing but Python, so that the set-up can ask it: run as a script it prints the missing packages.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Mapping
from pathlib import Path

PACKAGES = {
    "postgres": "postgresql",
    "redis-server": "redis-server",
    "varnishd": "varnish",
    "haproxy": "haproxy",
}
"""The Debian package of each program that is started."""
TOOLS = {"promtool": "prometheus", "prometheus-alertmanager": "prometheus-alertmanager"}
"""The Debian package of each program that only checks what is written for others, or is told by tests."""
POSTGRESQL = Path("/usr/lib/postgresql")
OLDEST_POSTGRESQL = 14


def find(name: str) -> str | None:
    """The path of a program, or None; servers are often in folders that only root has in its PATH."""
    folders = [*_postgresql(), *os.environ.get("PATH", os.defpath).split(os.pathsep), "/usr/sbin", "/usr/local/sbin"]
    return shutil.which(name, path=os.pathsep.join(folders))


def missing() -> tuple[str, ...]:
    """The packages that still have to be installed."""
    return _lacking(PACKAGES)


def missing_tools() -> tuple[str, ...]:
    """The packages of tools that still have to be installed; the full profile runs without them."""
    return _lacking(TOOLS)


def command(packages: tuple[str, ...]) -> str:
    """What root would type to install them."""
    return f"apt-get install --yes --no-install-recommends {' '.join(packages)}"


def _lacking(packages: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(package for program, package in packages.items() if find(program) is None)


def _postgresql() -> list[str]:
    """Debian's own commands choose a cluster of the system first; these are the programs themselves, newest first."""
    versions = [entry for entry in POSTGRESQL.glob("*") if re.fullmatch(r"\d+", entry.name)]
    fit = [entry for entry in versions if int(entry.name) >= OLDEST_POSTGRESQL]
    return [str(entry / "bin") for entry in sorted(fit, key=lambda entry: int(entry.name), reverse=True)]


if __name__ == "__main__":
    print(" ".join((*missing(), *missing_tools())))
