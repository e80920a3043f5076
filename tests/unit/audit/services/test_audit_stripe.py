"""Stripe as a source: what moved, for which order, in which payout, for which fee; and a reading that is cut off."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest

from journeys.audit.model import Period
from journeys.audit.services import stripe
from journeys.audit.services.stripe import Stripe
from journeys.model import AccessDenied, StoreFault

MAY = Period(first=date(2026, 5, 4), last=date(2026, 5, 4), zone=ZoneInfo("Europe/Berlin"))
NOON = int(datetime(2026, 5, 4, 12, tzinfo=UTC).timestamp())
PAGE = 3


@dataclass(slots=True, kw_only=True)
class Account:
    """What Stripe has, newest first, and how it answers: ``fails`` at the question of that number."""

    url: str = ""
    lists: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    bundled: dict[str, list[str]] = field(default_factory=dict)
    filters: bool = True
    fails: int = 0
    status: int = 503
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def answer(self, what: str, query: dict[str, str]) -> tuple[int, Any]:
        self.asked.append((what, query))
        if len(self.asked) == self.fails:
            return self.status, {"error": "no"}
        if what not in self.lists or (not self.filters and any(name.startswith("created") for name in query)):
            return 400, {"error": "unknown"}
        payout = query.get("payout")
        rows = [row for row in self.lists[what] if payout is None or row["id"] in self.bundled.get(payout, [])]
        rows = [row for row in rows if int(query.get("created[gt]", 0)) < row["created"]]
        rows = [row for row in rows if row["created"] < int(query.get("created[lt]", 1 << 40))]
        after = query.get("starting_after")
        begin = 1 + [row["id"] for row in rows].index(after) if after else 0
        return 200, {"data": rows[begin : begin + PAGE], "has_more": begin + PAGE < len(rows)}


@pytest.fixture
def account() -> Iterator[Account]:
    told = Account()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = 1 << 16

        def do_GET(self) -> None:
            split = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(split.query).items()}
            status, said = told.answer(split.path.removeprefix("/v1/"), query)
            body = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Nobody reads it."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        told.url = f"http://127.0.0.1:{server.server_port}"
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield told
        server.shutdown()


def row(id: str, amount: int, **more: Any) -> dict[str, Any]:
    return {"id": id, "amount": amount, "currency": "eur", "created": NOON, "status": "succeeded"} | more


def charge(number: int, **more: Any) -> dict[str, Any]:
    intent = {"id": f"pi_{number}", "metadata": {"order_number": f"{100000 + number}"}}
    return row(f"ch_{number}", 1000 + number, payment_intent=intent, balance_transaction=f"txn_{number}") | more


def a_day(account: Account, many: int = 7) -> None:
    """Charges of one day, a refund, a lost dispute, a payout of the first two charges, and Stripe's own bill."""
    charges = [charge(number) for number in reversed(range(many))]
    account.lists = {
        "charges": [charge(99, status="failed"), charge(98, captured=False), *charges],
        "refunds": [row("re_1", 300, charge=charges[-2], balance_transaction="txn_re_1")],
        "disputes": [
            row(
                "dp_1",
                1000,
                charge=charges[-1],
                balance_transactions=[row("txn_dp", -1000, type="adjustment", fee=1500)],
            )
        ],
        "payouts": [row("po_2", 5, status="failed"), row("po_1", 1940, status="paid", automatic=True)],
        "balance_transactions": [
            row("txn_bill", -200, type="stripe_fee", fee=0),
            row("txn_dp", -1000, type="adjustment", fee=1500),
            *(row(f"txn_{number}", 1000 + number, type="charge", fee=30) for number in range(many)),
            row("txn_top", 50, type="topup", fee=0),
        ],
    }
    account.bundled = {"po_1": ["txn_0", "txn_1"]}


def service(account: Account, folder: Path) -> Stripe:
    return stripe.connect({"url": account.url, "api_key": "sk_test_1"}, "payments", folder)


def told(source: Stripe) -> list[tuple[Any, ...]]:
    names = ("place", "kind", "amount", "reference", "bundle")
    rows = [row for batch in source.read("movements", MAY) for row in batch.to_pylist()]
    return [tuple(row[name] for name in names) for row in rows]


def test_what_moved_is_told_with_its_order_its_payout_and_its_fee(account: Account, tmp_path: Path) -> None:
    a_day(account, many=2)
    source = service(account, tmp_path)
    assert told(source) == [
        ("po_1", "payout", -1940, None, "po_1"),
        ("ch_1", "sale", 1001, "100001", "po_1"),
        ("ch_0", "sale", 1000, "100000", "po_1"),
        ("re_1", "refund", -300, "100001", None),
        ("dp_1", "chargeback", -1000, "100000", None),
        ("txn_dp fee", "fee", -1500, "100000", None),
        ("txn_bill", "fee", -200, None, None),
        ("txn_0 fee", "fee", -30, "100000", "po_1"),
        ("txn_1 fee", "fee", -30, "100001", "po_1"),
    ]
    assert source.left_out == (
        "payments: payouts in state failed",
        "payments: charges that failed, or that are only held",
        "payments: balance transactions of the type topup",
    )


def test_a_service_that_speaks_only_part_of_the_api_tells_less(account: Account, tmp_path: Path) -> None:
    a_day(account)
    account.filters = False
    whole = told(service(account, tmp_path))
    del account.lists["disputes"], account.lists["balance_transactions"]
    source = service(account, tmp_path)
    assert {kind for _, kind, *_ in told(source)} == {"payout", "sale", "refund"}
    assert "payments: it tells no disputes" in source.left_out
    assert sum(kind == "sale" for _, kind, *_ in whole) == 7


def test_what_lies_outside_of_the_days_is_not_told(account: Account, tmp_path: Path) -> None:
    a_day(account)
    account.filters = False
    account.lists["charges"].append(charge(50, created=NOON - 3 * 86400))
    assert "ch_50" not in {place for place, *_ in told(service(account, tmp_path))}


def test_a_reading_that_fails_at_any_question_goes_on_with_the_same_result(account: Account, tmp_path: Path) -> None:
    a_day(account)
    whole = told(service(account, tmp_path))
    questions = len(account.asked)
    for fails in range(1, questions + 1):
        account.asked, account.fails = [], fails
        with pytest.raises(StoreFault, match=r"was answered 503: .*; the pages before it are kept"):
            told(service(account, tmp_path / f"{fails}"))
        account.asked, account.fails = [], 0
        assert told(service(account, tmp_path / f"{fails}")) == whole
        assert len(account.asked) <= questions


def test_a_charge_that_comes_in_front_while_it_is_read_is_noticed_and_read(account: Account, tmp_path: Path) -> None:
    a_day(account)

    class Growing(list[dict[str, Any]]):
        asked = 0

        def __iter__(self) -> Iterator[dict[str, Any]]:
            Growing.asked += 1
            if Growing.asked == 2:
                self.insert(0, charge(7))
            return super().__iter__()

    account.lists["charges"] = Growing(account.lists["charges"])
    assert ("ch_7", "sale", 1007, "100007", None) in told(service(account, tmp_path))


def test_a_key_that_is_not_accepted_is_told(account: Account, tmp_path: Path) -> None:
    account.fails, account.status = 1, 401
    with pytest.raises(AccessDenied, match=r"payments: GET .*/v1/payouts was answered 401: check the key"):
        told(service(account, tmp_path))


def test_what_is_not_stripe_is_a_fault(account: Account, tmp_path: Path) -> None:
    account.lists = {"payouts": [{"id": "po_1", "created": NOON}]}
    with pytest.raises(StoreFault, match=r"payments: http\S+ tells nothing as Stripe does: KeyError\('status'\)"):
        told(service(account, tmp_path))


def test_the_key_is_not_kept_on_disk_and_not_shown(account: Account, tmp_path: Path) -> None:
    a_day(account)
    account.fails = 6
    source = service(account, tmp_path)
    with pytest.raises(StoreFault):
        told(source)
    kept = "".join(file.read_text() for file in tmp_path.rglob("*.json"))
    assert "charges of http" in kept
    assert "sk_test" not in kept + repr(source)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({}, "api_key: missing"),
        ({"api_key": "a", "url": "ftp://a"}, "url: "),
        ({"api_key": "a", "key": "b"}, "key: no"),
    ],
)
def test_a_mistake_names_its_option(options: dict[str, object], says: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=says):
        stripe.connect(options, "payments", tmp_path)
