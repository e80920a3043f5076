"""The receiver in the hands of a drill: its rules changed while it runs, what it holds emptied; how it is started."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from sandbox import files, ports
from sandbox.errors import SandboxError
from sandbox.full.receiver.rules import RULES, ReceiverRules
from sandbox.part import Part
from sandbox.services import Service

PROGRAM = "sandbox.full.receiver"
SETTINGS = "RECEIVER"
"""What it is told, as JSON: its port, its database, the calendar, and the stores."""
ANSWER_WITHIN = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Receiver:
    """What receives the webhooks of one store; the other store's are none of its business."""

    store: str
    port: int
    folder: Path
    """The state folder of the store."""
    announced: bool
    """Whether the store sends webhooks at all."""

    @property
    def webhooks(self) -> str:
        """Where the store announces what happens to its bookings; "" where it does not."""
        return f"{self._base}/webhooks/{self.store}" if self.announced else ""

    @property
    def customers(self) -> str:
        """Where its customer file is asked for rows, by `email` or by `order`."""
        return f"{self._base}/crm/customers"

    @property
    def deliveries(self) -> str:
        """Where it says what became of the webhooks, by `code` of the order."""
        return f"{self._base}/deliveries"

    @property
    def status_page(self) -> str:
        """The store's status page, without a slash at its end."""
        return f"{self._base}/status/{self.store}"

    def use(self, rules: ReceiverRules) -> None:
        """Work by these rules from the next webhook on. SandboxError for a store that sends none."""
        if not self.announced:
            raise SandboxError(f"{self.store} sends no webhooks", "rules of the receiver", "use another store's")
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        files.write(self.folder / RULES, rules.as_json())

    def rules(self) -> ReceiverRules:
        """The rules it works by now."""
        try:
            return ReceiverRules.from_json((self.folder / RULES).read_text())
        except FileNotFoundError:
            return ReceiverRules()

    def clear(self) -> None:
        """Work as it should again."""
        (self.folder / RULES).unlink(missing_ok=True)

    def empty(self) -> None:
        """Forget webhooks, customers and calendar entries of this store; what is being handled is finished before."""
        if not self.announced:
            return
        try:
            answer = httpx.delete(self.webhooks, timeout=ANSWER_WITHIN, trust_env=False)
            said = f"answers {answer.status_code}: {answer.text}" if answer.is_error else ""
        except httpx.HTTPError as error:
            said = f"does not answer: {error}"
        if said:
            raise SandboxError(f"the receiver {said}", self.webhooks, "start the sandbox with the full profile")

    @property
    def _base(self) -> str:
        return f"http://127.0.0.1:{self.port}"


def part(folder: Path, port: int, settings: Mapping[str, Any], service: Service) -> Part:
    """How the receiver of all stores is started; it runs in the tester's own venv."""
    told = {"port": port, "database": str(folder / "receiver.sqlite3"), **settings}
    return Part(
        service=service,
        says=f"receiver of webhooks at http://127.0.0.1:{port}",
        argv=[sys.executable, "-I", "-m", PROGRAM],
        home=folder,
        ports=(port,),
        ready=lambda: ports.answers(port),
        environment={SETTINGS: json.dumps(told)},
        depends=tuple(sorted(Path(__file__).parent.glob("*.py"))),
    )
