"""Makes an authority and its certificates for this machine; runs in the venv that has trustme.

Arguments: the folder, and the names of the stores. The authority's key is kept nowhere.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import trustme

NAMES = ("127.0.0.1", "localhost")
SIGNED_FOR = timedelta(days=90)


def issue(folder: Path, stores: list[str]) -> None:
    """A healthy certificate and an expired one for each store, both with their keys; the authority's comes last."""
    authority = trustme.CA(organization_name="Sandbox of this machine")
    yesterday = datetime.now(UTC) - timedelta(days=1)
    for store in stores:
        healthy = authority.issue_cert(*NAMES)
        expired = authority.issue_cert(*NAMES, not_before=yesterday - SIGNED_FOR, not_after=yesterday)
        healthy.private_key_and_cert_chain_pem.write_to_path(str(folder / f"{store}.pem"))
        expired.private_key_and_cert_chain_pem.write_to_path(str(folder / f"{store}-expired.pem"))
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))


if __name__ == "__main__":
    issue(Path(sys.argv[1]), sys.argv[2:])
