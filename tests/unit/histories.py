"""One healthy history that every check passes, and the ways to vary it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from journeys.checks import ALL_CHECKS
from journeys.model import (
    Amount,
    Answer,
    Confirmation,
    Entry,
    Event,
    Expectation,
    Fact,
    Finding,
    Heading,
    History,
    Ledger,
    Line,
    Money,
    Order,
    Reading,
    Receipt,
    Request,
    Sample,
    Setting,
    Shows,
    Step,
    StepOutcome,
    Surface,
    Vantage,
    Verdict,
    Vital,
    Write,
    WriteOutcome,
)

ME = "jrn-1@example.org"
DECLINED = "jrn-1-declined@example.org"
NUMBER = "A1"
STOCK = Fact("availability", "mug")
ORDERS = Fact("orders")
REVENUE = Fact("revenue")
LAYERS = ("browser HTTP cache", "edge", "application cache")

PRODUCT_PAGE = Surface(name="product page", fact="availability", path=LAYERS)
LISTING = Surface(name="listing", fact="availability", path=LAYERS, shows=Shows.PRESENCE)
DASHBOARD = Surface(name="dashboard", fact="orders", path=("application cache",))


def euro(amount: str) -> Money:
    return Money.of(amount, "EUR")


def order(number: str, *, email: str = "somebody@example.com", quantity: int = 1, **more: Any) -> Order:
    """An order of so many mugs at 12.50."""
    total = Money(minor=1250 * quantity, currency="EUR")
    line = Line(title="Mug", quantity=quantity, total=total, subject="mug")
    return replace(Order(number=number, email=email, total=total, lines=(line,)), **more)


def sample(at: float, stock: Any, *placed: Order, cancelled: tuple[Order, ...] = (), steady: bool = True) -> Sample:
    """The record at one moment: so much stock, and 40 orders over 500.00 besides those placed since."""
    standing = [each for each in placed if each.open]
    values = {
        "availability:mug": stock,
        "orders": 40 + len(placed),
        "revenue": Money.total((each.total for each in placed), "EUR") + euro("500"),
        "open orders": 40 + len(standing) - len(cancelled),
    }
    return Sample(asked=at, received=at + 0.1, values=values, placed=placed, cancelled=cancelled, steady=steady)


def reading(surface: str, at: float, value: Any, fact: Fact = STOCK, **more: Any) -> Reading:
    return Reading(fact=fact, surface=surface, asked=at, received=at + 0.1, value=value, **more)


def step(name: str, began: float, ended: float) -> Step:
    return Step(name=name, began=began, ended=ended, outcome=StepOutcome.PASSED)


def write(began: float, ended: float, **more: Any) -> Write:
    acked = Write(
        kind="order", outcome=WriteOutcome.ACKED, began=began, ended=ended, email=ME, number=NUMBER, subject="mug"
    )
    return replace(acked, **more)


def expect(fact: Fact, by: int | Money, place: int = 0) -> Expectation:
    return Expectation(fact=fact, by=by, write=place)


def receipt(source: str, said: Confirmation | None, place: int = 0, **more: Any) -> Receipt:
    return replace(Receipt(source=source, write=place, asked=6.1, received=6.1, said=said), **more)


def said(**more: Any) -> Confirmation:
    """What every place should say of the order."""
    lines = (Line(title="Mug", quantity=1, total=euro("12.50")),)
    return replace(Confirmation(number=NUMBER, lines=lines, total=euro("12.50"), email=ME), **more)


ONE, TWO = "jrn-1-one@example.org", "jrn-1-two@example.org"
CUSTOMERS = "customer's address"
OFFICE = "back office"


def look(name: str, part: str = "static", **more: Any) -> Vantage:
    """A control request that was answered at once."""
    return replace(Vantage(name=name, part=part, at=0.0, took_s=0.02, status=200), **more)


def page(path: str, began: float, **more: Any) -> Request:
    """A page of the store that came at once."""
    origin = "https://shop.example"
    quick = Request(ours=True, origin=origin, path=path, kind="document", began=began, took_s=0.2, status=200)
    return replace(quick, **more)


def charge(**more: Any) -> Entry:
    """What the payment service holds of the order."""
    return replace(Entry(id="ch_1", kind="charge", number=NUMBER, email=ME, amount=euro("12.50")), **more)


def ledger(*entries: Entry, place: int = 0, **more: Any) -> Ledger:
    """The payment ledger a moment after the write."""
    asked = Ledger(
        neighbour="payment ledger", write=place, asked=7.0, received=7.1, entries=entries, expects=("charge",)
    )
    return replace(asked, **more)


def answer(**more: Any) -> Answer:
    """An answer of the store's API that is as it should be."""
    return replace(Answer(seam="shop API", path="admin/orders/", at=1.0, took_s=0.1, status=200), **more)


def around() -> tuple[Event, ...]:
    """A healthy neighbourhood: all can be reached, all is well, set as declared, and passed on."""
    return (
        look(CUSTOMERS),
        look(CUSTOMERS, "page"),
        look(OFFICE),
        Vital(part="status page", at=0.1, took_s=0.01, well=True, says="All Systems Operational"),
        Vital(part="database", at=0.1, took_s=0.01, well=True),
        Setting(name="price of mug", declared="12.50 EUR", found="12.50 EUR", at=0.1),
        answer(),
        page("/mug/", 3.6),
    )


def history(*events: Event, checks: tuple[str, ...] = tuple(each.name for each in ALL_CHECKS)) -> History:
    heading = Heading(
        run="1",
        journey="guest_checkout",
        title="a guest buys one item",
        store="shop",
        caches="keep",
        seed=0,
        began=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
        checks=checks,
        surfaces=(PRODUCT_PAGE, LISTING, DASHBOARD),
    )
    return History(heading=heading, events=events)


MINE = order(NUMBER, email=ME)


def healthy() -> History:
    """Somebody looks, buys one mug of ten at 12.50, and somebody else's card is declined: all is as it should be."""
    return history(
        *around(),
        sample(0.0, 10),
        Sample(asked=0.2, received=0.3, values={"availability:jug": 0}),
        reading("product page", 3.0, 10),
        reading("listing", 3.0, True),
        reading("dashboard", 3.0, 40, ORDERS),
        sample(3.2, 10),
        step("find the product", 3.5, 4.5),
        write(5.0, 6.0),
        receipt("confirmation page", said()),
        Amount(source="price tag", write=0, value=euro("12.50")),
        Amount(source="last page before the order", write=0, value=euro("12.50")),
        sample(6.1, 9, MINE),
        step("place the order", 4.5, 6.2),
        expect(STOCK, -1),
        expect(ORDERS, 1),
        expect(REVENUE, euro("12.50")),
        reading("product page", 6.3, 9),
        reading("listing", 6.3, True),
        reading("dashboard", 6.3, 41, ORDERS),
        sample(6.5, 9, MINE),
        reading("product page", 9.0, 9),
        reading("listing", 9.0, True),
        reading("dashboard", 9.0, 41, ORDERS),
        sample(9.2, 9, MINE),
        receipt("record", said()),
        receipt("mail", said(), received=7.0),
        Amount(source="record", write=0, value=euro("12.50")),
        ledger(charge()),
        write(
            10.0,
            11.0,
            outcome=WriteOutcome.REJECTED,
            email=DECLINED,
            number="",
            refusal="the card is declined",
            reason="your card was declined",
        ),
        sample(11.1, 9, MINE),
        racer(ONE),
        racer(TWO),
    )


def racer(email: str, **more: Any) -> Write:
    """One of two customers who want the last jug at the same moment, and are too late both."""
    late = write(10.0, 11.0, outcome=WriteOutcome.REJECTED, email=email, number="", subject="jug", rivals=1)
    return replace(late, **more)


Which = Callable[[Any], bool]


def varied(whole: History, kind: type, which: Which = lambda _: True, /, **changes: Any) -> History:
    """The history with changes in the events of a kind; a value that is a function makes the new from the old."""

    def vary(event: Event) -> Event:
        if not (isinstance(event, kind) and which(event)):
            return event
        new = {name: change(event) if callable(change) else change for name, change in changes.items()}
        return replace(event, **new)

    return replace(whole, events=tuple(vary(event) for event in whole.events))


def without(whole: History, kind: type, which: Which = lambda _: True) -> History:
    """The history without some events of a kind."""
    return replace(whole, events=tuple(e for e in whole.events if not (isinstance(e, kind) and which(e))))


def added(whole: History, *events: Event) -> History:
    """The history with further events at its end."""
    return replace(whole, events=whole.events + events)


def verdicts(findings: tuple[Finding, ...]) -> list[Verdict]:
    return [finding.verdict for finding in findings]


def only(findings: tuple[Finding, ...], verdict: Verdict) -> list[str]:
    """The explanations of the findings with this verdict."""
    return [finding.explanation for finding in findings if finding.verdict is verdict]
