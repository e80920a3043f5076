"""Audits put together: configuration, store and the books it is held against in, what was found out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final, Literal, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel

from journeys import books, stores
from journeys.audit.bookings import Rules as BookingRules
from journeys.audit.bookings import Shape, audit_bookings
from journeys.audit.engine import MEMORY_MB, Engine
from journeys.audit.model import Audit, Period
from journeys.audit.sales import Fee, Holds, Terms, audit_sales
from journeys.audit.sales import Rules as SalesRules
from journeys.audit.sources import Source
from journeys.config import Config, ConfigError
from journeys.config_audit import BookTerms, FeeTerms
from journeys.model import Money, Verdict
from journeys.programme import Exit
from journeys.run.clock import SystemClock

Subject = Literal["sales", "bookings"]
Say = Callable[[str, float | None], None]
SUBJECTS: Final = get_args(Subject)
_AUDITS: Final[Mapping[str, Any]] = {"sales": audit_sales, "bookings": audit_bookings}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is to be audited.

    ``against`` are names of the store's books or paths of files; none: all its books that fit. Without days it is
    yesterday, as the store's zone and cut-off count it. ``export`` is a book or a file that stands for the store's API,
    or several that do together. ``memory_mb`` and ``threads`` go before those of the configuration.
    """

    subject: Subject
    store: str
    against: tuple[str, ...] = ()
    first: date | None = None
    last: date | None = None
    export: str | tuple[str, ...] = ()
    memory_mb: int | None = None
    threads: int | None = None

    @property
    def exports(self) -> tuple[str, ...]:
        """Each book or file that stands for the store's API."""
        return (self.export,) if self.export and isinstance(self.export, str) else tuple(self.export)


@contextmanager
def audited(config: Config, wanted: Wanted, say: Say, now: datetime | None = None) -> Iterator[Audit]:
    """The audit, for as long as its discrepancies are read.

    ConfigError for what cannot be done, Unreadable for a file, StoreFault and AccessDenied for a service, TesterFault
    when the machine has no room. ``now`` says what yesterday is.
    """
    if wanted.store not in config.stores:
        raise ConfigError(f"unknown store {wanted.store}; configured are {', '.join(config.stores)}")
    settings = config.stores[wanted.store].audit
    period = period_of(config, wanted, now or SystemClock().utc())
    rules = rules_of(config, wanted.store, wanted.subject, now or SystemClock().utc())
    exports = wanted.exports or books.exports_of(config, wanted.store, wanted.subject)
    if exports and isinstance(rules, BookingRules):
        rules = replace(rules, export=_shape_of(config, wanted.store, exports))
    others = books.against(config, wanted.store, wanted.subject, wanted.against, (*exports, *settings.exports))
    with ExitStack() as stack:
        store = stack.enter_context(_store_side(config, wanted, exports))
        engine = stack.enter_context(
            Engine(
                memory_mb=wanted.memory_mb or settings.memory_mb or MEMORY_MB,
                threads=wanted.threads or settings.threads,
                say=say,
            )
        )
        found: Audit = _AUDITS[wanted.subject](engine, store, others, period, rules, say)
        left = (each for source in (store, *others) for each in getattr(source, "left_out", ()))
        yield replace(found, left_out=tuple(dict.fromkeys((*found.left_out, *left))))


def period_of(config: Config, wanted: Wanted, now: datetime) -> Period:
    """The days that are audited; ConfigError where they are none."""
    settings = config.stores[wanted.store]
    zone = _zone(f"stores.{wanted.store}.timezone", settings.timezone)
    today = (now.astimezone(zone).replace(tzinfo=None) - timedelta(seconds=settings.audit.cutoff_s)).date()
    yesterday = today - timedelta(days=1)
    last = wanted.last or max(yesterday, wanted.first or yesterday)
    first = wanted.first or last
    if first > last:
        raise ConfigError(f"--from {first} is after --to {last}")
    return Period(first=first, last=last, zone=zone, cutoff_s=settings.audit.cutoff_s)


def rules_of(config: Config, store: str, subject: str, now: datetime) -> SalesRules | BookingRules:
    """The rules of matching, as configured, for an audit at this moment; ConfigError names one that cannot be."""
    settings = config.stores[store]
    told: BaseModel = getattr(settings.audit, subject)
    given = {name: value for name, value in told.model_dump().items() if value is not None}
    try:
        if subject == "sales":
            return SalesRules(**given, sources={name: _terms(book.terms) for name, book in settings.books.items()})
        shapes = {name: Shape(book.shape) for name, book in settings.books.items() if book.shape}
        young = timedelta(seconds=given.pop("young_s"))
        return BookingRules(**given, shapes=shapes, made_before=now - young)
    except ValueError as error:
        raise ConfigError(f"stores.{store}.audit.{subject}.{error}") from error


def _shape_of(config: Config, store: str, exports: tuple[str, ...]) -> Shape:
    """How exports write bookings down: one row each only where that is declared, so that rows of the same are wrong."""
    declared = config.stores[store].books
    shapes = {declared[each].shape for each in exports if each in declared}
    return Shape.BOOKING if shapes == {Shape.BOOKING.value} else Shape.PLACE


def _terms(of: BookTerms) -> Terms:
    return Terms(holds=Holds(of.holds), lag_days=of.lag_days, fees=tuple(map(_fee, of.fees)), daily=of.daily)


def _fee(of: FeeTerms) -> Fee:
    fixed = {currency: Money.of(amount, currency).minor for currency, amount in of.fixed.items()}
    return Fee(percent=of.percent, fixed=fixed, tolerance=of.tolerance)


def only_store(config: Config, subject: Subject) -> str:
    """The store that is meant when none is named; ConfigError unless there is one of that kind."""
    kind = {"sales": "shop", "bookings": "booking"}[subject]
    fitting = [name for name in config.stores if stores.kind_of(config, name) == kind]
    if len(fitting) != 1:
        raise ConfigError(f"say which store with --store; configured are {', '.join(config.stores)}")
    return fitting[0]


def check(config: Config) -> tuple[str, ...]:
    """The audits that the configuration declares, in words; ConfigError names every mistake in them."""
    mistakes: list[str] = []
    declared: list[str] = []
    now = SystemClock().utc()
    for name, settings in config.stores.items():
        mistakes += filter(None, (_mistake(rules_of, config, name, subject, now) for subject in SUBJECTS))
        for book, told in settings.books.items():
            options = {"kind": told.kind, **told.options}
            mistakes += filter(None, (_mistake(books.book, config, name, book, options),))
            declared.append(f"{name}: audited against {book}, {told.kind}")
        mistakes += (
            f"stores.{name}.audit.export: there is no book {each}"
            for each in settings.audit.exports
            if each not in settings.books
        )
    if mistakes:
        raise ConfigError("\n".join(mistakes))
    return tuple(declared)


@contextmanager
def _store_side(config: Config, wanted: Wanted, exports: tuple[str, ...]) -> Iterator[Source]:
    """What the store itself believes: by its platform's API, or from exports."""
    if exports:
        yield books.exported(config, wanted.store, wanted.subject, exports)
        return
    with stores.side_of(config, wanted.store, wanted.subject) as side:
        yield side


def _zone(key: str, name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ConfigError(f"{key}: {name} is no time zone, such as Europe/Berlin") from error


def _mistake(make: Callable[..., object], *of: object) -> str:
    """What is wrong, where it cannot be made."""
    try:
        make(*of)
    except ConfigError as error:
        return str(error)
    return ""


def exit_code(audit: Audit) -> Exit:
    """What the process says to the shell."""
    return {Verdict.PASS: Exit.PASS, Verdict.FAIL: Exit.FAULT, Verdict.UNKNOWN: Exit.INCONCLUSIVE}[audit.verdict]
