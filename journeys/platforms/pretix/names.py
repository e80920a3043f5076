"""How pretix names what a store sells: slots, products and the quotas that count their places."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from journeys.model import Money, Subject, TesterFault
from journeys.platforms.backend import Backend
from journeys.platforms.pretix.parsing import utc


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One event series: where its API and its pages lie, and how its people write."""

    organizer: str
    event: str
    language: str
    currency: str
    zone: ZoneInfo

    @property
    def path(self) -> str:
        """Where the public pages lie."""
        return f"/{self.organizer}/{self.event}"

    @property
    def control(self) -> str:
        """Where the staff's pages lie."""
        return f"/control/event/{self.organizer}/{self.event}"

    def words(self, translations: Mapping[str, str] | str) -> str:
        """A text of pretix in the customers' language, or in the first that it has."""
        if isinstance(translations, str):
            return translations
        return translations.get(self.language) or next(iter(translations.values()), "")


@dataclass(slots=True, kw_only=True)
class Names:
    """The names of products by id, and the subjects by slot and product."""

    titles: dict[str, str] = field(default_factory=dict)
    subjects: dict[str, Subject] = field(default_factory=dict)
    only_admission: bool = True

    def title(self, item: str) -> str:
        """What the product is called."""
        return self.titles.get(item, f"product {item}")

    def subject_key(self, slot: str, item: str) -> str:
        """The key of the subject that is this product in this slot; its ids when nobody configured it."""
        known = self.subjects.get(f"{slot}/{item}")
        return known.key if known else f"{slot}/{item}"


def everything(api: Backend, path: str, **params: str | tuple[str, ...]) -> Iterator[Mapping[str, Any]]:
    """All the objects of a list, page after page."""
    answer = api.ask("GET", path, params={"page_size": "50", **params})
    while answer is not None:
        yield from answer["results"]
        answer = api.ask("GET", answer["next"]) if answer["next"] else None


def learn(api: Backend, series: Series, configured: Mapping[str, tuple[str, ...]]) -> Names:
    """What the API says of the configured subjects (``SLOT/PRODUCT``); TesterFault names those that do not exist."""
    slots = {str(each["id"]): each for each in everything(api, "subevents/")}
    items = {str(each["id"]): each for each in everything(api, "items/")}
    quotas = [*everything(api, "quotas/")]
    names = Names(
        titles={item: series.words(each["name"]) for item, each in items.items()},
        only_admission=all(each["admission"] for each in items.values()),
    )
    for pair in dict.fromkeys(pair for pairs in configured.values() for pair in pairs):
        slot, _, item = pair.partition("/")
        if slot not in slots or item not in items:
            raise TesterFault(f"subject {pair!r}: the store has no such slot and product; write SLOT/PRODUCT, as 12/3")
        counting = [quota for quota in quotas if str(quota["subevent"]) == slot and int(item) in quota["items"]]
        if not counting or any(quota["size"] is None for quota in counting):
            raise TesterFault(f"subject {pair!r}: its places are not counted: give it a quota with a size")
        names.subjects[pair] = _subject(series, slots[slot], items[item], counting)
    return names


def price_of(slot: Mapping[str, Any], item: Mapping[str, Any], currency: str) -> Money:
    """What one place costs in this slot."""
    overrides = {each["item"]: each["price"] for each in slot["item_price_overrides"]}
    override = overrides.get(item["id"])
    return Money.of(Decimal(item["default_price"] if override is None else override), currency)


def start_of(slot: Mapping[str, Any]) -> str:
    """When the slot starts, in UTC."""
    return utc(datetime.fromisoformat(slot["date_from"]))


def _subject(
    series: Series, slot: Mapping[str, Any], item: Mapping[str, Any], quotas: list[Mapping[str, Any]]
) -> Subject:
    start = datetime.fromisoformat(slot["date_from"]).astimezone(series.zone)
    return Subject(
        key=f"{start:%Y-%m-%dT%H:%M}/{slot['id']}/{item['id']}",
        title=series.words(item["name"]),
        price=price_of(slot, item, series.currency),
        ids={
            "slot": str(slot["id"]),
            "item": str(item["id"]),
            "quotas": ",".join(str(quota["id"]) for quota in quotas),
            "start": start_of(slot),
            "month": f"{start:%Y-%m}",
        },
    )
