"""Slots to choose from, as pretix lists them and as it draws them into a month."""

from __future__ import annotations

from playwright.sync_api import Locator

from journeys.model import Subject
from page_objects.pretix.slot import SlotPage
from page_objects.pretix.tab import PretixPage


def list_path(series: str) -> str:
    """Where the list of an event series lies; it is a calendar instead when there are more than 50 slots."""
    return f"{series}/?style=list"


def month_path(series: str, subject: Subject) -> str:
    """Where the calendar shows the month of the subject's slot, in the store's time zone."""
    return f"{series}/?style=calendar&date={subject.ids['month']}"


class ListPage(PretixPage):
    """All coming slots, the next one first."""

    def slots(self) -> tuple[str, ...]:
        """The slots on this page, each by the day and hour that it shows."""
        days = self.tab.locator("article[aria-labelledby^='subevent-'] p[id$='-desc']")
        return tuple(" ".join(text.split()) for text in days.all_inner_texts())

    def slot(self, subject: Subject) -> SlotPage:
        """Open the subject's slot by its name."""
        self.follow(self.one("h3 a", self._row(subject)))
        return self.another(SlotPage)

    def bookable(self, subject: Subject) -> bool:
        """Whether the list says that something of the slot can still be booked."""
        return self.one("p > small", self._row(subject)).locator("[class*='textbubble-success']").count() > 0

    def _row(self, subject: Subject) -> Locator:
        return self.one(f"article[aria-labelledby='subevent-{subject.ids['slot']}-label']")


class CalendarPage(PretixPage):
    """One month."""

    def slots(self) -> tuple[str, ...]:
        """The slots of this month, each by its start in UTC."""
        starts = self.tab.locator("a.event:not(.continued) [data-time]")
        return tuple(str(start) for start in starts.evaluate_all("all => all.map(one => one.dataset.time)"))

    def slot(self, subject: Subject) -> SlotPage:
        """Open the subject's slot."""
        self.follow(self._entry(subject))
        return self.another(SlotPage)

    def bookable(self, subject: Subject) -> bool:
        """Whether the calendar says that something of the slot can still be booked."""
        return "available" in (self._entry(subject).get_attribute("class") or "").split()

    def _entry(self, subject: Subject) -> Locator:
        return self.one(f"a.event[href$='/{subject.ids['slot']}/']:not(.continued)")
