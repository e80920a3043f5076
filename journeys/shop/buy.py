"""A shopper buys: as a guest, with an account, with a voucher."""

from __future__ import annotations

from journeys.customers import Customer
from journeys.model import Money, availability, orders, revenue
from journeys.run.journey import journey
from journeys.run.run import PendingWrite, Run
from journeys.shop.ports import BasketPage, Shop


def _buy(run: Run, shop: Shop, customer: Customer, basket: BasketPage) -> PendingWrite:
    """From a basket with one subject in it to the order, and what the order should change."""
    with run.step("check out"):
        run.shown("basket", basket.total())
        checkout = basket.check_out(customer, shop.means["card"])
        run.shown("last page before the order", checkout.total())
    with run.step("place the order"), run.write("order", by=customer) as order:
        order.acked(checkout.place_order().read())
    run.expect(availability(run.subject), falls_by=1)
    run.expect(orders(), rises_by=1)
    run.expect(revenue(), rises_by=order.total)
    return order


@journey("a guest buys one item", store=Shop)
def guest_checkout(run: Run, shop: Shop, customer: Customer) -> None:
    """A guest finds a product, buys one and gets a confirmation."""
    with run.step("find the product"):
        product = shop.pages.catalogue().product(run.subject.title)
        run.shown("price tag", product.price())
    with run.step("put it into the basket"):
        basket = product.add_to_basket()
    _buy(run, shop, customer, basket)


@journey("a customer with an account buys one item", store=Shop)
def account_checkout(run: Run, shop: Shop, customer: Customer) -> None:
    """A customer registers, comes back, logs in, buys one item and finds it in the order history."""
    account = shop.pages.account()
    with run.step("register"):
        run.leaves("account", customer.email)
        account.register(customer)
    with run.step("log in"):
        account.log_out()
        account.log_in(customer)
    with run.step("find the product"):
        product = shop.pages.search(run.subject.title).product(run.subject.title)
        run.shown("price tag", product.price())
    with run.step("put it into the basket"):
        basket = product.add_to_basket()
    order = _buy(run, shop, customer, basket)
    with run.step("find it in the order history"):
        run.also_confirmed("order history", account.order(order.number))


@journey("a guest buys one item with a voucher", store=Shop)
def voucher_checkout(run: Run, shop: Shop, customer: Customer) -> None:
    """A guest uses a voucher and pays that much less."""
    with run.step("find the product"):
        product = shop.pages.catalogue().product(run.subject.title)
        run.shown("price tag less the voucher", reduced(product.price(), shop.means["voucher percent"]))
    with run.step("put it into the basket"):
        basket = product.add_to_basket()
    with run.step("use the voucher"):
        basket = basket.apply_voucher(shop.means["voucher"])
    _buy(run, shop, customer, basket)


def reduced(amount: Money, percent: str) -> Money:
    """The amount less so many percent; a fraction of the minor unit is the customer's loss."""
    return Money(minor=amount.minor - amount.minor * int(percent) // 100, currency=amount.currency)
