"""The search index as a store of availability: one document a product, written by one writer at a time."""

import fcntl
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.conf import settings
from haystack import connections
from oscar.core.loading import get_model

from shop_site import reading

Product = get_model("catalogue", "Product")


def update(product_ids: Iterable[int]) -> None:
    """Write these products' documents anew from the primary database.

    Rows are read under the writer's lock, so that of two writers the later one knows what the earlier one wrote.
    """
    connection = connections["default"]
    with _only_writer(), reading.catalogue_from(reading.PRIMARY):
        products = list(Product.objects.filter(pk__in=tuple(product_ids)))
        connection.get_backend().update(connection.get_unified_index().get_index(Product), products)


def available(product_id: int) -> int | None:
    """How many the index says are left; None for a product that it does not hold."""
    backend = connections["default"].get_backend()
    if not backend.setup_complete:
        backend.setup()
    with backend.index.refresh().searcher() as searcher:
        document = searcher.document(id=f"{Product._meta.label_lower}.{product_id}")
    return None if document is None else int(document.get("num_in_stock") or 0)


@contextmanager
def _only_writer() -> Iterator[None]:
    with (settings.HOME / "search-index.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
