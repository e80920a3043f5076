"""The doctor: whether everything that runs need is there, said before a run finds out."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import version

from journeys import stores
from journeys.config import Config, ConfigError
from journeys.model import JourneyError, StoreFault
from journeys.programme import journal_of, stage_for
from sandbox import SandboxError

_SPACE_NEEDED = 200_000_000
_NO_ORDER, _NOBODY = "JOURNEYS-NO-SUCH-ORDER", "jrn-doctor@example.org"


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """One thing that was looked at."""

    what: str
    well: bool
    says: str

    def as_json(self) -> dict[str, object]:
        """Plain data."""
        return asdict(self)


def examine(config: Config) -> tuple[Health, ...]:
    """Look at everything; what is ill does not keep the doctor from looking at the rest."""
    looks = [
        ("journeys", lambda: version("journeys")),
        ("browser", lambda: _browser(config)),
        ("state", lambda: _state(config)),
    ]
    looks += [(f"store {name}", _looking_at(config, name)) for name in config.stores]
    looks += [(f"around {name}", _looking_around(config, name)) for name in config.stores]
    return tuple(_look(what, look) for what, look in looks)


def _look(what: str, look: Callable[[], str]) -> Health:
    try:
        return Health(what=what, well=True, says=look())
    except (JourneyError, ConfigError, SandboxError, OSError) as error:
        return Health(what=what, well=False, says=str(error))


def _browser(config: Config) -> str:
    with stage_for(config, tuple(config.stores)) as stage:
        return stage.version()


def _state(config: Config) -> str:
    journal = journal_of(config)
    folder = config.path(config.state)
    folder.mkdir(parents=True, exist_ok=True)
    if not os.access(folder, os.W_OK):
        raise OSError(f"{folder} cannot be written")
    free = shutil.disk_usage(folder).free
    if free < _SPACE_NEEDED:
        raise OSError(f"only {free // 1_000_000} MB are free in {folder}")
    orphans = len(journal.orphans())
    left = f"{orphans} compensations wait for journeys cleanup" if orphans else "nothing to clean up"
    return f"{folder} is writable, {left}"


def _looking_at(config: Config, name: str) -> Callable[[], str]:
    return lambda: ", ".join(_store(config, name))


def _store(config: Config, name: str) -> Iterator[str]:
    with stores.opened(config, name) as store:
        yield f"{store.platform} at {store.url}"
        yield f"{len(store.record.orders())} orders in the record"
        for role, subjects in store.subjects.items():
            left = [store.record.about(subject, gently=False)["availability"] for subject in subjects[:1]]
            yield f"{role}: {len(subjects)} subjects (first has {left[0] if left else 'none'} left)"
        yield f"{len(store.readers)} surfaces"


def _looking_around(config: Config, name: str) -> Callable[[], str]:
    return lambda: ", ".join(_around(config, name)) or "nothing is configured around it"


def _around(config: Config, name: str) -> Iterator[str]:
    """Vantage points, organs and neighbours, each asked once, and how many settings are as declared."""
    with stores.opened(config, name) as store:
        around = store.around
        for outlook in around.outlooks:
            cut = next((each for each in outlook.look() if each.failure), None)
            if cut is not None:
                raise StoreFault(f"{outlook.name} cannot be reached: {cut.failure}: {cut.says}")
            yield f"{outlook.name} answers"
        for organ in around.organs:
            well, says = organ.ask()
            if well is None:
                raise StoreFault(f"the {organ.part} cannot be asked: {says}")
            yield f"{organ.part}: {'well' if well else says}"
        for neighbour in around.neighbours:
            neighbour.entries(_NO_ORDER, _NOBODY)
            yield f"{neighbour.name} answers"
        subject = next((each for subjects in store.subjects.values() for each in subjects), None)
        if around.intent and subject is not None:
            found = around.settings(subject)
            known = {each: found[each] for each in around.intent if each in found}
            differ = [each for each, value in known.items() if value != around.intent[each]]
            yield f"settings of {subject.key}: {len(known) - len(differ)} of {len(known)} as declared"
