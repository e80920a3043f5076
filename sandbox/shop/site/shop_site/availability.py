"""The application cache before availability and price: one fragment per product and form, 300 s at most.

A fragment is rendered from rows read after the miss, and kept only if nothing was invalidated meanwhile.
So an order that is committed while another request renders can never leave the old number in the cache.
"""

from collections.abc import Callable
from typing import Literal
from uuid import uuid4

from django.core.cache import cache
from django.core.cache.utils import make_template_fragment_key
from django.db import transaction

from shop_site import faults

Form = Literal["full", "short"]
FORMS: tuple[Form, ...] = ("full", "short")
LIFETIME = 300


def key(product_id: int, form: Form) -> str:
    """The key of a fragment, as `{% cache %}` would make it; the table holds it as ":1:" + key."""
    return make_template_fragment_key("availability", [product_id, form])


def fragment(product_id: int, form: Form, render: Callable[[], str]) -> str:
    """The cached fragment, or a new one from `render`, which must read the database."""
    cached = cache.get(key(product_id, form))
    if cached is not None:
        return cached
    stamp = cache.get(_stamp_key(product_id))
    html = render()
    with transaction.atomic(using="cache"):
        if cache.get(_stamp_key(product_id)) == stamp:
            cache.set(key(product_id, form), html, LIFETIME)
    return html


def invalidate_after_commit(product_id: int) -> None:
    """Drop a product's fragments as soon as the present transaction is in the database."""
    transaction.on_commit(lambda: _invalidate(product_id))


def _invalidate(product_id: int) -> None:
    if faults.current().availability_never_invalidated:
        return
    with transaction.atomic(using="cache"):
        cache.set(_stamp_key(product_id), uuid4().hex, None)
        cache.delete_many([key(product_id, form) for form in FORMS])


def _stamp_key(product_id: int) -> str:
    return f"availability-stamp:{product_id}"
