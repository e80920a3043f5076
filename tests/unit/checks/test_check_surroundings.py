"""What stands around a store: reached, well, quick, as agreed, as meant, and nobody in the way."""

from __future__ import annotations

import pytest
from histories import CUSTOMERS, OFFICE, added, answer, healthy, history, look, only, page, step

from journeys.checks import Check, contract, health, intent, pace, reach, third_parties
from journeys.model import Event, History, Rehearsal, Setting, Verdict, Vital

FAIL, PASS, UNKNOWN = Verdict.FAIL, Verdict.PASS, Verdict.UNKNOWN
CHAT, ANALYTICS = "http://chat.example", "http://analytics.example"


def vital(part: str, well: bool | None, says: str) -> Vital:
    return Vital(part=part, at=1.0, took_s=0.1, well=well, says=says)


def setting(found: str) -> Setting:
    return Setting(name="voucher TEN", declared="Active, 10 %", found=found, at=1.0)


def rehearsal(*present: str, symptom: bool) -> Rehearsal:
    everybody = (CHAT, ANALYTICS)
    left_out = tuple(each for each in everybody if each not in present)
    return Rehearsal(
        left_out=left_out, present=present, symptom=symptom, said="step broken", loads=2, began=9.0, ended=9.5
    )


def said(check: Check, *events: Event, verdict: Verdict = FAIL) -> list[str]:
    return only(check(history(step("find the product", 1.0, 2.0), *events)), verdict)


@pytest.mark.parametrize(
    ("events", "words"),
    [
        (
            (look(CUSTOMERS, failure="refused", says="connection refused", status=0), look(OFFICE)),
            [f"{CUSTOMERS} cannot be reached: refused: connection refused"],
        ),
        ((look(CUSTOMERS, "page", status=503), look(OFFICE)), []),  # who answers with an error was reached
        (
            (look(CUSTOMERS, took_s=1.9), look(OFFICE, took_s=0.02)),
            [f"{CUSTOMERS} is slow: the same file took 1.90 s from {CUSTOMERS} and 0.02 s from {OFFICE}"],
        ),
        ((look(CUSTOMERS, took_s=1.9), look(OFFICE, took_s=0.7)), []),
        ((look(CUSTOMERS, took_s=0.9), look(OFFICE, took_s=0.01)), []),
        ((look(CUSTOMERS, took_s=1.9),), []),
    ],
)
def test_a_way_to_the_store_that_fails_or_is_much_worse_than_another_is_found(
    events: tuple[Event, ...], words: list[str]
) -> None:
    assert words == said(reach, *events)


def test_an_organ_that_says_it_is_unwell_is_believed_and_silence_is_unknown() -> None:
    organs = (vital("status page", False, "Checkout down (major)"), vital("database", None, "no route"))
    assert said(health, *organs) == ["status page: Checkout down (major)"]
    assert said(health, *organs, verdict=UNKNOWN) == ["database could not be asked: no route"]


def test_an_organ_that_was_unwell_once_is_unwell_though_it_says_otherwise_later() -> None:
    assert said(health, vital("database", False, "a lock"), vital("database", True, "")) == ["database: a lock"]


@pytest.mark.parametrize(
    ("took", "database", "words"),
    [
        (3.4, 3.1, ["/checkout/ took 3.4 s, of which its database took 3.1 s"]),
        (9.0, 0.1, ["/checkout/ took 9.0 s"]),
        (3.4, 0.1, []),
        (0.1, 3.1, []),  # a copy that was made slowly, and came at once
    ],
)
def test_a_page_is_slow_when_it_takes_long_or_its_database_does(took: float, database: float, words: list[str]) -> None:
    assert words == said(pace, page("/checkout/", 1.0, took_s=took, server={"db": database}))


def test_only_the_stores_own_pages_are_timed() -> None:
    elsewhere = page("/chat.js", 1.0, ours=False, took_s=60.0)
    assert said(pace, elsewhere, page("/", 1.0), verdict=PASS) == ["1 pages took 0.2 s at most"]


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        (
            (answer(broken=("results.total is gone", "results.code is int 3: not a string")),),
            ["shop API: admin/orders/: results.total is gone; results.code is int 3: not a string"],
        ),
        (
            (answer(status=429, limits={"retry-after": "60"}),),
            ["shop API: admin/orders/ was answered 429, too many requests (retry-after: 60)"],
        ),
        ((answer(status=429),), ["shop API: admin/orders/ was answered 429, too many requests"]),
        (
            (answer(), answer(at=2.0, status=401)),
            ["shop API: admin/orders/ was answered 401, with credentials that were accepted before"],
        ),
        ((answer(status=401),), []),
        ((answer(path="products/1/"), answer(at=2.0, status=401)), []),  # anybody may see that
        ((answer(), answer(at=2.0, status=500)), []),
    ],
)
def test_an_api_that_no_longer_answers_as_agreed_is_found_and_a_wrong_key_from_the_start_is_not(
    answers: tuple[Event, ...], words: list[str]
) -> None:
    assert words == said(contract, *answers)


def test_a_setting_that_is_not_as_declared_is_found_and_one_that_cannot_be_read_is_unknown() -> None:
    assert said(intent, setting("Active, 1 %")) == ["voucher TEN is Active, 1 %; it is declared as Active, 10 %"]
    assert said(intent, setting(""), verdict=UNKNOWN) == [
        "voucher TEN is declared as Active, 10 %, and the store does not tell it"
    ]


def test_the_latest_word_on_a_setting_counts() -> None:
    assert said(intent, setting("Active, 1 %"), setting("Active, 10 %"), verdict=PASS) == ["1 settings are as declared"]


def test_the_smallest_set_of_scripts_that_brings_the_trouble_is_found() -> None:
    tried = (
        rehearsal(symptom=False),
        rehearsal(CHAT, ANALYTICS, symptom=True),
        rehearsal(CHAT, symptom=True),
        rehearsal(ANALYTICS, symptom=False),
    )
    assert said(third_parties, *tried) == [f"the trouble comes with {CHAT}, and not without"]


def test_a_search_that_was_broken_off_blames_the_smallest_set_that_was_seen() -> None:
    tried = (rehearsal(symptom=False), rehearsal(CHAT, ANALYTICS, symptom=True))
    assert said(third_parties, *tried) == [f"the trouble comes with {CHAT} and {ANALYTICS}, and not without"]


def test_trouble_that_does_not_come_again_is_nobodys() -> None:
    words = ["the trouble did not come again, with scripts of third parties or without"]
    once = (rehearsal(symptom=False), rehearsal(CHAT, ANALYTICS, symptom=False))
    assert said(third_parties, *once, verdict=UNKNOWN) == words
    assert said(third_parties, rehearsal(symptom=False), verdict=UNKNOWN) == words


def test_trouble_that_stays_without_any_script_is_not_theirs() -> None:
    assert said(third_parties, rehearsal(symptom=True), verdict=PASS) == [
        "without any script of a third party the same was seen: step broken"
    ]


def test_a_healthy_neighbourhood_passes() -> None:
    whole: History = added(healthy())
    for check in (reach, health, pace, contract, intent, third_parties):
        assert {PASS} == {each.verdict for each in check(whole)}, check.name
