"""What the tester relies on at a seam: fields that are gone, renamed or of another type are named."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from journeys.model import Answer, StoreFault
from journeys.platforms.backend import Backend
from journeys.platforms.contract import Agreed, Seam, limits, term
from journeys.platforms.oscar import agreed as shop
from journeys.platforms.pretix import agreed as booking

ORDER = {
    "number": "100001",
    "total_incl_tax": "12.50",
    "date_placed": "2026-11-24T13:04:54+01:00",
    "email": "a@example.org",
    "lines": "http://127.0.0.1/api/admin/orders/1/lines/",
}
BOOKING = {
    "code": "A0B1C",
    "email": None,
    "status": "p",
    "total": "18.00",
    "datetime": "2026-11-24T13:04:54Z",
    "positions": [{"item": 2, "subevent": 3, "price": "18.00"}],
}


class Total(Agreed):
    total: str


def seam(*, shape: Any = Total) -> Seam:
    return Seam(name="till", terms=(term(r"^orders/$", shape),))


def without(order: dict[str, Any], name: str, **more: Any) -> dict[str, Any]:
    return {key: value for key, value in order.items() if key != name} | more


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"total": "1.00", "more": 1}, ()),
        ({}, ("total is gone",)),
        ({"total_gross": "1.00"}, ("total is gone (there is total_gross now)",)),
        ({"total": 1}, ("total is int 1: input should be a valid string",)),
    ],
)
def test_each_field_that_is_not_as_agreed_is_named(said: Any, words: tuple[str, ...]) -> None:
    assert words == seam().broken("orders/", said)


def test_what_was_not_agreed_may_be_anything() -> None:
    assert seam().broken("products/1/", [1, 2]) == ()


def test_a_field_that_is_gone_from_many_entries_is_told_once() -> None:
    page = {"results": [without(ORDER, "total_incl_tax", total_with_tax="1")] * 3, "next": None}
    assert shop.seam().broken("admin/orders/", page) == (
        "results.total_incl_tax is gone (there is total_with_tax now)",
    )


def test_answers_of_both_platforms_are_as_agreed() -> None:
    assert shop.seam().broken("admin/orders/", {"results": [ORDER], "next": None}) == ()
    assert booking.seam().broken("orders/", {"results": [BOOKING], "next": None}) == ()
    assert booking.seam().broken("orders/A0B1C/", without(BOOKING, "total", grand_total="18.00")) == (
        "total is gone (there is grand_total now)",
    )


def said(path: str, **more: Any) -> Answer:
    return Answer(
        seam="till", path=path, at=0.0, took_s=more.pop("took_s", 0.1), status=more.pop("status", 200), **more
    )


def test_the_first_answer_of_a_kind_is_kept_and_each_that_is_not_as_it_should_be() -> None:
    till = seam()
    for answer in (said("orders/1/"), said("orders/2/"), said("orders/3/", status=500), said("orders/4/", took_s=9.0)):
        till.note(answer)
    assert [(each.path, each.status) for each in till.drain()] == [
        ("orders/N/", 200),
        ("orders/N/", 500),
        ("orders/N/", 200),
    ]
    assert till.drain() == ()


def test_only_headers_that_tell_a_limit_are_kept() -> None:
    headers = {"Retry-After": "60", "X-RateLimit-Remaining": "0", "RateLimit": "r=0", "Set-Cookie": "secret"}
    assert limits(headers) == {"Retry-After": "60", "X-RateLimit-Remaining": "0", "RateLimit": "r=0"}


class Flaky:
    """A server that breaks off so many answers before it gives one."""

    def __init__(self, breaks: int, answer: httpx.Response) -> None:
        self.breaks, self.answer, self.asked = breaks, answer, 0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked += 1
        if self.asked <= self.breaks:
            raise httpx.ReadError("connection reset by peer", request=request)
        return self.answer


def backend(server: Flaky, till: Seam) -> Backend:
    asking = Backend("http://127.0.0.1:1/api/", headers={}, seam=till)
    asking._client = httpx.Client(transport=httpx.MockTransport(server))
    return asking


def test_a_reading_is_asked_for_again_when_its_connection_breaks() -> None:
    server = Flaky(2, httpx.Response(200, json={"total": "1.00"}))
    assert backend(server, seam()).get("orders/") == {"total": "1.00"}
    assert server.asked == 3


def test_what_writes_is_sent_once_and_a_broken_connection_is_noted() -> None:
    server, till = Flaky(1, httpx.Response(200, json={})), seam()
    with pytest.raises(StoreFault, match="connection reset by peer"):
        backend(server, till).ask("POST", "orders/", json={})
    assert (server.asked, [each.failure for each in till.drain()]) == (1, ["ReadError: connection reset by peer"])


def test_an_answer_that_breaks_the_contract_is_no_answer() -> None:
    till = seam()
    with pytest.raises(StoreFault, match="not as agreed: total is gone"):
        backend(Flaky(0, httpx.Response(200, json={})), till).get("orders/")
    assert [each.broken for each in till.drain()] == [("total is gone",)]


def test_what_a_write_is_answered_was_never_agreed() -> None:
    till = seam()
    assert backend(Flaky(0, httpx.Response(200, json={})), till).ask("POST", "orders/", json={}) == {}
