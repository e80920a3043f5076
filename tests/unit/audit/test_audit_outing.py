"""An audit as the outcome of a tick: a finding for each class, the causes that it names, and what cannot be read."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import audits
import pytest
from book_files import declared, write_books
from trades import PERIOD, Planter, trade

from journeys import audit_outing
from journeys.audit.model import OF_SALES, Flaw, Period
from journeys.audit.sources import Unreadable
from journeys.cli import main
from journeys.config import Config, ConfigError, load
from journeys.model import AccessDenied, Cause, StoreFault, TesterFault
from journeys.probes.going import Tick
from journeys.probes.outcome import Outcome, State, outcome_from
from journeys.probes.probe import Probe

PROBE = Probe(name="books", store="shop", journey="audit sales", audit="sales", days=3)
DUE = datetime(2026, 6, 1, 5, 30, tzinfo=UTC)
EXPORTED = '[stores.shop.audit]\nexport = "export"'
TICK = Tick(key="books@2026-06-01T05:30:00.000Z", probe="books", due=DUE.timestamp())


def told(audit: audits.Audit) -> Outcome:
    return audit_outing.outcome_of(audit, PROBE, TICK, began=DUE, ended=DUE)


def config(tmp_path: Path, zone: str = "Europe/Berlin", cutoff: str = "00:00") -> Config:
    shop = {"platform": "oscar", "url": "http://shop.example", "timezone": zone, "audit": {"cutoff": cutoff}}
    return Config.model_validate({"stores": {"shop": shop}, "folder": tmp_path})


def test_each_class_is_a_finding_with_its_money_and_its_first_case() -> None:
    outcome = told(audits.EVERY_CLASS)
    assert outcome.state is State.FAILED
    assert [each.fact for each in outcome.findings] == [flaw.value for flaw in OF_SALES]
    amount = next(each for each in outcome.findings if each.fact == "amount")
    assert (amount.check, amount.verdict, amount.surface) == ("audit sales", "fail", "bank")
    assert amount.explanation == (
        "1 discrepancy, −12.50\u00a0EUR at stake; the first: order 100003: the shop has 12.50 EUR, the bank 10.50 EUR."
    )
    assert next(each for each in outcome.findings if each.fact == "ambiguous").verdict == "unknown"


def test_causes_are_those_that_the_audit_names_the_most_frequent_first() -> None:
    found = [
        audits.sale(Flaw.AMOUNT, 0, cause=Cause.PLATFORM),
        audits.sale(Flaw.AMOUNT, 1, cause=Cause.INTEGRATION),
        audits.sale(Flaw.FEE, 2, cause=Cause.INTEGRATION),
    ]
    outcome = told(audits.audit(found))
    assert [each.cause for each in outcome.diagnoses] == ["integration", "platform"]
    assert outcome.cause == "integration"
    assert outcome.diagnoses[0].evidence[0].startswith("2026-05-02 order 100001")


def test_books_that_agree_pass_and_say_nothing() -> None:
    outcome = told(audits.WELL)
    assert (outcome.state, outcome.headline, outcome.findings, outcome.diagnoses) == (State.PASSED, "", (), ())


@pytest.mark.parametrize("audit", [audits.AMBIGUOUS, audits.NOTHING])
def test_what_cannot_be_told_is_unknown(audit: audits.Audit) -> None:
    assert told(audit).state is State.UNKNOWN


def test_an_outcome_survives_the_way_through_its_file() -> None:
    outcome = told(audits.EVERY_CLASS)
    assert outcome_from(outcome.as_json()) == outcome


@pytest.mark.parametrize(
    ("error", "state", "cause"),
    [
        (StoreFault("nobody answers"), State.UNKNOWN, "network"),
        (AccessDenied("401"), State.UNKNOWN, "configuration"),
        (Unreadable("may.xml line 3: no amount"), State.UNKNOWN, "configuration"),
        (ConfigError("no book"), State.BROKEN, "configuration"),
        (TesterFault("the disk is full"), State.BROKEN, "unknown"),
    ],
)
def test_what_cannot_be_read_is_no_discrepancy(error: Exception, state: State, cause: str) -> None:
    outcome = audit_outing.not_audited(error, PROBE, TICK, began=DUE, ended=DUE)
    assert (outcome.state, outcome.cause, outcome.findings) == (state, cause, ())
    assert outcome.headline == str(error)


@pytest.mark.parametrize(
    ("zone", "cutoff", "last"),
    [
        ("Europe/Berlin", "00:00", date(2026, 5, 31)),
        ("Europe/Berlin", "08:00", date(2026, 5, 30)),
        ("Pacific/Auckland", "00:00", date(2026, 5, 31)),
        ("America/Los_Angeles", "00:00", date(2026, 5, 30)),
    ],
)
def test_it_is_about_the_days_before_the_tick_as_the_store_counts_them(
    tmp_path: Path, zone: str, cutoff: str, last: date
) -> None:
    wanted = audit_outing.wanted_of(config(tmp_path, zone, cutoff), PROBE, DUE)
    assert (wanted.last, (wanted.last - wanted.first).days) == (last, 2)  # type: ignore[operator]


def test_an_audit_without_books_is_the_configurations_fault(tmp_path: Path) -> None:
    outcome = audit_outing.go(config(tmp_path), PROBE, TICK, worker="w")
    assert (outcome.state, outcome.cause, outcome.worker) == (State.BROKEN, "configuration", "w")
    assert "declare [stores.shop.books.NAME]" in outcome.headline


@pytest.mark.parametrize(("many", "state"), [(0, State.PASSED), (22, State.FAILED)])
def test_the_books_of_the_days_before_the_tick_are_audited_and_the_report_is_kept(
    tmp_path: Path, many: int, state: State
) -> None:
    planter = Planter(trade(Random(2), 1000), Random(2))
    planter.plant_all(many)
    write_books(tmp_path, planter.books, PERIOD)
    file = tmp_path / "journeys.toml"
    fee = '{ percent = "1.5", fixed = { EUR = "0.25", USD = "0.30", JPY = "40" } }'
    shop = '[stores.shop]\nplatform = "oscar"\nurl = "http://shop.example"\n'
    file.write_text(shop + declared("shop", cutoff="04:00", fees=fee).replace("[stores.shop.audit]", EXPORTED))
    due = datetime(2026, 4, 13, 5, 30, tzinfo=UTC)
    probe = Probe(name="books", store="shop", journey="audit sales", audit="sales", days=28)
    outcome = audit_outing.go(load(file), probe, Tick(key="k", probe="books", due=due.timestamp()), worker="w")
    assert (outcome.state, len(outcome.findings)) == (state, min(many, len(OF_SALES)))
    names = {each.name for each in (tmp_path / ".journeys" / "audits" / "books").iterdir()}
    assert names == {"audit-sales-shop.csv", "audit-sales-shop.html", "audit-sales-shop.json"}


def test_a_probe_that_audits_is_gone_as_any_other_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    period = Period(first=yesterday - timedelta(days=5), last=yesterday, zone=ZoneInfo("UTC"))
    planter = Planter(trade(Random(4), 600, period), Random(4), period)
    planter.plant(Flaw.CHARGEBACK)
    write_books(tmp_path, planter.books, period)
    file = tmp_path / "journeys.toml"
    fee = '{ percent = "1.5", fixed = { EUR = "0.25", USD = "0.30", JPY = "40" } }'
    file.write_text(
        '[stores.shop]\nplatform = "oscar"\nurl = "http://shop.example"\ntimezone = "UTC"\n'
        + declared("shop", fees=fee).replace("[stores.shop.audit]", EXPORTED)
        + '[probes.books]\nstore = "shop"\naudit = "sales"\nevery = "1 d"\ndays = 6\n'
    )
    with pytest.raises(SystemExit) as end:
        main(["probe", "--once", "--output", "json", "--config", str(file)])
    (outcome,) = json.loads(capsys.readouterr().out)
    assert (end.value.code, outcome["state"], outcome["journey"]) == (1, "failed", "audit sales")
    assert [each["fact"] for each in outcome["findings"]] == ["chargeback"]
    assert [each["cause"] for each in outcome["diagnoses"]] == ["third-party"]
