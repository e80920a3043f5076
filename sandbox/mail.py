"""The mailbox of the sandbox: how its SMTP sink is started and how its Maildir is emptied."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

SINK = Path(__file__).with_name("sink.py")


def serve(port: int, maildir: Path) -> Sequence[str]:
    """The argv of the sink; it runs in the tester's own venv."""
    return [sys.executable, "-I", str(SINK), str(port), str(maildir)]


def empty(maildir: Path) -> int:
    """Delete all mails, also while the sink runs; gives how many there were."""
    mails = [mail for part in ("new", "cur", "tmp") for mail in (maildir / part).glob("*")]
    for mail in mails:
        mail.unlink(missing_ok=True)
    return len(mails)
