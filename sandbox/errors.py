"""The one error of the sandbox: what went wrong, where, and what to do about it."""

from __future__ import annotations


class SandboxError(Exception):
    """What is expected to go wrong: a port in use, no disk space, a venv that fails, a silent store."""

    def __init__(self, what: str, where: str, todo: str) -> None:
        super().__init__(what, where, todo)
        self.what = what
        self.where = where
        self.todo = todo

    def __str__(self) -> str:
        return f"{self.what}\n  where: {self.where}\n  do: {self.todo}"
