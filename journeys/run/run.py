"""A run as a journey sees it: steps, writes, what they should change, and the customer who does them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from journeys.customers import Customer
from journeys.model import (
    AccessDenied,
    Amount,
    Confirmation,
    Expectation,
    Fact,
    JourneyError,
    Money,
    Receipt,
    Refused,
    Step,
    StepOutcome,
    StoreFault,
    Subject,
    TesterFault,
    Write,
    WriteOutcome,
    open_orders,
    open_revenue,
    orders,
    revenue,
)
from journeys.run.clock import Clock
from journeys.run.ports import Record, Watcher
from journeys.run.race import Entrant, race
from journeys.run.recorder import Recorder
from journeys.run.settle import settle

_REPLY_LOST_S = 5.0

# An order that stands is also an order that was placed: surfaces show one or the other.
_TOGETHER = {orders(): open_orders(), revenue(): open_revenue()}


class BeforeWrite(BaseException):
    """Where a rehearsal ends: its customer writes nothing. No journey catches it as a failure."""


def _nothing() -> None:
    """Who looks at nothing sees nothing."""


class PendingWrite:
    """A write that has been asked for and not yet answered."""

    def __init__(self) -> None:
        self.confirmation: Confirmation | None = None
        self.source = ""

    def acked(self, confirmation: Confirmation, source: str = "confirmation page") -> None:
        """The store confirmed it, with these words."""
        self.confirmation, self.source = confirmation, source

    @property
    def number(self) -> str:
        """The order's number, once the store has confirmed it."""
        return self.confirmation.number or "" if self.confirmation else ""

    @property
    def total(self) -> Money:
        """The total that the store confirmed."""
        if self.confirmation is None or self.confirmation.total is None:
            raise TesterFault("the store confirmed no total, so what revenue should rise by is not known")
        return self.confirmation.total


class Run:
    """What a journey may do: name its steps, mark its writes, and say what each should change.

    ``seen`` adds what the browser tells of a step to the history. A ``rehearsal`` ends before its first write.
    """

    def __init__(
        self,
        *,
        customer: Customer,
        subject: Subject,
        recorder: Recorder,
        clock: Clock,
        record: Record,
        watcher: Watcher,
        verify: Callable[[], None],
        sampled: Callable[[], object],
        undo: Callable[[str, str], None],
        answered: Callable[[], datetime | None],
        explain: Callable[[Exception], JourneyError],
        rival: Callable[[], tuple[Customer, Any]],
        seen: Callable[[], None] = _nothing,
        rehearsal: bool = False,
    ) -> None:
        self.customer = customer
        self.subject = subject
        self._recorder = recorder
        self._clock = clock
        self._record = record
        self._watcher = watcher
        self._verify = verify
        self._sampled = sampled
        self._undo = undo
        self._answered = answered
        self._explain = explain
        self._rival = rival
        self._seen = seen
        self._rehearsal = rehearsal
        self._amounts: list[tuple[str, Money, float]] = []

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """A named part of the journey; what the writes of earlier steps changed is verified before it begins."""
        self._verify()
        began = self._recorder.now()
        self._watcher.step_began(name)
        outcome, said, refused = StepOutcome.PASSED, "", False
        try:
            yield
        except Exception as raised:
            error = self._explain(raised)
            refused = isinstance(error, Refused)
            outcome = StepOutcome.FAILED if isinstance(error, (Refused, StoreFault)) else StepOutcome.BROKEN
            said = str(error)
            raise error from (None if error is raised else raised)
        except BeforeWrite:
            raise
        except BaseException as error:
            outcome, said = StepOutcome.BROKEN, f"interrupted: {type(error).__name__}"
            raise
        finally:
            ended = self._recorder.now()
            step = Step(name=name, began=began, ended=ended, outcome=outcome, error=said, refused=refused)
            self._watcher.step_ended(self._recorder.add(step))
            self._seen()
            if refused:
                self._sampled()  # others may have bought the last one

    @contextmanager
    def write(self, kind: str, *, by: Customer, refusal: str = "", quantity: int = 1) -> Iterator[PendingWrite]:
        """A write: an ``order``, a ``booking`` or a ``cancellation``.

        ``refusal`` says why the store should refuse it; then being refused is how the step should end. When the
        reply is lost the record is asked what became of it, and nothing is ever sent again. In a rehearsal nothing is
        sent at all: BeforeWrite is raised before the journey can do it.
        """
        if self._rehearsal:
            raise BeforeWrite
        if kind != "cancellation":
            self._undo("orders", by.email)
        pending = PendingWrite()
        began = self._recorder.now()
        outcome, reason, number = WriteOutcome.ACKED, "", ""
        try:
            yield pending
            number = pending.number
            if pending.confirmation is None:
                raise TesterFault(f"the journey never said whether the {kind} was confirmed")
        except Refused as error:
            outcome, reason = WriteOutcome.REJECTED, str(error)
            if not refusal:
                raise
        except BaseException as error:
            outcome, reason = WriteOutcome.INDETERMINATE, f"the reply was lost: {str(error) or type(error).__name__}"
            outcome, number = self._ask_record(kind, by, error)
            raise
        finally:
            answered, ended = self._answered_since(began), self._recorder.now()
            self._recorder.add(
                Write(
                    kind=kind,
                    outcome=outcome,
                    began=began,
                    answered=answered if outcome is WriteOutcome.ACKED else None,
                    ended=ended,
                    email=by.email,
                    number=number,
                    subject=self.subject.key,
                    quantity=quantity,
                    refusal=refusal,
                    reason=reason,
                )
            )
        self._told(pending)
        self._sampled()

    def _answered_since(self, began: float) -> float | None:
        """When the browser was answered, if that was since then: what was sent earlier was not the write."""
        came = self._answered()
        if came is None:
            return None
        at = self._recorder.at(came)
        return at if began <= at <= self._recorder.now() else None

    def _told(self, pending: PendingWrite) -> None:
        """What the customer was told and shown on the way belongs to the write that has just ended."""
        now, place = self._recorder.now(), len(self._recorder.history().writes) - 1
        for source, amount, at in self._amounts:
            self._recorder.add(Amount(source=source, write=place, value=amount, at=at))
        self._amounts.clear()
        if pending.confirmation is not None:
            self._recorder.add(
                Receipt(source=pending.source, write=place, asked=now, received=now, said=pending.confirmation)
            )

    def _ask_record(self, kind: str, by: Customer, error: BaseException) -> tuple[WriteOutcome, str]:
        """After a lost reply: the record's word, if it has one within a few seconds."""
        if kind == "cancellation" or isinstance(error, (AccessDenied, KeyboardInterrupt)):
            return WriteOutcome.INDETERMINATE, ""
        known = {write.number for write in self._recorder.history().writes}
        try:
            found = settle(
                lambda: [o.number for o in self._record.orders() if o.email == by.email and o.number not in known],
                bool,
                self._clock,
                _REPLY_LOST_S,
            )
        except Exception:  # the record itself cannot be asked now; the first error is the one to show
            return WriteOutcome.INDETERMINATE, ""
        return (WriteOutcome.ACKED, found[0]) if found else (WriteOutcome.INDETERMINATE, "")

    def rival(self) -> tuple[Customer, Any]:
        """Somebody else who wants the same: another customer, and the store in that customer's own browser."""
        return self._rival()

    def race(self, kind: str, *entrants: Entrant) -> None:
        """All of them ask for the subject at the same moment; in a rehearsal nobody does."""
        if self._rehearsal:
            raise BeforeWrite
        race(kind, self.subject.key, entrants, self._recorder, self._undo)
        self._sampled()

    def shown(self, source: str, amount: Money) -> None:
        """The customer was shown this amount on the way to the next write."""
        self._amounts.append((source, amount, self._recorder.now()))

    @property
    def on_the_way(self) -> tuple[tuple[str, Money], ...]:
        """The amounts shown since the last write, with their sources."""
        return tuple((source, amount) for source, amount, _ in self._amounts)

    def leaves(self, kind: str, target: str) -> None:
        """The journey is about to leave something that must be undone: a ``cart``, an ``account``.

        A cart's target is the customer's session, and must not be written down anywhere but in the journal.
        """
        self._undo(kind, target)

    def expect(self, fact: Fact, *, rises_by: int | Money = 0, falls_by: int | Money = 0) -> None:
        """The last write should move the fact by so much, in the record and then at every surface."""
        by = rises_by or -falls_by
        place = len(self._recorder.history().writes) - 1
        for each in (fact, _TOGETHER.get(fact)):
            if each is not None:
                self._recorder.add(Expectation(fact=each, by=by, write=place))

    def also_confirmed(self, source: str, confirmation: Confirmation) -> None:
        """Another place shows the last order: the order history, the order's own page."""
        now, place = self._recorder.now(), len(self._recorder.history().writes) - 1
        self._recorder.add(Receipt(source=source, write=place, asked=now, received=now, said=confirmation))
