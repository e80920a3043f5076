"""The staff's calendar beside the stores: a Radicale, which speaks CalDAV (RFC 4791)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sandbox import ports
from sandbox.part import Part
from sandbox.services import Service

USER = "staff"
PROPERTIES = {"tag": "VCALENDAR", "C:supported-calendar-component-set": "VEVENT"}
"""What Radicale keeps of a collection, under its own file name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """A collection of events for each store that announces its bookings."""

    port: int
    folder: Path
    password: str = field(repr=False)

    def access(self, store: str) -> dict[str, str]:
        """Where the store's collection is (with a slash at its end), and as whom one is let in."""
        return {"url": f"http://127.0.0.1:{self.port}/{USER}/{store}/", "user": USER, "password": self.password}

    def part(self, stores: Sequence[str], python: Path, service: Service) -> Part:
        """How it is started, with Radicale from the venv of this interpreter; what it holds outlives it."""
        config = self.folder / "radicale.conf"
        collections = self.folder / "storage" / "collection-root" / USER
        return Part(
            service=service,
            says=f"Radicale at http://127.0.0.1:{self.port}",
            argv=[str(python), "-m", "radicale", "--config", str(config)],
            home=self.folder,
            ports=(self.port,),
            ready=lambda: ports.answers(self.port),
            files={
                config: self._config(),
                self._users: f"{USER}:{self.password}\n",
                **{collections / store / ".Radicale.props": json.dumps(PROPERTIES) for store in stores},
            },
        )

    @property
    def _users(self) -> Path:
        return self.folder / "users"

    def _config(self) -> str:
        """Whoever is refused is told so at once."""
        return f"""\
[server]
hosts = 127.0.0.1:{self.port}
delay_on_error = 0
[auth]
type = htpasswd
htpasswd_filename = {self._users}
htpasswd_encryption = plain
delay = 0
[rights]
type = owner_only
[storage]
filesystem_folder = {self.folder / "storage"}
[web]
type = none
[logging]
level = warning
"""
