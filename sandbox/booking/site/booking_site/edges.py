"""The edges before the store: under which tags they keep pages, and how they are told to drop them.

pretix's own caches know nothing of orders: for a while after one, pages are still made of old figures. Such pages are
not for an edge to keep, or it would make 120 s out of 5. Marks in the same Redis, which go when its caches go, tell.
"""

import logging
from collections.abc import Iterable
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

from django.conf import settings
from django.core.cache import cache
from django.db import transaction

from booking_site.changes import CHANGES
from booking_site.switches import FAULTS

logger = logging.getLogger(__name__)
TIME_OUT = 2.0
EVENT, LISTING = "event", "listing"
"""What every page is tagged with, and what lists and calendars are."""
SLOT_PAGES_CATCH_UP, LISTS_CATCH_UP = 6, 125
"""Seconds after a change until pretix's own caches (5 and 120 s) no longer hold what was before."""


def slot(slot_id: int | str) -> str:
    """What the page of a slot is tagged with."""
    return f"slot-{slot_id}"


def ban_after_commit(slots: Iterable[int]) -> None:
    """Drop lists, calendars and these slots' pages as soon as the present transaction is in the database."""
    tags = [LISTING, *(slot(each) for each in sorted(set(slots)))]
    transaction.on_commit(lambda: ban(tags), robust=True)


def ban(tags: Iterable[str]) -> None:
    """Make every edge drop the pages with one of these tags; an edge that cannot be told is logged."""
    wanted = tuple(tags)
    with CHANGES.going_on():
        _mark(wanted)
        for edge in () if FAULTS.read().edges_not_purged else settings.BOOKING_EDGES:
            try:
                _tell(edge, wanted)
            except (OSError, HTTPException) as error:
                logger.warning("%s: the ban of %s failed: %s", edge, " ".join(wanted), error)


def catching_up(tags: Iterable[str]) -> bool:
    """Whether pages with one of these tags may still be made of figures from before a change."""
    return bool(cache.get_many([_mark_key(tag) for tag in tags]))


def _mark(tags: tuple[str, ...]) -> None:
    if not settings.BOOKING_EDGES:
        return
    cache.set(_mark_key(LISTING), 1, LISTS_CATCH_UP)
    for tag in set(tags) - {LISTING}:
        cache.set(_mark_key(tag), 1, SLOT_PAGES_CATCH_UP)


def _mark_key(tag: str) -> str:
    return f"changed:{tag}"


def _tell(edge: str, tags: tuple[str, ...]) -> None:
    connection = HTTPConnection(urlsplit(edge).netloc, timeout=TIME_OUT)
    try:
        for each in tags:
            connection.request("BAN", "/", headers={"X-Purged-By": "store", "X-Tags": each})
            answer = connection.getresponse()
            answer.read()
            if answer.status >= 300:
                logger.warning("%s: the ban of %s was answered %s", edge, each, answer.status)
    finally:
        connection.close()
