"""What a sandbox says of itself: its stores, its services, and whether they run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path


class State(StrEnum):
    """Up: runs and answers. Down: does not run. Degraded: runs and does not answer, or only a part runs."""

    UP = "up"
    DOWN = "down"
    DEGRADED = "degraded"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreStatus:
    """One store; `url` and `port` are None before the first `up`."""

    platform: str
    state: State
    home: Path
    log: Path
    url: str | None
    """The address of the store, without a slash at its end."""
    port: int | None
    pid: int | None
    details: Mapping[str, object] = field(repr=False)
    """What its recipe describes: credentials, API root, subjects; empty when it was never seeded."""

    def as_json(self) -> dict[str, object]:
        """Plain data; what the recipe describes stands beside the rest."""
        return {
            **self.details,
            "platform": self.platform,
            "state": str(self.state),
            "url": self.url,
            "port": self.port,
            "pid": self.pid,
            "home": str(self.home),
            "log": str(self.log),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class MailStatus:
    """The SMTP sink on 127.0.0.1 and the Maildir it keeps mails in."""

    state: State
    port: int | None
    pid: int | None
    maildir: Path
    log: Path

    def as_json(self) -> dict[str, object]:
        """Plain data."""
        return {
            "state": str(self.state),
            "port": self.port,
            "pid": self.pid,
            "maildir": str(self.maildir),
            "log": str(self.log),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceStatus:
    """One service of the full profile."""

    state: State
    port: int | None
    pid: int | None
    log: Path

    def as_json(self) -> dict[str, object]:
        """Plain data."""
        return {"state": str(self.state), "port": self.port, "pid": self.pid, "log": str(self.log)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """The whole sandbox at one moment."""

    profile: str
    home: Path
    stores: Mapping[str, StoreStatus]
    mail: MailStatus
    services: Mapping[str, ServiceStatus] = field(default_factory=dict)
    """What stands around the stores in the full profile, by name."""

    @property
    def state(self) -> State:
        """Up or down when all parts are, else degraded."""
        states = {self.mail.state, *(store.state for store in self.stores.values())}
        states |= {service.state for service in self.services.values()}
        return states.pop() if len(states) == 1 else State.DEGRADED

    def as_json(self) -> dict[str, object]:
        """Plain data for `json.dumps`. It holds credentials of the sandbox."""
        return {
            "profile": self.profile,
            "state": str(self.state),
            "home": str(self.home),
            "stores": {name: store.as_json() for name, store in self.stores.items()},
            "services": {
                "mail": self.mail.as_json(),
                **{name: service.as_json() for name, service in self.services.items()},
            },
        }
