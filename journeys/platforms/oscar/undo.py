"""Undoing what synthetic customers left in a shop; without a browser, and harmless when there is nothing left."""

from __future__ import annotations

from journeys.model import JourneyError
from journeys.platforms.backend import Backend
from journeys.platforms.oscar.dashboard import Dashboard, Entry
from journeys.run.ports import Undone

_PAGE = 100


def undo_orders(dashboard: Dashboard, email: str, cancelled: str) -> Undone:
    """Cancel the orders of a mail address; the first failure does not keep the others from being cancelled."""
    done, left = [], []
    theirs = [entry for entry in dashboard.orders() if entry.email == email]
    for entry in theirs:
        if entry.status == cancelled:
            continue
        try:
            status = dashboard.cancel(entry.number, cancelled)
        except JourneyError as error:
            left.append(f"order {entry.number} is not cancelled: {error}")
            continue
        if status == cancelled:
            done.append(entry.number)
        else:
            left.append(f"order {entry.number} cannot be cancelled: its status is {status!r}")
    return Undone(cancelled=tuple(done), residue=tuple(left), benign=tuple(_counted(each) for each in theirs))


def undo_account(api: Backend, dashboard: Dashboard, email: str, cancelled: str) -> Undone:
    """Delete the account of a mail address, once none of its orders stands: without it they are nobody's."""
    standing = [entry.number for entry in dashboard.orders() if entry.email == email and entry.status != cancelled]
    if standing:
        return Undone(residue=(f"the account {email} is kept while its orders stand: {', '.join(standing)}",))
    url = _user(api, email)
    if url is None:
        return Undone()
    answer = api.raw("DELETE", url)
    if answer.is_success or answer.status_code == 404:
        return Undone()
    return Undone(benign=(f"the account {email} stays: the shop's API user may not delete it ({answer.status_code})",))


def _user(api: Backend, email: str) -> str | None:
    """Where the API keeps the customer with this mail address."""
    offset = 0
    while True:
        page = api.get("admin/users/", limit=str(_PAGE), offset=str(offset))
        found = next((each["url"] for each in page["results"] if each["email"] == email), None)
        if found is not None or page["next"] is None:
            return str(found) if found is not None else None
        offset += _PAGE


def _counted(entry: Entry) -> str:
    return f"the dashboard goes on counting cancelled order {entry.number} ({entry.total})"
