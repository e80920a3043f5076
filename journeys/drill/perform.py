"""Performing a drill: plant, go on the journey, judge, mend; and clean runs in between customers of all kinds."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import reports
from journeys import programme as programmes
from journeys import stores
from journeys.browser import BrowserStage
from journeys.config import Config, ConfigError
from journeys.drill.baselines import believed, first_error
from journeys.drill.cases import Outing
from journeys.drill.clean import Passed, passed
from journeys.drill.fault import Box
from journeys.drill.planted import FILE, Planted
from journeys.drill.score import Scored, missed, scored
from journeys.load import loaded
from journeys.model import AccessDenied, JourneyError, Result, StoreFault
from journeys.programme import Programme, Turn
from journeys.run.clock import SystemClock
from journeys.run.compensate import compensate
from journeys.run.not_performed import not_performed
from journeys.run.perform import Company, perform
from sandbox import Sandbox, State, switch
from sandbox.full import LinkRules

_ROUGH = LinkRules(jitter_ms=200, reset_kept_share=0.01)
_BETWEEN_RESETS = 20
"""How many clean runs a store takes before its data is put back: each run reads all the orders there are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreBox:
    """One store of the running sandbox, in its full profile."""

    store: str
    sandbox: Sandbox
    home: Path
    controls: object = field(repr=False)

    @property
    def details(self) -> Mapping[str, Any]:
        """What the sandbox says of it."""
        return self.sandbox.status().stores[self.store].details

    def switch(self, **switches: bool | int | str) -> None:
        """Throw switches of the store, beside those already thrown."""
        switch(self.home, **switches)

    def heal(self) -> None:
        """Make everything healthy."""
        self.sandbox.heal(self.store)

    def reset(self) -> None:
        """Heal it, and put its data back."""
        self.sandbox.reset(self.store)

    def halt(self) -> None:
        """End its server."""
        self.sandbox.halt(self.store)

    def start(self) -> None:
        """Start its server, healthy."""
        self.sandbox.up()


@dataclass(frozen=True, slots=True, kw_only=True)
class Drill:
    """All that a drill needs: the sandbox that it plants in, and the configuration of the stores that it tests."""

    config: Config
    sandbox: Sandbox
    boxes: Mapping[str, Box]
    planted: Planted
    stage: BrowserStage
    artifacts: Path
    say: Callable[[str], None]
    load: bool = False

    def go(self, planned: Sequence[Outing]) -> Iterator[Scored]:
        """One outing after the other; each is mended before the next one, whatever happened."""
        for number, outing in enumerate(planned, start=1):
            self.say(f"{number} of {len(planned)}: {outing.fault.key}, seed {outing.seed}")
            yield from self._outing(outing)

    def clean(self, runs: int, names: Collection[str], seed: int, *, rough: bool = False) -> Iterator[Passed]:
        """So many runs of all journeys in healthy stores, while other customers buy; ``rough`` as customers' lines are.

        That is: everything up to 200 ms late at random, and 1 % of the questions lost, which browsers ask again.
        """
        names = self._names(names)
        for place, name in enumerate(names):
            share = runs // len(names) + (place < runs % len(names))
            turns = _turns(self.config, name, seed, share)
            for first in range(0, share, _BETWEEN_RESETS):
                yield from self._block(name, turns[first : first + _BETWEEN_RESETS], rough=rough)

    def _outing(self, outing: Outing) -> tuple[Scored, ...]:
        fault, box = outing.fault, self.boxes[outing.fault.store]
        try:
            box.heal()
            self.planted.note(fault.store, fault.name)
            fault.plant(box)
            result = self._perform(outing)
            return tuple(scored(case, result, believed, first_error) for case in outing.cases)
        except JourneyError as error:
            self.say(f"{fault.key}: {error}")
            return tuple(missed(case, str(error)) for case in outing.cases)
        finally:
            fault.mend(box)
            self.planted.forget(fault.store)
            self._undo_the_rest(self._name(fault.store))

    def _perform(self, outing: Outing) -> Result:
        """The journey, with what the fault asks for; a store that cannot even be connected to is a result as well."""
        fault, name = outing.fault, self._name(outing.fault.store)
        told = dict(fault.settings(self.boxes[fault.store].details))
        config = _with(self.config, name, {**self.config.stores[name].tolerance, **fault.tolerance}, told)
        journey = replace(fault.journey, role=outing.role)
        with ExitStack() as stack:
            try:
                store = stack.enter_context(stores.opened(config, name))
            except (StoreFault, AccessDenied) as error:
                around, clock = stores.around(config, name), SystemClock()
                secrets = stores.secrets_of(config, name)
                return not_performed(
                    journey,
                    name,
                    error,
                    around=around,
                    secrets=secrets,
                    caches="keep",
                    seed=outing.seed,
                    clock=clock,
                )
            if self.load:
                stack.enter_context(loaded(config, name, programmes.journal_of(config), seed=outing.seed))
            return perform(journey, store, self._company(), seed=outing.seed)

    def _undo_the_rest(self, name: str) -> None:
        """What could not be undone while the fault was planted."""
        journal = programmes.journal_of(self.config)
        left = [each for each in journal.mine() if each.store == name]
        if left:
            with stores.opened(self.config, name) as store:
                compensate(left, store.record, journal, SystemClock())

    def _block(self, name: str, turns: Sequence[Turn], *, rough: bool) -> Iterator[Passed]:
        """Runs in a store that was just put back, under one load."""
        self.sandbox.reset(self._sandbox_name(name))
        if rough:
            self.boxes[self._sandbox_name(name)].controls.link.use(_ROUGH)
        with ExitStack() as stack:
            store = stack.enter_context(stores.opened(self.config, name))
            load = stack.enter_context(
                loaded(self.config, name, programmes.journal_of(self.config), seed=turns[0].seed)
            )
            for turn in turns:
                before = load.placed
                result = perform(turn.journey, store, self._company(), seed=turn.seed)
                one = passed(result, others=load.placed - before)
                self.say(f"clean: {turn.journey.name} in {name}, seed {turn.seed}: {one.in_words()}")
                yield one

    def _company(self) -> Company:
        return Company(
            stage=self.stage,
            clock=SystemClock(),
            journal=programmes.journal_of(self.config),
            watcher=reports.Pictures(),
            artifacts=self.artifacts / "runs",
        )

    def _names(self, names: Collection[str]) -> tuple[str, ...]:
        return tuple(self._name(store) for store in self.boxes if not names or store in names)

    def _name(self, store: str) -> str:
        """What the configuration calls a store of the sandbox."""
        platform = self.sandbox.status().stores[store].platform
        for name, settings in self.config.stores.items():
            if settings.sandbox and settings.platform == platform:
                return name
        raise ConfigError(f"no store on {platform} with sandbox = true is configured: the drill needs one")

    def _sandbox_name(self, name: str) -> str:
        return next(store for store in self.boxes if self._name(store) == name)


@contextmanager
def ready(config: Config, artifacts: Path, say: Callable[[str], None], *, load: bool = False) -> Iterator[Drill]:
    """The full sandbox, running, with both stores as sown, and a browser; what an earlier drill left is gone.

    A sandbox that did not run before is ended afterwards.
    """
    config = full(config)
    sandbox = stores.sandbox_of(config, say)
    planted = Planted(path=sandbox.status().home / FILE)
    left = planted.left()
    ran = sandbox.status().state is State.UP
    with ExitStack() as stack:
        if not ran:
            stack.callback(sandbox.down)
        sandbox.up()
        boxes = {name: _box(sandbox, name) for name in sandbox.status().stores}
        for store, box in boxes.items():
            box.reset()  # each drill finds the same stores: every order of an earlier one makes samples slower
            if store in left:
                say(f"{store}: mended {left[store]}, which a drill that died had left")
                planted.forget(store)
        _clean_up(config, say)
        names = [name for name, settings in config.stores.items() if settings.sandbox]
        stage = stack.enter_context(programmes.stage_for(config, names))
        yield Drill(
            config=config,
            sandbox=sandbox,
            boxes=boxes,
            planted=planted,
            stage=stage,
            artifacts=artifacts,
            say=say,
            load=load,
        )


def full(config: Config) -> Config:
    """The configuration with the sandbox's full profile: the embedded one has no layers to plant faults in."""
    return config.in_profile("full")


def _box(sandbox: Sandbox, store: str) -> StoreBox:
    home = sandbox.status().stores[store].home
    return StoreBox(store=store, sandbox=sandbox, home=home, controls=sandbox.controls(store))


def _with(config: Config, name: str, tolerance: Mapping[str, float], told: Mapping[str, Any]) -> Config:
    changed = config.stores[name].model_copy(update={"tolerance": dict(tolerance), **told})
    return config.model_copy(update={"stores": {**config.stores, name: changed}})


def _turns(config: Config, name: str, seed: int, runs: int) -> tuple[Turn, ...]:
    """So many turns: every journey of the store, again and again."""
    once = len(programmes.plan(config, Programme(stores=(name,))))
    if not once:
        raise ConfigError(f"no journey fits store {name}")
    return programmes.plan(config, Programme(stores=(name,), seed=seed, repeat=-(-runs // once)))[:runs]


def _clean_up(config: Config, say: Callable[[str], None]) -> None:
    """Undo what runs that died left in the stores."""
    journal = programmes.journal_of(config)
    for name in dict.fromkeys(each.store for each in journal.orphans()):
        if name in config.stores:
            with stores.opened(config, name) as store:
                cancelled, _ = programmes.clean_up(store, journal)
            say(f"{name}: cancelled {', '.join(cancelled) or 'nothing'}, which a run that died had left")
