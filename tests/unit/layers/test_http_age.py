"""RFC 9111's arithmetic from what is told: bounds that never claim more age, or more time left, than there is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journeys.layers.http_age import DELAY_S, age_s, directives, lain_s, left_s, lifetime_s, moment

NOW = datetime(2026, 1, 2, 12, 0, 0, tzinfo=UTC)


def http(seconds_ago: float) -> str:
    return format_datetime(NOW - timedelta(seconds=seconds_ago), usegmt=True)


def iso(seconds_ago: float) -> str:
    return (NOW - timedelta(seconds=seconds_ago)).isoformat()


@pytest.mark.parametrize(
    ("told", "seconds"),
    [
        ({"cache-control": "private, max-age=60"}, 60),
        ({"cache-control": 'Max-Age="60"'}, 60),
        ({"cache-control": "max-age=60, max-age=5"}, 60),
        ({"cache-control": "max-age=60", "expires": http(-600), "date": http(0)}, 60),
        ({"cache-control": "s-maxage=600, max-age=60"}, 60),
        ({"cache-control": "max-age=60, no-cache"}, 0),
        ({"cache-control": "no-store"}, 0),
        ({"cache-control": "max-age=soon"}, 0),
        ({"cache-control": "max-age=-1"}, 0),
        ({"expires": http(-30), "date": http(10)}, 40),
        ({"expires": http(-30), "received": iso(10)}, 40),
        ({"expires": http(30), "date": http(10)}, 0),
        ({"expires": "0", "date": http(10)}, 0),
        ({"last-modified": http(1010), "date": http(10)}, 100),
        ({"last-modified": http(10), "date": http(1010)}, 0),
        ({"last-modified": http(1010), "date": http(10), "cache-control": "must-revalidate"}, 0),
        ({"last-modified": http(1010)}, None),
        ({"date": http(10)}, None),
        ({}, None),
    ],
)
def test_how_long_a_browser_may_keep_it(told: dict[str, str], seconds: float | None) -> None:
    assert lifetime_s(told) == seconds


@pytest.mark.parametrize(
    ("said", "seconds"),
    [("s-maxage=600, max-age=60", 600), ("max-age=60", 60), ("private, max-age=60", 0), ("s-maxage=0, max-age=60", 0)],
)
def test_how_long_a_cache_of_many_people_may_keep_it(said: str, seconds: float) -> None:
    assert lifetime_s({"cache-control": said}, shared=True) == seconds


@pytest.mark.parametrize(
    ("told", "seconds"),
    [
        ({"received": iso(7.25)}, 7.25),
        ({"received": iso(7), "date": http(100), "age": "50"}, 7),
        ({"received": iso(-1)}, 0),
        ({"date": http(10)}, 10 - 1 - DELAY_S),
        ({"date": http(10), "age": "4"}, 10 - 1 - 5 - DELAY_S),
        ({"date": http(10), "age": "60"}, 0),
        ({"date": "yesterday"}, None),
        ({"age": "4"}, None),
    ],
)
def test_how_long_it_has_lain_in_this_cache(told: dict[str, str], seconds: float | None) -> None:
    assert lain_s(told, NOW) == seconds


@pytest.mark.parametrize(
    ("told", "seconds"),
    [
        ({"received": iso(10), "date": http(10)}, 300 - 10 - DELAY_S),
        ({"received": iso(10), "date": http(70)}, 300 - 70 - DELAY_S),
        ({"received": iso(10), "date": http(10), "age": "60"}, 300 - 70 - DELAY_S),
        ({"received": iso(10), "date": http(70), "age": "60"}, 300 - 70 - DELAY_S),
        ({"received": iso(10)}, 300 - 10 - DELAY_S),
        ({"date": http(70)}, 300 - 70 - DELAY_S),
        ({"date": http(70), "age": "60"}, 300 - 130 - DELAY_S),
        ({"date": http(400)}, 0),
        ({"age": "4"}, None),
    ],
)
def test_how_much_longer_it_may_be_given(told: dict[str, str], seconds: float | None) -> None:
    assert left_s({"cache-control": "max-age=300"} | told, NOW) == seconds


def test_without_any_lifetime_nothing_is_said_to_be_left() -> None:
    assert left_s({"date": http(1)}, NOW) is None


moments = st.floats(min_value=0, max_value=500)


@given(waited_at_edge=moments, lain=moments, took=st.floats(min_value=0, max_value=1), known=st.booleans())
def test_no_bound_is_ever_too_bold(waited_at_edge: float, lain: float, took: float, known: bool) -> None:
    """The origin wrote it, an edge kept it for a while, and it has lain in this browser since."""
    written = NOW - timedelta(seconds=waited_at_edge + took + lain)
    received = NOW - timedelta(seconds=lain)
    told = {
        "cache-control": "max-age=300",
        "date": format_datetime(written.replace(microsecond=0), usegmt=True),
        "age": str(int(waited_at_edge)),
    } | ({"received": received.isoformat()} if known else {})
    apparent = (received - written.replace(microsecond=0)).total_seconds()
    reckoned = max(apparent, int(waited_at_edge)) + took + lain  # RFC 9111, 4.2.3

    age, left = lain_s(told, NOW), left_s(told, NOW)
    assert age is not None and age <= lain + 1e-5
    assert left is not None and left <= max(0.0, 300 - reckoned) + 1e-5


@pytest.mark.parametrize(("field", "seconds"), [("7", 7), ("7, 9", 7), ("", None), ("-1", None), ("1.5", None)])
def test_an_age_is_whole_seconds(field: str, seconds: float | None) -> None:
    assert age_s({"age": field}) == seconds


def test_directives_are_told_apart_also_within_quotes_and_over_several_fields() -> None:
    said = directives('Private="set-cookie, x", max-age = 5\npublic')

    assert said == {"private": "set-cookie, x", "max-age": "5", "public": ""}


@pytest.mark.parametrize("text", ["", "0", "soon", "Mon, 99 Foo 2026 00:00:00 GMT"])
def test_what_is_no_date_is_none(text: str) -> None:
    assert moment(text) is None


def test_a_date_without_a_zone_is_utc() -> None:
    assert moment("Fri, 02 Jan 2026 12:00:00 -0000") == NOW
