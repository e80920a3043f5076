"""What must never be written down is found however it is written, and nothing else is touched."""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Callable
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journeys.masking import MASKED, Mask, is_secret, secrets_in
from journeys.model import Fact, Reading, Step, StepOutcome, Trouble

SECRET = "Kana\"rie'n & <1+1>%/é\\9"
WAYS: dict[str, Callable[[str], str]] = {
    "as it is": lambda secret: secret,
    "JSON": json.dumps,
    "JSON in UTF-8": lambda secret: json.dumps(secret, ensure_ascii=False),
    "JSON in JSON": lambda secret: json.dumps(json.dumps(secret)),
    "in a path": lambda secret: quote(secret, safe=""),
    "in a form": quote_plus,
    "in HTML": html.escape,
    "in JSON in HTML": lambda secret: html.escape(json.dumps(secret)),
    "Basic": lambda secret: base64.b64encode(f"user:{secret}".encode()).decode(),
    "base64": lambda secret: base64.b64encode(secret.encode()).decode().rstrip("="),
    "base64 for URLs": lambda secret: base64.urlsafe_b64encode(f"ab{secret}!?>".encode()).decode(),
    "base64 in a URL": lambda secret: quote(base64.b64encode(f"a{secret}".encode()).decode(), safe=""),
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
@pytest.mark.parametrize("secret", [SECRET, "4242424242424242", "c4n4ry"])
def test_a_secret_is_masked_however_it_is_written(way: Callable[[str], str], secret: str) -> None:
    written = f"before {way(secret)} after"
    masked = Mask([secret]).text(written)
    assert MASKED in masked
    assert secret not in masked
    assert (masked.startswith("before "), masked.endswith(" after")) == (True, True)
    assert Mask([secret]).content(written.encode()) == masked.encode()


@given(st.text(min_size=6, max_size=30), st.binary(max_size=7), st.binary(max_size=7))
def test_no_base64_of_a_text_around_a_secret_can_be_decoded_to_it(secret: str, before: bytes, after: bytes) -> None:
    try:
        content = before + secret.encode() + after
    except UnicodeEncodeError:
        return
    masked = Mask([secret]).text(base64.b64encode(content).decode())
    assert MASKED in masked
    for part in masked.split(MASKED):
        for first in range(4):
            letters = part[first:].rstrip("=")
            assert secret.encode() not in base64.b64decode(letters + "A" * (-len(letters) % 4))


@pytest.mark.parametrize("shown", ["4242 4242 4242 4242", "4242-4242-4242-4242"])
def test_the_number_of_a_card_is_masked_in_groups_as_well(shown: str) -> None:
    assert Mask(["4242424242424242"]).text(f"paid with {shown}") == f"paid with {MASKED}"


def test_what_is_too_short_to_be_told_from_other_words_stays() -> None:
    assert Mask(["123", "order"]).text("order 12345") == "order 12345"
    assert Mask(["123"]).pattern() is None


def test_a_secret_within_another_one_leaves_no_half_of_it() -> None:
    assert Mask(["abcdef", "abcdef-ghijkl"]).text("abcdef-ghijkl") == MASKED


def test_more_is_learnt_on_the_way() -> None:
    mask = Mask()
    assert mask.text("session 0123456789") == "session 0123456789"
    mask.learn("0123456789")
    assert mask.text("session 0123456789") == f"session {MASKED}"


def test_a_picture_is_searched_for_secrets_as_people_read_them() -> None:
    pattern = Mask(["4242424242424242", "a.c(d]ef"]).pattern()
    assert pattern is not None
    assert [bool(pattern.search(text)) for text in ("4242 4242 4242 4242", "a.c(d]ef", "abc(d]ef")] == [
        True,
        True,
        False,
    ]


def test_an_event_is_masked_in_all_that_it_holds_and_is_else_the_same() -> None:
    mask = Mask(["c4n4ry-1", "passed", "store!"])
    step = Step(name="pay", began=0.0, ended=1.0, outcome=StepOutcome.PASSED, error="c4n4ry-1 is refused")
    assert mask.of(step).error == f"{MASKED} is refused"
    assert mask.of(step).outcome is StepOutcome.PASSED
    reading = Reading(
        fact=Fact("orders"),
        surface="page",
        asked=0.0,
        received=1.0,
        value=1,
        evidence={"via": "c4n4ry-1"},
        past=("c4n4ry-1",),
    )
    assert (mask.of(reading).evidence, mask.of(reading).past) == ({"via": MASKED}, (MASKED,))
    clean = Step(name="pay", began=0.0, ended=1.0, outcome=StepOutcome.PASSED)
    assert mask.of(clean) is clean


def test_the_words_of_the_project_stay_though_a_password_is_one_of_them() -> None:
    trouble = Mask(["tester", "trouble"]).of(Trouble(blame="tester", what="the tester stumbled", at=0.0))
    assert (trouble.blame, trouble.event, trouble.what) == ("tester", "trouble", f"the {MASKED} stumbled")


def test_the_secrets_of_a_configuration_are_known_by_their_names_and_places() -> None:
    told = {
        "url": "https://guest:p%40ss-word@shop.example/",
        "credentials": {"api_user": "somebody", "api_password": "hush-1", "api_token": "hush-2"},
        "means": {
            "card": "4242424242424242",
            "gift card": "GIFT-1",
            "declined card": "4000000000000002",
            "voucher": "TEN",
        },
        "database": "postgresql://shop:hush-3@127.0.0.1/shop",
        "layers": {"application cache": {"redis": "redis://:hush-4@127.0.0.1/0", "ttl header": "x-ttl"}},
        "neighbours": {"payment ledger": {"kind": "stripe", "api_key": "hush-5"}},
        "subjects": {"plenty": ["mug"]},
        "broken": "http://[::1",
    }
    assert set(secrets_in(told)) == {
        *("p%40ss-word", "p@ss-word", "hush-1", "hush-2", "hush-3", "hush-4", "hush-5"),
        *("4242424242424242", "GIFT-1", "4000000000000002"),
    }


@pytest.mark.parametrize(
    ("cookie", "value", "secret"),
    [
        ("sessionid", "abcdef", True),
        ("csrftoken", "abcdef", True),
        ("oscar_open_basket", "12:Zm9vYmFyYmF6cXV4", True),
        ("language", "en", False),
        ("consent", "accepted", False),
    ],
)
def test_a_cookie_is_secret_by_its_name_or_when_nobody_would_guess_it(cookie: str, value: str, secret: bool) -> None:
    assert is_secret(cookie, value) is secret
