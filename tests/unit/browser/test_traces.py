"""A trace without secrets: what is known, and what the trace itself shows by the names beside it."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from journeys.browser.traces import redact
from journeys.masking import MASKED, Mask

REQUEST = {
    "method": "POST",
    "url": "http://shop.example/pay?next=/thanks",
    "cookies": [{"name": "sessionid", "value": "s3ss10n-1"}, {"name": "language", "value": "de"}],
    "headers": [
        {"name": "Cookie", "value": "sessionid=s3ss10n-1; language=de"},
        {"name": "Authorization", "value": "Bearer b34r3r-token"},
        {"name": "Accept", "value": "text/html"},
    ],
    "postData": {
        "params": [{"name": "number", "value": "4000-1234"}, {"name": "quantity", "value": "1"}],
        "_file": "resources/post.dat",
    },
}
NETWORK = {"type": "resource-snapshot", "snapshot": {"request": REQUEST, "response": {"content": {}}}}
EVENTS: tuple[dict[str, Any], ...] = (
    {"type": "before", "method": "fill", "params": {"selector": "#id_password1 >> nth=0", "value": "unknown-1"}},
    {"type": "before", "method": "fill", "params": {"selector": "#id_city", "value": "Nowhere"}},
    {"type": "log", "callId": "1", "message": '  fill("123")'},
    {"type": "console", "text": "session s3ss10n-1 has begun with known-secret"},
    {
        "type": "frame-snapshot",
        "html": ["INPUT", {"name": "csrfmiddlewaretoken", "value": "t0ken-1", "type": "hidden"}],
    },
    {"type": "frame-snapshot", "html": ["INPUT", {"type": "password", "id": "x", "__playwright_value_": "unknown-2"}]},
    {"type": "frame-snapshot", "html": ["INPUT", {"type": "number", "name": "quantity", "__playwright_value_": "2"}]},
)
PAGE = b"<meta name=card content=summary><input type=hidden name='csrf_token' value='t0ken-2'><input name=q value=mug>"
SECRETS = (
    *("s3ss10n-1", "b34r3r-token", "4000-1234", "unknown-1", "unknown-2", "known-secret", "t0ken-1", "t0ken-2"),
    *("t0ken-3", "j50n-secret"),
)


def packed(**files: bytes) -> bytes:
    content = BytesIO()
    with ZipFile(content, "w") as archive:
        for name, each in files.items():
            archive.writestr(name, each)
    return content.getvalue()


@pytest.fixture
def redacted(tmp_path: Path) -> ZipFile:
    whole = tmp_path / "whole.zip"
    with ZipFile(whole, "w") as archive:
        archive.writestr("trace.trace", "\n".join(map(json.dumps, EVENTS)))
        archive.writestr("trace.network", json.dumps(NETWORK) + "\n")
        archive.writestr("resources/page.html", PAGE)
        archive.writestr("resources/post.dat", b"number=4000-1234&csrf=t0ken-3&quantity=1")
        archive.writestr("resources/json.json", b'{"password": "j50n-secret", "city": "Nowhere"}')
        archive.writestr("resources/inner.zip", packed(text=b"it is known-secret"))
        archive.writestr("resources/picture.png", b"\x89PNG\x00\xff")
    into = tmp_path / "trace.zip"
    redact(whole, into, Mask(["known-secret"]))
    return ZipFile(into)


def test_no_secret_is_left_in_any_file(redacted: ZipFile) -> None:
    contents = {name: redacted.read(name) for name in redacted.namelist()}
    with ZipFile(BytesIO(contents.pop("resources/inner.zip"))) as inner:
        contents["inner"] = inner.read("text")
    left = [(name, secret) for name, each in contents.items() for secret in SECRETS if secret.encode() in each]
    assert left == []
    assert contents["inner"] == f"it is {MASKED}".encode()


def test_what_is_no_secret_is_still_there(redacted: ZipFile) -> None:
    events = [json.loads(line) for line in redacted.read("trace.trace").splitlines()]
    (traffic,) = (json.loads(line) for line in redacted.read("trace.network").splitlines())
    assert [each["type"] for each in events] == [each["type"] for each in EVENTS]
    assert events[1] == EVENTS[1]
    assert events[2]["message"] == f'  fill("{MASKED}")'
    assert events[3]["text"] == f"session {MASKED} has begun with {MASKED}"
    assert events[6] == EVENTS[6]
    request = traffic["snapshot"]["request"]
    assert request["url"] == REQUEST["url"]
    assert request["cookies"] == [{"name": "sessionid", "value": MASKED}, {"name": "language", "value": MASKED}]
    assert request["headers"][2] == {"name": "Accept", "value": "text/html"}
    assert request["postData"]["params"][1] == {"name": "quantity", "value": "1"}
    assert redacted.read("resources/post.dat") == f"number={MASKED}&csrf={MASKED}&quantity=1".encode()
    assert redacted.read("resources/json.json") == f'{{"password": "{MASKED}", "city": "Nowhere"}}'.encode()
    assert b"<meta name=card content=summary>" in redacted.read("resources/page.html")
    assert b"<input name=q value=mug>" in redacted.read("resources/page.html")
    assert redacted.read("resources/picture.png") == b"\x89PNG\x00\xff"


def test_what_the_trace_shows_is_learnt_for_everything_else(tmp_path: Path) -> None:
    whole, mask = tmp_path / "whole.zip", Mask()
    with ZipFile(whole, "w") as archive:
        archive.writestr("trace.network", json.dumps(NETWORK))
    redact(whole, tmp_path / "trace.zip", mask)
    assert mask.text("s3ss10n-1 and b34r3r-token and de") == f"{MASKED} and {MASKED} and de"


def test_a_trace_that_cannot_be_rewritten_leaves_nothing(tmp_path: Path) -> None:
    whole, into = tmp_path / "whole.zip", tmp_path / "trace.zip"
    with ZipFile(whole, "w") as archive:
        archive.writestr("resources/page.html", PAGE)
        archive.writestr("trace.trace", "{no JSON")
    with pytest.raises(ValueError):
        redact(whole, into, Mask())
    assert not into.exists()
