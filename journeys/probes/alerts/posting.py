"""Notices over HTTP: one request at a time, and what its failure means for the next one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import httpx

from journeys.masking import Mask
from journeys.probes.alerts.receivers import Undelivered

_LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")
_PATIENCE: Final = httpx.Timeout(10.0, connect=5.0)
_BUSY: Final = (408, 429)
_LONGEST: Final = 200


def post(
    url: str,
    content: bytes,
    headers: Mapping[str, str],
    *,
    mask: Mask,
    basic: tuple[str, str] | None = None,
) -> None:
    """Send it; Undelivered unless it is answered with 2xx.

    An answer 4xx, other than 408 and 429, will not change by itself: that is not tried again. What is said of a failure
    holds nothing of the address but its host.
    """
    host = httpx.URL(url).host
    try:
        with httpx.Client(timeout=_PATIENCE, trust_env=host not in _LOOPBACK, auth=basic) as client:
            answer = client.post(url, content=content, headers={"Content-Type": "application/json", **headers})
    except httpx.HTTPError as error:
        why = mask.text(f"{host} cannot be reached: {type(error).__name__}: {error}")
        raise Undelivered(why, retry=True) from error
    if not answer.is_success:
        said = mask.text(" ".join(answer.text.split())[:_LONGEST])
        refused = answer.is_client_error and answer.status_code not in _BUSY
        raise Undelivered(f"{host} answered {answer.status_code}: {said}", retry=not refused)
