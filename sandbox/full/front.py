"""Where both links of a store lead: it sends requests to the edges in turn, or to some of them alone."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sandbox.errors import SandboxError
from sandbox.full import runtime
from sandbox.full.certificates import KINDS, Certificates
from sandbox.full.programs import find
from sandbox.full.vcl import PROBE
from sandbox.part import Part
from sandbox.services import Service

WHOM = "the front"
SERVES, STANDS_BACK = "ready", "maint"
DIRECT = "/static/ /media/"
"""What goes straight to the store: nothing there is under study, and it is most of the requests."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """The ports on one store's way from the customer to its own server."""

    store: str
    public: int
    second: int
    """The other address, of the staff and of those who look from another place."""
    front: int
    wire: int
    edges: int
    """Where the wire hands over, and the edges are chosen from."""
    edge: Mapping[str, int]
    origin: int
    scripts: int
    """Where third parties serve their scripts to this store's pages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Front:
    """The front of one store: HAProxy, which knows all stores."""

    store: str
    edges: tuple[str, ...]
    folder: Path
    certificates: Certificates

    def in_turn(self) -> None:
        """Send each request to the next edge; so it is when healthy."""
        serving = self.serving()
        for edge in self.edges:
            if edge not in serving:  # one that is called in again goes to the head of the queue
                self._set(edge, SERVES)

    def only(self, edge: str) -> None:
        """Send every request to this edge. SandboxError when there is none of that name."""
        if edge not in self.edges:
            raise SandboxError(f"no edge {edge}", f"front of {self.store}", f"known: {', '.join(self.edges)}")
        self._set(edge, SERVES)
        for other in self.edges:
            if other != edge:
                self._set(other, STANDS_BACK)

    def serving(self) -> tuple[str, ...]:
        """The edges that get requests now."""
        lines = runtime.ask(self.folder, f"show servers state {_pool(self.store)}", whom=WHOM).splitlines()
        rows = [line.split() for line in lines if line.strip() and not line.startswith("#")]
        # The seventh field is the administrative state: 0 unless somebody took the server out.
        return tuple(row[3] for row in rows if len(row) > 6 and row[6] == "0")

    def certificate(self, kind: str) -> None:
        """Show this certificate to every new connection: "healthy" or "expired". SandboxError names a mistake."""
        if kind not in KINDS:
            raise SandboxError(f"no certificate is {kind}", f"front of {self.store}", f"known: {', '.join(KINDS)}")
        served = _served(self.store, self.certificates)
        text = "\n".join(filter(None, self.certificates.file(self.store, kind).read_text().splitlines()))
        with self._alone():
            for store in self.certificates.stores:  # HAProxy has one transaction, which somebody may have left open
                runtime.ask(self.folder, f"abort ssl cert {_served(store, self.certificates)}", whom=WHOM)
            self._demand(f"set ssl cert {served} <<\n{text}\n", "created")
            self._demand(f"commit ssl cert {served}", "Success")

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """While nobody else changes certificates."""
        with (self.folder / "certificates.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _demand(self, command: str, expected: str) -> None:
        said = runtime.ask(self.folder, command, whom=WHOM).strip()
        if expected not in said:
            raise SandboxError(f"the front refuses the certificate: {said}", str(self.folder), "start it again")

    def _set(self, edge: str, state: str) -> None:
        said = runtime.ask(self.folder, f"set server {_pool(self.store)}/{edge} state {state}", whom=WHOM).strip()
        if said:
            raise SandboxError(f"the front refuses {state} for {edge}: {said}", str(self.folder), "start it again")


def part(folder: Path, ways: Sequence[Way], certificates: Certificates, service: Service) -> Part:
    """How the front of all stores is started."""
    config = folder / "haproxy.cfg"

    return Part(
        service=service,
        says="HAProxy at " + " and ".join(f"https://127.0.0.1:{way.front}" for way in ways),
        argv=[find("haproxy") or "haproxy", "-db", "-f", str(config)],
        home=folder,
        ports=tuple(port for way in ways for port in (way.front, way.edges)),
        ready=lambda: runtime.answers(folder, "show info", "Name: HAProxy", whom=WHOM),
        files={config: _config(ways, certificates)},
    )


def _config(ways: Sequence[Way], certificates: Certificates) -> str:
    """The socket is named from the working directory: the path of a socket may have 107 characters only.

    No session is resumed, so that whoever connects is shown the certificate of now.
    """
    return "\n".join(
        [
            f"global\n  maxconn 512\n  nbthread 1\n  stats socket unix@{runtime.SOCKET} mode 600 level admin\n"
            "  ssl-default-bind-options no-tls-tickets ssl-min-ver TLSv1.2\n  tune.ssl.cachesize 0",
            "defaults\n  mode http\n  timeout connect 5s\n  timeout client 150s\n  timeout server 150s\n",
            *(_section(way, _served(way.store, certificates)) for way in ways),
        ]
    )


def _section(way: Way, certificate: str) -> str:
    """Whoever looks whether all answers takes no customer's turn at the edges."""
    servers = "\n".join(f"  server {edge} 127.0.0.1:{port}" for edge, port in way.edge.items())
    return f"""
frontend {way.store}
  bind 127.0.0.1:{way.front} ssl crt {certificate}
  http-request set-header X-Forwarded-Proto https
  use_backend {way.store}-origin if {{ path_beg {DIRECT} }}
  default_backend {way.store}-wire
backend {way.store}-wire
  server wire 127.0.0.1:{way.wire}
backend {way.store}-origin
  server origin 127.0.0.1:{way.origin}
frontend {way.store}-behind-wire
  bind 127.0.0.1:{way.edges}
  use_backend {way.store}-probes if {{ req.hdr({PROBE}) -m found }}
  default_backend {_pool(way.store)}
backend {_pool(way.store)}
  balance roundrobin
{servers}
backend {way.store}-probes
  balance roundrobin
{servers}
"""


def _served(store: str, certificates: Certificates) -> str:
    """The name of what it shows, from its working directory beside their folder: HAProxy takes no spaces there."""
    return f"../{certificates.folder.name}/{certificates.file(store).name}"


def _pool(store: str) -> str:
    return f"{store}-edges"
