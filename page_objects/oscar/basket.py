"""What the customer is about to buy."""

from __future__ import annotations

from journeys.customers import Customer
from journeys.model import Money, PageChanged, Refused
from page_objects.oscar.checkout import PreviewPage, check_out
from page_objects.page import Page

_CHECKOUT = "a[href='/checkout/']"
_NO = "#messages .alert-danger, #messages .alert-warning"


class BasketPage(Page):
    """The basket with its totals."""

    def accept(self) -> None:
        """Refused with the shop's words when the last thing asked of the basket was not done."""
        messages = self.tab.locator(_NO)
        if messages.count() > 0:
            raise Refused(messages.first.inner_text().replace("×", "").strip())

    def total(self) -> Money:
        """What it costs, vouchers and shipping included."""
        return self.money(self.one("#basket_totals h3.price_color").inner_text())

    def apply_voucher(self, code: str) -> BasketPage:
        """Use a voucher; Refused when it is not valid."""
        self.one("#voucher_form_link a").click()
        self.one("#voucher_form #id_code").fill(code)
        self.follow(self.one("#voucher_form button[type=submit]"))
        self.accept()
        return self.another(BasketPage)

    def check_out(self, customer: Customer, card: str) -> PreviewPage:
        """Give address and card, as a guest or as the customer logged in."""
        if self.tab.locator(".basket-items").count() == 0:
            raise PageChanged(f"{self.tab.url}: the basket is empty")
        self.follow(self.one(_CHECKOUT))
        return check_out(self, customer, card)
