"""Which database the catalogue is read from while a request is answered."""

import itertools
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from shop_site import faults

Answer = Callable[[HttpRequest], HttpResponse]

PRIMARY, REPLICA = "default", "replica"
PAGES = re.compile(r"^/(catalogue|search|api/products)/")
_catalogue: ContextVar[str] = ContextVar("catalogue", default=PRIMARY)


def catalogue_database() -> str:
    """The alias for reads of the catalogue and of stock."""
    return _catalogue.get()


@contextmanager
def catalogue_from(database: str) -> Iterator[None]:
    """Read the catalogue there meanwhile."""
    token = _catalogue.set(database)
    try:
        yield
    finally:
        _catalogue.reset(token)


def catalogue_reads(answer: Answer) -> Answer:
    """Sends what only looks at the catalogue to the replica, where there is one."""
    turns = itertools.cycle((REPLICA, PRIMARY))

    def database() -> str:
        reads = faults.current().catalogue_reads
        return next(turns) if reads == "in turn" else PRIMARY if reads == "primary" else REPLICA

    def respond(request: HttpRequest) -> HttpResponse:
        looks = request.method in {"GET", "HEAD"} and PAGES.match(request.path_info)
        with catalogue_from(database() if settings.AROUND and looks else PRIMARY):
            return answer(request)

    return respond
