"""What the customer's browser tells of a run, added to its history, within bounds."""

from __future__ import annotations

from typing import Final

from journeys.model import PageError, Request
from journeys.run.ports import Session
from journeys.run.recorder import Recorder

_PAGES: Final = 300
_SCRIPTS: Final = 200  # of third parties, with which nothing is wrong
_ERRORS: Final = 60


class Browsing:
    """Adds the telling requests and errors of one session; ``home`` is the store's address.

    However long a run is, there are no more than a few hundred: what is beyond that is left out, pages and failures
    last of all.
    """

    def __init__(self, session: Session, home: str, recorder: Recorder) -> None:
        self._session = session
        self._home = home
        self._recorder = recorder
        self._room = {"page": _PAGES, "script": _SCRIPTS, "error": _ERRORS}

    def note(self) -> None:
        """Add what is new."""
        for event in self._session.seen(self._home, self._recorder.at):
            kind = _kind(event)
            if self._room[kind] > 0:
                self._room[kind] -= 1
                self._recorder.add(event)


def _kind(event: Request | PageError) -> str:
    if isinstance(event, PageError):
        return "error"
    sound = not event.failure and event.status < 400
    return "script" if event.kind == "script" and not event.ours and sound else "page"
