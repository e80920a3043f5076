"""Asking a service of ours at its socket: a line there, and all it says back."""

from __future__ import annotations

import os
import socket
from pathlib import Path

from sandbox.errors import SandboxError

SOCKET = "runtime"
ANSWER_WITHIN = 10.0


def ask(folder: Path, command: str, *, whom: str) -> str:
    """What it answers; SandboxError when nobody does."""
    try:
        descriptor = os.open(folder, os.O_PATH)
        try:
            with socket.socket(socket.AF_UNIX) as line:
                line.settimeout(ANSWER_WITHIN)
                # By way of the open folder, since the path of a socket may have 107 characters only.
                line.connect(f"/proc/self/fd/{descriptor}/{SOCKET}")
                line.sendall(f"{command}\n".encode())
                return b"".join(iter(lambda: line.recv(65536), b"")).decode()
        finally:
            os.close(descriptor)
    except OSError as error:
        raise SandboxError(
            f"{whom} does not answer: {error.strerror or error}",
            str(folder / SOCKET),
            "start the sandbox with the full profile",
        ) from error


def answers(folder: Path, command: str, expected: str, *, whom: str) -> bool:
    """Whether it answers with that among the rest."""
    try:
        return expected in ask(folder, command, whom=whom)
    except SandboxError:
        return False
