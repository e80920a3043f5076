"""Real servers for the tests of layers, each on a free port and in a folder of its own."""

from __future__ import annotations

import os
import socket
import struct
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import psycopg
import redis

from sandbox import waiting

POSTGRES = next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)), Path("/usr/lib/postgresql"))
ENDS_WITHIN = 20.0
STARTS_WITHIN = 30.0

VCL = """
vcl 4.1;
backend origin {{ .host = "127.0.0.1"; .port = "{origin}"; }}
sub vcl_recv {{
    if (req.method == "PURGE") {{ return (purge); }}
    if (req.method == "BAN") {{
        if (req.http.X-Tags) {{
            ban("obj.http.Surrogate-Key ~ (^|\\s)" + req.http.X-Tags + "(\\s|$)");
        }} else {{ ban("obj.status != 0"); }}
        return (synth(200, "banned"));
    }}
    return (hash);
}}
sub vcl_hash {{ hash_data(req.url); return (lookup); }}
sub vcl_backend_response {{ set beresp.ttl = 60s; set beresp.grace = 0s; }}
sub vcl_deliver {{
    set resp.http.X-Edge-TTL = obj.ttl;
    if (obj.hits > 0) {{ set resp.http.X-Cache = "hit"; }} else {{ set resp.http.X-Cache = "miss"; }}
}}
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(command: Sequence[str | Path], answers: Callable[[], object], folder: Path) -> Iterator[int]:
    """The process, from its first answer to its end."""
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        assert waiting.for_answer(lambda: _true(answers), pid=process.pid, seconds=STARTS_WITHIN), (
            folder / "log"
        ).read_text()
        yield process.pid
    finally:
        process.terminate()
        process.wait(ENDS_WITHIN)


def _true(answers: Callable[[], object]) -> bool:
    try:
        return bool(answers())
    except (OSError, redis.RedisError, psycopg.Error):
        return False


def listens(port: int) -> bool:
    with socket.create_connection(("127.0.0.1", port), timeout=1):
        return True


@contextmanager
def redis_server(folder: Path) -> Iterator[str]:
    """The URL of a Redis with a password."""
    port = free_port()
    url = f"redis://:hush@127.0.0.1:{port}/1"
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--requirepass", "hush"]
    with running(command, lambda: redis.Redis.from_url(url).ping(), folder):
        yield url


@dataclass
class Origin:
    """A server of pages that a test writes; ``asked`` are the requests it saw, in order.

    ``held`` are seconds for which the answer to a path is held back, ``cut`` the paths whose answers break off, and
    ``reset`` those that are never answered because the connection is reset.
    """

    pages: dict[str, tuple[Mapping[str, str], str]] = field(default_factory=dict)
    asked: list[tuple[str, str, Mapping[str, str]]] = field(default_factory=list)
    statuses: dict[str, int] = field(default_factory=dict)
    held: dict[str, float] = field(default_factory=dict)
    cut: set[str] = field(default_factory=set)
    reset: set[str] = field(default_factory=set)
    over: threading.Event = field(default_factory=threading.Event)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def page(self, path: str, body: str, **headers: str) -> None:
        said = {name.replace("_", "-"): value for name, value in headers.items()}
        self.pages[path] = ({"Content-Type": "text/html"} | said, body)

    def times(self, path: str) -> int:
        return sum(asked == path for _, asked, _ in self.asked)


@contextmanager
def origin_server() -> Iterator[Origin]:
    origin = Origin()

    class Answer(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            origin.asked.append((self.command, self.path, dict(self.headers)))
            path = self.path.partition("?")[0]
            origin.over.wait(origin.held.get(path, 0.0))
            if path in origin.reset:
                self._reset()
                return
            found = self.path if self.path in origin.pages else path
            headers, body = origin.pages.get(found, ({}, ""))
            status = origin.statuses.get(self.command, 200 if found in origin.pages else 404)
            self.send_response_only(status)
            length = len(body.encode()) + 100 * (path in origin.cut)
            for name, value in {"Date": formatdate(usegmt=True), "Content-Length": str(length), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            with suppress(ConnectionError):  # who asked has left
                self.wfile.write(body.encode())
            self.close_connection = self.close_connection or path in origin.cut

        def _reset(self) -> None:
            """With nothing to linger for, the end of a connection is a reset."""
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
            self.close_connection = True

        do_POST = do_PURGE = do_BAN = do_GET

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    server.daemon_threads = True
    origin.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield origin
    finally:
        origin.over.set()
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def varnish(folder: Path, origin: Origin, names: Sequence[str]) -> Iterator[dict[str, str]]:
    """The addresses of so many edges before one origin."""
    with ExitStack() as started:
        addresses = {}
        for name in names:
            home, port = folder / name, free_port()
            home.mkdir()
            (home / "edge.vcl").write_text(VCL.format(origin=origin.port))
            listening = ["-j", "none", "-a", f"127.0.0.1:{port}", "-T", "none"]
            command = ["varnishd", "-F", "-n", home / "work", *listening, "-f", home / "edge.vcl", "-s", "malloc,16m"]
            started.enter_context(running(command, lambda port=port: listens(port), home))
            addresses[name] = f"http://127.0.0.1:{port}"
        yield addresses


@dataclass(frozen=True)
class Pair:
    """A PostgreSQL primary with a table of stock, and its streaming replica."""

    primary: str
    replica: str

    def on_primary(self, *statements: str) -> None:
        self._run(self.primary, *statements)

    def on_replica(self, *statements: str) -> None:
        self._run(self.replica, *statements)

    def ask_primary(self, query: str) -> object:
        return self._ask(self.primary, query)

    def ask_replica(self, query: str) -> object:
        return self._ask(self.replica, query)

    def delay(self, seconds: float) -> None:
        self.on_replica(f"ALTER SYSTEM SET recovery_min_apply_delay = '{seconds}s'", "SELECT pg_reload_conf()")
        self.until(lambda: self.delay_ms() == round(seconds * 1000))

    def delay_ms(self) -> int:
        return int(str(self.ask_replica("SELECT setting FROM pg_settings WHERE name = 'recovery_min_apply_delay'")))

    def heal(self) -> None:
        reset = "ALTER SYSTEM RESET recovery_min_apply_delay"
        self.on_replica(reset, "SELECT pg_reload_conf()", "SELECT pg_wal_replay_resume()")
        goal = self.ask_primary("SELECT pg_current_wal_lsn()")
        self.until(lambda: self.ask_replica(f"SELECT pg_last_wal_replay_lsn() >= '{goal}'"))

    @contextmanager
    def cut_off(self) -> Iterator[None]:
        """The replica gets nothing from its primary meanwhile."""
        connected = "SELECT count(*) FROM pg_stat_replication"
        was = str(self.ask_replica("SHOW primary_conninfo"))
        self._follow("")
        try:
            self.until(lambda: self.ask_primary(connected) == 0)
            yield
        finally:
            self._follow(was)
            self.on_replica("SELECT pg_wal_replay_resume()")  # while it is paused it does not connect
            self.until(lambda: self.ask_primary(connected) == 1)

    def _follow(self, conninfo: str) -> None:
        quoted = conninfo.replace("'", "''")
        self.on_replica(f"ALTER SYSTEM SET primary_conninfo = '{quoted}'", "SELECT pg_reload_conf()")

    @staticmethod
    def _ask(url: str, query: str) -> object:
        with psycopg.connect(url, autocommit=True) as connection:
            row = connection.execute(query.encode()).fetchone()
        assert row is not None
        return row[0]

    @staticmethod
    def until(true: Callable[[], object]) -> None:
        assert waiting.for_answer(lambda: bool(true()), pid=os.getpid(), seconds=10)

    @staticmethod
    def _run(url: str, *statements: str) -> None:
        with psycopg.connect(url, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())


@contextmanager
def postgres_pair(folder: Path, **more: str) -> Iterator[Pair]:
    ports = {name: free_port() for name in ("primary", "replica")}
    urls = {name: f"postgresql://tester@127.0.0.1:{port}/postgres" for name, port in ports.items()}
    homes = {name: folder / name for name in ports}
    settings = {
        "fsync": "off",
        "shared_buffers": "16MB",
        "unix_socket_directories": "",
        "track_commit_timestamp": "on",
        "wal_retrieve_retry_interval": "100ms",
    } | more

    def server(name: str) -> list[str | Path]:
        given = [part for each, value in settings.items() for part in ("-c", f"{each}={value}")]
        return [*_unrooted(), POSTGRES / "postgres", "-D", homes[name], "-p", str(ports[name]), *given]

    def answers(url: str) -> bool:
        with psycopg.connect(url, connect_timeout=1):
            return True

    _do("initdb", "-A", "trust", "-U", "tester", "--no-sync", "-D", homes["primary"])
    with running(server("primary"), lambda: answers(urls["primary"]), folder):
        _do("pg_basebackup", "-R", "-X", "stream", "-c", "fast", "-D", homes["replica"], "-d", urls["primary"])
        with running(server("replica"), lambda: answers(urls["replica"]), homes["replica"]):
            yield Pair(urls["primary"], urls["replica"])


def _unrooted() -> list[str | Path]:
    """PostgreSQL does not run as root; in a namespace of its own it does not see that it is."""
    return ["unshare", "--user", "--map-user=1000", "--map-group=1000"] if os.geteuid() == 0 else []


def _do(program: str, *arguments: str | Path) -> None:
    done = subprocess.run([*_unrooted(), POSTGRES / program, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
