"""The command: which cases were asked for, performed in order, and the result kept whatever happens."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from journeys.config import Config, ConfigError
from journeys.drill.cases import Outing, cases, outings
from journeys.drill.catalogue import load
from journeys.drill.clean import Clean
from journeys.drill.perform import Drill, ready
from journeys.drill.report import Drilled
from journeys.model import TesterFault

RESULT: Final = "drill.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was asked for; without names all faults, without a store all stores."""

    faults: tuple[str, ...] = ()
    stores: tuple[str, ...] = ()
    repeat: int = 1
    seed: int = 1
    singles: bool = True
    pairs: bool = True
    clean: int = 0
    rough: bool = False
    load: bool = False
    catalogue: str = ""

    def outings(self) -> tuple[Outing, ...]:
        """What is to be performed, in a shuffled order; ConfigError names what is not in the catalogue."""
        known = load(self.catalogue).chosen(self.faults, self.stores)
        chosen = [fault for fault in known if (self.pairs if fault.parts else self.singles)]
        if not chosen and not self.clean:
            raise ConfigError("no fault was chosen; leave out some of --fault, --store and --kinds")
        return outings(chosen, seed=self.seed, repeat=self.repeat)


def drill(config: Config, asked: Asked, output: Path, say: Callable[[str], None]) -> Drilled:
    """Perform it; the result so far is also that of a drill that was interrupted, and lies in the output folder."""
    planned = asked.outings()
    drilled = Drilled(seed=asked.seed, planned=len(cases(planned)), clean_planned=asked.clean)
    try:
        with ready(config, output / "drill", say, load=asked.load) as drill_:
            try:
                for so_far in _all(drill_, asked, planned, drilled):
                    drilled = so_far
            except KeyboardInterrupt:
                say("interrupted: what was planted is mended")
                drilled = replace(drilled, interrupted=True)
    finally:
        _keep(drilled, output)
    return drilled


def _all(drill_: Drill, asked: Asked, planned: Sequence[Outing], drilled: Drilled) -> Iterator[Drilled]:
    """The result after each case and each clean run."""
    for scored in drill_.go(planned):
        drilled = replace(drilled, scored=(*drilled.scored, scored))
        yield drilled
    for passed in drill_.clean(asked.clean, asked.stores, asked.seed, rough=asked.rough) if asked.clean else ():
        drilled = replace(drilled, clean=Clean(runs=(*drilled.clean.runs, passed)))
        yield drilled


def _keep(drilled: Drilled, output: Path) -> None:
    """Write the whole result down, unless there is none."""
    if not drilled.scored and not drilled.clean.runs:
        return
    try:
        output.mkdir(parents=True, exist_ok=True)
        (output / RESULT).write_text(json.dumps(drilled.as_json(), indent=2), encoding="utf-8")
    except OSError as error:
        raise TesterFault(f"cannot write the result into {output}: {error.strerror}; free some space") from error
