"""How long an answer took, and how much of that was the database's: told to whoever asks (Server-Timing, W3C)."""

import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from django.db import connections
from django.http import HttpRequest, HttpResponse

Answer = Callable[[HttpRequest], HttpResponse]


class Stopwatch:
    """Adds up the seconds that statements take."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        """One statement."""
        began = time.monotonic()
        try:
            return execute(sql, params, many, context)
        finally:
            self.seconds += time.monotonic() - began


def server_timing(answer: Answer) -> Answer:
    """Writes both into the header of every answer, in milliseconds."""

    def respond(request: HttpRequest) -> HttpResponse:
        database, began = Stopwatch(), time.monotonic()
        with ExitStack() as stack:
            for connection in connections.all():
                stack.enter_context(connection.execute_wrapper(database))
            response = answer(request)
        total = time.monotonic() - began
        response["Server-Timing"] = f"db;dur={database.seconds * 1000:.1f}, total;dur={total * 1000:.1f}"
        return response

    return respond
