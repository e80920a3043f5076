"""Putting stores together: configuration or running sandbox in, a store ready for journeys out."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.metadata import entry_points
from typing import Any, Final
from urllib.parse import urlsplit

from journeys import booking, shop
from journeys.config import Config, ConfigError, LayerSettings, StoreSettings
from journeys.layers import BrowserHttpCache, DjangoDatabaseCache
from journeys.model import APPLICATION_CACHE, BROWSER_HTTP_CACHE, TesterFault
from journeys.platforms.connection import Connection
from journeys.run.journey import Journey
from journeys.run.ports import Clears, Layer, Store
from sandbox import Sandbox, SandboxError

_GROUP: Final = "journeys.platforms"
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
        yield store
    finally:
        store.close()


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
    return Sandbox(config.path(config.sandbox.home), ports=dict(config.sandbox.ports), say=say)


def platforms() -> tuple[str, ...]:
    """The names of the installed platforms."""
    return tuple(sorted(point.name for point in entry_points(group=_GROUP)))


def _platform(name: str) -> Any:
    """The module of a platform: it has ``KIND`` and ``connect``, and ``translate`` if the sandbox knows it."""
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
        url=(given.get("url") or settings.url).rstrip("/"),
        locale=settings.locale,
        currency=settings.currency,
        timezone=settings.timezone,
        writes=settings.may_write,
        credentials=given.get("credentials", {}) | credentials,
        subjects=given.get("subjects", {}) | dict(settings.subjects),
        means=given.get("means", {}) | dict(settings.means),
        options=given.get("options", {}) | dict(settings.options),
        maildir=maildir,
        layers=_layers(config, settings, given),
        tolerance=settings.tolerance,
    )


def _layers(config: Config, settings: StoreSettings, given: Mapping[str, Any]) -> tuple[Layer, ...]:
    """Every store has the browser's cache before it; others are those that the configuration or the sandbox names."""
    _check_names("layers", settings.layers, (BROWSER_HTTP_CACHE, APPLICATION_CACHE))
    browser = settings.layers.get(BROWSER_HTTP_CACHE, LayerSettings.model_validate({}))
    layers: list[Layer] = [BrowserHttpCache(clears=Clears(browser.clears))]
    application = settings.layers.get(APPLICATION_CACHE, LayerSettings.model_validate({}))
    database = (application.file, application.table) if application.file else given.get(APPLICATION_CACHE)
    if database is not None:
        file, table = database
        clears = Clears(application.clears)
        layers.append(DjangoDatabaseCache(file=config.path(file), table=table, clears=clears))
    return tuple(layers)


def _from_sandbox(config: Config, name: str, settings: StoreSettings) -> Mapping[str, Any]:
    """What the running sandbox says of a store, in the words of a connection."""
    try:
        status = sandbox_of(config, lambda line: None).status()
    except SandboxError as error:
        raise TesterFault(str(error)) from error
    store = next((each for each in status.stores.values() if each.platform == settings.platform), None)
    if store is None:
        raise ConfigError(f"stores.{name}: the sandbox has no store on {settings.platform}")
    if store.url is None or not store.details or store.pid is None:
        raise TesterFault(f"the sandbox's {settings.platform} store is not running: start it with journeys sandbox up")
    given: dict[str, Any] = _platform(settings.platform).translate(store.details)
    return given | {"url": store.url, "maildir": status.mail.maildir}
