"""What the receiver answers over HTTP: webhooks are taken, the customer file, the deliveries and the status shown."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from sandbox.full.receiver.deliveries import Failed
from sandbox.full.receiver.desk import Desk
from sandbox.full.receiver.feed import summary
from sandbox.full.receiver.notebook import Notebook
from sandbox.full.receiver.rules import Watched

Reply = tuple[HTTPStatus, object]
WEBHOOKS = "/webhooks/"
NOTHING: Reply = (HTTPStatus.NOT_FOUND, {"detail": "there is nothing here"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What is answered to a request, without the HTTP around it."""

    base: str
    desk: Desk
    notebook: Notebook
    incidents: Mapping[str, Watched]
    """What each store's operators announce."""

    def get(self, path: str, query: Mapping[str, str]) -> Reply:
        """A look at what is kept."""
        match path.strip("/").split("/"):
            case ["crm", "customers"]:
                rows = self.notebook.customers(email=query.get("email"), order=query.get("order"))
                return HTTPStatus.OK, {"customers": rows}
            case ["deliveries"]:
                return HTTPStatus.OK, {"deliveries": self.desk.deliveries(query.get("code"))}
            case ["status", store, "api", "v2", "summary.json"] if store in self.incidents:
                url = f"{self.base}/status/{store}"
                return HTTPStatus.OK, summary(store, self.incidents[store].now(), url)
        return NOTHING

    def post(self, path: str, body: bytes) -> Reply:
        """A webhook."""
        if not path.startswith(WEBHOOKS):
            return NOTHING
        try:
            status = self.desk.take(path.removeprefix(WEBHOOKS), json.loads(body))
        except (ValueError, KeyError, TypeError) as error:
            return HTTPStatus.BAD_REQUEST, {"detail": f"not a webhook about an order: {error!r}"}
        return status, {}

    def delete(self, path: str) -> Reply:
        """Forget all that a store ever announced."""
        try:
            self.desk.empty(path.removeprefix(WEBHOOKS))
        except KeyError:
            return NOTHING
        except Failed as error:
            return HTTPStatus.BAD_GATEWAY, {"detail": str(error)}
        return HTTPStatus.OK, {}


class Server(ThreadingHTTPServer):
    """Listens on 127.0.0.1; each request has a thread of its own."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int, answers: Answers) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.answers = answers


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    server: Server
    protocol_version = "HTTP/1.1"
    timeout = 60

    def do_GET(self) -> None:
        """Answers a look."""
        asked = urlsplit(self.path)
        query = {name: values[-1] for name, values in parse_qs(asked.query, keep_blank_values=True).items()}
        self._reply(self.server.answers.get(asked.path, query))

    def do_POST(self) -> None:
        """Answers a webhook."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self._reply(self.server.answers.post(self.path, body))

    def do_DELETE(self) -> None:
        """Answers the order to forget."""
        self._reply(self.server.answers.delete(self.path))

    def log_message(self, format: str, *args: Any) -> None:
        """The log is for errors."""

    def _reply(self, reply: Reply) -> None:
        status, said = reply
        body = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
