"""A programme: which journeys are gone in which stores, how often, with which caches, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Literal

from playwright.sync_api import Playwright

from journeys import stores
from journeys.browser import BrowserStage
from journeys.config import Config, ConfigError
from journeys.load import loaded
from journeys.model import AccessDenied, JourneyError, Residue, Result, StepOutcome, StoreFault, Verdict, worst
from journeys.run.by_hand import NoSuchSurface, isolate_now
from journeys.run.clock import SystemClock
from journeys.run.compensate import compensate
from journeys.run.journal import Journal
from journeys.run.journey import Journey
from journeys.run.kept import prune
from journeys.run.not_performed import not_performed
from journeys.run.perform import Company, perform, perform_both
from journeys.run.ports import Store, Watcher

JOURNAL = "journal.ndjson"
RUNS = "runs"


class Exit(IntEnum):
    """What the process says to the shell."""

    PASS = 0
    FAULT = 1
    USAGE = 2
    TESTER = 3
    INCONCLUSIVE = 4
    NOTHING = 5
    INTERRUPTED = 130


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """What was asked for; without names all journeys that fit the store, without a store all stores."""

    journeys: tuple[str, ...] = ()
    stores: tuple[str, ...] = ()
    caches: Literal["keep", "clear", "both"] = "keep"
    repeat: int = 1
    seed: int = 1
    patience_s: float = 0.0
    load: bool = False
    headed: bool = False
    report: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One journey in one store with one seed."""

    journey: Journey
    store: str
    seed: int


def plan(config: Config, programme: Programme) -> tuple[Turn, ...]:
    """The turns of a programme, repetition by repetition; ConfigError names what does not exist or does not fit."""
    known = stores.all_journeys(config)
    wanted = stores.pick(known, programme.journeys)
    turns = []
    for name in programme.stores or tuple(config.stores):
        kind, may_write = stores.kind_of(config, name), config.stores[name].may_write
        fitting = [journey for journey in wanted if journey.kind == kind]
        if programme.journeys and programme.stores and len(fitting) < len(wanted):
            strange = ", ".join(journey.name for journey in wanted if journey not in fitting)
            raise ConfigError(f"{strange} cannot be gone in store {name}, which is a {kind} store")
        forbidden = [journey.name for journey in fitting if journey.writes and not may_write]
        if programme.journeys and forbidden:
            names = ", ".join(forbidden)
            raise ConfigError(f"{names} writes, and store {name} is read-only: set writes = true in [stores.{name}]")
        turns += [(name, journey) for journey in fitting if journey.name not in forbidden]
    return tuple(
        Turn(journey=journey, store=name, seed=programme.seed + i)
        for i in range(programme.repeat)
        for name, journey in turns
    )


def go(
    config: Config, programme: Programme, turns: Sequence[Turn], watcher: Watcher, say: Callable[[str], None]
) -> Iterator[tuple[Result, ...]]:
    """Take the turns one after the other in one browser, and yield what each was judged.

    What runs that died left is undone first; ``say`` is told of it.
    """
    names = tuple(dict.fromkeys(turn.store for turn in turns))
    with ExitStack() as stack:
        opened = {name: _opened(stack, config, name) for name in names}
        journal = journal_of(config)
        company = Company(
            stage=stack.enter_context(
                stage_for(config, names, headed=programme.headed, tracing=bool(programme.report))
            ),
            clock=SystemClock(),
            journal=journal,
            watcher=watcher,
            artifacts=_runs(config, programme.report),
            patience_s=programme.patience_s,
        )
        for store in opened.values():
            if isinstance(store, Store):
                _clean_up_first(store, journal, say)
        for name in names if programme.load else ():
            stack.enter_context(loaded(config, name, journal, seed=programme.seed))
        for turn in turns:
            store = opened[turn.store]
            if isinstance(store, JourneyError):
                yield _failed(config, turn, store, programme, watcher)
            elif programme.caches == "both":
                yield perform_both(turn.journey, store, company, seed=turn.seed)
            else:
                yield (perform(turn.journey, store, company, caches=programme.caches, seed=turn.seed),)


def isolate(config: Config, name: str, surface: str, key: str, watcher: Watcher, report: Path | None = None) -> Result:
    """Look at one surface of a store for one subject, without a journey, and isolate what is old there."""
    with stores.opened(config, name) as store, stage_for(config, (name,), tracing=bool(report)) as stage:
        company = Company(
            stage=stage,
            clock=SystemClock(),
            journal=journal_of(config),
            watcher=watcher,
            artifacts=_runs(config, report),
        )
        subjects = {subject.key: subject for chosen in store.subjects.values() for subject in chosen}
        if key and key not in subjects:
            raise ConfigError(f"store {name} has no subject {key!r}; it has {', '.join(subjects)}")
        if not subjects:
            raise ConfigError(f"store {name} has no subjects: name some in stores.{name}.subjects")
        try:
            return isolate_now(surface, store, company, subjects[key] if key else next(iter(subjects.values())))
        except NoSuchSurface as error:
            raise ConfigError(str(error)) from error


def _runs(config: Config, report: Path | None) -> Path:
    """Where each run leaves its history: in the report, or beside the journal, where only the newest are kept."""
    if report is not None:
        return report / RUNS
    own = runs_of(config)
    prune(own)
    return own


def runs_of(config: Config) -> Path:
    """Where runs that nobody asked a report of leave their histories."""
    return config.path(config.state) / RUNS


def _opened(stack: ExitStack, config: Config, name: str) -> Store | JourneyError:
    """The store, or why it cannot be connected to: that is the result of its turns, and no reason to skip others."""
    try:
        return stack.enter_context(stores.opened(config, name))
    except (StoreFault, AccessDenied) as error:
        return error


def _clean_up_first(store: Store, journal: Journal, say: Callable[[str], None]) -> None:
    cancelled, left = clean_up(store, journal)
    if cancelled:
        say(f"{store.name}: cancelled {', '.join(cancelled)}, which a run that died had left")
    for residue in left:
        if not residue.benign:
            say(f"{store.name}: {residue.what}")


def _failed(
    config: Config, turn: Turn, error: JourneyError, programme: Programme, watcher: Watcher
) -> tuple[Result, ...]:
    around = stores.around(config, turn.store)
    kinds = ("keep", "clear") if programme.caches == "both" else (programme.caches,)
    results = tuple(
        not_performed(
            turn.journey,
            turn.store,
            error,
            around=around,
            secrets=stores.secrets_of(config, turn.store),
            caches=caches,
            seed=turn.seed,
            clock=SystemClock(),
        )
        for caches in kinds
    )
    for result in results:
        watcher.began(result.history.heading)
        watcher.ended(result, {})
    return results


def stage_for(
    config: Config,
    names: Sequence[str],
    *,
    headed: bool = False,
    tracing: bool = False,
    playwright: Playwright | None = None,
) -> BrowserStage:
    """A browser for these stores."""
    first = config.stores[names[0]] if names else None
    return BrowserStage(
        executable=config.browser.executable or None,
        headed=headed or config.browser.headed,
        only_loopback=stores.only_loopback(config, names),
        tracing=tracing,
        locale=first.locale.replace("_", "-") if first else "en-GB",
        authorities=lambda: stores.authorities(config, names),
        playwright=playwright,
    )


def journal_of(config: Config) -> Journal:
    """The journal of compensations, beside the configuration.

    The stores of the sandbox's profiles have the same names and are other stores: what was promised to one of them
    would be found nowhere in the other, and be taken for undone.
    """
    name = JOURNAL if config.sandbox.profile == "embedded" else f"{config.sandbox.profile}-{JOURNAL}"
    return Journal(config.path(config.state) / name)


def clean_up(store: Store, journal: Journal) -> tuple[tuple[str, ...], tuple[Residue, ...]]:
    """Undo what runs that died left in the store: what was cancelled, and what is left."""
    orphans = [each for each in journal.orphans() if each.store == store.name]
    cancelled, left = compensate(orphans, store.record, journal, SystemClock())
    journal.prune()
    return cancelled, left


def exit_code(results: Sequence[Result]) -> Exit:
    """A fault of a store goes before a fault of the tester, and that before not knowing."""
    if not results:
        return Exit.NOTHING
    verdict = worst(result.verdict for result in results)
    if verdict is Verdict.PASS:
        return Exit.PASS
    if verdict is Verdict.FAIL:
        return Exit.FAULT
    blames = {trouble.blame for result in results for trouble in result.history.troubles}
    broken = any(step.outcome is StepOutcome.BROKEN for result in results for step in result.history.steps)
    if "configuration" in blames:
        return Exit.USAGE
    return Exit.TESTER if broken or blames else Exit.INCONCLUSIVE
