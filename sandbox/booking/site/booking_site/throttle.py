"""How often whoever receives webhooks may ask the API; the others may ask as often as they like."""

import os
from typing import Any

from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

from booking_site.switches import FAULTS

TOKEN = os.environ["BOOKING_RECEIVER_TOKEN"]


class ReceiverThrottle(SimpleRateThrottle):
    """With receiver_calls_per_minute what it asks beyond that is answered 429, with Retry-After."""

    scope = "receiver"

    def get_rate(self) -> str | None:
        """The limit as it is now; None is none."""
        calls = FAULTS.read().receiver_calls_per_minute
        return f"{calls}/min" if calls else None

    def get_cache_key(self, request: Request, view: Any) -> str | None:
        """Under which its calls are counted; None for anybody else."""
        if getattr(request.auth, "token", None) != TOKEN:
            return None
        return self.cache_format % {"scope": self.scope, "ident": "receiver"}
