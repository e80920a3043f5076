"""Ports on 127.0.0.1: the configured one, the one of last time, or the first free one."""

from __future__ import annotations

import socket

from sandbox import processes
from sandbox.errors import SandboxError

HOST = "127.0.0.1"
SPAN = 200


def is_free(port: int) -> bool:
    """Whether a server could listen on this port now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def demand(name: str, port: int) -> None:
    """Nothing when the port is free; SandboxError names who has it when it is not."""
    if not 0 < port < 2**16:
        raise SandboxError(f"{port} is not a port", f"port of {name}", "choose one from 1024 to 65535")
    if not is_free(port):
        holders = ", ".join(f"pid {pid}: {processes.command(pid)}" for pid in processes.listeners(port))
        raise SandboxError(
            f"port {port} of {name} is in use",
            f"{HOST}:{port}, {holders or 'by a process of another user'}",
            f"end that process, or give {name} another port",
        )


class Reservation:
    """Ports that no other sandbox on this machine takes before their servers listen; a crash frees them too."""

    def __init__(self) -> None:
        self._held: dict[int, socket.socket] = {}

    def __enter__(self) -> Reservation:
        return self

    def __exit__(self, *_: object) -> None:
        for held in self._held.values():
            held.close()

    def take(self, port: int) -> bool:
        """Whether the port is free and is ours now."""
        if port in self._held:
            return False
        held = socket.socket(socket.AF_UNIX)
        try:
            held.bind(f"\0sandbox-port-{port}")
        except OSError:
            held.close()
            return False
        if not is_free(port):
            held.close()
            return False
        self._held[port] = held
        return True

    def take_from(self, first: int, *, name: str, without: set[int]) -> int:
        """The first port at or after `first` that could be taken, below the system's own range."""
        for port in range(first, first + SPAN):
            if port not in without and self.take(port):
                return port
        last = first + SPAN - 1
        raise SandboxError(f"no free port for {name}", f"{HOST}:{first} to {last}", f"configure a port for {name}")


def answers(port: int) -> bool:
    """Whether something accepts a connection on this port."""
    try:
        with socket.create_connection((HOST, port), timeout=1):
            return True
    except OSError:
        return False
