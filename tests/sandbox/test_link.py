"""The link between a customer and a server: what it is told to do is done to real connections, old and new."""

from __future__ import annotations

import http.server
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, RemoteDisconnected
from pathlib import Path
from time import monotonic

import pytest

from sandbox import SandboxError, ports
from sandbox.full import Link, LinkRules, Links, link
from sandbox.full.front import Way
from sandbox.services import Service

BODY = b"x" * 20_000


class Answer(http.server.BaseHTTPRequestHandler):
    """Twenty thousand bytes, and the connection stays open."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Any path."""
        self.server.asked += 1  # type: ignore[attr-defined]
        self.send_response(200)
        self.send_header("Content-Length", str(len(BODY)))
        self.end_headers()
        self.wfile.write(BODY)

    def log_message(self, *_: object) -> None:
        """Nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wayfarer:
    """A customer with one connection through a link."""

    line: HTTPConnection

    def get(self) -> bytes:
        """What comes of one request."""
        self.line.request("GET", "/")
        return self.line.getresponse().read()

    def lasts(self) -> float:
        """Seconds that a request takes."""
        began = monotonic()
        assert self.get() == BODY
        return monotonic() - began


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """A server, and the links that lead to it."""

    server: http.server.ThreadingHTTPServer
    links: Links
    way: Way

    def asked(self) -> int:
        """How many requests the server has got."""
        return int(self.server.asked)  # type: ignore[attr-defined]

    @contextmanager
    def wayfarer(self, *, warm: bool = False, second: bool = False, patience: float = 10) -> Iterator[Wayfarer]:
        """Somebody; a warm one has asked once before, and keeps the connection."""
        line = HTTPConnection("127.0.0.1", self.way.second if second else self.way.public, timeout=patience)
        somebody = Wayfarer(line=line)
        if warm:
            somebody.get()
        yield somebody
        line.close()


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    server.asked = 0  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    home = tmp_path_factory.mktemp("a town")
    with ports.Reservation() as reservation:
        public, second = (reservation.take_from(8990, name="link", without=set()) for _ in range(2))
    way = Way(
        store="shop",
        public=public,
        second=second,
        front=server.server_port,
        wire=0,
        edges=0,
        edge={},
        origin=0,
        scripts=0,
    )
    other = Link(folder=home, file=home / "second.json", url=f"http://127.0.0.1:{second}")
    links = Links(folder=home, file=home / "link.json", url=f"http://127.0.0.1:{public}", second=other)
    service = Service(name="link", memory=home / "link.run", log=home / "link.log")
    part = link.part(home, [way], {"shop": links}, Path(sys.executable), service)
    part.up(say=lambda line: None, cancelled=threading.Event())
    yield Town(server=server, links=links, way=way)
    service.stop()
    server.shutdown()
    with pytest.raises(SandboxError, match="the link does not answer"):
        links.clear()


@pytest.fixture
def town(built: Town) -> Iterator[Town]:
    """With healthy links, before and after."""
    built.links.clear()
    yield built
    built.links.clear()


WARM = pytest.mark.parametrize("warm", [False, True])
LOST = (ConnectionResetError, RemoteDisconnected, BrokenPipeError)


@WARM
def test_a_healthy_link_hands_everything_on(town: Town, warm: bool) -> None:
    with town.wayfarer(warm=warm) as somebody:
        assert somebody.lasts() < 0.1


def test_where_nobody_listens_connections_are_refused_and_standing_ones_reset(town: Town) -> None:
    with town.wayfarer(warm=True) as guest, town.wayfarer(warm=True, second=True) as staff:
        for _ in range(2):
            town.links.use(LinkRules(refuse=True))
        with pytest.raises(LOST):
            guest.get()
        with town.wayfarer() as newcomer, pytest.raises(ConnectionRefusedError):
            newcomer.get()
        assert staff.get() == BODY
    town.links.clear()
    with town.wayfarer() as newcomer:
        assert newcomer.get() == BODY


def test_the_second_address_can_be_cut_off_alone(town: Town) -> None:
    town.links.second.use(LinkRules(refuse=True))
    with town.wayfarer(second=True) as staff, pytest.raises(ConnectionRefusedError):
        staff.get()
    with town.wayfarer() as guest:
        assert guest.get() == BODY


@WARM
def test_a_stalled_request_is_never_answered_and_never_arrives(town: Town, warm: bool) -> None:
    with town.wayfarer(warm=warm, patience=0.3) as somebody:
        before = town.asked()
        town.links.use(LinkRules(stall=True))
        with pytest.raises(TimeoutError):
            somebody.get()
        town.links.clear()
        with town.wayfarer() as next_one:
            assert next_one.get() == BODY
        assert town.asked() == before + 1


@WARM
def test_an_answer_is_reset_in_its_middle(town: Town, warm: bool) -> None:
    with town.wayfarer(warm=warm) as somebody:
        town.links.use(LinkRules(reset_after_bytes=15_000))
        somebody.line.request("GET", "/")
        answer = somebody.line.getresponse()
        got = 0
        with pytest.raises(ConnectionResetError):
            while piece := answer.read(1000):
                got += len(piece)
        assert 10_000 < got < 15_000


@WARM
def test_latency_is_paid_each_way(town: Town, warm: bool) -> None:
    with town.wayfarer(warm=warm) as somebody:
        town.links.use(LinkRules(latency_ms=100))
        assert (0.2 if warm else 0.4) <= somebody.lasts() < (0.35 if warm else 0.6)
        town.links.clear()
        assert somebody.lasts() < 0.1


def test_a_slow_line_is_shared(town: Town) -> None:
    town.links.use(LinkRules(bytes_per_s=100_000))
    with town.wayfarer() as one, town.wayfarer() as other:
        thread = threading.Thread(target=one.get)
        began = monotonic()
        thread.start()
        other.get()
        thread.join()
        assert 0.35 < monotonic() - began < 0.8


def share_of_lost(town: Town, rules: LinkRules) -> list[bool]:
    """Which of a hundred connections were lost."""
    town.links.clear()
    town.links.use(rules)
    lost = []
    for _ in range(100):
        with town.wayfarer() as somebody:
            try:
                lost.append(somebody.get() != BODY)
            except LOST:
                lost.append(True)
    return lost


def test_a_share_of_connections_is_lost_and_the_seed_says_which(town: Town) -> None:
    some = share_of_lost(town, LinkRules(reset_share=0.1, seed=4))
    assert 0 < sum(some) < 30
    assert share_of_lost(town, LinkRules(reset_share=0.1, seed=4)) == some
    assert share_of_lost(town, LinkRules(reset_share=0.1, seed=5)) != some
    assert all(share_of_lost(town, LinkRules(reset_share=1)))


@pytest.mark.parametrize("rules", [{"reset_share": 2}, {"latency_ms": -1}, {"reset_after_bytes": -1}])
def test_what_no_link_can_do_is_refused(rules: dict[str, float]) -> None:
    with pytest.raises(SandboxError, match="out of range"):
        LinkRules(**rules)  # type: ignore[arg-type]
