"""A CDP session that says what a test wants it to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class Cdp:
    """Who listens to it hears what is told to it."""

    def __init__(self) -> None:
        self.heard: dict[str, list[Callable[[Any], None]]] = {}

    def on(self, event: str, handler: Callable[[Any], None]) -> None:
        self.heard.setdefault(event, []).append(handler)

    def tell(self, event: str, **said: Any) -> None:
        for handler in self.heard[event]:
            handler(said)
