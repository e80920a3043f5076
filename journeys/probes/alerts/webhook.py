"""A webhook: each notice as a JSON document (``docs/alert.schema.json``), signed if a secret is shared.

The header ``Idempotency-Key`` is the same whenever the same notice is sent, so that a receiver can pass over what it
has met. ``X-Journeys-Signature`` is ``sha256=`` and the HMAC (RFC 2104) of the body in hexadecimal digits.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from journeys.masking import Mask
from journeys.probes.alerts.document import document
from journeys.probes.alerts.incidents import Notice
from journeys.probes.alerts.posting import post
from journeys.probes.alerts.receivers import WORDING, wording
from journeys.probes.alerts.text import PLAIN, Wording
from journeys.run.options import address, only, text

KEY: Final = "Idempotency-Key"
SIGNATURE: Final = "X-Journeys-Signature"


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """``url`` may hold secrets of its own; it is never written into an error."""

    url: str = field(repr=False)
    wording: Wording = PLAIN
    secret: str = field(default="", repr=False)
    token: str = field(default="", repr=False)

    def deliver(self, notice: Notice) -> None:
        """Send it."""
        body = json.dumps(document(notice, self.wording), ensure_ascii=False).encode()
        headers = {KEY: notice.key}
        if self.secret:
            headers[SIGNATURE] = signature(self.secret, body)
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        post(self.url, body, headers, mask=Mask((self.url, self.secret, self.token)))


def signature(secret: str, body: bytes) -> str:
    """What the header of a body signed with this secret says."""
    return f"sha256={hmac.new(secret.encode(), body, 'sha256').hexdigest()}"


def connect(options: Mapping[str, object]) -> Webhook:
    """One at a ``url``, signed with a ``secret``, opened with a ``token``, where these are given."""
    only(options, "url", "secret", "token", *WORDING)
    return Webhook(
        url=address(options, "url"),
        wording=wording(options),
        secret=text(options, "secret", ""),
        token=text(options, "token", ""),
    )
