"""The SMTP sink, a process of its own: `sink.py PORT MAILDIR` keeps every mail and delivers none."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from aiosmtpd.handlers import Mailbox
from aiosmtpd.smtp import SMTP


async def serve(port: int, maildir: str) -> None:
    """Take mail on 127.0.0.1 until the process is ended; the name is fixed so that no DNS is asked."""
    handler = Mailbox(Path(maildir))
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(handler, hostname="localhost", enable_SMTPUTF8=True), "127.0.0.1", port
    )
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), sys.argv[2]))
