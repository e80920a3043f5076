"""The payment processor: localstripe on 127.0.0.1, with its data in a folder; runs in a venv of its own.

Beyond what localstripe does, events are delivered as Stripe does it: again after a while when they are not taken. Its
folder holds `endpoints.json` (who is sent events, by name), `data` (all that it knows; put down after each change) and
`hindrances.json` (what is wrong with it now: a list of `path`, `status`, `delay_s`; read at each request).
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import pickle
import re
import sys
import time
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web
from localstripe import resources, server, webhooks

PAUSES_S = (1.0, 2.0, 4.0)
"""Before each attempt to deliver an event."""
TAKEN = range(200, 300)
OURS = "/_config/"
"""What is asked by the sandbox, which no hindrance keeps out."""
PATIENCE = aiohttp.ClientTimeout(total=20)
KINDS = {401: "invalid_request_error", 402: "card_error", 429: "rate_limit_error"}


def main(port: int, folder: Path) -> None:
    """Serve until it is told to end."""
    _keep_in(folder / "data")
    for name, endpoint in json.loads((folder / "endpoints.json").read_text()).items():
        webhooks.register_webhook(name, endpoint["url"], endpoint["secret"], endpoint["events"])
    webhooks._send_webhook = _deliver_to_all
    server.app.middlewares.insert(0, _hindered(folder / "hindrances.json"))
    web.run_app(server.app, host="127.0.0.1", port=port, access_log=None, print=None)


def _keep_in(file: Path) -> None:
    """Put the data down once a request, whole or not at all, and begin with what was put down last."""

    def put_down(store: dict[str, Any]) -> None:
        new = file.with_suffix(".new")
        new.write_bytes(pickle.dumps(store, protocol=pickle.HIGHEST_PROTOCOL))
        new.replace(file)

    kept = resources.Store
    kept.dump_to_disk, kept.__setitem__, kept.__delitem__ = put_down, dict.__setitem__, dict.__delitem__
    if file.exists():
        resources.store.update(pickle.loads(file.read_bytes()))


async def _deliver_to_all(event: Any) -> None:
    body = json.dumps(event._export(), indent=2, sort_keys=True).encode()
    wanted = [each for each in webhooks._webhooks.values() if each.events is None or event.type in each.events]
    await asyncio.gather(*(_deliver(endpoint, body) for endpoint in wanted))


async def _deliver(endpoint: Any, body: bytes) -> None:
    for pause in PAUSES_S:
        await asyncio.sleep(pause)
        status = await _post(endpoint, body)
        if status in TAKEN:
            return
        print(f"{endpoint.url} does not take the event: {status}", flush=True)


async def _post(endpoint: Any, body: bytes) -> int | str:
    """The status of the answer, or why there is none; each attempt is signed anew."""
    now = int(time.time())
    signature = hmac.new(endpoint.secret.encode(), b"%d.%s" % (now, body), hashlib.sha256).hexdigest()
    headers = {"Content-Type": "application/json; charset=utf-8", "Stripe-Signature": f"t={now},v1={signature}"}
    try:
        async with (
            aiohttp.ClientSession(timeout=PATIENCE) as session,
            session.post(endpoint.url, data=body, headers=headers) as answer,
        ):
            return int(answer.status)
    except (aiohttp.ClientError, TimeoutError) as error:
        return f"{type(error).__name__}: {error}"


def _hindered(file: Path) -> Any:
    """A step before all others, which keeps requests waiting and answers them in the processor's place."""

    async def step(request: Any, handler: Any) -> Any:
        for hindrance in _read(file) if not request.path.startswith(OURS) else ():
            if re.search(hindrance["path"], request.path):
                await asyncio.sleep(hindrance["delay_s"])
                if hindrance["status"]:
                    return _refusal(hindrance["status"])
        return await handler(request)

    return web.middleware(step)


def _refusal(status: int) -> Any:
    error = {"type": KINDS.get(status, "api_error"), "message": f"The request was refused ({status})."}
    return web.json_response({"error": error}, status=status, headers={"Retry-After": "60"} if status == 429 else None)


def _read(file: Path) -> list[dict[str, Any]]:
    try:
        return list(json.loads(file.read_text()))
    except FileNotFoundError:
        return []


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
