"""The edge: one or more Varnish servers (or others that understand PURGE and BAN) that keep pages for everybody."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from journeys.layers.http import ask
from journeys.layers.http_age import RESOLUTION_S, age_s, lifetime_s
from journeys.layers.permission import demand
from journeys.model import EDGE, TesterFault
from journeys.run.clock import Clock, SystemClock
from journeys.run.options import address, addresses, only, text
from journeys.run.ports import Clears, Copy, Place, Visitor

_TAGS: Final = "X-Tags"
_HIT: Final = re.compile(r"\bhit\b", re.IGNORECASE)
_NO_HIT: Final = re.compile(r"\b(miss|pass|bypass|dynamic|expired|fwd)\b", re.IGNORECASE)
_TTL: Final = re.compile(r";\s*ttl=(-?\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class VarnishEdge:
    """Edges by name; the address of each is answered by that one alone, ``origin`` by the server behind them.

    ``ttl_header`` names the field in which an edge says how many seconds it will go on giving its copy; ``tags_header``
    the one in which a BAN says a tag.
    """

    addresses: Mapping[str, str] = field(hash=False)
    origin: str = ""
    ttl_header: str = ""
    tags_header: str = _TAGS
    clears: Clears = Clears.NARROW
    name: str = EDGE
    personal: bool = False
    clock: Clock = field(default_factory=SystemClock, repr=False)

    @property
    def instances(self) -> tuple[str, ...]:
        """The names of the edges."""
        return tuple(self.addresses)

    def door(self, instance: str = "") -> str:
        """The origin's address, or that of one edge."""
        return self._address(instance) if instance else self.origin

    def copy(self, place: Place, visitor: Visitor, evidence: Mapping[str, str]) -> Copy | None:
        """What the edge said of the copy it answered from; None when it asked the origin, or was not asked itself."""
        cache = "\n".join(evidence[name] for name in ("x-cache", "cache-status") if name in evidence)
        hit = _HIT.search(cache) is not None
        if not _just_came(evidence) or (_NO_HIT.search(cache) and not hit) or not (hit or "age" in evidence):
            return None
        words = [
            f"{name} {evidence[name]}" for name in ("x-edge", "x-cache", "cache-status", "age") if name in evidence
        ]
        return Copy(age_s=age_s(evidence), left_s=self._left_s(evidence), words=", ".join(words))

    def holds(self, place: Place) -> None:
        """Nothing that can be asked for without reading the page."""

    def behind(self) -> bool:
        """It does not know."""
        return False

    def clear(self, place: Place, visitor: Visitor, instance: str = "") -> str:
        """PURGE the place's URL on one edge, or on every edge.

        Where the configuration says ``all``: BAN the place's tags, or everything where it has none.
        """
        demand(self.name, self.clears)
        edges = (instance,) if instance else self.instances
        bans = list(self._bans(place)) if self.clears is Clears.ALL else []
        for edge in edges:
            if not bans:
                self._purge(place, edge)
            for headers in bans:
                ask("BAN", self._address(edge) + "/", headers=headers)
        what = ", ".join(f"BAN {headers.get(self.tags_header, 'of everything')}" for headers in bans)
        return f"{what or f'PURGE {_path(place)}'} on {' and '.join(edges)}"

    def _purge(self, place: Place, edge: str) -> None:
        # An edge may know a page by its host as well, so it is asked for as customers ask.
        ask("PURGE", self._address(edge) + _path(place), headers={"Host": urlsplit(place.url).netloc})

    def _bans(self, place: Place) -> Iterator[dict[str, str]]:
        tags = place.keys.get(self.name, ())
        yield from ({self.tags_header: tag} for tag in tags)
        if not tags:
            yield {}

    def _address(self, instance: str) -> str:
        if instance not in self.addresses:
            raise TesterFault(f"no edge is named {instance}; known are {', '.join(self.instances)}")
        return self.addresses[instance]

    def _left_s(self, evidence: Mapping[str, str]) -> float | None:
        """What the edge says itself goes before what ``Cache-Control`` asks of it."""
        since = self._since(evidence)
        try:
            return max(0.0, float(evidence[self.ttl_header]) - since)
        except (KeyError, ValueError):
            pass
        ttl = _TTL.search(evidence.get("cache-status", ""))
        if ttl is not None:
            return max(0.0, float(ttl[1]) - RESOLUTION_S - since)
        lifetime, age = lifetime_s(evidence, shared=True), age_s(evidence)
        left = 0.0 if lifetime is None or age is None else lifetime - age - RESOLUTION_S - since
        return left if left > 0 else None

    def _since(self, evidence: Mapping[str, str]) -> float:
        """How long ago the answer came."""
        try:
            came = datetime.fromisoformat(evidence.get("received", ""))
        except ValueError:
            return 0.0
        return max(0.0, (self.clock.utc() - came).total_seconds())


def connect(options: Mapping[str, object], clears: Clears) -> VarnishEdge:
    """Edges by ``addresses`` (a table of names and addresses).

    Further options: ``origin``, ``ttl header`` and ``tags header``.
    """
    only(options, "addresses", "origin", "ttl header", "tags header")
    return VarnishEdge(
        addresses=addresses(options, "addresses"),
        origin=address(options, "origin", ""),
        ttl_header=text(options, "ttl header", "").lower(),
        tags_header=text(options, "tags header", _TAGS),
        clears=clears,
    )


def _just_came(evidence: Mapping[str, str]) -> bool:
    """Whether the answer came over the network: what a browser kept tells of an edge as it was then."""
    source = evidence.get("source", "")
    return source in ("", "network") or (source == "service worker" and evidence.get("worker source") == "network")


def _path(place: Place) -> str:
    parts = urlsplit(place.url)
    if not parts.netloc:
        raise TesterFault(
            f"the edge cannot be cleared for {place.url or 'a place without an address'}: no URL is known"
        )
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
