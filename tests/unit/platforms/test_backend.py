"""The backend client: where it asks, and what it makes of the answers."""

from __future__ import annotations

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from journeys.model import AccessDenied, StoreFault
from journeys.model import errors as model_errors
from journeys.platforms.backend import Backend


class Echo(BaseHTTPRequestHandler):
    """Answers with the status that the path names, and with what it was asked."""

    def do_GET(self) -> None:
        status = int(self.path.rpartition("/")[2].partition("?")[0] or 200)
        body = b"<html>" if "/html/" in self.path else f'{{"path": "{self.path}"}}'.encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nobody reads it."""


@pytest.fixture
def store() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Echo) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def backend(store: str) -> Iterator[Backend]:
    opened = Backend(f"{store}/api/", headers={})
    yield opened
    opened.close()


def test_a_path_is_asked_below_the_root(backend: Backend) -> None:
    assert backend.get("orders/200", limit="5") == {"path": "/api/orders/200?limit=5"}


def test_a_link_to_another_host_is_followed_on_the_stores_own(backend: Backend) -> None:
    assert backend.get("http://elsewhere.invalid/api/orders/200?page=2") == {"path": "/api/orders/200?page=2"}


def test_what_is_not_there_is_none(backend: Backend) -> None:
    assert backend.get("orders/404") is None


@pytest.mark.parametrize(
    ("path", "error"),
    [
        ("orders/401", AccessDenied),
        ("orders/403", AccessDenied),
        ("orders/400", StoreFault),
        ("orders/500", StoreFault),
        ("html/200", model_errors.TesterFault),
    ],
)
def test_each_bad_answer_has_its_error(backend: Backend, path: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        backend.get(path)


def test_a_store_that_is_not_there_is_a_fault_of_the_store() -> None:
    with pytest.raises(StoreFault, match=r"127\.0\.0\.1:1"):
        Backend("http://127.0.0.1:1/", headers={}).get("orders/")
