"""The program behind the links: hands bytes on between customers and the front, and spoils what it is told to.

LINK_LINES in its environment is JSON: for each port it listens on, the port it hands over to and the file of its rules.
The files are read at the start and whenever a line comes in at the socket `runtime` in its working directory; it is
answered when the rules are obeyed. What passes may be encrypted: nothing of it is looked into.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import socket
import struct
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

HOST = "127.0.0.1"
SOCKET = "runtime"
PIECE = 65536
_KEPT = 2
"""How often a customer has spoken again on a connection that is kept; once is for the secrets of an encrypted one."""
AT_ONCE = struct.pack("ii", 1, 0)
"""SO_LINGER as C has it: closing sends RST."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """As in `sandbox.full.link`, which says what each means."""

    refuse: bool = False
    stall: bool = False
    reset_after_bytes: int | None = None
    latency_ms: float = 0.0
    jitter_ms: float = 0.0
    reset_share: float = 0.0
    reset_kept_share: float = 0.0
    bytes_per_s: int = 0
    seed: int = 0


class Line:
    """One port for customers: its rules, and whether it listens."""

    def __init__(self, port: int, to: int, file: Path) -> None:
        self._port, self._to, self._file = port, to, file
        self._server: asyncio.Server | None = None
        self._free_at = {False: 0.0, True: 0.0}
        self.connections: set[Connection] = set()
        self.rules = Rules()
        self._met = 0
        self.changed = asyncio.Event()

    async def read(self) -> None:
        """Obey the rules that are in the file now; connections that the old ones spoilt for good are reset."""
        try:
            rules = Rules(**json.loads(self._file.read_text()))
        except FileNotFoundError:
            rules = Rules()
        changed, self.rules = rules != self.rules, rules
        await self._listen(not rules.refuse)
        if changed:
            self._met = 0
            for number, connection in enumerate(list(self.connections)):
                connection.told(random.Random(f"{rules.seed} standing {number}"))
            before, self.changed = self.changed, asyncio.Event()
            before.set()

    async def _listen(self, listens: bool) -> None:
        if listens and self._server is None:
            self._server = await asyncio.start_server(self._accept, HOST, self._port, reuse_address=True)
        elif not listens and self._server is not None:
            self._server.close()
            self._server = None

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = Connection(self, reader, writer)
        self.connections.add(connection)
        try:
            if self.rules.refuse:  # it had come in before the port was shut
                connection.reset()
            else:
                await connection.carry(self._to)
        finally:
            self.connections.discard(connection)

    def chance(self) -> random.Random:
        """What befalls the next new connection: it follows from the seed and from how many came before it alone."""
        self._met += 1
        return random.Random(f"{self.rules.seed} new {self._met}")

    def slot(self, size: int, *, answer: bool) -> float:
        """When so many bytes have gone through the line, which all connections share; moments of the event loop."""
        now = asyncio.get_running_loop().time()
        if not self.rules.bytes_per_s:
            return now
        self._free_at[answer] = max(now, self._free_at[answer]) + size / self.rules.bytes_per_s
        return self._free_at[answer]

    async def until(self, moment: float) -> None:
        """Come back at that moment, or when the rules change."""
        seconds = moment - asyncio.get_running_loop().time()
        if seconds > 0:
            with suppress(TimeoutError):
                await asyncio.wait_for(self.changed.wait(), seconds)


class Connection:
    """One customer's connection and the one it is handed over to."""

    def __init__(self, line: Line, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._line, self._reader, self._writer = line, reader, writer
        self._onward: asyncio.StreamWriter | None = None
        self._answered = 0
        """Bytes since the customer last sent something."""
        self._asked = 0
        """How often the customer sent something after an answer."""
        self._unlucky = False
        self._spoilt = False
        self.draw(line.chance())

    def draw(self, chance: random.Random) -> None:
        """What befalls this connection: whether it is one of the share that is reset, and what comes later."""
        self._chance = chance
        self._unlucky = chance.random() < self._line.rules.reset_share

    def told(self, chance: random.Random) -> None:
        """The rules have changed."""
        if self._spoilt or self._line.rules.refuse:
            self.reset()
        else:
            self.draw(chance)

    def reset(self) -> None:
        """End it with RST on both sides."""
        for writer in (self._writer, self._onward):
            if writer is not None:
                with suppress(OSError):
                    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
                writer.transport.abort()

    async def carry(self, to: int) -> None:
        """Hand over until both sides have said all they had to say."""
        try:
            await self._line.until(self._line.slot(0, answer=False) + 2 * self._line.rules.latency_ms / 1000)
            await self._pass_by()
            reader, self._onward = await asyncio.open_connection(HOST, to)
            async with asyncio.TaskGroup() as both:
                both.create_task(self._hand_over(self._reader, self._onward, answer=False))
                both.create_task(self._hand_over(reader, self._writer, answer=True))
        except* OSError:
            self.reset()
        finally:
            for writer in (self._writer, self._onward):
                if writer is not None:
                    writer.close()

    async def _hand_over(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, answer: bool) -> None:
        """One direction: what comes in is kept with the moment at which it has to go out."""
        under_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(16)

        async def take() -> None:
            latest = 0.0  # no piece overtakes another
            while piece := await reader.read(self._piece()):
                rules = self._line.rules
                late_ms = rules.latency_ms + rules.jitter_ms * self._chance.random()
                latest = max(latest, self._line.slot(len(piece), answer=answer) + late_ms / 1000)
                await under_way.put((latest, piece))
            await under_way.put((0.0, b""))

        async def give() -> None:
            while True:
                due, piece = await under_way.get()
                await self._line.until(due)
                await self._pass_by()
                if not piece:
                    break
                writer.write(self._spoil(piece, answer=answer))
                await writer.drain()
            if writer.can_write_eof():
                writer.write_eof()

        async with asyncio.TaskGroup() as ends:
            ends.create_task(take())
            ends.create_task(give())

    def _piece(self) -> int:
        """A slow line takes small pieces, twenty a second."""
        rate = self._line.rules.bytes_per_s
        return min(PIECE, max(1, rate // 20)) if rate else PIECE

    async def _pass_by(self) -> None:
        """Nothing passes a line that stalls, and what waited there is lost with the connection."""
        if self._line.rules.stall:
            self._spoilt = True
            await self._line.changed.wait()
            raise ConnectionResetError

    def _spoil(self, piece: bytes, *, answer: bool) -> bytes:
        """What goes on of this piece; ConnectionResetError when the connection ends here."""
        if not answer:
            self._asked += self._answered > 0
            self._answered = 0
            kept = self._asked >= _KEPT and self._chance.random() < self._line.rules.reset_kept_share
            if self._unlucky or kept:
                raise ConnectionResetError
            return piece
        limit = self._line.rules.reset_after_bytes
        if limit is not None and self._answered + len(piece) > limit:
            self._writer.write(piece[: max(0, limit - self._answered)])
            raise ConnectionResetError
        self._answered += len(piece)
        return piece


async def serve(lines: list[Line], say: Callable[[str], object]) -> None:
    """Listen on all lines until ended."""

    async def obey(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readline()
            for line in lines:
                await line.read()
            writer.write(b"obeyed\n")
        finally:
            writer.close()

    for line in lines:
        await line.read()
    control = await asyncio.start_unix_server(obey, SOCKET)
    say(f"{len(lines)} lines")
    await control.serve_forever()


def main() -> None:
    """Read the environment and serve."""
    os.umask(0o177)
    described = json.loads(os.environ["LINK_LINES"])
    lines = [Line(int(port), line["to"], Path(line["rules"])) for port, line in described.items()]
    with suppress(KeyboardInterrupt):
        asyncio.run(serve(lines, lambda text: print(text, file=sys.stderr, flush=True)))


if __name__ == "__main__":
    main()
