"""A shopper looks around."""

from __future__ import annotations

from journeys.customers import Customer
from journeys.model import PageChanged
from journeys.run.journey import LOOKING, journey
from journeys.run.run import Run
from journeys.shop.ports import Shop


@journey("a shopper looks around", store=Shop, checks=LOOKING)
def browse(run: Run, shop: Shop, customer: Customer) -> None:
    """A shopper walks through catalogue and category, searches, and looks at a product."""
    with run.step("open the catalogue"):
        catalogue = shop.pages.catalogue()
        if not catalogue.titles():
            raise PageChanged("the catalogue shows no product")
    with run.step("walk into a category"):
        catalogue.category(shop.means["category"]).titles()
    with run.step("search for the product"):
        found = shop.pages.search(run.subject.title)
    with run.step("look at the product"):
        found.product(run.subject.title).price()
