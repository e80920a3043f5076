"""Receivers: what each kind is sent, what a refusal means, and how they are declared."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from listening import Listener, listening
from watching import F, P, Told, outcome, probe, store

from journeys.probes.alerts import webhook
from journeys.probes.alerts.alertmanager import Alertmanager
from journeys.probes.alerts.apprise_url import AppriseUrl
from journeys.probes.alerts.document import document
from journeys.probes.alerts.incidents import Notice, Says
from journeys.probes.alerts.receivers import Forgetful, Receiver, Undelivered, connect
from journeys.probes.alerts.text import PLAIN
from journeys.probes.alerts.webhook import Webhook


@pytest.fixture
def listener() -> Iterator[Listener]:
    with listening() as listener:
        yield listener


def told(*causes: str, ends: bool = False) -> list[Notice]:
    """What is told of failures with these causes, a minute apart, after a first one."""
    gone = Told(store(probe()))
    due = 0.0
    for cause in causes[:1] + causes:
        gone.take(outcome(F, due, cause=cause), due)
        due += 60
    for _ in range(2 if ends else 0):
        gone.take(outcome(P, due), due)
        due += 60
    return gone.notices


def test_a_webhook_is_sent_the_document_with_a_key_that_stays_the_same(listener: Listener) -> None:
    (notice,) = told("cache")
    receiver = Webhook(url=f"{listener.url}/hook?token=abcdef123")
    receiver.deliver(notice)
    receiver.deliver(notice)
    first, second = listener.posted

    assert first.path == "/hook?token=abcdef123"
    assert first.json == document(notice, PLAIN)
    assert (first.headers["idempotency-key"], second.body) == (notice.key, first.body)
    assert "x-journeys-signature" not in first.headers


def test_a_webhook_is_signed_with_the_secret_that_both_know(listener: Listener) -> None:
    Webhook(url=listener.url, secret="swordfish", token="let-me-in").deliver(told("cache")[0])
    (posted,) = listener.posted

    assert posted.headers["x-journeys-signature"] == webhook.signature("swordfish", posted.body)
    assert posted.headers["authorization"] == "Bearer let-me-in"


def test_a_signature_is_the_hmac_of_the_body() -> None:
    """Test case 2 of RFC 4231."""
    digest = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"

    assert webhook.signature("Jefe", b"what do ya want for nothing?") == f"sha256={digest}"


@pytest.mark.parametrize(
    ("status", "retry"),
    [
        (400, False),
        (401, False),
        (404, False),
        (410, False),
        (408, True),
        (429, True),
        (500, True),
        (503, True),
        (302, True),
    ],
)
def test_what_was_refused_for_good_is_not_tried_again(listener: Listener, status: int, retry: bool) -> None:
    listener.status, listener.says = status, "not today"
    with pytest.raises(Undelivered, match=f"^127.0.0.1 answered {status}: not today$") as refused:
        Webhook(url=listener.url).deliver(told("cache")[0])

    assert refused.value.retry is retry


def test_a_receiver_that_is_down_is_tried_again_and_its_secrets_are_not_told(listener: Listener) -> None:
    listener.down()
    with pytest.raises(Undelivered) as away:
        Webhook(url=f"{listener.url}/swordfish", secret="salmon-trout").deliver(told("cache")[0])

    assert away.value.retry is True
    assert "127.0.0.1 cannot be reached: ConnectError" in str(away.value)
    assert "swordfish" not in str(away.value) + repr(Webhook(url=f"{listener.url}/swordfish", secret="salmon-trout"))


def test_alertmanager_is_told_by_labels_and_in_words(listener: Listener) -> None:
    (notice,) = told("cache")
    Alertmanager(url=listener.url, labels={"team": "web"}).deliver(notice)
    (posted,) = listener.posted
    (alert,) = posted.json

    assert posted.path == "/api/v2/alerts"
    assert alert["labels"] == {
        "alertname": "ProbeFails",
        "store": "shop",
        "probe": "checkout",
        "journey": "checkout journey",
        "location": "here",
        "cause": "cache",
        "severity": "critical",
        "team": "web",
    }
    assert (alert["startsAt"], "endsAt" in alert) == ("1970-01-01T00:00:00.000+00:00", False)
    assert alert["annotations"] == {
        "summary": "shop: checkout fails (cause: cache)",
        "description": PLAIN.text(notice),
        "next_step": "invalidate the key",
        "explain": "journeys explain run-60",
    }


def test_alertmanager_is_told_of_the_end_under_the_same_labels(listener: Listener) -> None:
    for notice in (notices := told("cache", ends=True)):
        Alertmanager(url=listener.url).deliver(notice)
    (first,), (last,) = [each.json for each in listener.posted]

    assert [each.says for each in notices] == [Says.ALERT, Says.RESOLVED]
    assert (first["labels"], first["startsAt"]) == (last["labels"], last["startsAt"])
    assert last["endsAt"] == "1970-01-01T00:03:00.000+00:00"


def test_another_cause_closes_the_alert_under_the_old_one(listener: Listener) -> None:
    notices = told("cache", "network", ends=True)
    for notice in notices:
        Alertmanager(url=listener.url).deliver(notice)
    _, (closed, opened), (last,) = [each.json for each in listener.posted]

    assert [each.says for each in notices] == [Says.ALERT, Says.CHANGED, Says.RESOLVED]
    assert (closed["labels"]["cause"], closed["endsAt"]) == ("cache", "1970-01-01T00:02:00.000+00:00")
    assert (opened["labels"]["cause"], "endsAt" in opened) == ("network", False)
    assert (last["labels"], "endsAt" in last) == (opened["labels"], True)


def test_alertmanager_is_reminded_of_what_stands_and_others_are_not(listener: Listener) -> None:
    (notice,) = told("cache")
    receiver = Alertmanager(url=listener.url)
    receiver.deliver(notice)
    receiver.remind([notice])
    first, second = (each.json for each in listener.posted)

    assert first == second
    assert [isinstance(each, Forgetful) for each in (receiver, Webhook(url=""), AppriseUrl(url=""))] == [
        *(True, False, False)
    ]


def test_apprise_carries_title_text_and_kind_to_any_of_its_services(listener: Listener) -> None:
    alert, resolved = told("cache", ends=True)
    receiver = AppriseUrl(url=f"json://127.0.0.1:{listener.port}/hook")
    for notice in (alert, resolved):
        receiver.deliver(notice)
    first, last = (each.json for each in listener.posted)

    assert (first["title"], first["message"], first["type"]) == (PLAIN.title(alert), PLAIN.text(alert), "failure")
    assert (last["title"], last["type"]) == ("shop: checkout is well again", "success")


def test_what_apprise_could_not_send_is_tried_again_and_no_part_of_its_address_is_told(listener: Listener) -> None:
    listener.down()
    with pytest.raises(Undelivered) as refused:
        AppriseUrl(url=f"json://somebody:swordfish@127.0.0.1:{listener.port}/salmon-trout").deliver(told("cache")[0])

    assert refused.value.retry is True
    assert str(refused.value).startswith("json: not taken: ")
    assert not [secret for secret in ("swordfish", "salmon-trout", "somebody") if secret in str(refused.value)]


def test_apprise_is_not_bothered_with_what_the_alert_of_the_store_says_already(listener: Listener) -> None:
    gone = Told(store(probe("a"), probe("b")))
    for due, (name, state) in enumerate((("b", P), ("a", F), ("b", P), *(("a", F), ("b", F)) * 3)):
        gone.take(outcome(state, due, name), due)
    assert [each.says for each in gone.notices] == [Says.ALERT, Says.ALERT, Says.TAKEN_IN]
    for notice in gone.notices:
        AppriseUrl(url=f"json://127.0.0.1:{listener.port}/").deliver(notice)

    assert [each.json["title"] for each in listener.posted] == [
        "shop: a fails (cause: cache)",
        "shop: 2 of 2 probes fail (cause: cache)",
    ]


def test_receivers_are_declared_by_kind_and_options() -> None:
    receivers: dict[str, Receiver] = connect(
        {
            "pager": {"kind": "alertmanager", "url": "http://127.0.0.1:9093/", "remind_s": 20, "zone": "Europe/Berlin"},
            "chat": {"kind": "apprise", "url": "json://127.0.0.1/"},
            "robot": {"kind": "webhook", "url": "https://example.org/hook", "secret": "swordfish"},
        }
    )

    assert [type(each) for each in receivers.values()] == [Alertmanager, AppriseUrl, Webhook]
    pager = receivers["pager"]
    assert isinstance(pager, Alertmanager)
    assert (pager.url, pager.remind_s, str(pager.wording.zone)) == ("http://127.0.0.1:9093", 20.0, "Europe/Berlin")
    assert "swordfish" not in json.dumps({name: repr(each) for name, each in receivers.items()})


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({}, "pager.kind: missing"),
        ({"kind": "pigeon"}, "pager.kind: 'pigeon' is not known; known are alertmanager, apprise, webhook"),
        ({"kind": "webhook"}, "pager.url: missing"),
        ({"kind": "webhook", "url": "example.org"}, "pager.url: an address begins with http:// or https://"),
        ({"kind": "webhook", "url": "http://e.org", "shape": "x"}, "pager.shape: no such option"),
        ({"kind": "webhook", "url": "http://e.org", "zone": "Bonn"}, "pager.zone: 'Bonn' is none of IANA's"),
        ({"kind": "alertmanager", "url": "http://e.org", "remind_s": 0}, "pager.remind_s: a number of seconds above 0"),
        ({"kind": "alertmanager", "url": "http://e.org", "labels": {"team": 7}}, "pager.labels: a table of names"),
        ({"kind": "apprise", "url": "pigeon://roof"}, "pager.url: Apprise cannot read this address of kind 'pigeon'"),
    ],
)
def test_a_mistake_in_a_declaration_names_the_receiver_and_the_option(options: dict[str, object], says: str) -> None:
    with pytest.raises(ValueError) as mistake:
        connect({"pager": options})

    assert str(mistake.value).startswith(says)
