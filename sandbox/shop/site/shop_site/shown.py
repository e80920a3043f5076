"""Which products a page shows the availability of: noted while it is rendered, to tag the page for the edges."""

from django.http import HttpRequest

_NOTED = "shown_products"


def note(request: HttpRequest | None, product_id: int) -> None:
    """The page that answers this request shows this product."""
    if request is not None:
        setattr(request, _NOTED, {*products(request), product_id})


def products(request: HttpRequest) -> set[int]:
    """What was noted so far."""
    return getattr(request, _NOTED, set())
