"""Putting a pretix store together from its connection."""

from __future__ import annotations

from typing import Any, Final
from zoneinfo import ZoneInfo

from journeys.model import APPLICATION_CACHE, TesterFault
from journeys.platforms.backend import Backend
from journeys.platforms.connection import Connection
from journeys.platforms.contract import Seam
from journeys.platforms.pretix import agreed
from journeys.platforms.pretix.confirmers import MailConfirmer, OrderPageConfirmer
from journeys.platforms.pretix.control import Control
from journeys.platforms.pretix.names import Series, learn
from journeys.platforms.pretix.record import PretixRecord
from journeys.platforms.pretix.settings import Settings
from journeys.platforms.pretix.surfaces import readers
from journeys.platforms.pretix.undo import Undo
from journeys.run.outside import Around
from journeys.run.ports import Confirmer, Session, Store
from page_objects.pretix import PretixPages

DELETE: Final = "test orders"


def connect(connection: Connection) -> Store:
    """The store; TesterFault when the configuration lacks something, StoreFault when it does not answer.

    Options: ``organizer`` and ``event`` as in the store's URLs; ``delete``, which is ``test orders`` (cancelled
    orders of a shop in test mode are deleted, so that all figures are as before) unless it says ``nothing``; and
    ``event number``, the event's primary key, under which its Redis keeps places and statistics.
    """
    series = series_of(connection)
    seam = agreed.seam()
    api = api_of(connection, seam)
    public = Backend(connection.url, headers={}, ca=connection.ca)
    names = learn(api, series, connection.subjects)
    undo = Undo(
        api=api,
        series=series,
        url=connection.office,
        ca=connection.ca,
        delete_test_orders=connection.options.get("delete", DELETE) == DELETE,
    )
    cached = any(layer.name == APPLICATION_CACHE for layer in connection.layers)
    record = PretixRecord(api=api, series=series, names=names, undoing=undo, cached=cached)
    control = control_of(connection)

    def close() -> None:
        api.close()
        public.close()
        if control is not None:
            control.close()

    return Store(
        name=connection.name,
        kind="booking",
        platform="pretix",
        url=connection.url,
        locale=connection.locale,
        currency=connection.currency,
        writes=connection.writes,
        subjects={role: tuple(names.subjects[pair] for pair in pairs) for role, pairs in connection.subjects.items()},
        means=connection.means,
        pages=lambda session: _pages(connection, series, session),
        record=record,
        readers=readers(connection, series, api, public, control, attendees=names.only_admission),
        confirmers=_confirmers(connection, series, record),
        layers=connection.layers,
        close=close,
        around=Around(settings=Settings(api=api, series=series).of, answers=seam.drain),
    )


def api_of(connection: Connection, seam: Seam | None = None) -> Backend:
    """The API of the store's event series; TesterFault without a token for it."""
    series, token = series_of(connection), connection.credentials.get("api_token")
    if not token:
        raise TesterFault(f"stores.{connection.name}: credentials.api_token is missing")
    return Backend(
        f"{connection.office}/api/v1/organizers/{series.organizer}/events/{series.event}",
        headers={"Authorization": f"Token {token}"},
        seam=seam,
        ca=connection.ca,
    )


def series_of(connection: Connection) -> Series:
    """The event series that the options name; TesterFault says which are missing."""
    missing = [name for name in ("organizer", "event") if not connection.options.get(name)]
    if missing:
        raise TesterFault(f"stores.{connection.name}: options {' and '.join(missing)} missing: copy them from its URLs")
    return Series(
        organizer=connection.options["organizer"],
        event=connection.options["event"],
        language=connection.locale.partition("_")[0],
        currency=connection.currency,
        zone=ZoneInfo(connection.timezone),
    )


def _pages(connection: Connection, series: Series, session: Session) -> PretixPages:
    playwright: Any = session
    return PretixPages(playwright.page, connection.url, connection.currency, series.path)


def control_of(connection: Connection) -> Control | None:
    """The control pages are surfaces only for a store that gives the tester a staff account."""
    user, password = (connection.credentials.get(name, "") for name in ("staff_user", "staff_password"))
    return Control(connection.office, user, password, ca=connection.ca) if user and password else None


def _confirmers(connection: Connection, series: Series, record: PretixRecord) -> tuple[Confirmer, ...]:
    page = OrderPageConfirmer(record=record, series=series, url=connection.url)
    if connection.maildir is None:
        return (page,)
    return (page, MailConfirmer(maildir=connection.maildir, currency=connection.currency))
