"""When places change hands: pages that were made meanwhile must not be kept by an edge."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock


class Changes:
    """Changes of places in this process, from their commit until every edge has been told."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._begun = 0
        self._going_on = 0

    @contextmanager
    def going_on(self) -> Iterator[None]:
        """While the edges are told of one change."""
        with self._lock:
            self._begun += 1
            self._going_on += 1
        try:
            yield
        finally:
            with self._lock:
                self._going_on -= 1

    def moment(self) -> int | None:
        """A mark for `quiet_since`; None in the middle of a change."""
        with self._lock:
            return None if self._going_on else self._begun

    def quiet_since(self, moment: int | None) -> bool:
        """Whether nothing was going on at that moment and nothing has begun since."""
        with self._lock:
            return moment is not None and self._begun == moment


CHANGES = Changes()
