"""When a probe should have run again, and when there is maintenance."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from watched import NOW, outcome, probe

from journeys.probes.probe import Probe, Window
from journeys.serving.due import GRACE_S, expected_by, interval_of, maintenance
from reports.status import Maintenance

NIGHTLY = Probe(name="nightly", store="shop", journey="browse", cron="30 2 * * *", zone="Europe/Berlin", timeout_s=60.0)


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


def test_one_missed_tick_is_forgiven() -> None:
    every = replace(probe(every_s=300.0), jitter_s=20.0)
    last = outcome(due=NOW)
    assert expected_by(every, [last]) == NOW + 600 + 20 + 180 + GRACE_S


def test_a_cron_probe_is_expected_by_its_time_zone() -> None:
    in_summer, in_winter = (outcome("nightly", due=at(f"2026-{day}")) for day in ("10-22T00:30", "11-02T01:30"))
    assert expected_by(NIGHTLY, [in_summer]) == at("2026-10-24T00:30") + 60.0 + GRACE_S
    assert expected_by(NIGHTLY, [in_winter]) == at("2026-11-04T01:30") + 60.0 + GRACE_S
    assert interval_of(NIGHTLY, [outcome("nightly", due=at("2026-11-03T01:30:00"))]) == 86400.0


def test_how_often_an_undeclared_probe_runs_is_learnt() -> None:
    seen = [outcome(due=NOW - gap) for gap in (0, 100, 200, 900, 1000)]
    assert (interval_of(None, seen), interval_of(None, seen[:2])) == (100.0, 0.0)
    assert (expected_by(None, seen[:2]), expected_by(None, [])) == (None, None)


def test_a_window_that_is_under_way_or_comes_within_a_week_is_maintenance() -> None:
    once = Window(name="new till", since=datetime(2026, 11, 4, 14, 0), until=datetime(2026, 11, 4, 15, 0))
    weekly = Window(name="backup", cron="0 3 * * sun", lasts_s=1800.0)
    past = Window(name="past", since=datetime(2026, 11, 1, 14, 0), until=datetime(2026, 11, 1, 15, 0))
    far = Window(name="far", since=datetime(2026, 12, 1, 14, 0), until=datetime(2026, 12, 1, 15, 0))
    first = replace(probe("checkout"), maintenance=(once, weekly, past, far))
    second = replace(probe("browse"), maintenance=(once,))
    assert maintenance([first, second], NOW) == (
        Maintenance(name="new till", store="shop", since=at("2026-11-04T14:00"), until=at("2026-11-04T15:00")),
        Maintenance(
            name="backup",
            store="shop",
            since=at("2026-11-08T03:00"),
            until=at("2026-11-08T03:30"),
            probes=("checkout",),
        ),
    )


def test_a_window_that_comes_again_is_shown_until_it_ends() -> None:
    daily = replace(probe(), maintenance=(Window(cron="0 14 * * *", lasts_s=600.0),))
    spans = [maintenance([daily], at(f"2026-11-04T14:{minute}"))[0].since for minute in ("00", "09", "10")]
    assert spans == [at("2026-11-04T14:00"), at("2026-11-04T14:00"), at("2026-11-05T14:00")]
