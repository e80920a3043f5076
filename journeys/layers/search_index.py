"""A search index that shows what it knew when a document was last put into it, asked and repaired over HTTP."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote

from journeys.layers.http import ask
from journeys.layers.permission import demand
from journeys.model import SEARCH_INDEX, TesterFault, Value
from journeys.run.options import address, only, text
from journeys.run.ports import Clears, Copy, Place, Visitor

_STANDS_FOR: Final = "{product}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchIndex:
    """``show`` and ``repair`` are URLs in which ``{product}`` stands for the document's id.

    GET ``show`` answers JSON with the value that the document holds as ``member``; POST ``repair`` puts that one
    document in anew.
    """

    show: str
    repair: str
    member: str = "available"
    user: str = ""
    password: str = field(default="", repr=False)
    clears: Clears = Clears.NARROW
    name: str = SEARCH_INDEX
    personal: bool = False
    instances: tuple[str, ...] = ()

    def door(self, instance: str = "") -> str:
        """None: a search result comes from the index."""
        return ""

    def copy(self, place: Place, visitor: Visitor, evidence: Mapping[str, str]) -> Copy | None:
        """A document stays as it is until it is put in anew; None where the index has none."""
        value = self.holds(place)
        return None if value is None else Copy(left_s=math.inf, words=f"the document holds {value}")

    def holds(self, place: Place) -> Value | None:
        """The value of the place's document; None where the place names none, or the index has none."""
        for document in place.keys.get(self.name, ())[:1]:
            url = self._url(self.show, document)
            try:
                value = ask("GET", url, auth=self._auth()).json()[self.member]
            except (ValueError, KeyError, TypeError) as error:
                raise TesterFault(f"the {self.name} did not say {self.member} of {document}: {error!r}") from error
            return value if isinstance(value, bool | int | str) else None
        return None

    def behind(self) -> bool:
        """It does not know."""
        return False

    def clear(self, place: Place, visitor: Visitor, instance: str = "") -> str:
        """Put the place's one document in anew; ``all`` does no more than that."""
        demand(self.name, self.clears)
        documents = place.keys.get(self.name, ())
        for document in documents:
            ask("POST", self._url(self.repair, document), auth=self._auth())
        return f"document {', '.join(documents)} put in anew" if documents else "nothing: no document is known"

    def _auth(self) -> tuple[str, str] | None:
        return (self.user, self.password) if self.user else None

    def _url(self, template: str, document: str) -> str:
        return template.replace(_STANDS_FOR, quote(document, safe=""))


def connect(options: Mapping[str, object], clears: Clears) -> SearchIndex:
    """An index by ``show`` and ``repair``; further options: ``member``, ``user`` and ``password``."""
    only(options, "show", "repair", "member", "user", "password")
    for name in ("show", "repair"):
        if _STANDS_FOR not in address(options, name):
            raise ValueError(f"{name}: {_STANDS_FOR} is missing, which stands for the document's id")
    return SearchIndex(
        show=text(options, "show"),
        repair=text(options, "repair"),
        member=text(options, "member", "available"),
        user=text(options, "user", ""),
        password=text(options, "password", ""),
        clears=clears,
    )
