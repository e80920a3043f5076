"""What follows a change of stock: fragments, search index and edges are told, in this order, before the answer.

Innermost first, since an outer cache that is emptied sooner would be filled again from an inner one.
"""

from threading import local

from django.conf import settings
from django.db import transaction

from shop_site import availability, edges, faults, search_index
from shop_site.changes import CHANGES


class _Changed(local):
    """Products whose stock this thread has changed and not yet told of."""

    def __init__(self) -> None:
        self.products: set[int] = set()


_changed = _Changed()


def after_commit(product_id: int) -> None:
    """Tell every cache of this product as soon as the present transaction is in the database.

    One transaction tells of a product several times, which is then done once. What is left over from one that
    was rolled back is told with the next one, which does no harm.
    """
    if faults.current().availability_cached_before_commit:
        availability.fill_too_early(product_id)
    _changed.products.add(product_id)
    transaction.on_commit(_tell, robust=True)


def _tell() -> None:
    products, _changed.products = _changed.products, set()
    if not products:
        return
    planted = faults.current()
    with CHANGES.going_on():
        if not (planted.availability_never_invalidated or planted.availability_cached_before_commit):
            availability.invalidate(products)
        if settings.AROUND and not planted.search_index_not_updated:
            search_index.update(products)
        if not planted.edges_not_purged:
            edges.ban(edges.tag(product_id) for product_id in sorted(products))
