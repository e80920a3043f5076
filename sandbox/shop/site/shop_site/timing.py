"""How long an answer took, and how much of that was the database's: told to whoever asks (Server-Timing, W3C)."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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
        with _timed(database):
            response = answer(request)
        total = time.monotonic() - began
        response["Server-Timing"] = f"db;dur={database.seconds * 1000:.1f}, total;dur={total * 1000:.1f}"
        return response

    return respond


@contextmanager
def _timed(database: Stopwatch) -> Iterator[None]:
    """While it lasts the statements of this thread are timed.

    A connection has one stopwatch at a time: whatever becomes of a request, none is left behind for the next one.
    """
    for connection in connections.all():
        others = [each for each in connection.execute_wrappers if not isinstance(each, Stopwatch)]
        connection.execute_wrappers[:] = [*others, database]
    try:
        yield
    finally:
        for connection in connections.all():
            connection.execute_wrappers[:] = [each for each in connection.execute_wrappers if each is not database]
