"""Where pretix shows places, orders and revenue: its pages, its API, the staff's pages and the calendar feed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeVar

from journeys.model import (
    APPLICATION_CACHE,
    BROWSER_HTTP_CACHE,
    EDGE,
    PageChanged,
    Shows,
    StoreFault,
    Subject,
    Surface,
    TesterFault,
    Value,
)
from journeys.platforms.backend import Backend
from journeys.platforms.connection import Connection
from journeys.platforms.pretix import parsing
from journeys.platforms.pretix.cached import EVENT_NUMBER, Cached
from journeys.platforms.pretix.control import Control
from journeys.platforms.pretix.names import Series
from journeys.run.ports import Place, Reader, Seen, Visitor
from page_objects.page import Page
from page_objects.pretix import CalendarPage, ListPage, SlotPage, list_path, month_path

P = TypeVar("P", bound=Page)

_PAGES: Final = (BROWSER_HTTP_CACHE, EDGE, APPLICATION_CACHE)
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
    keys: Callable[[Subject], tuple[str, ...]]
    channel: Literal["browser", "http"] = "browser"

    def read(self, subject: Subject, visitor: Visitor, at: str = "") -> Seen:
        """Go there and read."""
        session: Any = visitor.session()
        value = self.what(session.page, at or self.url, self.currency, self.where(subject), subject)
        return Seen(value=value, evidence=session.evidence())

    def place(self, subject: Subject) -> Place:
        """The page's address, and the cached numbers that it is made from."""
        return Place(url=self.url + self.where(subject), keys={APPLICATION_CACHE: self.keys(subject)})


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpReader:
    """A place that is read beside the browser."""

    surface: Surface
    where: Callable[[Subject], str]
    what: Callable[[str, Subject], Value]
    url: str
    keys: Callable[[Subject], tuple[str, ...]]
    channel: Literal["browser", "http"] = "http"

    def read(self, subject: Subject, visitor: Visitor, at: str = "") -> Seen:
        """Ask and read; nothing but the store's own caches stands before it, so there is no other address."""
        if at:
            raise TesterFault(f"{self.surface.name} can only be read at the store's own address")
        try:
            return Seen(value=self.what(self.where(subject), subject))
        except (KeyError, TypeError, ValueError) as error:
            raise PageChanged(f"{self.surface.name} is not as the platform knows it: {error!r}") from error

    def place(self, subject: Subject) -> Place:
        """Its address, and the cached numbers that it is made from."""
        return Place(url=self.url + self.where(subject), keys={APPLICATION_CACHE: self.keys(subject)})


def readers(
    connection: Connection, series: Series, api: Backend, public: Backend, control: Control | None, *, attendees: bool
) -> tuple[Reader, ...]:
    """Every surface that can be read with the credentials given; ``public`` asks without any.

    ``attendees``: whether all products are admissions, so that the dashboard's attendees are all places sold.
    """
    public = Backend(connection.url, headers={}, ca=connection.ca)
    cached = Cached(
        event=connection.options.get(EVENT_NUMBER, ""), feed_url=f"{connection.url}/{series.organizer}/events/ical/"
    )
    staff = [
        each for each in _staff(connection, series, control, cached) if attendees or each.surface.fact != "places sold"
    ]
    return (*_pages(connection, series, cached), *_over_http(connection, series, api, public, cached), *staff)


def _pages(connection: Connection, series: Series, cached: Cached) -> tuple[Reader, ...]:
    def reader(
        name: str,
        shows: Shows,
        where: Callable[[Subject], str],
        what: Callable[..., Value],
        keys: Callable[[Subject], tuple[str, ...]],
        *,
        refreshes: bool = False,
    ) -> PageReader:
        renews = refreshes and bool(connection.path(APPLICATION_CACHE))
        surface = Surface(name=name, fact="availability", path=_PAGES, shows=shows, refreshes=renews)
        return PageReader(
            surface=connection.surface(surface),
            where=where,
            what=what,
            url=connection.url,
            currency=connection.currency,
            keys=keys,
        )

    return (
        reader(
            "slot list",
            Shows.PRESENCE,
            lambda _: list_path(series.path),
            _on(ListPage, ListPage.bookable),
            cached.places,
        ),
        reader(
            "calendar",
            Shows.PRESENCE,
            lambda subject: month_path(series.path, subject),
            _on(CalendarPage, CalendarPage.bookable),
            cached.places,
        ),
        reader(
            "slot page",
            Shows.EXACT,
            lambda subject: f"{series.path}/{subject.ids['slot']}/",
            _on(SlotPage, SlotPage.availability),
            cached.page,
            refreshes=True,
        ),
    )


def _on(kind: type[P], look: Callable[[P, Subject], Value]) -> Callable[[Any, str, str, str, Subject], Value]:
    def what(tab: Any, base: str, currency: str, path: str, subject: Subject) -> Value:
        page = kind(tab, base, currency)
        page.go(path)
        return look(page, subject)

    return what


def _over_http(
    connection: Connection, series: Series, api: Backend, public: Backend, cached: Cached
) -> tuple[Reader, ...]:
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
            keys=cached.places,
        ),
        HttpReader(
            surface=connection.surface(Surface(name="calendar feed", fact="schedule", path=_BACKSTAGE)),
            where=lambda _: f"/{series.organizer}/events/ical/",
            what=listed,
            url=connection.url,
            keys=cached.feed,
        ),
    )


def _staff(connection: Connection, series: Series, control: Control | None, cached: Cached) -> tuple[Reader, ...]:
    """The control pages count the whole event series, but for the widgets of one slot's quotas."""
    if control is None:
        return ()

    def reader(
        name: str,
        fact: str,
        where: Callable[[Subject], str],
        what: Callable[[str, Subject], Value],
        keys: Callable[[Subject], tuple[str, ...]],
    ) -> HttpReader:
        return HttpReader(
            surface=connection.surface(Surface(name=name, fact=fact, path=_BACKSTAGE)),
            where=lambda subject: f"{series.control}/{where(subject)}",
            what=what,
            url=connection.url,
            keys=keys,
        )

    currency = series.currency
    return (
        reader(
            "quota widget",
            "availability",
            lambda subject: f"widgets.json?subevent={subject.ids['slot']}",
            lambda where, subject: _least_left(control.json(where), subject),
            cached.places,
        ),
        reader(
            "dashboard",
            "places sold",
            lambda _: "widgets.json",
            lambda where, _: parsing.count(parsing.widget(control.json(where), "attendees-ordered")),
            cached.nothing,
        ),
        reader(
            "order overview",
            "open revenue",
            lambda _: "orders/overview/",
            lambda where, _: parsing.purchased(control.page(where), currency),
            cached.nothing,
        ),
        reader(
            "statistics",
            "orders",
            lambda _: "statistics/",
            lambda where, _: parsing.ordered(control.page(where)),
            cached.statistics,
        ),
    )


def _least_left(widgets: Mapping[str, Any], subject: Subject) -> int:
    """What the quotas of the subject leave; the scarcest one decides."""
    left = (parsing.widget(widgets, f"quota-{quota}").partition("/")[0] for quota in subject.ids["quotas"].split(","))
    return min(max(0, parsing.count(each)) for each in left)
