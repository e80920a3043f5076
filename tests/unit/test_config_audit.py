"""What the configuration says of audits, and the mistakes that it names."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from journeys.config import Config, ConfigError, load
from journeys.config_audit import AuditSettings, BookTerms
from journeys.probes.performing import probe_from, task_of
from journeys.probes.probe import AlertRule, Probe

STORE = """
[stores.shop]
platform = "oscar"
url = "https://shop.example"
"""
BOOKS = """
[stores.shop.books.bank]
kind = "camt"
file = "bank/*.xml"
payouts = 'STRIPE (po_\\w+)'

[stores.shop.books.stripe]
kind = "stripe"
url = "https://api.stripe.com"
api_key = "${KEY}"
terms = { lag_days = 1, fees = [{ percent = 1.5, fixed = { EUR = "0.25" } }] }

[stores.shop.audit]
cutoff = "04:30"
sales = { window_days = 5 }
"""
PROBE = """
[probes.books]
store = "shop"
audit = "sales"
cron = "0 7 * * *"
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "journeys.toml"


def loaded(file: Path, text: str, environment: dict[str, str] | None = None) -> Config:
    file.write_text(text, encoding="utf-8")
    return load(file, environment or {"KEY": "sk"})


def mistake(file: Path, text: str) -> str:
    with pytest.raises(ConfigError) as caught:
        loaded(file, text)
    (line,) = str(caught.value).splitlines()[1:]
    return line.strip()


def test_books_have_a_kind_terms_and_what_only_their_kind_understands(file: Path) -> None:
    settings = loaded(file, STORE + BOOKS).stores["shop"]
    assert settings.books["bank"].options == {"file": "bank/*.xml", "payouts": r"STRIPE (po_\w+)"}
    assert settings.books["bank"].terms == BookTerms()
    (fee,) = settings.books["stripe"].terms.fees
    assert (fee.percent, fee.fixed, settings.books["stripe"].terms.lag_days) == (
        Decimal("1.5"), {"EUR": Decimal("0.25")}, 1,
    )  # fmt: skip
    assert (settings.audit.cutoff_s, settings.audit.sales.window_days) == (4 * 3600 + 1800, 5)


def test_without_a_word_about_audits_everything_has_its_default(file: Path) -> None:
    settings = loaded(file, STORE).stores["shop"]
    assert (settings.books, settings.audit, settings.audit.cutoff_s) == ({}, AuditSettings(), 0)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[stores.shop.audit]\ncutoff = "25:00"\n', "stores.shop.audit.cutoff: "),
        ("[stores.shop.audit.sales]\nwindow_days = -1\n", "stores.shop.audit.sales.window_days: "),
        ("[stores.shop.audit.sales]\nwindow = 1\n", "stores.shop.audit.sales.window: no such key"),
        ("[stores.shop.audit.bookings]\ncapacities = { main = -1 }\n", "stores.shop.audit.bookings.capacities.main: "),
        ('[stores.shop.books.bank]\nfile = "x"\n', "stores.shop.books.bank.kind: Field required"),
        (
            '[stores.shop.books.bank]\nkind = "camt"\nterms = { fee = 1 }\n',
            "stores.shop.books.bank.terms.fee: no such key",
        ),
        (
            '[stores.shop.books.s]\nkind = "stripe"\napi_key = "sk_1"\n',
            "stores.shop.books.s.api_key: a secret is written out",
        ),
    ],
)  # fmt: skip
def test_a_mistake_names_its_key(file: Path, text: str, said: str) -> None:
    assert mistake(file, STORE + text).startswith(said)


def test_an_audit_is_a_probe_that_tells_the_first_time_and_takes_its_time(file: Path) -> None:
    assert loaded(file, STORE + PROBE).declared_probes() == (
        Probe(
            name="books",
            store="shop",
            journey="audit sales",
            audit="sales",
            cron="0 7 * * *",
            timeout_s=3600.0,
            alert=AlertRule(failures=1, of=1, recoveries=1, repeat_s=86400.0),
        ),
    )


def test_what_is_said_goes_before_what_audits_usually_are(file: Path) -> None:
    text = PROBE + 'timeout = "5 min"\nalert = { failures = 2, of = 2 }\ndays = 7\nagainst = ["bank"]\n'
    (probe,) = loaded(file, STORE + text).declared_probes()
    assert (probe.timeout_s, probe.alert.failures, probe.days, probe.against) == (300.0, 2, 7, ("bank",))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('audit = "sales"\njourney = "guest_checkout"\nevery = "1 h"\n', "either journey or audit says what is done"),
        ('every = "1 h"\n', "either journey or audit says what is done"),
        ('journey = "guest_checkout"\nevery = "1 h"\ndays = 2\n', "days and against belong to audit"),
    ],
)
def test_a_probe_is_a_journey_or_an_audit(file: Path, text: str, said: str) -> None:
    assert said in mistake(file, f'{STORE}\n[probes.books]\nstore = "shop"\n{text}')


def test_a_process_is_told_all_it_has_to_know_of_an_audit() -> None:
    probe = Probe(name="books", store="shop", journey="audit sales", audit="sales", days=3, against=("bank", "stripe"))
    assert probe_from(json.loads(json.dumps(task_of(probe)))) == probe
