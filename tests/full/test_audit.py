"""A day's trade in the full sandbox, audited: no discrepancy; then a thousand planted ones, each found in its class."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from book_files import declared, found_in, moved, write_books, write_camt
from spoiling import Calendar, Spoiler, by_code
from trades import Books, Planted, Planter, Row, compare, fee_of
from trading import DELIVERED_WITHIN_S, Office, Sold, Till, book, sell

from journeys import books, stores
from journeys.audit.model import OF_BOOKINGS, OF_SALES, Flaw, Kind, Period
from journeys.config import Config, load
from journeys.plugin import Performer
from journeys.run.ports import Store
from journeys.shop import guest_checkout
from sandbox import Sandbox, waiting

pytestmark = [pytest.mark.xdist_group("drill")]

CARDS, TRANSFERS, UNDONE, IN_BROWSER = 60, 620, 20, 2
BOOKED, CANCELLED = 180, 10
PLANTED_SALES, PLANTED_BOOKINGS = 860, 140
BANK = """
[stores.shop.books.bank]
kind = "camt"
file = "bank.xml"
terms = { lag_days = 0 }
"""
"""A bank that books on the day itself: what is not there by now does not come any more."""
FEE = '{ percent = "1.5", fixed = { EUR = "0.25", USD = "0.30" } }'


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """The shop after a day, and a folder with a configuration that audits it."""

    folder: Path
    config: Config
    sold: Sold
    period: Period

    def audit(self, *arguments: str, subject: str = "sales", store: str = "shop") -> tuple[int, dict[str, Any]]:
        """Exit code and document of ``journeys audit``."""
        command = [sys.executable, "-m", "journeys", "audit", subject, "--store", store, "--output", "json"]
        days = ["--from", self.period.first.isoformat(), "--to", self.period.last.isoformat()]
        file = ["--config", str(self.folder / "journeys.toml")]
        done = subprocess.run(
            [*command, *days, *file, *arguments], capture_output=True, text=True, timeout=600, check=False
        )
        assert done.stdout, done.stderr
        return done.returncode, json.loads(done.stdout)

    def rows(self, source: Any) -> list[Row]:
        """All that a source says, as rows."""
        told = (row for batch in source.read("movements", self.period) for row in batch.to_pylist())
        return [Row(**{**row, "kind": Kind(row["kind"])}) for row in told]

    def read(self) -> tuple[list[Row], list[Row]]:
        """What shop and processor say, by their APIs."""
        (ledger,) = books.against(self.config, "shop", "sales", ("payment ledger",))
        with stores.side_of(self.config, "shop", "sales") as side:
            return self.rows(side), self.rows(ledger)


AT_ONCE = "[stores.booking.audit.bookings]\nyoung_s = 0\n"
"""All that was booked has arrived when these audits begin, however lately that was."""


def configured(folder: Path, journeys_config: Config, more: str = "") -> None:
    """A configuration of the running sandbox, with books besides those that it offers."""
    home = journeys_config.path(journeys_config.sandbox.home)
    (folder / "journeys.toml").write_text(
        f"""
[sandbox]
home = "{home}"
profile = "full"

[stores.shop]
platform = "oscar"
sandbox = true
options = {{ "payment sheets" = "cancelled orders" }}

[stores.booking]
platform = "pretix"
sandbox = true
{more}""",
        encoding="utf-8",
    )


@pytest.fixture(scope="module")
def day(box: Sandbox, journeys_config: Config, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Day]:
    """A day's trade in the shop, which is as before afterwards."""
    box.heal("shop")
    box.reset("shop")
    folder = tmp_path_factory.mktemp("audit")
    configured(folder, journeys_config)
    config = load(folder / "journeys.toml")
    zone = ZoneInfo(config.stores["shop"].timezone)
    first = datetime.now(zone).date()
    with stores.opened(config, "shop") as store:
        details = box.status().stores["shop"].details
        sold = sell(config, details, store, cards=CARDS, transfers=TRANSFERS, undo=UNDONE)
    last = datetime.now(zone).date()
    yield Day(folder=folder, config=config, sold=sold, period=Period(first=first, last=last, zone=zone))
    box.reset("shop")


def transfers(store: list[Row], paid_elsewhere: set[str | None], on: date) -> list[Row]:
    """What the customers who were to pay by bank transfer have paid, as their bank writes it."""
    return [
        Row(place=row.place, kind=Kind.SALE, amount=row.amount, day=on, text=f"Bestellung {row.reference} Danke")
        for row in store
        if row.kind is Kind.SALE and row.reference not in paid_elsewhere
    ]


@pytest.mark.store("shop")
def test_a_day_of_trade_has_no_discrepancy(day: Day, store: Store, run: Performer, journeys_config: Config) -> None:
    for _ in range(IN_BROWSER):
        run.again().perform(guest_checkout)
    told, ledger = day.read()
    by_card = {row.reference for row in ledger if row.reference}
    write_camt(day.folder / "bank.xml", transfers(told, by_card, day.period.last), day.period)
    configured(day.folder, journeys_config, BANK)
    code, document = day.audit()
    assert (code, document["discrepancies"]) == (0, [])
    assert document["records"]["shop"] >= CARDS + TRANSFERS + UNDONE
    assert document["records"]["payment ledger"] >= CARDS + UNDONE
    assert [each for each in document["balances"] if each["reconciles"] is False] == []


def traded(day: Day) -> tuple[Books, Period]:
    """The real orders and payments as exports of shop and processor tell them, and what the bank makes of that.

    Orders to be paid by transfer are paid through the processor here, so that there are enough to plant in.
    """
    told, ledger = day.read()
    by_card = {row.reference for row in ledger}
    bundle = "po_day"
    charges = [replace(row, bundle=bundle) for row in ledger]
    charges += [
        replace(row, place=f"ch_{row.reference}", bundle=bundle)
        for row in told
        if row.kind is Kind.SALE and row.reference not in by_card
    ]
    charges += [fee_of(row) for row in charges if row.kind is Kind.SALE]
    amount, at = sum(row.amount for row in charges), max(row.at for row in charges if row.at) + timedelta(hours=20)
    charges.append(Row(place=bundle, kind=Kind.PAYOUT, amount=-amount, at=at, bundle=bundle))
    line = Row(
        place="bank line 1", kind=Kind.PAYOUT, amount=amount, day=at.date() + timedelta(days=1),
        text=f"PAYMENTS INC {bundle}",
    )  # fmt: skip
    wide = replace(day.period, first=day.period.first - timedelta(days=7), last=day.period.last + timedelta(days=7))
    return Books(store=told, service=charges, bank=[line]), wide


def test_planted_discrepancies_of_all_classes_are_found_and_none_is_invented(day: Day, journeys_config: Config) -> None:
    real, period = traded(day)
    configured(day.folder, journeys_config, declared("shop", fees=FEE))
    wide = replace(day, period=period)
    exports = ("--export", "export", "--against", "payments", "--against", "bank")
    write_books(day.folder, real, period)
    code, document = wide.audit(*exports)
    assert (code, document["discrepancies"]) == (0, [])

    planter = Planter(real, Random(7), period)
    classes = [flaw for flaw in OF_SALES if flaw is not Flaw.REFUND_NOT_PASSED_ON]
    planted = planter.plant_all(UNDONE // 2, [Flaw.REFUND_NOT_PASSED_ON])
    planted += planter.plant_all(PLANTED_SALES - len(planted), classes)
    places = write_books(day.folder, planter.books, period)
    code, document = wide.audit(*exports)
    missed, invented = compare(moved(planted, places), found_in(document))
    assert ([f"{each.flaw.value}: {each.how}" for each in missed], [each.explanation for each in invented]) == ([], [])
    assert (code, sum(each["count"] for each in document["flaws"].values())) == (1, PLANTED_SALES)


def test_what_shop_and_processor_do_wrong_is_found(day: Day, box: Sandbox, journeys_config: Config) -> None:
    """The faults of the sandbox itself: of its shop, and of somebody who has the processor's key."""
    till = Till(box=box)
    lost = till.buy(order_without_charge=True)
    till.buy(charge_without_order=True)
    large = till.buy(payment_amount_units=True)
    twice, back = till.buy(), till.buy()
    till.charge_again(twice.number)
    till.give_back(back.number)
    kept = till.buy()
    with stores.opened(day.config, "shop") as store:
        settled = waiting.until(lambda: bool(store.record.amounts(kept.number)), seconds=DELIVERED_WITHIN_S)
        assert settled, "the shop was not told of the payment"
        with till.wrong(refund_not_passed_on=True):
            assert store.record.undo("orders", kept.email).cancelled == (kept.number,)
    told, ledger = day.read()
    paid = {row.reference for row in ledger if row.reference} | {lost.number}
    write_camt(day.folder / "bank.xml", transfers(told, paid, day.period.last), day.period)
    configured(day.folder, journeys_config, BANK)
    code, document = day.audit()
    found = sorted((each["flaw"], _about(each)) for each in document["discrepancies"])
    assert code == 1
    assert found == sorted(
        [
            ("missing there", lost.number),
            ("duplicate", str(int(lost.number) + 1)),
            ("amount", large.number),
            ("duplicate", twice.number),
            ("refund not passed on", back.number),
            ("refund not passed on", kept.number),
        ]
    )


def _about(discrepancy: dict[str, Any]) -> str:
    """The order that it names on our side."""
    return str(discrepancy["ours"][0]["reference"])


# Bookings.


@pytest.fixture(scope="module")
def season(box: Sandbox, journeys_config: Config, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Season]:
    """The booking store after its bookings, and the staff's calendar that followed; as before afterwards."""
    box.heal("booking")
    box.reset("booking")
    folder = tmp_path_factory.mktemp("season")
    configured(folder, journeys_config, AT_ONCE)
    config = load(folder / "journeys.toml")
    details = box.status().stores["booking"].details
    told = {name: value for name, value in details["neighbours"]["calendar"].items() if name != "kind"}
    office, calendar = Office(details=details), Calendar(**told)
    for code in office.standing():  # they were there before the calendar
        office.cancel(code)
    office.make_room(500)
    with stores.opened(config, "booking") as store:
        slots = {str(each["id"]) for each in details["slots"] if not each["special"]}
        subjects = [each for each in store.subjects["free"] if each.ids["slot"] in slots]
        codes = book(config, store, subjects, BOOKED)
    for code in codes[:CANCELLED]:
        office.cancel(code)
    standing = {*codes[CANCELLED:]}
    arrived = waiting.until(lambda: {*dict(by_code(calendar.files()))} == standing, seconds=DELIVERED_WITHIN_S)
    assert arrived, "the calendar did not follow the bookings"
    zone = ZoneInfo(config.stores["booking"].timezone)
    days = sorted(datetime.fromisoformat(each["starts_utc"]).astimezone(zone).date() for each in details["slots"])
    period = Period(first=days[0], last=days[-1], zone=zone)
    yield Season(day=Day(folder=folder, config=config, sold=Sold(), period=period), office=office, calendar=calendar)
    box.reset("booking")


@dataclass(frozen=True, slots=True, kw_only=True)
class Season:
    """The booking store, its calendar, and a folder with a configuration that audits it."""

    day: Day
    office: Office
    calendar: Calendar

    def audit(self) -> tuple[int, dict[str, Any]]:
        """Exit code and document of ``journeys audit bookings``."""
        return self.day.audit(subject="bookings", store="booking")

    def slots(self) -> list[dict[str, Any]]:
        """Those that are nothing special."""
        return [each for each in self.office.details["slots"] if not each["special"]]


def test_a_season_of_bookings_has_no_discrepancy(season: Season) -> None:
    code, document = season.audit()
    assert (code, document["discrepancies"]) == (0, [])
    assert document["records"]["calendar"] >= BOOKED - CANCELLED


def test_what_goes_wrong_between_bookings_and_calendar_is_found_in_its_class(
    season: Season, journeys_config: Config
) -> None:
    slots = season.slots()
    events = dict(by_code(season.calendar.files()))
    spoiler = Spoiler(calendar=season.calendar, office=season.office, random=Random(3), events=events)
    planted = [spoiler.plant(Flaw.AMBIGUOUS) for _ in range(2)]
    planted += spoiler.keep_cancelled(18)
    planted += spoiler.overbook(slots[:2])
    planted += [Planted(flaw=Flaw.CAPACITY, how="declared", mark=f"slot {each['id']}") for each in slots[2:5]]
    capacities = ", ".join(f'"{each["id"]}" = 7' for each in slots[2:5])
    configured(season.day.folder, journeys_config, f"{AT_ONCE}capacities = {{ {capacities} }}\n")
    rest = (Flaw.MISSING_THERE, Flaw.MISSING_HERE, Flaw.DUPLICATE, Flaw.MOVED, Flaw.WRONG_HOUR)
    planted += [spoiler.plant(rest[number % len(rest)]) for number in range(PLANTED_BOOKINGS - len(planted))]
    code, document = season.audit()
    missed, invented = compare(planted, found_in(document))
    assert (missed, [f"{each.flaw.value}: {each.explanation}" for each in invented]) == ([], [])
    assert (code, sum(each["count"] for each in document["flaws"].values())) == (1, PLANTED_BOOKINGS)
    assert {flaw for flaw, each in document["flaws"].items() if each["count"]} == {flaw.value for flaw in OF_BOOKINGS}
