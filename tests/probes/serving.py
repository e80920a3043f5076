"""A status page that is served on a free port, as long as a test needs it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import Any

from watched import NOW, MemoryHistory

from journeys.serving import Sources, application, bound
from journeys.serving.listen import address_of, server_of


@dataclass(slots=True)
class Served:
    """A status page that is served, its clock, and what can be done to it."""

    at: str
    sources: Sources
    now: list[float] = field(default_factory=lambda: [NOW])

    @property
    def history(self) -> MemoryHistory:
        """What it is told of."""
        assert isinstance(self.sources.history, MemoryHistory)
        return self.sources.history


@contextmanager
def serving(
    sources: Sources, *, now: float = NOW, refresh_s: float = 0.05, warm: bool = True, **more: Any
) -> Iterator[Served]:
    """The status page of these sources on a free port, until it is no longer needed; ``warm``: it has asked once."""
    clock, ready = [now], Event()
    with bound("127.0.0.1", 0) as listening:
        app = application(sources, clock=lambda: clock[0], refresh_s=refresh_s, **more)
        server = server_of(app, ready.set, warm=warm)
        thread = Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        assert ready.wait(20)
        try:
            yield Served(at=address_of(listening).rstrip("/"), sources=sources, now=clock)
        finally:
            server.should_exit = True
            thread.join(10)
            assert not thread.is_alive()
