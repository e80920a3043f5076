"""From the cart to the booking, as pretix asks for it: cart, contact details, payment, confirmation."""

from __future__ import annotations

from typing import Final

from journeys.customers import Customer
from journeys.model import Money, PageChanged, Refused
from page_objects.pretix.order import OrderPage, rows_total
from page_objects.pretix.tab import REFUSAL, PretixPage

_NEXT: Final = ".checkout-button-row button[type=submit]"


class CartPage(PretixPage):
    """What the guest is about to book, above the slot's products."""

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
            said = self.first_text(f"{REFUSAL}, .has-error .help-block")
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
        refusal = self.send(self.one(_NEXT), "dl.order-details")
        if refusal:
            raise Refused(refusal)
        return self.another(OrderPage)
