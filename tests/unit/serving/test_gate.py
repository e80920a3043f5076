"""Who may look at the status page, and what every answer says."""

from __future__ import annotations

import pytest
from asking import Visitor
from hypothesis import given
from hypothesis import strategies as st
from watched import NOW, well

from journeys.serving import application
from journeys.serving.gate import COOKIE, SAFE, pass_for, same

TOKEN = "a token that nobody guesses"
SOURCES = well(hours=2.0)
PAGES = ("/", "/probes/checkout", "/metrics", "/feed.atom", "/api/v1/summary.json", "/api/v2/summary.json")


def client(*, token: str = "", only_here: bool = True, at: str = "http://127.0.0.1:8765") -> Visitor:
    return Visitor(application(SOURCES, token=token, only_here=only_here, clock=lambda: NOW), at)


@pytest.fixture
def gated() -> Visitor:
    return client(token=TOKEN, only_here=False, at="https://status.example")


def test_without_a_token_this_machine_may_look() -> None:
    assert {client().get(path).status_code for path in PAGES} == {200}


@pytest.mark.parametrize(
    "host",
    ["evil.example", "127.0.0.1.evil.example", "127.evil", "evil.example:8765", "", "[::2]", "[", "localhost.evil"],
)
def test_another_name_for_this_machine_is_a_trick_of_somebodys_page(host: str) -> None:
    answer = client().get("/", headers={"Host": host})
    assert (answer.status_code, "journeys" in answer.text) == (421, False)


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:1", "127.0.0.1:8765", "127.8.0.1", "[::1]:8765", "[::1]"])
def test_the_names_of_this_machine_are_let_in(host: str) -> None:
    assert client().get("/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("path", PAGES)
def test_with_a_token_nobody_looks_without_it(gated: Visitor, path: str) -> None:
    answer = gated.get(path)
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, 'Bearer realm="journeys"')
    assert "checkout" not in answer.text


@pytest.mark.parametrize("path", PAGES)
def test_a_bearer_token_opens_everything(gated: Visitor, path: str) -> None:
    assert gated.get(path, headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 200
    assert gated.get(path, headers={"Authorization": f"bearer {TOKEN}"}).status_code == 200


@pytest.mark.parametrize(
    "wrong",
    ["Bearer", "Bearer x", f"Basic {TOKEN}", f"Bearer {TOKEN}x", f"Bearer {TOKEN[:-1]}", "Bearer ä"],
)
def test_a_wrong_token_opens_nothing(gated: Visitor, wrong: str) -> None:
    assert gated.get("/", headers={"Authorization": wrong.encode()}).status_code == 401


def test_a_token_in_the_address_is_exchanged_for_a_cookie_that_is_not_the_token(gated: Visitor) -> None:
    answer = gated.get("/probes/checkout", params={"state": "failed", "token": TOKEN})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/probes/checkout?state=failed")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith(f"{COOKIE}={pass_for(TOKEN)};")
    assert {"HttpOnly", "SameSite=lax", "Secure"} <= {part.strip() for part in cookie.split(";")}
    assert TOKEN not in cookie
    assert gated.get(answer.headers["Location"]).status_code == 200


def test_without_encryption_the_cookie_still_comes_back() -> None:
    plain = client(token=TOKEN, only_here=False, at="http://10.0.0.7:8765")
    assert "Secure" not in plain.get("/", params={"token": TOKEN}).headers["Set-Cookie"]


@pytest.mark.parametrize("path", ["/metrics", "/feed.atom", "/api/v2/summary.json"])
def test_machines_may_have_the_token_in_the_address(gated: Visitor, path: str) -> None:
    answer = gated.get(path, params={"token": TOKEN})
    assert (answer.status_code, "Set-Cookie" in answer.headers) == (200, False)


def test_the_exchange_never_leads_elsewhere(gated: Visitor) -> None:
    led = [
        gated.get(f"https://status.example{path}", params={"token": TOKEN}).headers["Location"]
        for path in ("//evil.example/", "///evil.example/", "/\\evil.example/")
    ]
    assert led == ["/evil.example/", "/evil.example/", "/%5Cevil.example/"]


def test_a_cookie_of_another_token_opens_nothing(gated: Visitor) -> None:
    for value in ("", "x", TOKEN, pass_for("another token")):
        assert gated.get("/", headers={"Cookie": f"{COOKIE}={value}"}).status_code == 401


def test_who_has_no_token_is_asked_for_it_and_told_when_it_is_wrong(gated: Visitor) -> None:
    asked, wrong = gated.get("/").text, gated.get("/", params={"token": "nope"}).text
    assert '<input id="token" name="token" type="password"' in asked
    assert ("only for those who have its token" in asked, "That is not the token." in wrong) == (True, True)


def test_health_and_assets_need_no_token(gated: Visitor) -> None:
    assert gated.get("/healthz").json() == {"status": "ok", "reasons": []}
    style = client().get("/").text.partition('rel="stylesheet" href="')[2].partition('"')[0]
    assert gated.get(style).headers["Content-Type"].startswith("text/css")


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "ANYTHING"])
@pytest.mark.parametrize("path", ["/", "/metrics", "/nowhere"])
def test_it_is_only_read(method: str, path: str) -> None:
    answer = client().request(method, path)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize("path", [*PAGES, "/nowhere", "/healthz"])
def test_every_answer_keeps_the_browser_safe(path: str) -> None:
    headers = client().get(path).headers
    assert {name: headers[name] for name in SAFE} == dict(SAFE)
    assert "unsafe" not in headers["Content-Security-Policy"]


def test_head_is_answered_like_get_without_the_page() -> None:
    for path in (*PAGES, "/healthz", "/events"):
        answer = client().head(path)
        assert (answer.status_code, answer.content) == (200, b"")


@given(st.text(), st.text())
def test_two_tokens_are_the_same_only_if_they_are(one: str, other: str) -> None:
    assert same(one, other) is (one == other)
