"""Where the status page listens, and for whom."""

from __future__ import annotations

import socket

import pytest

from journeys.model import TesterFault
from journeys.serving import bound, demand_token, is_loopback
from journeys.serving.listen import Unprotected, address_of

LONG = "0123456789abcdef"


@pytest.mark.parametrize(
    ("host", "here"),
    [("127.0.0.1", True), ("127.3.2.1", True), ("localhost", True), ("::1", True), ("[::1]", True),
     ("0.0.0.0", False), ("::", False), ("10.0.0.7", False), ("shop.example", False), ("127.example", False)],
)  # fmt: skip
def test_only_loopback_is_this_machine(host: str, here: bool) -> None:
    assert is_loopback(host) is here


@pytest.mark.parametrize(
    ("host", "token", "behind_proxy", "fine"),
    [
        ("127.0.0.1", "", False, True),
        ("0.0.0.0", "", False, False),
        ("0.0.0.0", LONG, False, True),
        ("0.0.0.0", "", True, True),
        ("127.0.0.1", "short", False, False),
        ("0.0.0.0", "short", True, False),
    ],
)
def test_others_need_a_token_that_cannot_be_guessed_or_a_proxy(
    host: str, token: str, behind_proxy: bool, fine: bool
) -> None:
    try:
        demand_token(host, token, behind_proxy=behind_proxy)
    except Unprotected as refused:
        assert ("JOURNEYS_TOKEN" in str(refused), token != "" and token in str(refused).split()) == (True, False)
        assert not fine
    else:
        assert fine


def test_a_port_that_is_taken_is_named_with_what_to_do() -> None:
    with bound("127.0.0.1", 0) as first:
        port = first.getsockname()[1]
        with pytest.raises(TesterFault, match=rf"port {port} on 127.0.0.1 is taken: .* give another with --port"):
            bound("127.0.0.1", port)


def test_an_address_of_another_machine_is_refused() -> None:
    with pytest.raises(TesterFault, match=r"cannot listen on 192\.0\.2\.1.* give an address of this machine"):
        bound("192.0.2.1", 0)
    with pytest.raises(TesterFault, match=r"cannot listen on no-such-host\.invalid"):
        bound("no-such-host.invalid", 0)


def test_the_address_is_one_that_a_browser_understands() -> None:
    with bound("127.0.0.1", 0) as listening:
        assert address_of(listening) == f"http://127.0.0.1:{listening.getsockname()[1]}/"
    if socket.has_ipv6:
        with bound("::1", 0) as listening:
            assert address_of(listening) == f"http://[::1]:{listening.getsockname()[1]}/"
