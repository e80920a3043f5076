"""What the orchestration knows of one store: how to prepare, serve, reset and describe it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Where one store lives on this machine."""

    home: Path
    """The store's own state folder; it exists."""
    python: Path
    """The interpreter of the store's own venv."""
    port: int
    """Where the store listens on 127.0.0.1."""
    mail_port: int
    """The SMTP sink on 127.0.0.1."""
    secrets: Mapping[str, str] = field(repr=False)
    """What `Recipe.secrets` asked for, generated once per sandbox."""

    @property
    def url(self) -> str:
        """The address of the store, without a slash at its end."""
        return f"http://127.0.0.1:{self.port}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """One store software: from an empty folder to a seeded store that answers.

    `prepare` gives (what it does, argv) pairs that lead from an empty home to the seeded store; every
    command runs with the home as its working directory and with `environment` over a minimal one (PATH,
    HOME, locale). `serve` is the argv of the server in the foreground, `ready` the path that answers 200
    when the store is ready. `databases` (SQLite files) and `folders`, relative to the home, are what a
    reset restores. `describe` gives what `status` prints of a seeded store.
    """

    name: str
    platform: str
    folder: Path
    """Holds requirements.txt, constraints.txt and site/; a change in it makes the store be seeded anew."""
    secrets: tuple[str, ...]
    environment: Callable[[Site], Mapping[str, str]]
    prepare: Callable[[Site], Sequence[tuple[str, Sequence[str]]]]
    serve: Callable[[Site], Sequence[str]]
    ready: str
    databases: tuple[str, ...]
    folders: tuple[str, ...]
    describe: Callable[[Site], Mapping[str, object]]
