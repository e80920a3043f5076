"""Where pretix shows places, orders and revenue: its pages, its API, the staff's pages and the calendar feed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeVar

from journeys.model import (
    APPLICATION_CACHE,
    BROWSER_HTTP_CACHE,
    PageChanged,
    Shows,
    StoreFault,
    Subject,
    Surface,
    Value,
)
from journeys.platforms.backend import Backend
from journeys.platforms.connection import Connection
from journeys.platforms.pretix import parsing
from journeys.platforms.pretix.control import Control
from journeys.platforms.pretix.names import Series
from journeys.run.ports import Place, Reader, Seen, Visitor
from page_objects.page import Page
from page_objects.pretix import CalendarPage, ListPage, SlotPage, list_path, month_path

P = TypeVar("P", bound=Page)

_PAGES: Final = (BROWSER_HTTP_CACHE, APPLICATION_CACHE)
_BACKSTAGE: Final = (APPLICATION_CACHE,)
_FREE: Final = 100  # pretix's Quota.AVAILABILITY_OK
_OK: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class PageReader:
    """A public page in the onlooker's browser: where it lies, and what is read on it."""

    surface: Surface
    where: Callable[[Subject], str]
    what: Callable[[Any, str, str, str, Subject], Value]
    url: str
    currency: str
    channel: Literal["browser", "http"] = "browser"

    def read(self, subject: Subject, visitor: Visitor) -> Seen:
        """Go there and read."""
        session: Any = visitor.session()
        value = self.what(session.page, self.url, self.currency, self.where(subject), subject)
        return Seen(value=value, evidence=session.evidence())

    def place(self, subject: Subject) -> Place:
        """The page's address."""
        return Place(url=self.url + self.where(subject))


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpReader:
    """A place that is read beside the browser."""

    surface: Surface
    where: Callable[[Subject], str]
    what: Callable[[str, Subject], Value]
    url: str
    channel: Literal["browser", "http"] = "http"

    def read(self, subject: Subject, visitor: Visitor) -> Seen:
        """Ask and read."""
        try:
            return Seen(value=self.what(self.where(subject), subject))
        except (KeyError, TypeError, ValueError) as error:
            raise PageChanged(f"{self.surface.name} is not as the platform knows it: {error!r}") from error

    def place(self, subject: Subject) -> Place:
        """Its address."""
        return Place(url=self.url + self.where(subject))


def readers(
    connection: Connection, series: Series, api: Backend, public: Backend, control: Control | None, *, attendees: bool
) -> tuple[Reader, ...]:
    """Every surface that can be read with the credentials given; ``public`` asks without any.

    ``attendees``: whether all products are admissions, so that the dashboard's attendees are all places sold.
    """
    public = Backend(connection.url, headers={})
    staff = [each for each in _staff(connection, series, control) if attendees or each.surface.fact != "places sold"]
    return (*_pages(connection, series), *_over_http(connection, series, api, public), *staff)


def _pages(connection: Connection, series: Series) -> tuple[Reader, ...]:
    def reader(name: str, shows: Shows, where: Callable[[Subject], str], what: Callable[..., Value]) -> PageReader:
        surface = connection.surface(Surface(name=name, fact="availability", path=_PAGES, shows=shows))
        return PageReader(surface=surface, where=where, what=what, url=connection.url, currency=connection.currency)

    return (
        reader("slot list", Shows.PRESENCE, lambda _: list_path(series.path), _on(ListPage, ListPage.bookable)),
        reader(
            "calendar",
            Shows.PRESENCE,
            lambda subject: month_path(series.path, subject),
            _on(CalendarPage, CalendarPage.bookable),
        ),
        reader(
            "slot page",
            Shows.EXACT,
            lambda subject: f"{series.path}/{subject.ids['slot']}/",
            _on(SlotPage, SlotPage.availability),
        ),
    )


def _on(kind: type[P], look: Callable[[P, Subject], Value]) -> Callable[[Any, str, str, str, Subject], Value]:
    def what(tab: Any, base: str, currency: str, path: str, subject: Subject) -> Value:
        page = kind(tab, base, currency)
        page.go(path)
        return look(page, subject)

    return what


def _over_http(connection: Connection, series: Series, api: Backend, public: Backend) -> tuple[Reader, ...]:
    def bookable(path: str, subject: Subject) -> Value:
        return int(api.get(path)["best_availability_state"]) == _FREE

    def listed(path: str, subject: Subject) -> Value:
        answer = public.raw("GET", path)
        if answer.status_code != _OK:
            raise StoreFault(f"{path}: the store answered {answer.status_code}")
        uid = f"pretix-{series.organizer}-{series.event}-{subject.ids['slot']}@"
        return parsing.start_in_feed(answer.text, uid) or "not listed"

    api_path = f"/api/v1/organizers/{series.organizer}/events/{series.event}/subevents/"
    return (
        HttpReader(
            surface=connection.surface(
                Surface(name="API of slots", fact="availability", path=_BACKSTAGE, shows=Shows.PRESENCE)
            ),
            where=lambda subject: f"{api_path}{subject.ids['slot']}/?with_availability_for=web",
            what=lambda path, subject: bookable(connection.url + path, subject),
            url=connection.url,
        ),
        HttpReader(
            surface=connection.surface(Surface(name="calendar feed", fact="schedule", path=_BACKSTAGE)),
            where=lambda _: f"/{series.organizer}/events/ical/",
            what=listed,
            url=connection.url,
        ),
    )


def _staff(connection: Connection, series: Series, control: Control | None) -> tuple[Reader, ...]:
    """The control pages count the whole event series, so that they are the same for every subject."""
    if control is None:
        return ()

    def reader(name: str, fact: str, path: str, what: Callable[[str], Value]) -> HttpReader:
        return HttpReader(
            surface=connection.surface(Surface(name=name, fact=fact, path=_BACKSTAGE)),
            where=lambda _: f"{series.control}/{path}",
            what=lambda where, _: what(where),
            url=connection.url,
        )

    currency = series.currency
    return (
        reader(
            "dashboard",
            "places sold",
            "widgets.json",
            lambda where: parsing.count(parsing.widget(control.json(where), "attendees-ordered")),
        ),
        reader(
            "order overview",
            "open revenue",
            "orders/overview/",
            lambda where: parsing.purchased(control.page(where), currency),
        ),
        reader("statistics", "orders", "statistics/", lambda where: parsing.ordered(control.page(where))),
    )
