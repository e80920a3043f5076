"""What is watched beside the probes, told as an outcome of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from journeys.config import Config, load
from journeys.probes.outcome import State
from journeys.probes.probe import HERE, AlertRule, Probe
from journeys.probes.sales import Conclusion, Decision, Severity
from journeys.signalling import decided, signals

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
