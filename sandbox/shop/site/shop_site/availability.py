"""The application cache before availability and price: one fragment per product and form, 300 s at most.

A fragment is rendered from rows read after the miss and counts only while the product's stamp is the one that it
was rendered under. So an order that is committed while another request renders never leaves the old number behind.
"""

from collections.abc import Callable, Iterable
from threading import Thread
from typing import Literal
from uuid import uuid4

from django.core.cache import cache
from django.core.cache.utils import make_template_fragment_key
from django.db import connections
from django.http import HttpRequest
from django.template.loader import get_template
from oscar.core.loading import get_class, get_model

Form = Literal["full", "short"]
FORMS: tuple[Form, ...] = ("full", "short")
LIFETIME = 300


def key(product_id: int, form: Form) -> str:
    """The key of a fragment, as `{% cache %}` would make it; the cache holds it as ":1:" + key."""
    return make_template_fragment_key("availability", [product_id, form])


def fragment(product_id: int, form: Form, render: Callable[[], str]) -> str:
    """The cached fragment, or a new one from `render`, which must read the database."""
    where, stamped = key(product_id, form), _stamp_key(product_id)
    found = cache.get_many([where, stamped])
    stamp, kept = found.get(stamped), found.get(where)
    if kept is not None and kept[0] == stamp:
        return kept[1]
    html = render()
    cache.set(where, (stamp, html), LIFETIME)
    return html


def invalidate(product_ids: Iterable[int]) -> None:
    """Drop these products' fragments, also those that are being rendered now."""
    for product_id in product_ids:
        cache.set(_stamp_key(product_id), uuid4().hex, None)
        cache.delete_many([key(product_id, form) for form in FORMS])


def fill_too_early(product_id: int) -> None:
    """The classic mistake: drop and fill the fragments while the change is not yet in the database.

    In a thread, since only another connection does not see the change that this one is about to commit.
    """
    thread = Thread(target=_fill, args=(product_id,))
    thread.start()
    thread.join()


def _fill(product_id: int) -> None:
    try:
        request = HttpRequest()
        request.strategy = get_class("partner.strategy", "Selector")().strategy()
        product = get_model("catalogue", "Product").objects.get(pk=product_id)
        template = get_template("catalogue/partials/stock_record.html")
        invalidate([product_id])
        for form in FORMS:
            context = {"request": request, "product": product, "verbose": form == "full"}
            fragment(product_id, form, lambda context=context: template.render(context))
    finally:
        connections.close_all()


def _stamp_key(product_id: int) -> str:
    return f"availability-stamp:{product_id}"
