"""The program behind the third parties: one server that is each of them by the name under which it is asked.

VENDORS in its environment is JSON: for each port it listens on (one a store), the file of the rules of its scripts. The
file is read for each request; no file means that all are healthy. What each script is lies in the folder `vendors`.
"""

from __future__ import annotations

import http.server
import json
import os
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

HOST = "127.0.0.1"
SCRIPTS = Path(__file__).with_name("vendors")
LATE_S = 6.0
"""Seconds for which a script that blocks rendering keeps a page waiting."""
LATE, DOWN = "blocks rendering", "is down"
LIFETIME_S = 3600
OPEN = {"Access-Control-Allow-Origin": "*", "Timing-Allow-Origin": "*"}
PROGRAMME = {
    "name": "Harbour Points",
    "points_per_euro": 3,
    "stars": 4.6,
    "reviews": 1204,
    "recommended": ["Blue mug", "Sea poster"],
}
ELSE = {
    "/programme.json": ("application/json", json.dumps(PROGRAMME)),
    "/fonts.css": ("text/css", ".fonts-loaded h1, .fonts-loaded h2 { font-variant-ligatures: common-ligatures; }"),
}


class Vendors(http.server.ThreadingHTTPServer):
    """The third parties of one store."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, port: int, rules: Path) -> None:
        self._rules = rules
        super().__init__((HOST, port), Answer)

    def rule(self, vendor: str) -> str:
        """What is wrong with a script now, or nothing."""
        try:
            return str(json.loads(self._rules.read_text()).get(vendor, ""))
        except FileNotFoundError:
            return ""


class Answer(http.server.BaseHTTPRequestHandler):
    """One request to one of them."""

    protocol_version = "HTTP/1.1"
    timeout = 150
    server: Vendors

    def do_GET(self) -> None:
        """A script, or what scripts ask for."""
        vendor, rule = self._vendor()
        if rule == DOWN:
            self.close_connection = True
            return
        if self.path == f"/{vendor}.js" and (SCRIPTS / f"{vendor}.js").exists():
            if rule == LATE:
                time.sleep(LATE_S)
            kept = f"public, max-age={LIFETIME_S}" if rule in ("", LATE) else "no-store"
            self._send(200, "text/javascript", script(vendor, rule), {"Cache-Control": kept})
        elif self.path in ELSE:
            kind, text = ELSE[self.path]
            self._send(200, kind, text, {"Cache-Control": f"public, max-age={LIFETIME_S}"})
        else:
            self._send(404, "text/plain", "nothing of that name\n", {})

    def do_POST(self) -> None:
        """A report of what was seen or done."""
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self._vendor()[1] == DOWN:
            self.close_connection = True
        else:
            self._send(204, "", "", {"Cache-Control": "no-store"})

    def do_OPTIONS(self) -> None:
        """A browser's question before another origin's request."""
        headers = self.headers.get("Access-Control-Request-Headers", "")
        allowed = {"Access-Control-Allow-Methods": "GET, POST", "Access-Control-Allow-Headers": headers}
        self._send(204, "", "", allowed)

    def _vendor(self) -> tuple[str, str]:
        vendor = self.headers.get("Host", "").partition(".")[0]
        return vendor, self.server.rule(vendor)

    def _send(self, status: int, kind: str, text: str, headers: Mapping[str, str]) -> None:
        body = text.encode()
        self.send_response(status)
        for name, value in {**OPEN, **headers}.items():
            self.send_header(name, value)
        if kind:
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with suppress(BrokenPipeError, ConnectionResetError):
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the log is for what goes wrong."""


def script(vendor: str, rule: str) -> str:
    """The text of a script; a rule is a release that does one thing more."""
    healthy = (SCRIPTS / f"{vendor}.js").read_text()
    more = SCRIPTS / "rules" / f"{rule.replace(' ', '-').replace(chr(39), '')}.js"
    return healthy + more.read_text() if rule and more.exists() else healthy


def main() -> None:
    """Serve each store's third parties, each port by a thread of its own."""
    servers = [Vendors(int(port), Path(rules)) for port, rules in json.loads(os.environ["VENDORS"]).items()]
    threads = [threading.Thread(target=server.serve_forever) for server in servers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    main()
