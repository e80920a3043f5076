"""What stands around the store is asked, and waited for, and written down."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pytest
from fakes import MUG, FakeClock, recorder
from histories import charge, euro, write

from journeys.model import Amount, Answer, Entry, StoreFault, WriteOutcome
from journeys.run.inquire import Inquiry, Pulse, judged_by
from journeys.run.outside import Around, Sighting
from journeys.run.settle import settle


@dataclass
class Ledgers:
    """A neighbour that learns of things after it was asked a few times."""

    says: Callable[[int], tuple[Entry, ...]]
    name: str = "payment ledger"
    expects: tuple[str, ...] = ("charge",)
    within_s: float = 0.3
    asked: int = 0

    def entries(self, number: str, email: str) -> tuple[Entry, ...]:
        self.asked += 1
        return self.says(self.asked)


@dataclass
class Ways:
    name: str
    sightings: tuple[Sighting, ...]

    def look(self) -> tuple[Sighting, ...]:
        return self.sightings


@dataclass
class Organ:
    well: bool | None = True
    part: str = "database"
    asked: list[int] = field(default_factory=list)

    def ask(self) -> tuple[bool | None, str]:
        self.asked.append(1)
        return self.well, "a lock"


class RealClock(FakeClock):
    """Waiting takes real, short time here."""

    def monotonic(self) -> float:
        return time.monotonic()


def inquiry(around: Around) -> Inquiry:
    clock = RealClock()
    return Inquiry(around=around, recorder=recorder(clock), clock=clock)


def page(**more: object) -> Sighting:
    return replace(Sighting(part="page", took_s=0.1, status=200), **more)  # type: ignore[arg-type]


def test_only_what_can_be_judged_is() -> None:
    assert judged_by(Around(), writes=True) == ("pace", "contract", "third_parties")
    whole = Around(
        neighbours=(Ledgers(lambda n: ()),), organs=(Organ(),), outlooks=(Ways("x", ()),), intent={"currency": "EUR"}
    )
    assert {"reach", "health", "intent", "delivery"} <= set(judged_by(whole, writes=True))
    assert "delivery" not in judged_by(whole, writes=False)


def test_before_a_journey_everything_around_is_asked_once() -> None:
    around = Around(
        organs=(Organ(),),
        outlooks=(Ways("customers' address", (page(),)), Ways("back office", (page(failure="refused", status=0),))),
        intent={"price of mug": "12.50 EUR", "price of jug": "20.00 EUR"},
        settings=lambda subject: {"price of mug": "13.50 EUR"},
        answers=lambda: (Answer(seam="API", path="/", at=0.0, took_s=0.1),),
    )
    asking = inquiry(around)
    asking.begin(MUG)
    asking.heard()
    history = asking.recorder.history()
    assert [(each.name, each.failure) for each in history.vantages] == [
        ("customers' address", ""),
        ("back office", "refused"),
    ]
    assert [(each.part, each.well) for each in history.vitals] == [("database", True)]
    assert [(each.name, each.declared, each.found) for each in history.settings] == [
        ("price of mug", "12.50 EUR", "13.50 EUR")
    ]
    assert len(history.answers) == 1


def test_customers_who_cannot_reach_the_store_are_not_sent_there() -> None:
    around = Around(outlooks=(Ways("customers' address", (page(failure="timeout", status=0, says="5 s"),)),))
    with pytest.raises(StoreFault, match="customers cannot reach the store: customers' address: timeout: 5 s"):
        inquiry(around).begin(MUG)


def sold(asking: Inquiry, total: str = "12.50") -> None:
    asking.recorder.add(write(0.0, 0.1))
    asking.recorder.add(Amount(source="record", write=0, value=euro(total)))


def test_a_ledger_is_waited_for_until_the_sale_has_arrived() -> None:
    late = Ledgers(lambda n: (charge(),) if n > 2 else ())
    asking = inquiry(Around(neighbours=(late,)))
    sold(asking)
    asking.ledgers(0)
    (ledger,) = asking.recorder.history().ledgers
    assert (late.asked, [each.kind for each in ledger.entries], ledger.when) == (3, ["charge"], "standing")


def test_what_never_arrives_is_waited_for_only_so_long() -> None:
    never = Ledgers(lambda n: ())
    asking = inquiry(Around(neighbours=(never,)))
    sold(asking)
    asking.ledgers(0)
    (ledger,) = asking.recorder.history().ledgers
    assert (ledger.entries, never.asked > 1) == ((), True)
    assert ledger.received - ledger.asked < 3


def test_what_costs_nothing_is_not_waited_for() -> None:
    never = Ledgers(lambda n: ())
    asking = inquiry(Around(neighbours=(never,)))
    sold(asking, "0")
    asking.ledgers(0)
    assert never.asked == 1


def test_a_neighbour_that_fails_is_written_down_as_such() -> None:
    def fails(asked: int) -> tuple[Entry, ...]:
        raise StoreFault("it answered 500")

    asking = inquiry(Around(neighbours=(Ledgers(fails),)))
    sold(asking)
    asking.ledgers(0)
    assert [each.error for each in asking.recorder.history().ledgers] == ["it answered 500"]


def test_after_undoing_the_refund_is_waited_for() -> None:
    back = Entry(id="re", kind="refund", number="A1", amount=euro("12.50"))
    slow = Ledgers(lambda n: (charge(), back) if n > 1 else (charge(),))
    asking = inquiry(Around(neighbours=(slow,)))
    sold(asking)
    asking.undone()
    (ledger,) = asking.recorder.history().ledgers
    assert (slow.asked, ledger.when, len(ledger.entries)) == (2, "undone", 2)


def test_at_the_end_refused_writes_are_asked_about_and_those_the_journey_cancelled_are_not() -> None:
    ledgers = Ledgers(lambda n: ())
    asking = inquiry(Around(neighbours=(ledgers,)))
    asking.recorder.add(write(0.0, 0.1, outcome=WriteOutcome.REJECTED, number="", email="other@example.org"))
    asking.recorder.add(write(0.2, 0.3))
    asking.recorder.add(write(0.4, 0.5, kind="cancellation"))
    asking.again()
    assert [each.write for each in asking.recorder.history().ledgers] == [0]


def test_an_organ_is_asked_all_the_while_and_its_first_complaint_is_kept() -> None:
    clock = RealClock()
    ill, rec = Organ(well=False), recorder(clock)
    with Pulse((ill,), rec):
        settle(lambda: len(ill.asked), lambda asked: asked > 1, clock, 5.0)
    assert [(each.part, each.well, each.says) for each in rec.history().vitals] == [("database", False, "a lock")]


def test_without_organs_there_is_no_pulse() -> None:
    rec = recorder(RealClock())
    with Pulse((), rec):
        pass
    assert rec.history().vitals == ()
