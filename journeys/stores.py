"""Putting stores together: configuration or running sandbox in, a store ready for journeys out."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from journeys import booking, shop
from journeys.config import Beside, Config, ConfigError, LayerSettings, StoreSettings
from journeys.masking import secrets_in
from journeys.model import (
    APPLICATION_CACHE,
    BROWSER_HTTP_CACHE,
    DATABASE_REPLICA,
    EDGE,
    SEARCH_INDEX,
    SERVICE_WORKER,
    TesterFault,
)
from journeys.outside import Vantage
from journeys.platforms.connection import Connection
from journeys.run.journey import Journey
from journeys.run.outside import Around, Organ
from journeys.run.ports import Clears, Layer, Store
from sandbox import Sandbox, SandboxError

if TYPE_CHECKING:
    from journeys.audit.sources import Source

_GROUP: Final = "journeys.platforms"
_LAYER_GROUP: Final = "journeys.layers"
_USUAL_KINDS: Final = {
    SERVICE_WORKER: "service-worker",
    BROWSER_HTTP_CACHE: "browser-http",
    EDGE: "varnish",
    APPLICATION_CACHE: "redis",
    SEARCH_INDEX: "search-index",
    DATABASE_REPLICA: "postgresql-replica",
}
"""The layers that a store may have, outermost first, and how each is reached unless something else is said."""
_NEIGHBOUR_GROUP: Final = "journeys.neighbours"
_ORGAN_GROUP: Final = "journeys.organs"
_TOLD: Final = ("back_office", "ca", "database", "neighbours", "organs")
"""What the sandbox says of a store in the same words, whatever its platform."""
CUSTOMERS: Final = "customers' address"
OFFICE: Final = "back office"
_SIDES: Final = {"sales": "books", "bookings": "calendar"}
"""The module of a platform that tells what is audited."""
_PAGES: Final = "pages"
_LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")


def all_journeys(config: Config) -> tuple[Journey, ...]:
    """The journeys of the project and those of the configured modules."""
    known = [*shop.JOURNEYS, *booking.JOURNEYS]
    for name in config.modules:
        try:
            known += importlib.import_module(name).JOURNEYS
        except (ImportError, AttributeError) as error:
            raise ConfigError(f"modules: {name}: {error}; it must define JOURNEYS, a tuple of journeys") from error
    return tuple(known)


def pick(journeys: Sequence[Journey], names: Sequence[str]) -> tuple[Journey, ...]:
    """The journeys of these names; all of them when none is named. ConfigError names those nobody knows."""
    known = {journey.name: journey for journey in journeys}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise ConfigError(f"unknown journey {', '.join(unknown)}; known are {', '.join(known)}")
    return tuple(known[name] for name in names) if names else tuple(journeys)


@contextmanager
def opened(config: Config, name: str) -> Iterator[Store]:
    """The store of that name, connected; ConfigError when it is not configured."""
    if name not in config.stores:
        raise ConfigError(f"unknown store {name}; configured are {', '.join(config.stores)}")
    settings = config.stores[name]
    store: Store = _platform(settings.platform).connect(_connection(config, name, settings))
    try:
        _check_names(f"stores.{name}.tolerance", settings.tolerance, {surface.name for surface in store.surfaces})
        own, others = store.around, around(config, name)
        neighbours = (*others.neighbours, *own.neighbours)
        whole = replace(others, neighbours=neighbours, settings=own.settings, answers=own.answers)
        yield replace(store, around=whole, secrets=secrets_of(config, name))
    finally:
        store.close()


def secrets_of(config: Config, name: str) -> tuple[str, ...]:
    """What must never be written down of a store and of what stands around it: credentials, keys, cards."""
    settings = config.stores[name]
    given = _from_sandbox(config, name, settings) if settings.sandbox else {}
    return tuple(dict.fromkeys((*secrets_in(settings.model_dump()), *secrets_in(given))))


def around(config: Config, name: str) -> Around:
    """What stands around a store, as far as it is known without asking the store itself."""
    settings = config.stores[name]
    given = _from_sandbox(config, name, settings) if settings.sandbox else {}
    url, office = settings.url or given.get("url", ""), settings.back_office or given.get("back_office", "")
    ca = _authority(config, settings, given)
    addresses = {CUSTOMERS: url, **({OFFICE: office} if office else {})}
    database = settings.database or given.get("database", "")
    key = f"stores.{name}"
    pulse = (_database(f"{key}.database", database),) if database else ()
    return Around(
        neighbours=_beside(f"{key}.neighbours", _NEIGHBOUR_GROUP, settings.neighbours, given.get("neighbours", {})),
        organs=(*_beside(f"{key}.organs", _ORGAN_GROUP, settings.organs, given.get("organs", {})), *pulse),
        pulse=pulse,
        outlooks=tuple(Vantage(name=each, url=address, ca=ca) for each, address in addresses.items()),
        intent=_intent(config, name, {**given.get("intent", {}), **settings.intent}),
    )


def _database(key: str, url: str) -> Organ:
    try:
        from journeys.outside.database import Database
    except ImportError as error:
        raise ConfigError(f"{key}: it needs {error.name}: pip install 'journeys[layers]'") from error
    return Database(url=url)


def _intent(config: Config, name: str, declared: Mapping[str, str]) -> Mapping[str, str]:
    """What was declared; ConfigError for settings that nobody can read back."""
    readable = tuple(getattr(_platform(config.stores[name].platform), "DECLARABLE", ()))
    unknown = sorted(each for each in declared if not each.startswith(readable))
    if unknown:
        known = ", ".join(f"{each}..." if each.endswith(" ") else each for each in readable) or "none"
        raise ConfigError(f"stores.{name}.intent: unknown are {', '.join(unknown)}; known are {known}")
    return declared


def _beside(
    key: str, group: str, chosen: Mapping[str, Beside], offered: Mapping[str, Mapping[str, Any]]
) -> tuple[Any, ...]:
    """Services beside the store, connected by their kinds; what the configuration says goes before the sandbox."""
    points = {point.name: point for point in entry_points(group=group)}
    wanted = {name: dict(each) for name, each in offered.items()}
    wanted |= {name: {"kind": each.kind, **each.options} for name, each in chosen.items()}
    connected = []
    for name, options in wanted.items():
        kind = str(options.pop("kind", ""))
        if kind not in points:
            raise ConfigError(f"{key}.{name}.kind: unknown kind {kind}; installed are {', '.join(sorted(points))}")
        try:
            connected.append(points[kind].load()(options))
        except ImportError as error:
            raise ConfigError(f"{key}.{name}: {kind} needs {error.name}: pip install 'journeys[neighbours]'") from error
        except (KeyError, ValueError) as error:
            raise ConfigError(f"{key}.{name}: {error}") from error
    return tuple(connected)


def beside_in_sandbox(config: Config, name: str) -> Mapping[str, Mapping[str, Any]]:
    """The services that the running sandbox has put beside a store: kind and options by name."""
    found: Mapping[str, Mapping[str, Any]] = _from_sandbox(config, name, config.stores[name]).get("neighbours", {})
    return found


@contextmanager
def side_of(config: Config, name: str, subject: str) -> Iterator[Source]:
    """What the store itself says of its ``sales`` or ``bookings``; ConfigError where its platform cannot tell."""
    platform = _platform(config.stores[name].platform).__name__
    module = f"{platform}.{_SIDES[subject]}"
    try:
        offered = importlib.import_module(module)
    except ModuleNotFoundError as error:
        if error.name != module:
            raise ConfigError(f"stores.{name}: {error.name} is missing: pip install 'journeys[audit]'") from error
        said = f"{config.stores[name].platform} tells no {subject}; give an export of them with --export"
        raise ConfigError(f"stores.{name}: {said}") from error
    connection, pages = connection_of(config, name), config.path(config.state) / _PAGES
    side: Source = offered.connect(connection, pages)
    try:
        yield side
    finally:
        getattr(side, "close", lambda: None)()


def connection_of(config: Config, name: str) -> Connection:
    """How the configured store of that name is reached, for those who are no customers in a browser."""
    return _connection(config, name, config.stores[name])


def _check_names(key: str, given: Iterable[str], known: Iterable[str]) -> None:
    """A name that nothing answers to would silently change nothing."""
    unknown = sorted(set(given) - set(known))
    if unknown:
        raise ConfigError(f"{key}: unknown are {', '.join(unknown)}; known are {', '.join(sorted(known))}")


def kind_of(config: Config, name: str) -> str:
    """``shop`` or ``booking``: what kind of store its platform makes it."""
    if name not in config.stores:
        raise ConfigError(f"unknown store {name}; configured are {', '.join(config.stores)}")
    return str(_platform(config.stores[name].platform).KIND)


def only_loopback(config: Config, names: Sequence[str]) -> bool:
    """Whether all these stores are on this machine, so that the browser needs nothing outside."""
    stores = [config.stores[name] for name in names if name in config.stores]
    return all(store.sandbox or urlsplit(store.url).hostname in _LOOPBACK for store in stores)


def sandbox_of(config: Config, say: Any) -> Sandbox:
    """The sandbox that the configuration names."""
    settings = config.sandbox
    return Sandbox(config.path(settings.home), profile=settings.profile, ports=dict(settings.ports), say=say)


def platforms() -> tuple[str, ...]:
    """The names of the installed platforms."""
    return tuple(sorted(point.name for point in entry_points(group=_GROUP)))


def _platform(name: str) -> Any:
    """The module of a platform: ``KIND``, ``connect``, perhaps ``DECLARABLE``, and ``translate`` for the sandbox."""
    for point in entry_points(group=_GROUP):
        if point.name == name:
            return point.load()
    raise ConfigError(f"unknown platform {name}; installed are {', '.join(platforms())}")


def _connection(config: Config, name: str, settings: StoreSettings) -> Connection:
    given = _from_sandbox(config, name, settings) if settings.sandbox else {}
    credentials = {key: value for key, value in settings.credentials.model_dump().items() if value}
    maildir = config.path(settings.maildir) if settings.maildir else given.get("maildir")
    return Connection(
        name=name,
        url=(settings.url or given.get("url", "")).rstrip("/"),
        locale=settings.locale,
        currency=settings.currency,
        timezone=settings.timezone,
        writes=settings.may_write,
        credentials=given.get("credentials", {}) | credentials,
        subjects=given.get("subjects", {}) | dict(settings.subjects),
        means=given.get("means", {}) | dict(settings.means),
        options=given.get("options", {}) | dict(settings.options),
        maildir=maildir,
        layers=_layers(config, name, settings, given),
        tolerance=settings.tolerance,
        back_office=(settings.back_office or given.get("back_office", "")).rstrip("/"),
        ca=_authority(config, settings, given),
    )


def _authority(config: Config, settings: StoreSettings, given: Mapping[str, Any]) -> str:
    """The file of the authority that signed the store's certificate; empty for those of the system."""
    return str(config.path(settings.ca)) if settings.ca else str(given.get("ca", ""))


def authorities(config: Config, names: Sequence[str]) -> tuple[str, ...]:
    """The files of the authorities of these stores, each once; TesterFault when a sandbox of theirs does not run."""
    found = []
    for name in names:
        settings = config.stores[name]
        given = _from_sandbox(config, name, settings) if settings.sandbox and not settings.ca else {}
        found.append(_authority(config, settings, given))
    return tuple(dict.fromkeys(filter(None, found)))


def _layers(config: Config, name: str, settings: StoreSettings, given: Mapping[str, Any]) -> tuple[Layer, ...]:
    """Every store has the browser's cache before it; others are those that the configuration or the sandbox names."""
    key = f"stores.{name}.layers"
    _check_names(key, settings.layers, _USUAL_KINDS)
    offered: Mapping[str, Mapping[str, Any]] = {BROWSER_HTTP_CACHE: {}} | given.get("layers", {})
    layers = []
    for layer in _USUAL_KINDS:
        chosen = settings.layers.get(layer)
        # What may be cleared of a layer can be said for a sandbox that has no such layer in this profile.
        told = chosen is not None and (not settings.sandbox or bool(chosen.kind or chosen.options))
        if told or layer in offered:
            chosen = chosen or LayerSettings.model_validate({})
            layers.append(_layer(config, f"{key}.{layer}", layer, chosen, offered.get(layer, {})))
    return tuple(layers)


def _layer(config: Config, key: str, name: str, chosen: LayerSettings, offered: Mapping[str, Any]) -> Layer:
    """One layer, connected by its kind; what the configuration says goes before what the sandbox offers."""
    usual = str(offered.get("kind") or _USUAL_KINDS[name])
    kind = chosen.kind or usual
    options = {k: v for k, v in offered.items() if k != "kind" and kind == usual} | dict(chosen.options)
    if isinstance(options.get("file"), str):
        options["file"] = str(config.path(Path(str(options["file"]))))
    points = {point.name: point for point in entry_points(group=_LAYER_GROUP)}
    if kind not in points:
        raise ConfigError(f"{key}.kind: unknown kind {kind}; installed are {', '.join(sorted(points))}")
    try:
        layer: Layer = points[kind].load()(options, Clears(chosen.clears))
    except ImportError as error:
        raise ConfigError(f"{key}.kind: {kind} needs {error.name}: pip install 'journeys[layers]'") from error
    except ValueError as error:
        raise ConfigError(f"{key}.{error}") from error
    if layer.name != name:
        raise ConfigError(f"{key}.kind: {kind} connects a layer of another name, {layer.name}")
    return layer


def _from_sandbox(config: Config, name: str, settings: StoreSettings) -> Mapping[str, Any]:
    """What the running sandbox says of a store, in the words of a connection."""
    try:
        status = sandbox_of(config, lambda line: None).status()
    except SandboxError as error:
        raise TesterFault(str(error)) from error
    store = next((each for each in status.stores.values() if each.platform == settings.platform), None)
    if store is None:
        raise ConfigError(f"stores.{name}: the sandbox has no store on {settings.platform}")
    # In the full profile a store that has crashed is still answered for, by what stands before it.
    serves = store.pid is not None or bool(status.services)
    if store.url is None or not store.details or not serves:
        raise TesterFault(f"the sandbox's {settings.platform} store is not running: start it with journeys sandbox up")
    given: dict[str, Any] = _platform(settings.platform).translate(store.details)
    told = {key: store.details[key] for key in _TOLD if key in store.details}
    return {**told, **given, "url": store.url, "maildir": status.mail.maildir}
