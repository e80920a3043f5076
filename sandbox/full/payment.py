"""The payment processor beside a store: where it is, whom it sends events to, and what can be wrong with it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import httpx

from sandbox import files, ports
from sandbox.errors import SandboxError
from sandbox.part import Part
from sandbox.recipe import Payments
from sandbox.services import Service

SERVER = Path(__file__).with_name("payment_server.py")
SECRETS = ("secret_key", "public_key", "ledger_key", "webhook_secret")
"""What has to be generated for it."""
EVENTS = ("payment_intent.succeeded",)
ENDPOINT = "store"
HINDRANCES, ENDPOINTS = "hindrances.json", "endpoints.json"
ANSWER_WITHIN = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Hindrance:
    """What is wrong with the processor for requests whose path has this regular expression in it.

    They wait for `delay_s` seconds, and are then answered with `status` and nothing else is done; with status 0 they
    go on as usual. The API is below `/v1/`, the script for browsers at `/js.stripe.com/v3/`.
    """

    path: str = "^/v1/"
    status: int = 0
    delay_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """A processor that speaks Stripe's API and keeps what it knows in its folder; obeyed from the next request on."""

    port: int
    folder: Path
    endpoint: str
    """Where the store takes events."""
    secrets: Mapping[str, str] = field(repr=False)
    """Those of `SECRETS`."""

    @property
    def url(self) -> str:
        """Its address, without a slash at its end."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def keys(self) -> Payments:
        """What the store is told of it."""
        known = {name: self.secrets.get(name, "") for name in SECRETS}
        return Payments(
            url=self.url,
            secret_key=f"sk_test_{known['secret_key']}",
            public_key=f"pk_test_{known['public_key']}",
            ledger_key=f"sk_test_{known['ledger_key']}",
            webhook_secret=f"whsec_{known['webhook_secret']}",
        )

    def use(self, *hindrances: Hindrance) -> None:
        """Have these hindrances and no others. SandboxError when a path is no regular expression."""
        for hindrance in hindrances:
            _check(hindrance)
        files.write(self.folder / HINDRANCES, json.dumps([asdict(hindrance) for hindrance in hindrances]))

    def send_events_to(self, url: str) -> None:
        """Deliver the events of later payments there; `endpoint` is where the store takes them."""
        self._ask("POST", f"/_config/webhooks/{ENDPOINT}", json=self._endpoint(url))

    def heal(self) -> None:
        """No hindrance, and the events go to the store; what it knows stays."""
        (self.folder / HINDRANCES).unlink(missing_ok=True)
        self.send_events_to(self.endpoint)

    def forget(self) -> None:
        """Forget all payments: a store whose data was put back gives the numbers of its orders again."""
        self._ask("DELETE", "/_config/data")

    def part(self, python: Path, service: Service) -> Part:
        """How it is started: with what it knew when it ended."""
        endpoints = {ENDPOINT: self._endpoint(self.endpoint)}
        return Part(
            service=service,
            says=f"localstripe at {self.url}",
            argv=[str(python), "-I", str(SERVER), str(self.port), str(self.folder)],
            home=self.folder,
            ports=(self.port,),
            ready=lambda: ports.answers(self.port),
            files={self.folder / ENDPOINTS: json.dumps(endpoints)},
            depends=(SERVER,),
        )

    def _endpoint(self, url: str) -> Mapping[str, str | Sequence[str]]:
        return {"url": url, "secret": self.keys.webhook_secret, "events": EVENTS}

    def _ask(self, method: str, path: str, json: object = None) -> None:
        try:
            # Plain HTTP on this machine: neither a proxy nor certificates, whose loading takes a while.
            answer = httpx.request(
                method, self.url + path, json=json, timeout=ANSWER_WITHIN, trust_env=False, verify=False
            )
            answer.raise_for_status()
        except httpx.HTTPError as error:
            raise SandboxError(
                f"the payment processor does not answer: {error}", self.url, "start the sandbox with the full profile"
            ) from error


def _check(hindrance: Hindrance) -> None:
    try:
        re.compile(hindrance.path)
    except re.error as error:
        raise SandboxError(f"the path of a hindrance: {error}", hindrance.path, "a regular expression") from error
