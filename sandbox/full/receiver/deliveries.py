"""One webhook from its arrival on: what it announces, what it led to, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from time import monotonic
from typing import Any

import httpx


class Outcome(StrEnum):
    """What became of a webhook."""

    WAITING = "waiting"
    HANDLED = "handled"
    FAILED = "failed"
    REFUSED = "refused"
    SWALLOWED = "swallowed"


class Failed(Exception):
    """A service that is needed does not do its part; says which, and what it answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What a webhook says: that something happened to an order, and nothing of the order itself."""

    notification_id: int
    organizer: str
    event: str
    code: str
    action: str

    @classmethod
    def of(cls, said: dict[str, Any]) -> Notice:
        """From what pretix sends; KeyError or TypeError when it is none about an order."""
        return cls(**{name: said[name] for name in cls.__slots__})


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True, kw_only=True)
class Delivery:
    """One webhook; `calls` are the requests that it led to, and how they were answered."""

    store: str
    notice: Notice
    came_at: datetime = field(default_factory=_now)
    came: float = field(default_factory=monotonic)
    """The same moment on the clock that durations are measured by."""
    outcome: Outcome = Outcome.WAITING
    ended_at: datetime | None = None
    calls: list[dict[str, Any]] = field(default_factory=list)
    says: str = ""

    def end(self, outcome: Outcome, says: str = "") -> None:
        """Nothing more will come of it."""
        self.outcome, self.says, self.ended_at = outcome, says, _now()

    def ask(self, client: httpx.Client, method: str, url: str, **how: Any) -> httpx.Response:
        """One request on its behalf; Failed when nobody answers."""
        call: dict[str, Any] = {"method": method, "path": httpx.URL(url).path, "status": 0}
        self.calls.append(call)
        try:
            answer = client.request(method, url, **how)
        except httpx.HTTPError as error:
            raise Failed(f"{method} {url}: {type(error).__name__}: {error}") from error
        call["status"] = answer.status_code
        return answer

    def as_json(self) -> dict[str, Any]:
        """As the log of deliveries shows it."""
        return {
            "store": self.store,
            "notification_id": self.notice.notification_id,
            "code": self.notice.code,
            "action": self.notice.action,
            "came_at": self.came_at.isoformat(),
            "outcome": str(self.outcome),
            "ended_at": self.ended_at.isoformat() if self.ended_at else None,
            "calls": list(self.calls),
            "says": self.says,
        }


def demand(answer: httpx.Response, *fits: int) -> httpx.Response:
    """The answer, when it is a success or one of these; else Failed says who answered what."""
    if answer.is_success or answer.status_code in fits:
        return answer
    said = " ".join(answer.text.split())[:200]
    raise Failed(f"{answer.request.method} {answer.request.url} was answered {answer.status_code}: {said}")
