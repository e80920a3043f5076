"""Four literal runs as they come out of the real checks: healthy, stale, broken and declined."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Literal

import pytest

from journeys.checks import ALL_CHECKS, judge
from journeys.diagnosis import diagnose
from journeys.model import (
    Amount,
    Confirmation,
    Event,
    Expectation,
    Fact,
    Heading,
    History,
    Intervention,
    Line,
    Money,
    Order,
    Reading,
    Receipt,
    Residue,
    Result,
    Sample,
    Shows,
    Step,
    StepOutcome,
    Surface,
    Trouble,
    Write,
    WriteOutcome,
)

MUG = Fact("availability", "mug-red")
EMAIL = "jny-4f2a@journeys.example"
TOTAL = Money(minor=1250, currency="EUR")
HELD = Confirmation(
    number="100013", lines=(Line(title="Red mug", quantity=1, total=TOTAL),), total=TOTAL, email=EMAIL, status="Pending"
)
PATH = ("browser HTTP cache", "application cache")
SURFACES = (
    Surface(name="product page", fact="availability", path=PATH),
    Surface(name="listing", fact="availability", path=PATH, shows=Shows.PRESENCE),
    Surface(name="API", fact="availability"),
)
ORDER = Order(number="100013", email=EMAIL, total=TOTAL, lines=(Line(title="Red mug", quantity=1, subject="mug-red"),))


def heading(journey: str, title: str, checks: Sequence[str], caches: str = "keep") -> Heading:
    return Heading(
        run="5b0c7d21aa",
        journey=journey,
        title=title,
        store="shop",
        caches=caches,
        seed=1,
        began=datetime(2025, 11, 23, 8, 30, 0, 250_000, tzinfo=UTC),
        checks=tuple(checks),
        surfaces=SURFACES,
    )


def judged(heading: Heading, *events: Event, duration_s: float = 6.5) -> Result:
    history = History(heading=heading, events=events)
    findings = judge(history, ALL_CHECKS)
    return Result(history=history, findings=findings, diagnoses=diagnose(history, findings), duration_s=duration_s)


def step(name: str, began: float, ended: float, outcome: StepOutcome = StepOutcome.PASSED, error: str = "") -> Step:
    return Step(name=name, began=began, ended=ended, outcome=outcome, error=error)


def read(surface: str, at: float, value: bool | int | None, **more: object) -> Reading:
    told = {"evidence": {"source": "network", "status": "200"}, **more}
    return Reading(fact=MUG, surface=surface, asked=at, received=at + 0.1, value=value, **told)  # type: ignore[arg-type]


def sample(at: float, value: int, *placed: Order) -> Sample:
    return Sample(asked=at, received=at + 0.02, values={MUG.key: value}, placed=placed)


def receipt(source: str, said: Confirmation | None, at: float = 5.0) -> Receipt:
    return Receipt(source=source, write=0, asked=at, received=at + 0.1, said=said)


def bought(product_page: Sequence[Reading | Sample | Intervention], *, total: Money = TOTAL) -> tuple[Event, ...]:
    """A purchase, and what the product page showed after it."""
    return (
        sample(0.1, 20),
        *(read(surface.name, 0.2, surface.shows.of(20)) for surface in SURFACES),  # type: ignore[arg-type]
        sample(0.4, 20),
        step("find the product", 0.5, 0.9),
        step("put it into the basket", 0.9, 1.4),
        Write(
            kind="order", outcome=WriteOutcome.ACKED, began=1.5, ended=2.0, email=EMAIL,
            number="100013", subject="mug-red",
        ),
        Amount(source="product page", write=0, value=TOTAL),
        receipt("confirmation page", Confirmation(number="100013", total=TOTAL), 2.0),
        sample(2.1, 19, ORDER),
        step("place the order", 1.4, 2.3),
        Expectation(fact=MUG, by=-1, write=0),
        *product_page,
        read("listing", 2.4, True),
        read("API", 2.5, 19),
        receipt("record", HELD),
        Amount(source="record", write=0, value=TOTAL),
        receipt("mail", Confirmation(number="100013", lines=HELD.lines, total=total, email=EMAIL), 5.1),
        sample(5.5, 19, ORDER),
        Residue(what="order 100013 stays in the list of orders as cancelled", benign=True),
    )  # fmt: skip


BUYING = ("completion", "confirmation", "conservation", "freshness", "money")
CACHED = {"source": "disk cache", "status": "200", "cache-control": "max-age=300", "age": "41"}


@pytest.fixture
def healthy() -> Result:
    """A guest bought a mug, and every surface shows it."""
    return judged(heading("guest_checkout", "a guest buys one item", BUYING), *bought([read("product page", 2.3, 19)]))


@pytest.fixture
def stale() -> Result:
    """The product page went on showing the old count until the application cache was cleared."""
    tries = [
        _cleared("browser HTTP cache", "the HTTP cache of this browser", 4.6, 20),
        _cleared("application cache", "availability:mug-red", 4.8, 19),
    ]
    old = [read("product page", at, 20, evidence=CACHED) for at in (2.3, 4.4)]
    events = bought([old[0], sample(2.6, 19, ORDER), old[1], sample(4.55, 19, ORDER), *tries])
    left = Residue(what="cart 77 of jny-4f2a@journeys.example could not be emptied: HTTP 503")
    return judged(heading("guest_checkout", "a guest buys one item", BUYING), *events, left, duration_s=9.25)


def _cleared(layer: str, what: str, at: float, after: int) -> Intervention:
    return Intervention(
        surface="product page",
        fact=MUG,
        layer=layer,
        what=what,
        control=read("product page", at, 20, evidence=CACHED),
        after=read("product page", at + 0.1, after),
        age_s=41.0,
        left_s=259.0,
    )


@pytest.fixture
def broken() -> Result:
    """The markup changed: the page object is at a loss, the store may be well."""
    error = 'product page /catalogue/red-mug_1/ has no "Add to basket" <button>: update page_objects/oscar'
    return judged(
        heading("guest_checkout", "a guest buys one item", ("completion",), caches="clear"),
        step("find the product", 0.5, 0.9),
        step("put it into the basket", 0.9, 3.9, StepOutcome.BROKEN, error),
        duration_s=4.0,
    )


@pytest.fixture
def declined() -> Result:
    """A card was declined, as it should be, and nothing changed."""
    return judged(
        heading("card_declined", "a declined card buys nothing", ("completion", "refusal")),
        sample(0.1, 20),
        step("find the product", 0.5, 0.9),
        Write(
            kind="order", outcome=WriteOutcome.REJECTED, began=1.0, ended=1.5, email=EMAIL, subject="mug-red",
            refusal="the card is declined", reason="Your card was declined",
        ),
        step("pay with a card that is declined", 0.9, 1.6),
        sample(1.7, 20),
        duration_s=2.0,
    )  # fmt: skip


@pytest.fixture
def in_trouble() -> Result:
    """The store gave no answer before the journey could begin."""
    blame: Literal["store"] = "store"
    what = "the store answered 500 to /catalogue/; look at its log"
    return judged(heading("browse", "a visitor looks around", ("completion",)), Trouble(blame=blame, what=what, at=0.3))


@pytest.fixture
def every_kind(healthy: Result, stale: Result, broken: Result, declined: Result) -> tuple[Result, ...]:
    return healthy, stale, broken, declined
