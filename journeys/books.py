"""Putting the books of a store together: configuration, sandbox or files in, sources of an audit out."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, Final

from journeys import stores
from journeys.audit.sources import Source
from journeys.audit.statements import told
from journeys.config import Config, ConfigError

GROUP: Final = "journeys.books"
TABLES: Final[Mapping[str, str]] = {"sales": "movements", "bookings": "bookings"}
"""What a source has to give to be held against the sales or the bookings of a store."""
Options = Mapping[str, object]


class NothingToAudit(ConfigError):
    """No book is declared that the store could be held against."""


def against(
    config: Config, store: str, subject: str, named: tuple[str, ...] = (), export: str = ""
) -> tuple[Source, ...]:
    """What the store is held against: books by name and files by path, or every book that fits.

    ``export`` is the book that stands for the store itself. NothingToAudit without any, ConfigError names what there
    is not.
    """
    known = declared(config, store)
    taken = {store}
    if named:
        found = tuple(_named(config, store, each, known, taken) for each in dict.fromkeys(named))
        strange = [each.name for each in found if TABLES[subject] not in each.tables()]
        if strange:
            raise ConfigError(f"{', '.join(strange)} holds no {subject}")
        return found
    every = [book(config, store, name, options) for name, options in known.items() if name != export]
    fitting = tuple(each for each in every if TABLES[subject] in each.tables())
    if not fitting:
        raise NothingToAudit(
            f"there is nothing to hold the {subject} of {store} against:"
            f" declare [stores.{store}.books.NAME], or name a file with --against"
        )
    return fitting


def exported(config: Config, store: str, subject: str, export: str) -> Source:
    """The store's own side from a book or a file that was exported from it; ConfigError when it cannot be used."""
    known = declared(config, store)
    if export in known:
        found = connected(f"stores.{store}.books.{export}", known[export], store, config.folder)
    else:
        found = _file(Path(export), store, known)
    if TABLES[subject] not in found.tables():
        raise ConfigError(f"{export} holds no {subject}")
    return found


def declared(config: Config, store: str) -> Mapping[str, Options]:
    """The options of every book by its name; what the configuration says goes before what the sandbox offers."""
    settings = config.stores[store]
    offered = stores.beside_in_sandbox(config, store) if settings.sandbox else {}
    kinds = {point.name for point in entry_points(group=GROUP)}
    fitting: dict[str, Options] = {name: each for name, each in offered.items() if each.get("kind") in kinds}
    return fitting | {name: {"kind": each.kind, **each.options} for name, each in settings.books.items()}


def book(config: Config, store: str, name: str, options: Options) -> Source:
    """One declared book, connected by its kind; ConfigError names the option that is wrong."""
    return connected(f"stores.{store}.books.{name}", options, name, config.folder)


def connected(key: str, options: Options, name: str, folder: Path) -> Source:
    """A source of this name; paths among its options begin in ``folder``."""
    points = {point.name: point for point in entry_points(group=GROUP)}
    wanted: dict[str, Any] = dict(options)
    kind = str(wanted.pop("kind", ""))
    if kind not in points:
        raise ConfigError(f"{key}.kind: unknown kind {kind}; installed are {', '.join(sorted(points))}")
    try:
        found: Source = points[kind].load()(wanted, name, folder)
    except ImportError as error:
        raise ConfigError(f"{key}: {kind} needs {error.name}: pip install 'journeys[audit]'") from error
    except ValueError as error:
        raise ConfigError(f"{key}.{error}") from error
    return found


def _named(config: Config, store: str, name: str, known: Mapping[str, Options], taken: set[str]) -> Source:
    """The book of that name, or the file at that path under a name that no other source has."""
    if name in known:
        taken.add(name)
        return book(config, store, name, known[name])
    free, number = Path(name).name, 1
    while free in taken:
        number += 1
        free = f"{Path(name).name} ({number})"
    taken.add(free)
    return _file(Path(name), free, known)


def _file(path: Path, name: str, known: Mapping[str, Options]) -> Source:
    """A file whose kind is told by its content; Unreadable when that is none."""
    if not path.exists():
        raise ConfigError(f"{path} is neither a file nor a book; known books are {', '.join(known) or 'none'}")
    return connected(f"{path}", {"kind": told(path), "file": str(path.absolute())}, name, path.absolute().parent)
