"""Sets the project up on a machine that has only Python: first its venv, then its packages, then a browser.

`python3 setup/bootstrap.py [venv|packages|browser]` does only what is missing; when nothing is, it says nothing.
`python3 setup/bootstrap.py services` installs the servers of the sandbox's full profile, and nothing else.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import hashlib
import importlib
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
UV = VENV / "bin" / "uv"
PIP_INSTALL = (PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
UV_VERSION = "0.13.9"
EXTRAS = "sandbox,test"
OLDEST = (3, 11)
STAGES = ("venv", "packages", "browser")
SERVICES = "services"
MISSING: tuple[str | Path, ...] = (sys.executable, "-I", ROOT / "sandbox" / "full" / "programs.py")
"""What prints the Debian packages that the full profile and the tests still need."""
POLICY = Path("/usr/sbin/policy-rc.d")
"""While it says 101, Debian's packages start no service when they are installed."""
STARTED_BY_THEMSELVES = (
    *("postgresql", "redis-server", "varnish", "varnishncsa", "haproxy"),
    *("prometheus", "prometheus-alertmanager"),
)
FIND: tuple[str | Path, ...] = (PYTHON, "-I", ROOT / "journeys" / "browser" / "chromium.py")
OWN = "playwright"
"""What the finder prints for Playwright's own browser."""
DOWNLOAD_WITHIN = 300.0
END_WITHIN = 15.0
CONNECT_WITHIN_MS = "5000"
BEGAN = time.monotonic()


class SetupError(Exception):
    """What failed and what to do about it."""


def main() -> int:
    """0 when all is there, 2 for a mistake in the arguments, 3 when the machine lacks something."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "until", choices=(*STAGES, SERVICES), nargs="?", default="browser", help="how far to go (%(default)s)"
    )
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with _alone():
            if arguments.until == SERVICES:
                install_services()
                return 0
            for stage in STAGES[: STAGES.index(arguments.until) + 1]:
                {"venv": make_venv, "packages": install_packages, "browser": find_browser}[stage]()
    except SetupError as error:
        print(f"\nset-up: {error}", file=sys.stderr)
        return 3
    except KeyboardInterrupt:
        print("\nset-up: interrupted; the next start goes on from here", file=sys.stderr)
        return 130
    return 0


def make_venv() -> None:
    """A venv of this Python at this place, with the pinned installer; a half-built one is made anew."""
    key = _key(f"{sys.version_info.major}.{sys.version_info.minor}", str(VENV), UV_VERSION)
    if _is_done("venv", key) and PYTHON.exists():
        return
    if not (_has("venv") and _has("ensurepip")):
        _install_venv_module()
    with _step("venv"):
        shutil.rmtree(VENV, ignore_errors=True)
        _demand([sys.executable, "-m", "venv", VENV], "the venv cannot be made")
        if _run([*PIP_INSTALL, f"uv=={UV_VERSION}"]).returncode:
            print(" (without uv)", end="", flush=True)
        _done("venv", key)


def install_packages() -> None:
    """The project itself, editable, and exactly the locked versions of what it needs."""
    locked = [ROOT / "pyproject.toml", ROOT / "constraints.txt"]
    for path in locked:
        if not path.exists():
            raise SetupError(f"{path.name} is missing. `git checkout {path.name}` or `make lock` brings it back.")
    key = _key(*(path.read_text() for path in locked), EXTRAS)
    if _is_done("packages", key):
        return
    wanted = ["-e", f".[{EXTRAS}]", "-c", "constraints.txt"]
    with _step("tester's packages"):
        if not (UV.exists() and _run([UV, "pip", "install", "--python", PYTHON, *wanted]).returncode == 0):
            _demand([*PIP_INSTALL, *wanted], "the tester's packages cannot be installed")
        _done("packages", key)


def find_browser() -> None:
    """A Chromium that starts: configured, Playwright's own, one on the machine, or one from Debian."""
    found = _find()
    if not os.environ.get("JOURNEYS_BROWSER"):
        key = _playwright_version()
        if found == OWN or (found and _is_done("browser-download", key)):
            return
        worked = _download()
        _done("browser-download", key)
        if worked and _find() != OWN:
            _install_libraries()
        if _find() is None:
            with _step("Chromium: Debian's package"):
                _apt_install("chromium-headless-shell")
        found = _find()
        print(f"{_clock()} Chromium: {found}")
    if found is None:
        raise SetupError(_run(FIND).stderr.strip())


def install_services() -> None:
    """Debian's servers for the full profile and the tests; none of them is started, now or when the machine starts."""
    missing = _missing_services()
    if not missing:
        return
    root = _as_root()
    if root is not None and shutil.which("apt-get") is not None:
        with _step(f"Debian's {', '.join(missing)}"), _nothing_started(root):
            _apt_install(*missing)
        missing = _missing_services()
    if missing:
        raise SetupError(
            f"the sandbox's full profile and the tests need {', '.join(missing)}. Run as root "
            f"`apt-get install --yes --no-install-recommends {' '.join(missing)}`, then start again."
        )


def _missing_services() -> list[str]:
    return _run(MISSING).stdout.split()


@contextlib.contextmanager
def _nothing_started(root: Sequence[str]) -> Iterator[None]:
    """What is installed meanwhile is not started, and not when the machine starts either, if it was not before."""
    before = {name for name in STARTED_BY_THEMSELVES if _is_installed(name)}
    ours = not POLICY.exists()
    if ours:
        _run([*root, "sh", "-c", f"printf '#!/bin/sh\\nexit 101\\n' > {POLICY} && chmod 755 {POLICY}"])
    try:
        yield
    finally:
        if ours:
            _run([*root, "rm", "-f", POLICY])
        for name in STARTED_BY_THEMSELVES:
            if name not in before and _is_installed(name):
                systemd = Path("/run/systemd/system").exists()
                _run([*root, "systemctl", "disable", name] if systemd else [*root, "update-rc.d", name, "disable"])


def _is_installed(service: str) -> bool:
    return Path("/etc/init.d", service).exists() or Path("/lib/systemd/system", f"{service}.service").exists()


def _find() -> str | None:
    finder = _run(FIND)
    return finder.stdout.strip() if finder.returncode == 0 else None


def _playwright_version() -> str:
    return _run([PYTHON, "-c", "import importlib.metadata as m; print(m.version('playwright'))"]).stdout


def _download() -> bool:
    patience = {"PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT": CONNECT_WITHIN_MS}
    command = (PYTHON, "-m", "playwright", "install", "chromium", "--only-shell", "--no-progress")
    with _step("Chromium: Playwright's download"):
        worked = _run(command, environment=patience, seconds=DOWNLOAD_WITHIN).returncode == 0
        print("" if worked else " not possible here,", end="", flush=True)
    return worked


def _install_libraries() -> None:
    root = _as_root()
    if root is not None:
        with _step("Chromium: its system libraries"):
            _run([*root, PYTHON, "-m", "playwright", "install-deps", "chromium-headless-shell"])


def _install_venv_module() -> None:
    version = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    with _step(f"Debian's {version}"):
        if not _apt_install(version):
            _apt_install("python3-venv")
        importlib.invalidate_caches()
        if not (_has("venv") and _has("ensurepip")):
            raise SetupError(
                f"{sys.executable} cannot make venvs (no ensurepip). On Debian or Ubuntu run "
                f"`apt-get install {version}` as root, then start again."
            )


def _apt_install(*packages: str) -> bool:
    root = _as_root()
    if root is None or shutil.which("apt-get") is None:
        return False
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    install = [*root, "apt-get", "install", "--yes", "--no-install-recommends", *packages]
    if _run(install, environment=quiet).returncode == 0:
        return True
    _run([*root, "apt-get", "update"], environment=quiet)
    return _run(install, environment=quiet).returncode == 0


def _as_root() -> list[str] | None:
    """What to put before a command that only root may run; None when there is no way."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") and _run(["sudo", "-n", "true"]).returncode == 0:
        return ["sudo", "-n"]
    return None


def _run(
    command: Sequence[str | Path],
    *,
    environment: Mapping[str, str] | None = None,
    seconds: float | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run to the end, or for so many seconds; on an interrupt the command and its children end first."""
    foreign = ("VIRTUAL_ENV", "PYTHONHOME", "PYTHONPATH")
    inherited = {name: value for name, value in os.environ.items() if name not in foreign}
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env={**inherited, **(environment or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        out, err = process.communicate(timeout=seconds)
    except BaseException as error:
        out, err = _end(process)
        if not isinstance(error, subprocess.TimeoutExpired):
            raise
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)


def _end(process: subprocess.Popen[str]) -> tuple[str, str]:
    """End the command and all it started; TERM first, because apt-get must not be torn from its work."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    try:
        return process.communicate(timeout=END_WITHIN)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        return process.communicate()


def _demand(command: Sequence[str | Path], otherwise: str) -> None:
    outcome = _run(command)
    if outcome.returncode:
        last = "\n".join((outcome.stdout + outcome.stderr).splitlines()[-15:])
        raise SetupError(f"{otherwise}. The last lines of what was said:\n{last}")


def _has(module: str) -> bool:
    return importlib.util.find_spec(module) is not None


def _key(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _is_done(step: str, key: str) -> bool:
    stamp = VENV / f".{step}.sha256"
    return stamp.exists() and stamp.read_text() == key


def _done(step: str, key: str) -> None:
    (VENV / f".{step}.sha256").write_text(key)


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """Only one set-up at a time: another one waits here until this one ends."""
    folder = os.open(Path(__file__).parent, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


@contextlib.contextmanager
def _step(what: str) -> Iterator[None]:
    began = time.monotonic()
    print(f"{_clock()} {what} …", end="", flush=True)
    yield
    print(f" {time.monotonic() - began:.1f} s", flush=True)


def _clock() -> str:
    return f"[{time.monotonic() - BEGAN:5.1f} s]"


def _newer_python() -> str | None:
    names = (f"python3.{minor}" for minor in range(14, OLDEST[1] - 1, -1))
    return next(filter(None, map(shutil.which, names)), None)


if __name__ == "__main__":
    if sys.version_info < OLDEST:
        newer = _newer_python()
        if newer is None:
            print("set-up: Python 3.11 or newer is needed; this is", sys.version.split()[0], file=sys.stderr)
            sys.exit(3)
        os.execv(newer, [newer, *sys.argv])
    sys.exit(main())
