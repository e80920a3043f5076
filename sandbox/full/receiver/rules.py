"""What the receiver does wrong, in a file that is read anew when it changes."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

RULES = "receiver.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiverRules:
    """How the receiver works; the defaults are the healthy one. ValueError names a mistake."""

    about: str = ""
    """A regular expression: the rules are for webhooks whose action it finds, by default for all."""
    answers_500: bool = False
    """Refuse webhooks: pretix tries again a few times, in vain, and then later than any run lasts."""
    swallows: bool = False
    """Take webhooks with 200, and do nothing."""
    delay_s: float = 0
    """Handle webhooks so many seconds after they came; those that wait are handled when it is mended."""
    handles_twice: bool = False
    """Not idempotent: two entries with different UIDs in the calendar, two rows in the customer file."""
    no_entry: bool = False
    """Write nothing into the calendar."""
    entry_twice: bool = False
    """Two entries with different UIDs in the calendar, one row in the customer file."""
    local_time_as_utc: bool = False
    """Write the local time of a slot into the calendar as if it were UTC."""
    token_expired: bool = False
    """Ask the store with a token that it does not know (any more)."""
    renamed: Mapping[str, str] = field(default_factory=dict)
    """Look for these fields of an order (`total`, `email`, `status`) under other names; what is missing stays empty."""
    amounts_in_cents: bool = False
    """Write amounts into the customer file in cents, as if they were euros."""

    def __post_init__(self) -> None:
        re.compile(self.about)
        if self.delay_s < 0:
            raise ValueError(f"delay_s: {self.delay_s} seconds are in the past")

    def of(self, action: str) -> ReceiverRules:
        """Those that hold for webhooks of this action."""
        return self if re.search(self.about, action) else HEALTHY

    def as_json(self) -> str:
        """As text, for `from_json`."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> ReceiverRules:
        """From what `as_json` gave."""
        return cls(**json.loads(text))


HEALTHY = ReceiverRules()


class Watched:
    """The JSON in a file, read again when the file was replaced; `default` while there is none."""

    def __init__(self, path: Path, default: Any) -> None:
        self._path, self._default = path, default
        self._seen: tuple[int, int] | None = None
        self._read: Any = default

    def now(self) -> Any:
        """What it says now; the file is replaced as a whole, so a new one has another inode."""
        try:
            found = self._path.stat()
            if (found.st_ino, found.st_mtime_ns) != self._seen:
                self._read = json.loads(self._path.read_text())
                self._seen = (found.st_ino, found.st_mtime_ns)
        except FileNotFoundError:
            self._seen, self._read = None, self._default
        return self._read


class RulesFile:
    """The receiver's rules for one store, as they are now."""

    def __init__(self, path: Path) -> None:
        self._watched = Watched(path, {})

    def now(self) -> ReceiverRules:
        """The rules; healthy while there is no file."""
        return ReceiverRules(**self._watched.now())
