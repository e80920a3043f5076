"""Where a shop shows its facts: product page, listings, search, the public API and the dashboard."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import md5
from typing import Any, Final, Literal

from playwright.sync_api import Page as Tab

from journeys.model import (
    APPLICATION_CACHE,
    BROWSER_HTTP_CACHE,
    DATABASE_REPLICA,
    EDGE,
    SEARCH_INDEX,
    SERVICE_WORKER,
    Money,
    Shows,
    StoreFault,
    Subject,
    Surface,
    Value,
)
from journeys.platforms.backend import Backend
from journeys.platforms.connection import Connection
from journeys.run.ports import Place, Reader, Seen, Session, Visitor
from page_objects.oscar import CataloguePage, DashboardPage, FrontPages, ProductPage, search_path

PRODUCT_FRAGMENT: Final = "product page fragment"
LISTING_FRAGMENT: Final = "listing fragment"
FRAGMENT_SECONDS: Final = "fragment seconds"
_KEY_PREFIX: Final = "cache key prefix"
_STAFF: Final = "staff"
_FRONT: Final = (SERVICE_WORKER, BROWSER_HTTP_CACHE, EDGE)
_LEFT: Final = "SELECT num_in_stock - COALESCE(num_allocated, 0) FROM partner_stockrecord WHERE product_id = {product}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PageReader:
    """A page that customers look at; ``fragment`` names the option that describes its cached part."""

    surface: Surface
    connection: Connection
    path: Callable[[Subject], str]
    look: Callable[[FrontPages, Subject], Value]
    fragment: str
    channel: Literal["browser"] = "browser"

    def read(self, subject: Subject, visitor: Visitor, at: str = "") -> Seen:
        """What the page shows now."""
        session = visitor.session()
        page = front(session, self.connection, at)
        page.go(self.path(subject))
        return Seen(value=self.look(page, subject), evidence=session.evidence())

    def place(self, subject: Subject) -> Place:
        """Its address, and the key of its cached part."""
        template = self.connection.options.get(self.fragment, "")
        prefix = self.connection.options.get(_KEY_PREFIX, ":1:")
        keys = {SEARCH_INDEX: (subject.ids["product"],), DATABASE_REPLICA: (_LEFT.format_map(subject.ids),)}
        if template:
            lifetime = self.connection.options.get(FRAGMENT_SECONDS, "")
            keys[APPLICATION_CACHE] = (prefix + fragment_key(template, subject) + (lifetime and f"@{lifetime}"),)
        return Place(url=self.connection.url + self.path(subject), keys=keys)


@dataclass(frozen=True, slots=True, kw_only=True)
class DashboardReader:
    """One figure of the dashboard, as staff sees it in the browser."""

    surface: Surface
    connection: Connection
    look: Callable[[DashboardPage], Value]
    channel: Literal["browser"] = "browser"

    def read(self, subject: Subject, visitor: Visitor, at: str = "") -> Seen:
        """The figure; the first reading of a visitor logs in."""
        session, known = visitor.session(_STAFF), self.connection.credentials
        page = DashboardPage(tab_of(session), at or self.connection.url, self.connection.currency)
        shown = self.look(page.open(known["staff_user"], known["staff_password"]))
        return Seen(value=shown, evidence=session.evidence())

    def place(self, subject: Subject) -> Place:
        """The dashboard's address."""
        return Place(url=self.connection.url + DashboardPage.path)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiReader:
    """One answer of the API that partners ask without a password; ``{product}`` stands for the id in its path."""

    surface: Surface
    api: Backend
    root: str
    path: str
    value: Callable[[Mapping[str, Any]], Value]
    channel: Literal["http"] = "http"

    def read(self, subject: Subject, visitor: Visitor, at: str = "") -> Seen:
        """What the API answers now."""
        said = self.api.elsewhere(at).get(self.path.format_map(subject.ids))
        if said is None:
            raise StoreFault(f"{self.place(subject).url} answered 404")
        return Seen(value=self.value(said))

    def place(self, subject: Subject) -> Place:
        """The address that is asked."""
        query = (_LEFT.format_map(subject.ids),)
        return Place(url=self.root + self.path.format_map(subject.ids), keys={DATABASE_REPLICA: query})


def readers(connection: Connection, public: Backend, root: str) -> tuple[Reader, ...]:
    """All surfaces of a shop; those that caches stand before come first."""
    return (
        *_pages(connection),
        *_api(connection, public, root),
        DashboardReader(
            surface=connection.surface(Surface(name="dashboard orders", fact="orders", path=(BROWSER_HTTP_CACHE,))),
            connection=connection,
            look=DashboardPage.orders,
        ),
        DashboardReader(
            surface=connection.surface(Surface(name="dashboard revenue", fact="revenue", path=(BROWSER_HTTP_CACHE,))),
            connection=connection,
            look=DashboardPage.revenue,
        ),
    )


def _pages(connection: Connection) -> tuple[Reader, ...]:
    def reader(
        name: str,
        shows: Shows,
        path: Callable[[Subject], str],
        look: Callable[[FrontPages, Subject], Value],
        fragment: str,
        behind: tuple[str, ...] = (APPLICATION_CACHE, DATABASE_REPLICA),
    ) -> Reader:
        surface = Surface(name=name, fact="availability", path=(*_FRONT, *behind), shows=shows)
        return PageReader(
            surface=connection.surface(surface), connection=connection, path=path, look=look, fragment=fragment
        )

    def found(subject: Subject) -> str:
        return search_path(subject.title)

    if connection.path(SEARCH_INDEX):  # the result page prints the number that the index holds
        search = reader("search result", Shows.EXACT, found, _found, "", behind=(SEARCH_INDEX,))
    else:
        search = reader("search result", Shows.PRESENCE, found, _listed, LISTING_FRAGMENT)
    return (
        reader("product page", Shows.EXACT, lambda subject: subject.ids["path"], _left, PRODUCT_FRAGMENT),
        reader("category", Shows.PRESENCE, lambda subject: subject.ids["category"], _listed, LISTING_FRAGMENT),
        search,
    )


def _api(connection: Connection, public: Backend, root: str) -> tuple[Reader, ...]:
    currency = connection.currency

    def left(said: Mapping[str, Any]) -> int:
        if "num_available" not in said:
            raise StoreFault("the API does not say how many are left: is their stock counted?")
        return int(said["num_available"] or 0)

    def price(said: Mapping[str, Any]) -> Money:
        return Money.of(said["incl_tax"] or said["excl_tax"], currency)

    return (
        ApiReader(
            surface=connection.surface(Surface(name="availability API", fact="availability", path=(DATABASE_REPLICA,))),
            api=public,
            root=root,
            path="products/{product}/availability/",
            value=left,
        ),
        ApiReader(
            surface=connection.surface(Surface(name="price API", fact="price")),
            api=public,
            root=root,
            path="products/{product}/price/",
            value=price,
        ),
    )


def fragment_key(template: str, subject: Subject) -> str:
    """The key of ``{% cache %}``: the template is the fragment's name, then what it varies on, by blanks."""
    name, *varies = template.format_map(subject.ids).split()
    digest = md5("".join(f"{each}:" for each in varies).encode(), usedforsecurity=False)
    return f"template.cache.{name}.{digest.hexdigest()}"


def front(session: Session, connection: Connection, at: str = "") -> FrontPages:
    """The shop's pages in a session, at its own address or at another one."""
    return FrontPages(tab_of(session), at or connection.url, connection.currency)


def tab_of(session: Session) -> Tab:
    """The tab of a session that was opened in a browser."""
    opened: Any = session
    tab: Tab = opened.page
    return tab


def _left(page: FrontPages, subject: Subject) -> int:
    return page.another(ProductPage).availability()


def _found(page: FrontPages, subject: Subject) -> int:
    return page.another(CataloguePage).left(subject.ids["path"])


def _listed(page: FrontPages, subject: Subject) -> bool:
    return page.another(CataloguePage).available(subject.ids["path"])
