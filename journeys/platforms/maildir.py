"""Mails to synthetic customers, read from a Maildir."""

from __future__ import annotations

import mailbox
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from pathlib import Path


def mails_to(maildir: Path, email: str) -> tuple[EmailMessage, ...]:
    """The mails to an address, the oldest first."""
    if not maildir.exists():
        return ()
    box = mailbox.Maildir(maildir, factory=None, create=False)
    parser = BytesParser(policy=default)
    found = []
    for key in sorted(box.keys()):
        try:
            raw = box.get_bytes(key)
        except KeyError:  # emptied by a reset just now
            continue
        if email.encode() not in raw:  # parsing takes a hundred times longer than looking
            continue
        mail = parser.parsebytes(raw)
        if isinstance(mail, EmailMessage) and email in str(mail["To"] or "") + str(mail["X-RcptTo"] or ""):
            found.append(mail)
    return tuple(found)


def text_of(mail: EmailMessage) -> str:
    """The plain text of a mail."""
    body = mail.get_body(preferencelist=("plain", "html"))
    return str(body.get_content()) if body is not None else ""
