"""The certificates of the stores' addresses, and the authority of this sandbox that signed them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

PROGRAM = Path(__file__).with_name("issue.py")
HEALTHY, EXPIRED = "healthy", "expired"
KINDS = (HEALTHY, EXPIRED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificates:
    """Made once for a sandbox."""

    folder: Path
    stores: Sequence[str]

    @property
    def authority(self) -> Path:
        """What has to be trusted, as PEM."""
        return self.folder / "ca.pem"

    def file(self, store: str, kind: str = HEALTHY) -> Path:
        """A certificate of a store with its key, as PEM."""
        return self.folder / (f"{store}.pem" if kind == HEALTHY else f"{store}-{kind}.pem")

    def whole(self) -> bool:
        """Whether all are there."""
        wanted = [self.file(store, kind) for store in self.stores for kind in KINDS]
        return all(path.exists() for path in (*wanted, self.authority))

    def making(self, python: Path) -> list[str]:
        """The command that makes them."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return [str(python), "-I", str(PROGRAM), str(self.folder), *self.stores]
