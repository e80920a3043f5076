"""Rehearsals: the journey gone again without some third parties, as far as before its first write."""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from typing import Any, Final

from journeys.checks.minimal import minimal
from journeys.customers import MAIL_DOMAIN, Customer
from journeys.model import AccessDenied, History, JourneyError, Rehearsal, Subject, TesterFault
from journeys.run.browsing import Browsing
from journeys.run.clock import Clock
from journeys.run.journey import Journey
from journeys.run.ports import Session, Stage, Store
from journeys.run.recorder import Recorder
from journeys.run.run import BeforeWrite, Run
from journeys.run.symptoms import Sight, Symptom, suspects, symptom_of
from journeys.run.watchers import Silent

_PATIENCE_S: Final = 3.0  # a rehearsal that fails costs so much
_AT_MOST_S: Final = 45.0
_IN_VAIN: Final = 3  # so many tries without the symptom, and it is asked whether it comes again at all


class _Seen(BaseException):
    """Enough has been seen; no journey catches it."""


class _NoMore(Exception):
    """The search is broken off: what was seen says nothing about third parties, or it takes too long."""


@dataclass(slots=True, kw_only=True)
class Theatre:
    """Where a run's journey is rehearsed; ``plan`` promises to undo what a customer leaves, ``number`` counts."""

    journey: Journey
    store: Store
    subject: Subject
    customer: Customer
    stage: Stage
    clock: Clock
    recorder: Recorder
    plan: Callable[[str, str], None]
    patience_s: float = _PATIENCE_S
    number: int = 0

    def rehearse(self, symptom: Symptom, left_out: Collection[str], present: Collection[str]) -> Sight:
        """Go on the journey without those origins, until it is known whether the symptom shows; never a write.

        The rehearsal is added to the history. One that stops before it is known tells of trouble of its own: without
        any third party that trouble is not theirs; with some of them it says nothing, and is left out.
        """
        self.number += 1
        customer = _named(self.customer, f"{self.customer.marker}r{self.number}")
        began, apart = self.recorder.now(), Recorder(self.recorder.heading, self.clock, mask=self.recorder.mask)
        with ExitStack() as open_:
            sight = self._go(symptom, customer, apart, lambda who: self._browser(who, left_out, open_))
        if sight.symptom is None and present:
            return sight
        self.recorder.add(
            Rehearsal(
                left_out=tuple(left_out),
                present=tuple(present),
                symptom=sight.symptom is not False,
                said=sight.said,
                loads=_loads(apart.history()),
                began=began,
                ended=self.recorder.now(),
            )
        )
        return sight

    def _browser(self, customer: Customer, left_out: Collection[str], open_: ExitStack) -> Session:
        session = self.stage.session(customer.email, customer.marker)
        open_.callback(session.close)
        session.block(left_out)
        session.wait_at_most(self.patience_s)
        return session

    def _go(
        self, symptom: Symptom, customer: Customer, apart: Recorder, browser: Callable[[Customer], Session]
    ) -> Sight:
        session = browser(customer)
        own: list[JourneyError] = []

        def explain(error: Exception) -> JourneyError:
            explained = self.stage.explain(error, session)
            if isinstance(explained, (AccessDenied, TesterFault)):
                own.append(explained)
            return explained

        def rival() -> tuple[Customer, Any]:
            other = _named(customer, f"{customer.marker}-rival")
            return other, self._place(browser(other))

        def look() -> None:
            if symptom.sight(apart.history(), run.on_the_way).symptom is not None:
                raise _Seen

        run = Run(
            customer=customer,
            subject=self.subject,
            recorder=apart,
            clock=self.clock,
            record=self.store.record,
            watcher=Silent(),
            verify=look,
            sampled=lambda: None,
            undo=self.plan,
            answered=session.answered,
            explain=explain,
            rival=rival,
            seen=Browsing(session, self.store.url, apart).note,
            rehearsal=True,
        )
        place = self._place(session)
        with suppress(_Seen, BeforeWrite, Exception):  # what failed is among the steps
            self.journey.body(run, place, customer)
        if own:
            raise _NoMore(str(own[0]))  # the tester's own trouble says nothing of anybody
        return symptom.sight(apart.history(), run.on_the_way)

    def _place(self, session: Session) -> Any:
        return self.journey.store(pages=self.store.pages(session), means=self.store.means)


def leave_out(theatre: Theatre, symptom: Symptom, origins: tuple[str, ...]) -> None:
    """Find out by rehearsals which third parties cause the symptom; the most suspected come first in ``origins``.

    First all are left out: when the symptom shows nevertheless, or something else goes wrong, it is none of them and
    nothing more is tried. Then the smallest set is looked for whose presence is enough. When the symptom has not come
    again by the third try, all of them are tried together: a trouble that does not come again is nobody's. In the end
    the very set is tried, if it was not. Whatever fails, the run is none the worse for it: there are only no more
    rehearsals.
    """
    until = theatre.clock.monotonic() + _AT_MOST_S
    tried: dict[frozenset[str], bool] = {}

    def fails(present: frozenset[str]) -> bool:
        if len(tried) > _IN_VAIN and not any(tried.values()) and not tested(frozenset(origins)):
            raise _NoMore
        return tested(present)

    def tested(present: frozenset[str]) -> bool:
        if present not in tried:
            if theatre.clock.monotonic() > until:
                raise _NoMore
            there = tuple(origin for origin in origins if origin in present)
            absent = tuple(origin for origin in origins if origin not in present)
            sight = theatre.rehearse(symptom, absent, there)
            if sight.symptom is None:
                raise _NoMore
            tried[present] = sight.symptom
        return tried[present]

    with suppress(Exception):
        if not fails(frozenset()):
            tested(minimal(origins, fails))


def rehearse(theatre: Theatre, began: Callable[[str], None]) -> None:
    """Rehearse a run if third parties may have spoilt it before its first write; ``began`` is told that it begins."""
    with suppress(Exception):
        history = theatre.recorder.history()
        patience_s = theatre.store.around.patience_s
        symptom = symptom_of(history, patience_s)
        if symptom is not None:
            began("rehearse without third parties")
            theatre.patience_s = max(_PATIENCE_S, patience_s + 0.5)
            leave_out(theatre, symptom, suspects(history))


def _named(customer: Customer, marker: str) -> Customer:
    """The same person under another name to be recognised by, and with a mail address that nobody has used."""
    return replace(customer, marker=marker, email=f"{marker}@{MAIL_DOMAIN}")


def _loads(gone: History) -> int:
    """How many pages were loaded; a redirection is none."""
    return sum(each.kind == "document" and not 300 <= each.status < 400 for each in gone.requests)
