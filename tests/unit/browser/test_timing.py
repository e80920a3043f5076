"""How long the parts of an answer took, in seconds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journeys.browser.addresses import bare, origin_of, path_of
from journeys.browser.timing import phases, server_timing

WHOLE = {
    "requestTime": 100.0,
    "dnsStart": 0.0,
    "dnsEnd": 20.0,
    "connectStart": 20.0,
    "connectEnd": 90.0,
    "sslStart": 50.0,
    "sslEnd": 90.0,
    "sendStart": 91.0,
    "sendEnd": 92.0,
    "receiveHeadersStart": 192.0,
    "receiveHeadersEnd": 193.0,
}


def test_a_new_connection_has_all_phases() -> None:
    assert phases(WHOLE, 100.5) == {"dns": 0.02, "connect": 0.03, "tls": 0.04, "wait": 0.1, "receive": 0.308}


def test_what_an_open_connection_spares_is_left_out() -> None:
    spared = dict.fromkeys(("dnsStart", "dnsEnd", "connectStart", "connectEnd", "sslStart", "sslEnd"), -1)

    assert phases(WHOLE | spared, 100.5) == {"wait": 0.1, "receive": 0.308}


def test_without_an_end_nothing_was_received() -> None:
    assert "receive" not in phases(WHOLE, None)


def test_without_times_there_are_no_phases() -> None:
    assert phases({}, 1.0) == {}


def test_older_browsers_say_only_when_the_headers_were_there() -> None:
    older = {name: value for name, value in WHOLE.items() if name != "receiveHeadersStart"}

    assert phases(older, None)["wait"] == 0.101


@pytest.mark.parametrize(
    ("header", "spent"),
    [
        ("", {}),
        ("db;dur=53.2", {"db": 0.0532}),
        ("db;dur=1, app;dur=2\ncache;dur=4", {"db": 0.001, "app": 0.002, "cache": 0.004}),
        ('db;desc="a, b; dur=9";dur=1', {"db": 0.001}),
        ('db ; DUR = "7" ; desc=x', {"db": 0.007}),
        ("miss, total", {}),
        ("db;dur=1, db;dur=2", {"db": 0.003}),
        ("db;dur=soon, app;dur=2", {"app": 0.002}),
        ("db;dur=1, ???=(, app;dur=2", {"db": 0.001}),
    ],
)
def test_what_the_server_says_it_spent(header: str, spent: dict[str, float]) -> None:
    assert server_timing(header) == spent


@given(st.text(alphabet='db;=,." \n\\dur19', max_size=60))
def test_no_header_is_too_strange(header: str) -> None:
    assert all(seconds >= 0 for seconds in server_timing(header).values())


def test_addresses_lose_what_may_be_secret() -> None:
    secret = "https://me:hush@Shop.Example:8000/a/b?token=hush#hush"

    assert origin_of(secret) == "https://shop.example:8000"
    assert path_of(secret) == "/a/b"
    assert bare(f"no {secret} (http://b.example/#x)") == "no https://Shop.Example:8000/a/b (http://b.example/)"
    assert (origin_of("about:blank"), path_of("http://a.example")) == ("", "/")
