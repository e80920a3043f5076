"""Isolation by hand: a fact that looks wrong now, at one surface, without a journey."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from typing import Final
from uuid import uuid4

from journeys.checks import ALL_CHECKS, judge
from journeys.customers import make_customer
from journeys.diagnosis import diagnose
from journeys.masking import Mask
from journeys.model import Heading, Result, Subject, Trouble, Verdict
from journeys.run.artifacts import Artifacts
from journeys.run.blame import blame_of
from journeys.run.isolate import Isolation
from journeys.run.perform import Company
from journeys.run.ports import Store
from journeys.run.recorder import Recorder
from journeys.run.watch import Watch
from journeys.run.witness import Witness

NAME: Final = "isolate"


class NoSuchSurface(Exception):
    """The store has no surface of that name; the text says which ones it has."""


def isolate_now(surface: str, store: Store, company: Company, subject: Subject) -> Result:
    """Read the surface now, compare it with the record, and isolate the layers that hold an old value, if it is old.

    Nothing is bought. The caches of anybody's own browser are out of reach: the tester looks with a new one.
    NoSuchSurface when the store has none of that name.
    """
    readers = tuple(reader for reader in store.readers if reader.surface.name == surface)
    if not readers:
        known = ", ".join(dict.fromkeys(each.name for each in store.surfaces))
        raise NoSuchSurface(f"store {store.name} has no surface {surface!r}; it has {known}")
    there = replace(store, readers=readers)
    heading = Heading(
        run=uuid4().hex[:10],
        journey=NAME,
        title=f"is {surface} as the record says?",
        store=store.name,
        caches="keep",
        seed=0,
        began=company.clock.utc(),
        checks=("agreement",),
        surfaces=there.surfaces,
    )
    mask = Mask(store.secrets)
    artifacts = Artifacts(company.artifacts and company.artifacts / heading.run, mask)
    recorder = Recorder(heading, company.clock, artifacts.path("history.ndjson"), mask)
    company.watcher.began(heading)
    try:
        _look(there, company, subject, recorder)
    except Exception as raised:
        error = company.stage.explain(raised)
        recorder.add(Trouble(blame=blame_of(error), what=str(error), at=recorder.now()))
    history = recorder.history()
    findings = judge(history, ALL_CHECKS)
    result = Result(
        history=history, findings=findings, diagnoses=diagnose(history, findings), duration_s=recorder.now()
    )
    artifacts.keep(lasting=result.verdict is not Verdict.PASS)
    company.watcher.ended(result, artifacts.files())
    return result


def _look(store: Store, company: Company, subject: Subject, recorder: Recorder) -> None:
    marker = make_customer(seed=0, run=recorder.heading.run, locale=store.locale).marker
    visitor = company.stage.visitor(marker)
    witness = Witness(store.record, subject, store.currency, recorder)
    with ExitStack() as stack:
        stack.callback(visitor.close)
        watch = Watch(
            store=store,
            subject=subject,
            visitor=visitor,
            witness=witness,
            recorder=recorder,
            clock=company.clock,
            caches="keep",
            explain=company.stage.explain,
        )
        stack.callback(watch.close)
        isolation = Isolation(
            store=store, subject=subject, visitor=visitor, watch=watch, witness=witness, recorder=recorder
        )
        company.watcher.step_began(f"look at {store.readers[0].surface.name}")
        watch.look(1, isolation.isolate)
        company.watcher.step_began("ask the record a last time")
        witness.sample()
