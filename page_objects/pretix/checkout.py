"""From the cart to the booking, as pretix asks for it: cart, contact details, payment, confirmation."""

from __future__ import annotations

from typing import Final

from playwright.sync_api import Locator

from journeys.customers import Customer
from journeys.model import Money, PageChanged, Refused, Subject
from page_objects.pretix.order import OrderPage, rows_total
from page_objects.pretix.tab import PretixPage

_NEXT: Final = ".checkout-button-row button[type=submit]"
_REFUSAL: Final = ".alert-danger"


class CartPage(PretixPage):
    """What the guest is about to book, above the slot's products."""

    def arrived(self, subject: Subject) -> CartPage:
        """Wait for the cart with the product in it; Refused when the store says why it is not."""
        row = f".cart-row[data-article-id='item-{subject.ids['item']}']"
        refusal = wait_for(self, row)
        if refusal:
            raise Refused(refusal)
        return self

    def total(self) -> Money:
        """What it costs."""
        return rows_total(self)

    def check_out(self, customer: Customer, gift_card: str = "") -> CheckoutPage:
        """Give the mail address, and the gift card where there is something to pay."""
        self.follow(self.one("form.checkout-button-primary button"))
        self.one("#id_email").fill(customer.email)
        self._next("/checkout/payment/", "/checkout/confirm/")
        if self.tab.url.split("?")[0].endswith("/checkout/payment/"):
            self._pay_by(gift_card)
        return self.another(CheckoutPage)

    def _pay_by(self, gift_card: str) -> None:
        if not gift_card:
            raise PageChanged(f"{self.tab.url}: the booking must be paid, and no gift card is given")
        self.one("input[name=payment][value=giftcard]").check(force=True)
        self.tab.locator("input[name=payment_giftcard-code]").fill(gift_card)
        self._next("/checkout/confirm/")

    def _next(self, *ends: str) -> None:
        here = self.tab.url
        self.follow(self.one(_NEXT))
        if not self.tab.url.split("?")[0].endswith(ends):
            said = first_text(self.tab.locator(f"{_REFUSAL}, .has-error .help-block"))
            if said:
                raise Refused(said)
            raise PageChanged(f"{here} leads to {self.tab.url}, which is not {' or '.join(ends)}")


class CheckoutPage(PretixPage):
    """The last page before the booking is made."""

    def total(self) -> Money:
        """What is going to be charged."""
        return rows_total(self)

    def book(self) -> OrderPage:
        """Make the booking; Refused when the place is gone or the payment is declined."""
        self.one(_NEXT).click()
        refusal = wait_for(self, "dl.order-details")
        if refusal:
            raise Refused(refusal)
        return self.another(OrderPage)


def wait_for(page: PretixPage, wanted: str) -> str:
    """Wait for an element, or for the store's refusal, whose words are returned; "" when the element has come."""
    either = page.tab.locator(f"{wanted}, {_REFUSAL}").first
    either.wait_for()
    return "" if page.tab.locator(wanted).count() else first_text(page.tab.locator(_REFUSAL))


def first_text(found: Locator) -> str:
    """The words of the first of the elements; "" without any."""
    return " ".join(found.first.inner_text().split()) if found.count() else ""
