"""Performing a journey: observe, judge, explain; and undo what it did, whatever happened."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from journeys.checks import ALL_CHECKS, Check, judge
from journeys.customers import Customer, make_customer
from journeys.diagnosis import diagnose
from journeys.masking import Mask
from journeys.model import (
    AccessDenied,
    Heading,
    JourneyError,
    Result,
    Subject,
    TesterFault,
    Trouble,
    Verdict,
)
from journeys.run.artifacts import Artifacts
from journeys.run.blame import blame_of
from journeys.run.browsing import Browsing
from journeys.run.clock import Clock
from journeys.run.inquire import Inquiry, Pulse, judged_by
from journeys.run.isolate import Isolation
from journeys.run.journal import Promises
from journeys.run.journey import Journey
from journeys.run.ports import Session, Stage, Store, Watcher
from journeys.run.recorder import Recorder
from journeys.run.rehearse import Theatre, rehearse
from journeys.run.run import Run
from journeys.run.side_by_side import side_by_side
from journeys.run.undo import Undoing
from journeys.run.verify import Verification
from journeys.run.watch import Caches, Watch
from journeys.run.witness import Witness

_VISITS: Final[dict[Caches, int]] = {"keep": 2, "clear": 1}  # only a second visit can be answered by a kept cache


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """All that performing needs besides journey and store; ``artifacts`` is the folder for what is worth keeping.

    ``patience_s`` is how long surfaces are followed after a write, beyond their tolerance, before they are isolated.
    """

    stage: Stage
    clock: Clock
    journal: Promises
    watcher: Watcher
    checks: tuple[Check, ...] = ALL_CHECKS
    artifacts: Path | None = None
    patience_s: float = 0.0


def perform(
    journey: Journey,
    store: Store,
    company: Company,
    *,
    caches: Caches = "keep",
    seed: int = 0,
    customer: Customer | None = None,
) -> Result:
    """Perform the journey once in the store and judge it, with a customer made up for it or with the one given.

    TesterFault before anything is done when the store must not or cannot be used for it. KeyboardInterrupt passes
    through after everything is undone.
    """
    if journey.writes and not store.writes:
        raise TesterFault(
            f"{journey.name} writes, and store {store.name} is read-only: set writes = true in [stores.{store.name}]"
        )
    run = uuid4().hex[:10]
    customer = customer or make_customer(seed=seed, run=run, locale=store.locale)
    return _Performance(run, customer, journey, store, company, caches, seed).perform()


def perform_both(journey: Journey, store: Store, company: Company, *, seed: int = 0) -> tuple[Result, Result]:
    """Perform it with caches kept, then with caches cleared; what failed only with kept ones is a stale cache."""
    kept = perform(journey, store, company, caches="keep", seed=seed)
    cleared = perform(journey, store, company, caches="clear", seed=seed)
    return side_by_side(kept, cleared)


def choose(store: Store, role: str, seed: int) -> Subject:
    """The subject that plays a role in runs with this seed."""
    candidates = store.subjects.get(role, ())
    if not candidates:
        raise TesterFault(f"store {store.name} has no subject for the role {role!r}: name one in its subjects")
    return random.Random(seed).choice(candidates)


class _Performance:
    """One performance, from the first sample to the last compensation."""

    def __init__(
        self,
        run: str,
        customer: Customer,
        journey: Journey,
        store: Store,
        company: Company,
        caches: Caches,
        seed: int,
    ) -> None:
        self._journey, self._store, self._company = journey, store, company
        self._caches: Caches = caches
        self._subject = choose(store, journey.role, seed)
        self._customer = customer
        self._mask = Mask((*store.secrets, customer.password))
        self._artifacts = Artifacts(company.artifacts and company.artifacts / run, self._mask)
        heading = Heading(
            run=run,
            journey=journey.name,
            title=journey.title,
            store=store.name,
            caches=caches,
            seed=seed,
            began=company.clock.utc(),
            checks=(*journey.checks, *judged_by(store.around, writes=journey.writes)),
            surfaces=store.surfaces,
        )
        self._recorder = Recorder(heading, company.clock, self._artifacts.path("history.ndjson"), self._mask)
        self._witness = Witness(store.record, self._subject, store.currency, self._recorder)
        self._inquiry = Inquiry(around=store.around, recorder=self._recorder, clock=company.clock)
        self._undoing = Undoing(
            run=run,
            store=store,
            subject=self._subject,
            witness=self._witness,
            recorder=self._recorder,
            stage=company.stage,
            journal=company.journal,
            clock=company.clock,
        )

    def perform(self) -> Result:
        """Everything in order; what was done is undone also after Ctrl-C."""
        self._company.watcher.began(self._recorder.heading)
        with ExitStack() as stack:
            stack.callback(self._undo)
            try:
                with Pulse(self._store.around.pulse, self._recorder):
                    self._observe(stack)
            except Exception as error:
                explained = self._company.stage.explain(error)
                self._trouble(explained)
                self._ask(self._inquiry.look)
                if not isinstance(explained, (AccessDenied, TesterFault)):
                    self._rehearse()
            else:
                self._rehearse()
            self._ask(self._inquiry.again)
        self._ask(self._inquiry.undone)
        self._ask(self._inquiry.heard)
        result = self._judged()
        self._artifacts.keep(lasting=result.verdict is not Verdict.PASS)
        try:
            self._company.watcher.ended(result, self._artifacts.files())
        except OSError as error:  # what was found is not lost with what could not be written of it
            self._trouble(
                TesterFault(f"cannot write what is told of the run: {error.strerror or error}; free some space")
            )
            result = self._judged()
        return result

    def _judged(self) -> Result:
        history = self._recorder.history()
        findings = judge(history, self._company.checks)
        return Result(
            history=history,
            findings=findings,
            diagnoses=diagnose(history, findings),
            duration_s=self._recorder.now(),
        )

    def _observe(self, stack: ExitStack) -> None:
        """Look at every surface, go on the journey, verify what it changed, and ask the record a last time."""
        stage, watcher = self._company.stage, self._company.watcher
        visitor = stage.visitor(self._customer.marker)
        stack.callback(visitor.close)
        watch = Watch(
            store=self._store,
            subject=self._subject,
            visitor=visitor,
            witness=self._witness,
            recorder=self._recorder,
            clock=self._company.clock,
            caches=self._caches,
            explain=stage.explain,
            patience_s=self._company.patience_s,
        )
        stack.callback(watch.close)
        isolation = Isolation(
            store=self._store,
            subject=self._subject,
            visitor=visitor,
            watch=watch,
            witness=self._witness,
            recorder=self._recorder,
        )
        verification = Verification(
            store=self._store,
            visitor=visitor,
            watch=watch,
            isolation=isolation,
            witness=self._witness,
            recorder=self._recorder,
            clock=self._company.clock,
            watcher=watcher,
            inquiry=self._inquiry,
        )
        watcher.step_began("look around the store")
        self._inquiry.begin(self._subject)
        watcher.step_began("look at every surface")
        watch.look(_VISITS[self._caches], verification.explain)
        session = stage.session(self._customer.email, self._customer.marker)
        stack.callback(session.close)
        customer = stage.companion(session)
        stack.callback(customer.close)
        watch.accompany(customer)
        self._go(session, verification, stack)
        watcher.step_began("ask the record a last time")
        self._witness.sample()

    def _go(self, session: Session, verification: Verification, stack: ExitStack) -> None:
        """The journey itself, in the customer's own browser."""
        run = Run(
            customer=self._customer,
            subject=self._subject,
            recorder=self._recorder,
            clock=self._company.clock,
            record=self._store.record,
            watcher=self._company.watcher,
            verify=verification.verify,
            sampled=lambda: self._witness.sample(gently=True),
            undo=self._undoing.plan,
            answered=session.answered,
            explain=lambda error: self._company.stage.explain(error, session),
            rival=lambda: self._rival(stack),
            seen=Browsing(session, self._store.url, self._recorder).note,
        )
        place = self._place(session)
        try:
            self._journey.body(run, place, self._customer)
            verification.verify()
        finally:
            self._artifacts.take(session)

    def _place(self, session: Session) -> Any:
        """The store as the journey knows it, in this browser."""
        return self._journey.store(pages=self._store.pages(session), means=self._store.means)

    def _rival(self, stack: ExitStack) -> tuple[Customer, Any]:
        """Another customer of this run, in a browser that is closed with the run."""
        heading = self._recorder.heading
        rival = make_customer(seed=heading.seed + 1, run=f"{heading.run}-rival", locale=self._store.locale)
        session = self._company.stage.session(rival.email, rival.marker)
        stack.callback(session.close)
        return rival, self._place(session)

    def _rehearse(self) -> None:
        """What third parties may have spoilt before the first write is gone again without them."""
        theatre = Theatre(
            journey=self._journey,
            store=self._store,
            subject=self._subject,
            customer=self._customer,
            stage=self._company.stage,
            clock=self._company.clock,
            recorder=self._recorder,
            plan=self._undoing.plan,
        )
        rehearse(theatre, self._company.watcher.step_began)

    def _undo(self) -> None:
        if self._undoing.planned:
            try:
                self._company.watcher.step_began("undo")
            finally:  # a watcher that fails must not keep an order standing
                self._undoing.undo()

    def _ask(self, question: Callable[[], None]) -> None:
        """Ask around the store; what goes wrong with that must not lose what is known already."""
        try:
            question()
        except Exception as error:
            self._trouble(self._company.stage.explain(error))

    def _trouble(self, error: JourneyError) -> None:
        """What kept the run from going on, unless a step has said it already."""
        said = self._mask.text(str(error))
        if not any(step.error == said for step in self._recorder.history().steps):
            self._recorder.note(Trouble(blame=blame_of(error), what=said, at=self._recorder.now()))
