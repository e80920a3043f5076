"""Putting a shop together from its address and credentials."""

from __future__ import annotations

from typing import Final

from journeys.model import AccessDenied
from journeys.platforms.backend import Backend
from journeys.platforms.connection import Connection
from journeys.platforms.oscar import agreed
from journeys.platforms.oscar.confirmers import DashboardConfirmer, MailConfirmer
from journeys.platforms.oscar.dashboard import Dashboard
from journeys.platforms.oscar.goods import Goods
from journeys.platforms.oscar.record import OscarRecord
from journeys.platforms.oscar.settings import Settings
from journeys.platforms.oscar.settlements import SETTLED, Settlements
from journeys.platforms.oscar.surfaces import front, readers
from journeys.run.outside import Around, Neighbour
from journeys.run.ports import Confirmer, Store

_NEEDED: Final = ("api_user", "api_password", "staff_user", "staff_password")


def connect(connection: Connection) -> Store:
    """The shop, ready for journeys.

    Options: ``api`` (the path of the REST API, ``/api/``), ``cancelled status`` (``Cancelled``), ``settled event``
    (the name of the payment event that books a payment, of a shop that keeps such events), and for the
    application cache ``product page fragment``, ``listing fragment``,
    ``fragment seconds`` (their lifetime) and ``cache key prefix``. AccessDenied,
    StoreFault or TesterFault say what is missing.
    """
    missing = [name for name in _NEEDED if not connection.credentials.get(name)]
    if missing:
        raise AccessDenied(f"store {connection.name}: credentials are missing: {', '.join(missing)}")
    known, currency = connection.credentials, connection.currency
    root = connection.url + connection.options.get("api", "/api/")
    office = connection.office + connection.options.get("api", "/api/")
    seam = agreed.seam()
    api = Backend(office, headers={}, auth=(known["api_user"], known["api_password"]), seam=seam, ca=connection.ca)
    inside = Backend(office, headers={}, seam=seam, ca=connection.ca)
    public = Backend(root, headers={}, seam=seam, ca=connection.ca)
    site = Backend(connection.office, headers={}, ca=connection.ca)
    goods = Goods(inside, currency, api)
    dashboard = Dashboard(site, connection.office, known["staff_user"], known["staff_password"], currency)

    def close() -> None:
        for backend in (api, inside, public, site):
            backend.close()

    try:
        subjects = goods.subjects(connection.subjects)
    except BaseException:
        close()
        raise
    return Store(
        name=connection.name,
        kind="shop",
        platform="oscar",
        url=connection.url,
        locale=connection.locale,
        currency=currency,
        writes=connection.writes,
        subjects=subjects,
        means=connection.means,
        pages=lambda session: front(session, connection),
        record=OscarRecord(api, dashboard, goods, currency, connection.options.get("cancelled status", "Cancelled")),
        readers=readers(connection, public, root),
        confirmers=_confirmers(connection, dashboard),
        layers=connection.layers,
        close=close,
        around=Around(
            neighbours=_neighbours(connection, dashboard),
            settings=Settings(
                api=api, dashboard=dashboard, currency=currency, voucher=connection.means.get("voucher", "")
            ).of,
            answers=seam.drain,
        ),
    )


def _neighbours(connection: Connection, dashboard: Dashboard) -> tuple[Neighbour, ...]:
    """What the shop books when its payment processor says so stands beside it like a ledger of others."""
    event = connection.options.get(SETTLED)
    return (Settlements(dashboard=dashboard, event=event),) if event else ()


def _confirmers(connection: Connection, dashboard: Dashboard) -> tuple[Confirmer, ...]:
    """The mail only where the tester can read the customers' mails."""
    page = DashboardConfirmer(dashboard=dashboard)
    if connection.maildir is None:
        return (page,)
    return (page, MailConfirmer(maildir=connection.maildir, currency=connection.currency))
