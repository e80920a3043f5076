"""What is watched beside the probes, told as an outcome of its own."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from journeys import stores
from journeys.config import Config, load
from journeys.model import Attempt, Money, Order
from journeys.probes.database import open_database
from journeys.probes.outcome import Outcome, State
from journeys.probes.probe import HERE, AlertRule, Probe
from journeys.probes.sales import Conclusion, Decision, Severity
from journeys.signalling import Signals, decided, signals

TEXT = """
[stores.shop]
platform = "oscar"
url = "https://shop.example"
[stores.shop.sales]
journey = "guest_checkout"
[stores.shop.levels]
"customers can buy" = { share = 0.99 }
[stores.other]
platform = "oscar"
url = "https://other.example"
[probes.buy]
store = "shop"
journey = "guest_checkout"
every = 60
"""
SALES = Probe(name="sales of shop", store="shop", journey="sales", location=HERE, every_s=300.0)


def loaded(folder: Path, text: str = TEXT) -> Config:
    file = folder / "journeys.toml"
    file.write_text(text, encoding="utf-8")
    return load(file, {})


def decision(severity: Severity, **more: object) -> Decision:
    given = {"conclusion": Conclusion.NOT_RECORDED, "cause": "platform", "words": "sales are not recorded"} | more
    return Decision(severity=severity, **given)  # type: ignore[arg-type]


def test_only_what_is_declared_is_watched_and_told_at_once(tmp_path: Path) -> None:
    watched = signals(loaded(tmp_path))
    assert [each.name for each in watched] == ["sales of shop", "service levels of shop"]
    assert {each.alert for each in watched} == {AlertRule(failures=1, of=1, recoveries=1)}


def test_what_is_only_recorded_of_probes_is_only_recorded_here(tmp_path: Path) -> None:
    assert {each.alert.shadow for each in signals(loaded(tmp_path, TEXT + "[alerting]\nshadow = true\n"))} == {True}


@pytest.mark.parametrize(
    ("severity", "state"),
    [(Severity.PAGE, State.FAILED), (Severity.NOTICE, State.UNKNOWN), (Severity.NONE, State.PASSED)],
)
def test_only_what_has_to_be_known_now_pages_somebody(severity: Severity, state: State) -> None:
    assert decided(SALES, 60.0, [decision(severity)]).state is state


def test_the_most_urgent_decision_is_the_one_that_is_told() -> None:
    told = decided(SALES, 60.0, [decision(Severity.NOTICE, words="few buy"), decision(Severity.PAGE)])
    assert (told.headline, told.cause, told.key) == (
        "sales are not recorded", "platform", "sales of shop@1970-01-01T00:01:00.000Z",
    )  # fmt: skip


def test_where_nothing_is_amiss_it_has_passed() -> None:
    assert decided(SALES, 60.0, []).state is State.PASSED


class Record:
    """A record of ten bookings a day at noon, UTC, of which the last ``failing`` attempts came to nothing."""

    def __init__(self, failing: int) -> None:
        days = [NOON - (60 - day) * 86_400.0 for day in range(60)]
        made = [(since + 60.0 * place, False) for since in days for place in range(10)]
        made += [(NOON + 60.0 * place, place >= 10 - failing) for place in range(10)]
        self.made = [(datetime.fromtimestamp(at, UTC).isoformat(), failed) for at, failed in made]

    def orders(self) -> tuple[Order, ...]:
        total = Money.of("18.00", "EUR")
        return tuple(Order(number=at, email="a@kunde.example", total=total, placed_at=at) for at, _ in self.made)


class AttemptingRecord(Record):
    """One that knows of attempts as well."""

    def attempts_since(self, since: float) -> tuple[Attempt, ...]:
        return tuple(
            Attempt(number=at, email="a@kunde.example", placed_at=at, failed=failed) for at, failed in self.made
        )


BOOKINGS = 'noun = "booking"\n'
NOON = 1_793_707_200.0  # 2026-11-03 12:00 UTC
BOOKED = Outcome(
    key="k", probe="p", store="shop", journey="book_free_slot", location=HERE, state=State.PASSED, due=NOON + 1500,
    began=NOON + 1500, ended=NOON + 1510,
)  # fmt: skip


class Clock:
    """It is 25 minutes past noon."""

    def utc(self) -> datetime:
        return datetime.fromtimestamp(NOON + 1500, UTC)


def looked(folder: Path, record: Record, monkeypatch: pytest.MonkeyPatch) -> Outcome:
    """What is said of the sales of a store with that record, at which a synthetic booking arrives."""
    opened = SimpleNamespace(record=record)
    monkeypatch.setattr(stores, "opened", lambda config, name: nullcontext(opened))
    monkeypatch.setattr(Signals, "_gone", lambda self, probe, now: BOOKED)
    engine, told = open_database(f"sqlite:///{folder}/probes.sqlite3"), list[Outcome]()
    looking = Signals(
        config=loaded(folder, TEXT.partition("[stores.shop.levels]")[0] + BOOKINGS),
        database=engine,
        history=cast(Any, SimpleNamespace(record=told.append)),
        alerting=cast(Any, SimpleNamespace(incidents=lambda limit: ())),
        going=cast(Any, SimpleNamespace(roster=SimpleNamespace(location=HERE))),
        clock=cast(Any, Clock()),
    )
    looking.look()
    engine.dispose()
    (outcome,) = told
    return outcome


def test_attempts_that_fail_are_told_where_the_record_knows_of_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = looked(tmp_path, AttemptingRecord(failing=7), monkeypatch)
    assert (told.state, told.cause) == (State.FAILED, "unknown")
    assert told.headline.startswith(
        "Some cannot book, though a synthetic booking arrived everywhere: 7 of 10 attempts at a booking failed, where"
    )
    assert told.diagnoses[0].next_step.startswith("look at the payments that failed")


def test_a_store_at_which_no_attempt_fails_has_passed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = looked(tmp_path, AttemptingRecord(failing=0), monkeypatch)
    assert (told.state, told.headline) == (State.PASSED, "")


def test_a_record_that_knows_no_attempts_is_asked_for_sales_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert looked(tmp_path, Record(failing=7), monkeypatch).state is State.PASSED
