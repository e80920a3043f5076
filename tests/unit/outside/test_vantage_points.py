"""What a control request comes to, from an address where nobody listens, or whose name nobody knows."""

from __future__ import annotations

import socket

import pytest

from journeys.outside import Vantage


def nobody() -> str:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{held.getsockname()[1]}"


@pytest.mark.parametrize(
    ("url", "failure"), [(nobody(), "refused"), ("http://store.invalid", "dns")], ids=["refused", "dns"]
)
def test_an_address_that_does_not_answer_says_how(url: str, failure: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    assert [(each.part, each.status, each.failure) for each in Vantage(name="x", url=url).look()] == [
        ("page", 0, failure)
    ]
