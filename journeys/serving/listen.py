"""Listening: where, for whom, and until when."""

from __future__ import annotations

import errno
import signal
import socket
from collections.abc import Callable
from contextlib import suppress
from ipaddress import ip_address
from types import FrameType
from typing import Final

import uvicorn
from starlette.applications import Starlette

from journeys.model import TesterFault

VARIABLE: Final = "JOURNEYS_TOKEN"
"""The environment variable that the token is in."""
_SHORTEST: Final = 16
_LET_GO_S: Final = 3


class Unprotected(TesterFault):
    """Others could look, and nothing keeps them from it; the text says what would."""


def demand_token(host: str, token: str, *, behind_proxy: bool) -> None:
    """Nothing when only those may look who should: on this machine, with a token, or past a proxy that knows them."""
    if token and len(token) < _SHORTEST:
        raise Unprotected(
            f"the token in {VARIABLE} has {len(token)} letters and could be guessed; take at least {_SHORTEST}, "
            'such as `python3 -c "import secrets; print(secrets.token_urlsafe())"` prints'
        )
    if not token and not behind_proxy and not is_loopback(host):
        raise Unprotected(
            f"on {host} others than this machine can look, and there is no token: set {VARIABLE}, or say "
            "--behind-proxy when a reverse proxy lets only those through who may"
        )


def is_loopback(host: str) -> bool:
    """Whether only this machine gets there."""
    with suppress(ValueError):
        return ip_address(host.strip("[]")).is_loopback
    return host.lower() == "localhost"


def bound(host: str, port: int) -> socket.socket:
    """A socket that listens there; port 0 is a free one. TesterFault when that is not possible."""
    try:
        kind, _, _, _, address = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)[0]
        listening = socket.socket(kind, socket.SOCK_STREAM)
    except OSError as error:
        raise TesterFault(f"cannot listen on {host}: {error.strerror}; give an address of this machine") from error
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(128)
    except OSError as error:
        listening.close()
        raise TesterFault(_complaint(host, port, error)) from error
    return listening


def serve(app: Starlette, listening: socket.socket, ready: Callable[[str], None], *, behind_proxy: bool) -> None:
    """Answer until Ctrl-C or SIGTERM, then finish what is under way; ``ready`` is told the address."""
    server_of(app, lambda: ready(address_of(listening)), behind_proxy=behind_proxy).run(sockets=[listening])


def server_of(
    app: Starlette, ready: Callable[[], None], *, behind_proxy: bool = False, warm: bool = True
) -> uvicorn.Server:
    """What answers; it ends soon after its ``should_exit`` is set, or at a signal when it runs in the main thread.

    With ``warm`` it asks the history once before it is ready, so that the first answers are as quick as the others.
    """
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,  # addresses can have a token in them
        lifespan="off",
        server_header=False,
        proxy_headers=behind_proxy,
        timeout_graceful_shutdown=_LET_GO_S,
        timeout_keep_alive=30,
    )
    return _Server(config, app, ready, warm=warm)


def address_of(listening: socket.socket) -> str:
    """Where a browser finds it."""
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


class _Server(uvicorn.Server):
    """Lets go of the pages that listen for news before it waits for all answers to end."""

    def __init__(self, config: uvicorn.Config, app: Starlette, ready: Callable[[], None], *, warm: bool) -> None:
        super().__init__(config)
        self._warm = warm
        self._app = app
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        if self._warm:
            await self._app.state.page.warm()
        await super().startup(sockets=sockets)
        self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await self._app.state.page.news.end()
        await super().shutdown(sockets=sockets)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self.force_exit = self.force_exit or (self.should_exit and sig == signal.SIGINT)
        self.should_exit = True  # and that is all: to stop when asked to is no failure


def _complaint(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} on {host} is taken: another program listens there; end it, or give another with --port"
    if error.errno == errno.EACCES:
        return f"port {port} is only for root; give one above 1023 with --port"
    return f"cannot listen on {host}, port {port}: {error.strerror}; give an address of this machine"
