"""What the shop sells, as its API describes it: from the key in a product's address to a subject."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from journeys.model import Money, Subject, TesterFault
from journeys.platforms.backend import Backend

_WHOLE_CATALOGUE = "/catalogue/"


class Goods:
    """Products by key (``mug-red_1``, the end of the product's address) and by id."""

    def __init__(self, api: Backend, currency: str, admin: Backend | None = None) -> None:
        self._api = api
        self._admin = admin
        self._currency = currency
        self._subjects: dict[str, Subject] = {}
        self._titles: dict[str, str] = {}

    def subjects(self, roles: Mapping[str, Iterable[str]]) -> Mapping[str, tuple[Subject, ...]]:
        """The subjects of each role; TesterFault when a key names no product that this can follow."""
        keys = sorted({key for each in roles.values() for key in each})
        listed = {each["breadcrumbs"]: each for each in self._list("categories/")}
        with ThreadPoolExecutor(max_workers=4) as pool:
            found = dict(zip(keys, pool.map(lambda key: self._subject(key, listed), keys), strict=True))
        self._subjects = {subject.ids["product"]: subject for subject in found.values()}
        return {role: tuple(found[key] for key in each) for role, each in roles.items()}

    def key_of(self, product: str) -> str:
        """The subject that a product id belongs to; an honest other name when it is none of ours."""
        return self._subjects[product].key if product in self._subjects else f"product {product}"

    def title_of(self, product: str) -> str:
        """What the product is called; its id when the shop has taken it away."""
        if product in self._subjects:
            return self._subjects[product].title
        if product not in self._titles:
            said = self._api.get(f"products/{product}/")
            self._titles[product] = said["title"] if said else f"product {product}"
        return self._titles[product]

    def _subject(self, key: str, categories: Mapping[str, Mapping[str, Any]]) -> Subject:
        slug, _, product = key.rpartition("_")
        said = self._api.get(f"products/{product}/") if slug and product.isdigit() else None
        records = self._list(f"products/{product}/stockrecords/") if said else []
        if said is None and self._admin is not None and product.isdigit():
            said = self._admin.get(f"admin/products/{product}/")  # one that customers are not shown
            records = said["stockrecords"] if said else []
        if said is None or not records:
            raise TesterFault(
                f"subject {key!r} is no product with stock: write the end of its address, such as mug-red_1"
            )
        record = {"id": str(records[0].get("url", "")).rstrip("/").rpartition("/")[2], **records[0]}
        if record["num_in_stock"] is None:
            raise TesterFault(f"subject {key!r}: the shop does not count how many of it are left")
        price = self._api.get(f"products/{product}/price/")
        return Subject(
            key=slug,
            title=said["title"],
            price=Money.of(price["incl_tax"] or price["excl_tax"] if price else record["price"], self._currency),
            ids={
                "product": product,
                "stockrecord": str(record["id"]),
                "path": f"/catalogue/{key}/",
                "category": self._category(said["categories"], categories),
            },
        )

    def _category(self, names: Iterable[str], known: Mapping[str, Mapping[str, Any]]) -> str:
        """The address of the first category of a product (``Home > Mugs``); the whole catalogue when it has none."""
        trail = next(iter(names), "").split(" > ")
        slugs, category = [], known.get(trail[0])
        for depth in range(2, len(trail) + 1):
            if category is None:
                break
            slugs.append(category["slug"])
            name = " > ".join(trail[:depth])
            category = next((each for each in self._list(category["children"]) if each["breadcrumbs"] == name), None)
        if category is None:
            return _WHOLE_CATALOGUE
        slugs.append(category["slug"])
        return f"/catalogue/category/{'/'.join(slugs)}_{category['url'].rstrip('/').rpartition('/')[2]}/"

    def _list(self, path: str) -> list[Mapping[str, Any]]:
        """A list of the API, whether the shop hands it out in pages or whole."""
        said = self._api.get(path)
        entries = list(said["results"] if isinstance(said, dict) else said or ())
        while isinstance(said, dict) and said.get("next"):
            said = self._api.get(said["next"])
            entries += said["results"]
        return entries
