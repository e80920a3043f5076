"""Putting the books of a store together: configuration, sandbox or files in, sources of an audit out."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, Final

from journeys import stores
from journeys.audit.sources import Source, Together
from journeys.audit.statements import told
from journeys.config import Config, ConfigError

GROUP: Final = "journeys.books"
TABLES: Final[Mapping[str, tuple[str, ...]]] = {"sales": ("movements",), "bookings": ("bookings", "slots")}
"""What a source gives that is held against the sales or the bookings of a store; the first is what they are."""
_BY_COLUMNS: Final = ("csv", "parquet")
Options = Mapping[str, object]


class NothingToAudit(ConfigError):
    """No book is declared that the store could be held against."""


def against(
    config: Config, store: str, subject: str, named: tuple[str, ...] = (), exports: tuple[str, ...] = ()
) -> tuple[Source, ...]:
    """What the store is held against: books by name and files by path, or every book that fits.

    ``exports`` are the books that stand for the store itself. NothingToAudit without any, ConfigError names what there
    is not.
    """
    known = declared(config, store)
    taken = {store}
    if named:
        found = tuple(_named(config, store, subject, each, known, taken) for each in dict.fromkeys(named))
        strange = [each.name for each in found if not _fits(each, subject)]
        if strange:
            raise ConfigError(f"{', '.join(strange)} holds no {subject}")
        return found
    every = [book(config, store, name, options) for name, options in known.items() if name not in exports]
    fitting = tuple(each for each in every if _fits(each, subject))
    if not fitting:
        raise NothingToAudit(
            f"there is nothing to hold the {subject} of {store} against:"
            f" declare [stores.{store}.books.NAME], or name a file with --against"
        )
    return fitting


def exported(config: Config, store: str, subject: str, exports: tuple[str, ...]) -> Source:
    """The store's own side from books or files that were exported from it; ConfigError when they cannot be used."""
    known, found = declared(config, store), []
    for export in exports:
        if export in known:
            one = connected(f"stores.{store}.books.{export}", known[export], store, config.folder)
        else:
            one = _file(Path(export), store, store, subject, known)
        if not _fits(one, subject):
            raise ConfigError(f"{export} holds no {subject}")
        found.append(one)
    if not any(TABLES[subject][0] in each.tables() for each in found):
        raise ConfigError(f"{', '.join(exports)} holds no {subject}")
    return found[0] if len(found) == 1 else Together(name=store, sources=tuple(found))


def exports_of(config: Config, store: str, subject: str) -> tuple[str, ...]:
    """The books that are declared to stand for the store's side of this subject; none: its API does."""
    known, named = declared(config, store), config.stores[store].audit.exports
    tables = {each: book(config, store, each, known[each]).tables() for each in named if each in known}
    fitting = tuple(each for each in named if {*tables.get(each, TABLES[subject])} & {*TABLES[subject]})
    whole = any(TABLES[subject][0] in tables.get(each, TABLES[subject]) for each in fitting)
    return fitting if whole else ()


def _fits(source: Source, subject: str) -> bool:
    return any(each in TABLES[subject] for each in source.tables())


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


def _named(
    config: Config, store: str, subject: str, name: str, known: Mapping[str, Options], taken: set[str]
) -> Source:
    """The book of that name, or the file at that path under a name that no other source has."""
    if name in known:
        taken.add(name)
        return book(config, store, name, known[name])
    free, number = Path(name).name, 1
    while free in taken:
        number += 1
        free = f"{Path(name).name} ({number})"
    taken.add(free)
    return _file(Path(name), free, store, subject, known)


def _file(path: Path, name: str, store: str, subject: str, known: Mapping[str, Options]) -> Source:
    """A file whose kind is told by its content; Unreadable when that is none, ConfigError for a table."""
    if not path.exists():
        raise ConfigError(f"{path} is neither a file nor a book; known books are {', '.join(known) or 'none'}")
    kind = told(path)
    options: Options = {"kind": kind, "file": str(path.absolute())}
    if kind not in _BY_COLUMNS:
        return connected(f"{path}", options, name, path.absolute().parent)
    try:
        return connected(f"{path}", {**options, "holds": TABLES[subject][0]}, name, path.absolute().parent)
    except ConfigError as error:
        raise ConfigError(
            f"{error}; which columns a table has is declared: [stores.{store}.books.NAME] with"
            f' kind = "{kind}", file, holds = "{TABLES[subject][0]}" and columns; then name NAME'
        ) from error
