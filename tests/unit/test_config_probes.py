"""What the configuration says of probes, and the mistakes that it names."""

from __future__ import annotations

from pathlib import Path

import pytest

from journeys.config import Config, ConfigError, load
from journeys.probes.probe import AlertRule, Objective, Probe, Window

STORE = """
[stores.shop]
platform = "oscar"
url = "https://shop.example"
"""
PROBE = """
[probes.buy]
store = "shop"
journey = "guest_checkout"
every = "5 min"
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "journeys.toml"


def loaded(file: Path, text: str, environment: dict[str, str] | None = None) -> Config:
    file.write_text(text, encoding="utf-8")
    return load(file, environment or {})


def mistake(file: Path, text: str) -> str:
    with pytest.raises(ConfigError) as caught:
        loaded(file, text)
    (line,) = str(caught.value).splitlines()[1:]
    return line.strip()


def test_what_is_not_said_has_a_sensible_default(file: Path) -> None:
    config = loaded(file, STORE + PROBE)
    assert config.declared_probes() == (
        Probe(name="buy", store="shop", journey="guest_checkout", every_s=300.0, alert=AlertRule(failures=2, of=3)),
    )
    assert config.database_url() == f"sqlite:///{file.parent}/.journeys/probes.sqlite3"


def test_a_probe_is_one_at_each_of_its_locations(file: Path) -> None:
    probes = loaded(file, STORE + PROBE + 'locations = ["berlin", "dublin"]\n').declared_probes()
    assert [(each.name, each.location) for each in probes] == [
        ("buy at berlin", "berlin"),
        ("buy at dublin", "dublin"),
    ]


def test_levels_and_maintenance_of_a_store_are_those_of_its_probes(file: Path) -> None:
    text = (
        STORE
        + '[stores.shop.levels]\n"in time" = { share = 0.99, surface = "product page", within = "5 s" }\n'
        + '[[stores.shop.maintenance]]\nname = "release"\ncron = "0 5 * * 2"\nlasts = "30 min"\n'
        + PROBE
    )
    (probe,) = loaded(file, text).declared_probes()
    assert probe.objectives == (Objective(name="in time", share=0.99, surface="product page", within_s=5.0),)
    assert probe.maintenance == (Window(name="release", cron="0 5 * * 2", lasts_s=1800.0),)


def test_shadow_is_for_one_probe_or_for_all(file: Path) -> None:
    (probe,) = loaded(file, STORE + PROBE + "alert = { shadow = true }\n").declared_probes()
    assert probe.alert.shadow
    (probe,) = loaded(file, STORE + PROBE + "[alerting]\nshadow = true\n").declared_probes()
    assert probe.alert.shadow


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (PROBE.replace('"5 min"', '"often"'), "probes.buy.every: a duration is a number of seconds"),
        (PROBE.replace('"5 min"', "0.2"), "probes.buy: every is at least 1 s"),
        (PROBE.replace('"5 min"', "-1"), "probes.buy.every: Input should be greater than or equal to 0"),
        (PROBE.replace('every = "5 min"', 'cron = "soon"'), "probes.buy.cron: cron has five fields"),
        (PROBE.replace('every = "5 min"', ""), "probes.buy: either every or cron says when"),
        (PROBE + 'zone = "Mars/Olympus"\n', "probes.buy.zone: no such time zone"),
        (PROBE + "alert = { failures = 4, of = 3 }\n", "probes.buy.alert: 4 failures of 3 runs cannot be"),
        (PROBE + "locations = []\n", "probes.buy.locations: Tuple should have at least 1 item"),
        (PROBE + 'maintenance = [{ cron = "0 5 * * *" }]\n', "probes.buy.maintenance.0: lasts is missing"),
        (PROBE + "maintenance = [{ since = 2027-01-01T00:00:00Z }]\n", "either since and until, or cron and lasts"),
        (
            PROBE + "maintenance = [{ since = 2027-01-01T00:00:00, until = 2027-01-01T01:00:00 }]\n",
            "since and until need an offset",
        ),
        (PROBE.replace('"shop"', '"shoe"'), "probes.buy.store: shoe: no such store; configured are shop"),
        (PROBE + "tmeout = 5\n", "probes.buy.tmeout: no such key"),
        (
            PROBE + '[alerting.receivers.hook]\nkind = "webhook"\nurl = "https://x.example"\nsecret = "abc"\n',
            "alerting.receivers.hook.secret: a secret is written out",
        ),
        ('[history]\ndatabase = "postgresql://u:p@h/d"\n', "history.database: a secret is written out"),
    ],
)
def test_mistakes_name_the_key_and_what_is_allowed(file: Path, text: str, says: str) -> None:
    assert says in mistake(file, STORE + text)


def test_the_database_of_several_machines_is_named_by_the_environment(file: Path) -> None:
    text = STORE + '[history]\ndatabase = "${DATABASE}"\n'
    assert loaded(file, text, {"DATABASE": "postgresql://h/d"}).database_url() == "postgresql://h/d"
