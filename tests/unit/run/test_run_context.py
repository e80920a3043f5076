"""What a journey may do: steps that say whose fault it is, and writes that are asked for once and never again."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import pytest
from fakes import MUG, FakeClock, FakeWatcher, Till, recorder
from histories import euro

from journeys.customers import Customer, make_customer
from journeys.model import (
    AccessDenied,
    Amount,
    Confirmation,
    Fact,
    JourneyError,
    PageChanged,
    Refused,
    StepOutcome,
    StoreFault,
    Write,
    WriteOutcome,
    errors,
    open_orders,
    open_revenue,
    orders,
    revenue,
)
from journeys.run.run import BeforeWrite, Run

STOCK = Fact("availability", "mug")
GUEST = make_customer(seed=1, run="1", locale="en_GB")


class Gone:
    """A run with its surroundings, all of which can be looked into."""

    def __init__(self, clock: FakeClock, *, rehearsal: bool = False) -> None:
        self.clock = clock
        self.till = Till()
        self.recorder = recorder(clock)
        self.watcher = FakeWatcher()
        self.promised: list[tuple[str, str]] = []
        self.answered: datetime | None = None
        self.verified = 0
        self.sampled = 0
        self.seen: list[str] = []
        self.run = Run(
            customer=GUEST,
            subject=MUG,
            recorder=self.recorder,
            clock=clock,
            record=self.till,
            watcher=self.watcher,
            verify=self._verify,
            sampled=self._sample,
            undo=lambda kind, target: self.promised.append((kind, target)),
            answered=lambda: self.answered,
            explain=lambda error: error if isinstance(error, JourneyError) else PageChanged(str(error)),
            rival=lambda: (GUEST, self),
            seen=self._see,
            rehearsal=rehearsal,
        )

    def _verify(self) -> None:
        self.verified += 1

    def _see(self) -> None:
        self.seen.append(self.recorder.history().steps[-1].name)

    def _sample(self) -> None:
        self.sampled += 1

    def order(self, *, by: Customer = GUEST, refusal: str = "", then: Callable[[], Any] = lambda: None) -> None:
        """Order something; ``then`` is what happens after the button was clicked."""
        with self.run.write("order", by=by, refusal=refusal) as order:
            self.clock.now += 1.0
            then()
            order.acked(Confirmation(number="N1", total=euro("12.50")))

    @property
    def write(self) -> Write:
        """The one write that was recorded."""
        (write,) = self.recorder.history().writes
        return write


@pytest.fixture
def gone(clock: FakeClock) -> Gone:
    return Gone(clock)


def fail(error: BaseException) -> Callable[[], None]:
    def then() -> None:
        raise error

    return then


def test_an_order_that_the_store_confirms_is_acked(gone: Gone) -> None:
    gone.order()

    assert (
        Write(
            kind="order",
            outcome=WriteOutcome.ACKED,
            began=0.0,
            ended=1.0,
            email=GUEST.email,
            number="N1",
            subject="mug",
        )
        == gone.write
    )
    assert gone.sampled == 1


def test_an_order_is_acked_when_the_browser_was_answered_and_not_when_the_page_was_read(gone: Gone) -> None:
    gone.answered = gone.clock.utc() - timedelta(seconds=0.25)
    gone.order()

    assert (gone.write.answered, gone.write.acked_at, gone.write.ended) == (0.75, 0.75, 1.0)


@pytest.mark.parametrize("seconds", [5, -5])
def test_an_answer_from_before_the_order_or_from_another_clock_is_not_its_ack(gone: Gone, seconds: int) -> None:
    gone.answered = gone.clock.utc() - timedelta(seconds=seconds)
    gone.order()

    assert (gone.write.answered, gone.write.acked_at) == (None, 1.0)


def test_what_undoes_an_order_is_promised_before_it_is_asked_for(gone: Gone) -> None:
    promised: list[object] = []
    gone.order(then=lambda: promised.extend(gone.promised))

    assert [("orders", GUEST.email)] == promised


def test_a_cancellation_needs_no_undoing(gone: Gone) -> None:
    with gone.run.write("cancellation", by=GUEST) as cancellation:
        cancellation.acked(Confirmation(number="N1"))

    assert gone.promised == []


def test_what_a_journey_leaves_is_promised(gone: Gone) -> None:
    gone.run.leaves("cart", "c1")

    assert gone.promised == [("cart", "c1")]


def test_what_the_customer_was_shown_and_told_belongs_to_the_write(gone: Gone) -> None:
    gone.run.shown("price tag", euro("12.50"))
    gone.order()
    gone.run.also_confirmed("order history", Confirmation(number="N1"))
    history = gone.recorder.history()

    assert (Amount(source="price tag", write=0, value=euro("12.50")),) == history.amounts
    assert [receipt.source for receipt in history.receipts] == ["confirmation page", "order history"]
    assert {0} == {receipt.write for receipt in history.receipts}


def test_amounts_shown_before_one_write_are_not_shown_before_the_next(gone: Gone) -> None:
    gone.run.shown("price tag", euro("12.50"))
    gone.order()
    gone.order()

    assert [amount.write for amount in gone.recorder.history().amounts] == [0]


def test_an_order_knows_its_number_and_total_once_it_is_confirmed(gone: Gone) -> None:
    with gone.run.write("order", by=GUEST) as order:
        assert order.number == ""
        with pytest.raises(errors.TesterFault, match="confirmed no total"):
            _ = order.total
        order.acked(Confirmation(number="N1", total=euro("12.50")))

    assert ("N1", euro("12.50")) == (order.number, order.total)


def test_a_customer_who_should_be_refused_and_is_goes_on(gone: Gone) -> None:
    gone.order(refusal="sold out", then=fail(Refused("no more mugs")))

    assert (
        gone.write.outcome,
        gone.write.reason,
        gone.write.refusal,
        gone.write.number,
    ) == (WriteOutcome.REJECTED, "no more mugs", "sold out", "")
    assert gone.sampled == 1


def test_a_customer_who_should_be_served_and_is_refused_does_not_go_on(gone: Gone) -> None:
    with pytest.raises(Refused, match="no more mugs"):
        gone.order(then=fail(Refused("no more mugs")))

    assert (gone.write.outcome, gone.write.reason) == (WriteOutcome.REJECTED, "no more mugs")


def test_a_customer_who_should_be_refused_and_is_served_is_acked(gone: Gone) -> None:
    gone.order(refusal="sold out")

    assert (gone.write.outcome, gone.write.refusal) == (WriteOutcome.ACKED, "sold out")


def test_after_a_lost_reply_the_record_says_that_the_order_stands(gone: Gone) -> None:
    def lose() -> None:
        gone.till.place(GUEST.email)
        raise StoreFault("HTTP 502")

    with pytest.raises(StoreFault):
        gone.order(then=lose)

    assert (
        gone.write.outcome,
        gone.write.number,
        gone.write.reason,
    ) == (WriteOutcome.ACKED, "N1", "the reply was lost: HTTP 502")


def test_after_a_lost_reply_the_record_is_asked_for_a_while(gone: Gone) -> None:
    with pytest.raises(StoreFault):
        gone.order(then=fail(StoreFault("HTTP 502")))

    assert (
        gone.write.outcome,
        gone.write.number,
        pytest.approx(gone.write.ended),
    ) == (WriteOutcome.INDETERMINATE, "", 6.0)


def test_a_record_that_does_not_answer_leaves_the_order_indeterminate_and_hides_no_error(gone: Gone) -> None:
    gone.till.broken = StoreFault("HTTP 503")
    with pytest.raises(StoreFault, match="HTTP 502"):
        gone.order(then=fail(StoreFault("HTTP 502")))

    assert WriteOutcome.INDETERMINATE is gone.write.outcome


def test_after_a_lost_reply_nothing_is_sent_again(gone: Gone) -> None:
    sent = 0

    def lose() -> None:
        nonlocal sent
        sent += 1
        raise TimeoutError

    with pytest.raises(TimeoutError):
        gone.order(then=lose)

    assert (sent, gone.write.reason) == (1, "the reply was lost: TimeoutError")


def test_an_earlier_order_of_the_same_customer_is_not_the_one_whose_reply_was_lost(gone: Gone) -> None:
    gone.till.place(GUEST.email)
    gone.order()
    with pytest.raises(StoreFault):
        gone.order(then=fail(StoreFault("HTTP 502")))

    assert [write.outcome for write in gone.recorder.history().writes] == [
        WriteOutcome.ACKED,
        WriteOutcome.INDETERMINATE,
    ]


def test_somebody_elses_order_is_not_the_one_whose_reply_was_lost(gone: Gone) -> None:
    gone.till.place("somebody@example.com")
    with pytest.raises(StoreFault):
        gone.order(then=fail(StoreFault("HTTP 502")))

    assert WriteOutcome.INDETERMINATE is gone.write.outcome


def test_a_lost_cancellation_is_indeterminate(gone: Gone) -> None:
    gone.till.place(GUEST.email)
    with pytest.raises(StoreFault), gone.run.write("cancellation", by=GUEST):
        raise StoreFault("HTTP 502")

    assert WriteOutcome.INDETERMINATE is gone.write.outcome


@pytest.mark.parametrize("error", [KeyboardInterrupt(), AccessDenied("no")])
def test_who_is_interrupted_does_not_wait_for_the_record(gone: Gone, error: BaseException) -> None:
    gone.till.place(GUEST.email)
    with pytest.raises(type(error)):
        gone.order(then=fail(error))

    assert (gone.write.outcome, gone.write.ended) == (WriteOutcome.INDETERMINATE, 1.0)


def test_who_is_interrupted_while_the_record_is_asked_knows_nothing_of_the_order(gone: Gone) -> None:
    gone.till.broken = KeyboardInterrupt()  # type: ignore[assignment]
    with pytest.raises(KeyboardInterrupt):
        gone.order(then=fail(StoreFault("HTTP 502")))

    assert WriteOutcome.INDETERMINATE is gone.write.outcome


def test_a_journey_that_does_not_say_how_its_write_ended_is_wrong(gone: Gone) -> None:
    with (
        pytest.raises(errors.TesterFault, match="never said whether the order was confirmed"),
        gone.run.write("order", by=GUEST),
    ):
        pass

    assert WriteOutcome.INDETERMINATE is gone.write.outcome


def test_an_order_that_is_placed_is_also_one_that_stands(gone: Gone) -> None:
    gone.order()
    gone.run.expect(STOCK, falls_by=1)
    gone.run.expect(orders(), rises_by=1)
    gone.run.expect(revenue(), rises_by=euro("12.50"))
    gone.run.expect(open_revenue(), falls_by=euro("3"))

    assert [
        (STOCK, -1),
        (orders(), 1),
        (open_orders(), 1),
        (revenue(), euro("12.50")),
        (open_revenue(), euro("12.50")),
        (open_revenue(), euro("-3")),
    ] == [(each.fact, each.by) for each in gone.recorder.history().expectations]


def test_what_costs_nothing_raises_revenue_by_nothing(gone: Gone) -> None:
    gone.order()
    gone.run.expect(revenue(), rises_by=euro("0"))

    assert {euro("0")} == {each.by for each in gone.recorder.history().expectations}


def test_before_each_step_what_earlier_ones_changed_is_verified(gone: Gone) -> None:
    with gone.run.step("look"):
        assert gone.verified == 1
    with gone.run.step("buy"):
        assert gone.verified == 2


def test_a_step_that_passes_is_told(gone: Gone) -> None:
    with gone.run.step("look"):
        gone.clock.now += 2.0
    (step,) = gone.recorder.history().steps

    assert (step.name, step.began, step.ended, step.outcome, step.error) == ("look", 0.0, 2.0, StepOutcome.PASSED, "")
    assert gone.watcher.told == ["began look", "look passed"]


@pytest.mark.parametrize(
    ("error", "outcome", "said"),
    [
        (StoreFault("HTTP 500"), StepOutcome.FAILED, "HTTP 500"),
        (Refused("no"), StepOutcome.FAILED, "no"),
        (PageChanged("no button"), StepOutcome.BROKEN, "no button"),
        (errors.TesterFault("no disk"), StepOutcome.BROKEN, "no disk"),
        (ValueError("oops"), StepOutcome.BROKEN, "oops"),
        (KeyboardInterrupt(), StepOutcome.BROKEN, "interrupted: KeyboardInterrupt"),
    ],
)
def test_a_step_fails_by_the_store_and_breaks_by_anything_else(
    gone: Gone, error: BaseException, outcome: StepOutcome, said: str
) -> None:
    with pytest.raises((JourneyError, KeyboardInterrupt)), gone.run.step("look"):
        raise error
    (step,) = gone.recorder.history().steps

    assert (outcome, said) == (step.outcome, step.error)


def test_what_was_explained_still_says_what_was_behind_it(gone: Gone) -> None:
    with pytest.raises(PageChanged) as caught, gone.run.step("look"):
        raise ValueError("oops")

    assert isinstance(caught.value.__cause__, ValueError)


@pytest.mark.parametrize("error", [None, StoreFault("HTTP 500"), KeyboardInterrupt()])
def test_what_the_browser_tells_is_asked_for_after_each_step_however_it_ended(
    gone: Gone, error: BaseException | None
) -> None:
    with suppress(StoreFault, KeyboardInterrupt), gone.run.step("look"):
        if error is not None:
            raise error

    assert gone.seen == ["look"]


def test_a_rehearsal_ends_before_its_first_write_and_promises_nothing(clock: FakeClock) -> None:
    gone, reached = Gone(clock, rehearsal=True), False
    gone.run.shown("basket", euro("12.50"))
    with pytest.raises(BeforeWrite), gone.run.step("order"), gone.run.write("order", by=GUEST):
        reached = True
    history = gone.recorder.history()

    assert (reached, gone.promised, history.writes) == (False, [], ())
    assert [step.outcome for step in history.steps] == [StepOutcome.PASSED]
    assert gone.run.on_the_way == (("basket", euro("12.50")),)


def test_no_journey_can_go_on_past_the_end_of_a_rehearsal(clock: FakeClock) -> None:
    gone = Gone(clock, rehearsal=True)
    with pytest.raises(BeforeWrite), suppress(Exception):
        gone.order()
