"""Shoppers who want the same last one."""

from __future__ import annotations

from journeys.customers import Customer
from journeys.run.journey import RACING, journey
from journeys.run.race import Entrant
from journeys.run.run import Run
from journeys.shop.ports import CheckoutPage, Shop


@journey("two guests want the last one at the same moment", store=Shop, subject="last", checks=RACING)
def last_product_race(run: Run, shop: Shop, customer: Customer) -> None:
    """Two guests have the last one in their baskets and place their orders at the same moment: one gets it."""
    rival, rivals_shop = run.rival()
    with run.step("both go to the last page before the order"):
        first = _last_page(run, shop, customer)
        second = _last_page(run, rivals_shop, rival)
    with run.step("both place the order"):
        run.race("order", _entrant(customer, first), _entrant(rival, second))


def _last_page(run: Run, shop: Shop, customer: Customer) -> CheckoutPage:
    basket = shop.pages.catalogue().product(run.subject.title).add_to_basket()
    return basket.check_out(customer, shop.means["card"])


def _entrant(customer: Customer, page: CheckoutPage) -> Entrant:
    return Entrant(customer=customer, submit=page.submit, finish=lambda: page.placed().read())
