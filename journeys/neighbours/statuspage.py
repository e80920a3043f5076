"""A store's status page in the form of Atlassian Statuspage, read by its public API (``/api/v2/summary.json``)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from journeys.model import StoreFault
from journeys.neighbours.asking import ask
from journeys.run.options import address, only

_SUMMARY: Final = "/api/v2/summary.json"
_OVER: Final = ("resolved", "postmortem")
_FINE: Final = "operational"


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusPage:
    """``url`` is that of the page, without a slash at its end."""

    url: str
    part: str = "status page"

    def ask(self) -> tuple[bool | None, str]:
        """Well when nothing is announced; else the incidents, how bad they are, and what they are about."""
        try:
            summary = ask(self.part, "GET", f"{self.url}{_SUMMARY}").json()
            return _judged(summary)
        except (StoreFault, ValueError, KeyError, TypeError, AttributeError) as error:
            return None, str(error) if isinstance(error, StoreFault) else f"{self.part}: cannot be read: {error!r}"


def connect(options: Mapping[str, object]) -> StatusPage:
    """A status page by its ``url``."""
    only(options, "url")
    return StatusPage(url=address(options, "url"))


def _judged(summary: Mapping[str, Any]) -> tuple[bool, str]:
    said = list(_incidents(summary))
    indicator, words = summary["status"]["indicator"], summary["status"].get("description", "")
    if said:
        return False, "; ".join(said)
    if indicator != "none":
        components = [each for each in summary.get("components", ()) if each["status"] != _FINE]
        return False, f"{indicator}: {words}{_about(components)}"
    return True, str(words)


def _incidents(summary: Mapping[str, Any]) -> Iterator[str]:
    for each in summary["incidents"]:
        if each["status"] not in _OVER:
            yield f"{each['name']} (impact {each['impact']}, {each['status']}){_about(each.get('components') or ())}"


def _about(components: Any) -> str:
    names = ", ".join(each["name"] for each in components)
    return f", about {names}" if names else ""
