"""The mailbox of the sandbox: how its SMTP sink is started and how its Maildir is emptied."""

from __future__ import annotations

import sys
from pathlib import Path

from sandbox import ports
from sandbox.part import Part
from sandbox.services import Service

SINK = Path(__file__).with_name("sink.py")


def part(service: Service, *, home: Path, port: int, maildir: Path) -> Part:
    """How the sink is started; it runs in the tester's own venv."""
    return Part(
        service=service,
        says=f"SMTP sink at 127.0.0.1:{port}",
        argv=[sys.executable, "-I", str(SINK), str(port), str(maildir)],
        home=home,
        ports=(port,),
        ready=lambda: ports.answers(port),
        depends=(SINK,),
    )


def empty(maildir: Path) -> int:
    """Delete all mails, also while the sink runs; gives how many there were."""
    mails = [mail for part in ("new", "cur", "tmp") for mail in (maildir / part).glob("*")]
    for mail in mails:
        mail.unlink(missing_ok=True)
    return len(mails)
