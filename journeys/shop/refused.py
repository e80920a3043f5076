"""A shopper whom the shop must refuse."""

from __future__ import annotations

from journeys.checks import SOLD_OUT
from journeys.customers import Customer
from journeys.run.journey import REFUSED, journey
from journeys.run.run import Run
from journeys.shop.ports import Shop


@journey("a guest pays with a card that is declined", store=Shop, checks=REFUSED)
def declined_card(run: Run, shop: Shop, customer: Customer) -> None:
    """A guest's card is declined: the order is not placed and nothing changes."""
    with run.step("find the product"):
        product = shop.pages.catalogue().product(run.subject.title)
    with run.step("put it into the basket"):
        basket = product.add_to_basket()
    with run.step("check out"):
        checkout = basket.check_out(customer, shop.means["declined card"])
    with run.step("be refused"), run.write("order", by=customer, refusal="the card is declined") as order:
        order.acked(checkout.place_order().read())


@journey("a guest wants what is sold out", store=Shop, subject="sold out", checks=REFUSED)
def sold_out_product(run: Run, shop: Shop, customer: Customer) -> None:
    """A guest tries to buy a product that is sold out, and cannot."""
    with run.step("find the product"):
        product = shop.pages.catalogue().product(run.subject.title)
    with run.step("be refused"), run.write("order", by=customer, refusal=SOLD_OUT) as order:
        checkout = product.add_to_basket().check_out(customer, shop.means["card"])
        order.acked(checkout.place_order().read())
