"""The edges before the shop: which pages they keep under which tag, and how they are told to drop them."""

import logging
from collections.abc import Iterable
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

from django.conf import settings

logger = logging.getLogger(__name__)
TIME_OUT = 2.0
LISTING = "listing"


def tag(product_id: int) -> str:
    """What pages that show this product are tagged with."""
    return f"product-{product_id}"


def ban(tags: Iterable[str]) -> None:
    """Make every edge drop the pages with one of these tags; an edge that cannot be told is logged."""
    wanted = tuple(tags)
    for edge in settings.AROUND.edges if settings.AROUND else ():
        try:
            _tell(edge, wanted)
        except (OSError, HTTPException) as error:
            logger.warning("%s: the ban of %s failed: %s", edge, " ".join(wanted), error)


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
