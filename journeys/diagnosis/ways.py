"""What kept customers from the store: its network, its database, or the store itself; from evidence outside of it."""

from __future__ import annotations

from typing import Final

from journeys.checks.surroundings import (
    SERVER_ERROR,
    TOO_MANY,
    slow_words,
    slower,
    unwell,
    waited_for_database,
)
from journeys.diagnosis.reason import Reason
from journeys.model import Cause, History, Request, Vantage

DATABASE: Final = "database"
STATUS_PAGE: Final = "status page"
_NOT_OF_THE_WAY: Final = ("net::ERR_ABORTED", "net::ERR_BLOCKED_BY_CLIENT", "net::ERR_FAILED", "pending")
_NEXT: Final = {
    "dns": "look at the name's DNS records and at the resolver of those who cannot reach it",
    "tls": "renew or mend the certificate of the store's address",
}


def network(history: History) -> Reason | None:
    """A way to the store that fails or is slow while another one, or the store behind it, is well."""
    cut = [each for each in history.vantages if each.failure]
    well = {each.name for each in history.vantages if _served(each)} - {each.name for each in cut}
    for each in cut:
        if each.failure in ("tls", "dns") or well:
            answered = f"; {' and '.join(sorted(well))} answered meanwhile" if well else ""
            return Reason(
                cause=Cause.NETWORK,
                confidence=0.97 if well or each.failure == "tls" else 0.9,
                evidence=(f"{each.name} cannot be reached: {each.failure}: {each.says}{answered}",),
                next_step=_NEXT.get(each.failure, f"look at the way to the store from {each.name}"),
            )
    return _slow_way(history) or (None if cut else _broken_off(history))


def _slow_way(history: History) -> Reason | None:
    slow = next((pair for each in history.vantages if (pair := slower(history, each.name))), None)
    if slow is None:
        return None
    return Reason(
        cause=Cause.NETWORK,
        confidence=0.9,
        evidence=(slow_words(slow),),
        next_step=f"look at latency, loss and bandwidth of the way to the store from {slow[0].name}",
    )


def _broken_off(history: History) -> Reason | None:
    """The browser's own connections failed, though control requests were answered."""
    failed = [
        each for each in history.requests if each.ours and each.failure and not each.failure.startswith(_NOT_OF_THE_WAY)
    ]
    if not failed or not any(_served(each) for each in history.vantages):
        return None
    met = ", ".join(dict.fromkeys(f"{each.failure} at {each.path}" for each in failed))
    return Reason(
        cause=Cause.NETWORK,
        confidence=0.8,
        evidence=(f"the browser met {met}, while control requests without it were answered",),
        next_step="look at what lies between this customer and the store: proxies, load balancers, links",
    )


def database(history: History) -> Reason | None:
    """What the database says of itself, or what the store says that it waited for it."""
    ill = unwell(history, DATABASE)
    late = [each for each in history.requests if waited_for_database(each)]
    if ill is None and not late:
        return None
    waits = tuple(f"{each.path}: {each.server['db']:.1f} s of {each.took_s:.1f} s were its database's" for each in late)
    said = (f"the database: {ill.says}",) if ill is not None else ()
    return Reason(
        cause=Cause.DATABASE,
        confidence=0.96 if ill is not None else 0.93,
        evidence=(*said, *waits),
        next_step="look at the database's locks, slow statements, connections and disk",
    )


def down(history: History) -> Reason | None:
    """The store's own servers answer with errors, or do not answer anybody."""
    pages = [each for each in history.requests if each.ours and each.kind == "document" and _failed(each)]
    looks = [each for each in history.vantages if each.status >= SERVER_ERROR]
    refused = [each for each in history.vantages if each.failure]
    nobody = bool(refused) and {each.name for each in refused} == {each.name for each in history.vantages}
    incident = unwell(history, STATUS_PAGE)
    said = [
        *(f"the store answered {each.status} at {each.path}" for each in pages),
        *(f"{each.name} answered a control request with {each.status}" for each in looks),
        *(f"{each.name} cannot be reached: {each.failure}" for each in refused if nobody),
        *([f"its status page announces: {incident.says}"] if incident is not None else []),
    ]
    if not said:
        return None
    return Reason(
        cause=Cause.PLATFORM,
        confidence=0.97 if incident is not None else 0.92 if pages or looks else 0.75,
        evidence=tuple(dict.fromkeys(said)),
        next_step="look at the error log of the store's own servers" + (" and its status page" if incident else ""),
    )


def seam(history: History) -> Reason | None:
    """A backend API that no longer answers as it did."""
    broken = [each for each in history.answers if each.broken or each.status == TOO_MANY]
    if not broken:
        return None
    first = broken[0]
    what = "; ".join(first.broken) or f"was answered {first.status}"
    return Reason(
        cause=Cause.INTEGRATION,
        surface=first.seam,
        confidence=0.97,
        evidence=(f"{first.seam}: {first.path}: {what}",),
        next_step=f"look at what changed in the {first.seam}, and at who else relies on it",
    )


def _served(vantage: Vantage) -> bool:
    return 0 < vantage.status < SERVER_ERROR


def _failed(request: Request) -> bool:
    return request.status >= SERVER_ERROR
