"""pretix and its static files; on SQLite behind one door that lets a single request in at a time."""

from collections.abc import Callable, Iterable
from threading import Lock
from typing import Any

from django.conf import settings
from pretix.wsgi import application as pretix
from whitenoise import WhiteNoise

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]


class OneAtATime:
    """Requests wait for each other, as SQLite locks would make them fail instead."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._door = Lock()

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """The whole answer, made while nobody else is being answered."""
        # Without the server's file wrapper a file is read while the door is shut, like any other answer.
        own = {name: value for name, value in environ.items() if name != "wsgi.file_wrapper"}
        with self._door:
            answer = self._application(own, start_response)
            try:
                return list(answer)
            finally:
                if hasattr(answer, "close"):
                    answer.close()


served = pretix if settings.BOOKING_EDGES else OneAtATime(pretix)
application = WhiteNoise(served, root=settings.STATIC_ROOT, prefix="static/")
