"""As whom PostgreSQL runs: it refuses to run as root."""

from __future__ import annotations

import os
import subprocess
from functools import cache

from sandbox.errors import SandboxError

# Inside, the process is an ordinary user; outside, its files stay root's, so the private folder is enough.
DISGUISE = ("unshare", "--user", "--map-user=1000", "--map-group=1000")


@cache
def before() -> tuple[str, ...]:
    """What to put before a command of PostgreSQL; SandboxError when root may not become anybody else."""
    if os.geteuid() != 0:
        return ()
    try:
        allowed = subprocess.run([*DISGUISE, "true"], capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        allowed = False
    if not allowed:
        raise SandboxError(
            "PostgreSQL does not run as root, and user namespaces are not allowed here",
            " ".join(DISGUISE),
            "start the sandbox as an ordinary user, or allow user namespaces",
        )
    return DISGUISE
