"""The incidents as an Atom feed (RFC 4287)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC
from typing import Final

from reports.status.overview import Incident
from reports.status.pages import environment
from reports.status.words import Words

_NO_XML: Final = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""What may stand in no XML, escaped or not."""


def feed(incidents: Sequence[Incident], *, site: str, base: str, at: float) -> str:
    """One entry an incident, the newest change first; ``base`` is the address of the status page."""
    ordered = sorted(incidents, key=_changed, reverse=True)
    # Not the moment of asking: a feed in which nothing happened is the same feed.
    updated = _changed(ordered[0]) if ordered else 0.0
    told = {"site": site, "base": base, "incidents": ordered, "updated": updated, "words": Words(at=at, zone=UTC)}
    return _NO_XML.sub("\N{REPLACEMENT CHARACTER}", environment().get_template("feed.xml").render(told))


def _changed(incident: Incident) -> float:
    return incident.since if incident.until is None else incident.until
