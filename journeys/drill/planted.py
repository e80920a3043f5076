"""What is planted right now: on disk before it is planted, so that after a crash the next drill mends it."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from journeys.model import TesterFault
from journeys.run.journal import process_name
from sandbox import files

FILE: Final = "planted.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """A small file in the sandbox's home: by store, which fault is planted and by which process."""

    path: Path

    def note(self, store: str, fault: str) -> None:
        """About to be planted; fsynced."""
        self._keep(self._read() | {store: {"fault": fault, "by": process_name(os.getpid())}})

    def forget(self, store: str) -> None:
        """Mended."""
        self._keep({name: held for name, held in self._read().items() if name != store})

    def left(self) -> dict[str, str]:
        """The faults, by store, that a drill left which is no more. TesterFault when another drill is at work."""
        held = self._read()
        for store, each in held.items():
            by = each.get("by", "")
            pid = by.partition("@")[0]
            if by != process_name(os.getpid()) and pid.isdigit() and process_name(int(pid)) == by:
                raise TesterFault(
                    f"{each['fault']} is planted in {store} by another drill (process {pid}): wait for its end"
                )
        return {store: each.get("fault", "a fault") for store, each in held.items()}

    def _read(self) -> dict[str, dict[str, str]]:
        try:
            return dict(json.loads(self.path.read_text(encoding="utf-8")))
        except FileNotFoundError:
            return {}
        except ValueError as error:
            raise TesterFault(f"{self.path} is damaged: {error}; delete it and reset the sandbox") from error

    def _keep(self, held: dict[str, dict[str, str]]) -> None:
        files.write(self.path, json.dumps(held))
