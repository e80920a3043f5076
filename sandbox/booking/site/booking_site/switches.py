"""Which faults are planted right now, read from a JSON file whenever it changes."""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """The switches of this store; the defaults are the healthy store."""

    sold_out_slot_accepted: bool = False
    mail_lost: bool = False
    places_decrement_lost: bool = False
    order_total_off_by_minor: int = 0
    browser_cache_seconds: int = 0
    browser_cache_pages: str = "list"
    last_modified_only: bool = False
    no_store_pages: bool = False
    edges_not_purged: bool = False
    slow_revalidation_s: float = 0
    answer_500: bool = False
    checkout_500: bool = False
    maintenance: bool = False
    page_changed: bool = False
    receiver_calls_per_minute: int = 0

    @classmethod
    def of(cls, values: dict[str, Any]) -> "Faults":
        """The switches named in `values`; other names belong to other layers and are ignored."""
        return cls(**{name: value for name, value in values.items() if name in cls.__slots__})


HEALTHY = Faults()


class SwitchFile:
    """A file of switches; absent means healthy, and half-written keeps the last switches."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: tuple[int, int, int] | None = None
        self._faults = HEALTHY

    def read(self) -> Faults:
        """The switches as they are now; cheap enough for every request."""
        try:
            status = self._path.stat()
        except FileNotFoundError:
            self._seen, self._faults = None, HEALTHY
            return HEALTHY
        seen = (status.st_mtime_ns, status.st_size, status.st_ino)
        if seen != self._seen:
            try:
                self._faults = Faults.of(json.loads(self._path.read_text(encoding="utf-8")))
            except (ValueError, FileNotFoundError):
                return self._faults
            self._seen = seen
        return self._faults


FAULTS = SwitchFile(Path(os.environ["BOOKING_FAULTS"]))
