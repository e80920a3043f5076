"""The sandbox by hand, for those who develop it: `python -m sandbox up|down|reset|status`."""

from __future__ import annotations

import argparse
import json
import signal
import sys
from pathlib import Path
from types import FrameType

from sandbox import PROFILES, Sandbox, SandboxError


def main() -> int:
    """0 done, 2 for a mistake in the arguments, 3 when the sandbox cannot do it, 130 when interrupted."""
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument("command", choices=("up", "down", "reset", "status"))
    parser.add_argument("--profile", choices=PROFILES, default=PROFILES[0], help="which layers (%(default)s)")
    parser.add_argument("--home", type=Path, default=Path(".sandbox"), help="the state folder (%(default)s)")
    parser.add_argument("--port", action="append", default=[], type=_port, metavar="NAME=PORT")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        sandbox = Sandbox(arguments.home, profile=arguments.profile, ports=dict(arguments.port), say=_say)
        status = getattr(sandbox, arguments.command)()
    except SandboxError as error:
        print(error, file=sys.stderr)
        return 3
    except KeyboardInterrupt:
        return 130
    if status is not None:
        print(json.dumps(status.as_json(), indent=2, default=str))
    return 0


def _port(pair: str) -> tuple[str, int]:
    name, _, port = pair.partition("=")
    return name, int(port)


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
