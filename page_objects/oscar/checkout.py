"""From the gateway to the confirmation: who, where to, with which card, and the order itself."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

from playwright.sync_api import Locator

from journeys.customers import Customer
from journeys.model import Confirmation, Line, Money, PageChanged, Refused, TesterFault
from page_objects.page import Page

_GUEST = "input[name=options][value=anonymous]"
_ADDRESS = "#new_shipping_address"
_CARD = "#view_preview"
_PROCESSORS_FORM = "#card-element"
_PROCESSOR_SAID = "#card-errors:not(:empty)"
_ORDER = "#place-order"
_BASKET = "/basket/"
_THANKS = "p.lead strong"
_MISTAKES = ".error-block"


def check_out(basket: Page, customer: Customer, card: str) -> PreviewPage:
    """Go through the forms between basket and preview; those that the shop leaves out are left out."""
    forms = basket.another(_Forms)
    if basket.tab.locator(_GUEST).count() > 0:
        forms.as_guest(customer)
    forms.ship_to(customer)
    forms.pay_with(customer, card)
    return basket.another(PreviewPage)


class _Forms(Page):
    """The forms of the checkout, one page each."""

    def as_guest(self, customer: Customer) -> None:
        """The gateway: no account, only a mail address."""
        self.one("#id_username").fill(customer.email)
        self.one(_GUEST).check()
        self._on(self.one("form:has(#id_username) button[type=submit]"), _ADDRESS)

    def ship_to(self, customer: Customer) -> None:
        """The shipping address."""
        form = self.one(_ADDRESS)
        for name, value in (
            ("first_name", customer.first_name),
            ("last_name", customer.last_name),
            ("line1", customer.street),
            ("line4", customer.city),
            ("postcode", customer.postcode),
        ):
            self.one(f"#id_{name}", within=form).fill(value)
        country = form.locator("select#id_country")  # hidden in shops that deliver to one country
        if country.count() > 0:
            if country.locator(f"option[value='{customer.country}']").count() == 0:
                raise TesterFault(
                    f"the shop does not deliver to {customer.country}: give it a locale of a country it delivers to"
                )
            country.select_option(customer.country)
        self._on(self.one("button[type=submit]", within=form), _CARD)

    def pay_with(self, customer: Customer, card: str) -> None:
        """The card, which the shop keeps nothing of: typed for the shop, or for a payment processor's script."""
        if self.tab.locator(_PROCESSORS_FORM).count() > 0:
            self._pay_by_token(customer, card)
        else:
            self._pay_by_form(customer, card)

    def _pay_by_form(self, customer: Customer, card: str) -> None:
        self.one("#id_name").fill(customer.name)
        self.one("#id_number").fill(card)
        self.one("#id_expiry_month_0").select_option("12")
        years = self.one("#id_expiry_month_1")
        years.select_option(index=years.locator("option").count() - 1)
        self.one("#id_ccv").fill("123")
        self._on(self.one(_CARD), _ORDER)

    def _pay_by_token(self, customer: Customer, card: str) -> None:
        """The script sends the card away, and then the form; or it says why it does not."""
        self._refused_by_processor()
        form = self.one(_PROCESSORS_FORM)
        for name, value in (
            ("number", card),
            ("exp_month", "12"),
            ("exp_year", "39"),
            ("cvc", "123"),
            ("postal_code", customer.postcode),
        ):
            self.one(f"input[placeholder={name}]", within=form).fill(value)
        self.one(_CARD).click()
        self.tab.locator(f"{_ORDER}, {_PROCESSOR_SAID}, body:not(:has({_CARD}))").first.wait_for(state="attached")
        self._refused_by_processor()
        self.landed()
        self._demand(_ORDER)

    def _refused_by_processor(self) -> None:
        said = self.tab.locator(_PROCESSOR_SAID)
        if said.count() > 0:
            raise Refused(said.first.inner_text().strip())

    def _on(self, button: Locator, expected: str) -> None:
        """Submit a form; when it comes back, what it says is wrong with it is what is wrong."""
        self.follow(button)
        self._demand(expected)

    def _demand(self, expected: str) -> None:
        if self.tab.locator(expected).count() > 0:
            return
        said = [text.strip() for text in self.tab.locator(f"{_MISTAKES}, .alert-danger").all_inner_texts()]
        if self.tab.locator(".alert-danger").count() > 0:
            raise Refused("; ".join(said))
        raise PageChanged(f"{self.tab.url}: there is no {expected} on this page" + "".join(f"; {s}" for s in said))


class PreviewPage(Page):
    """The last page before the order is placed."""

    def total(self) -> Money:
        """What is going to be charged."""
        return self.money(self.one("#basket_totals h3.price_color").inner_text())

    def place_order(self) -> ThankYouPage:
        """Place the order; Refused when the payment is declined or the product is gone."""
        self.follow(self.one(_ORDER))
        return self._told()

    def submit(self, at: datetime) -> None:
        """Send the order at a moment, and wait for nothing."""
        self.press(self.one(_ORDER), at)

    def placed(self) -> ThankYouPage:
        """What came of it; Refused when the payment is declined or the product is gone."""
        self.tab.locator(f"{_THANKS}, .alert-danger, body:not(:has({_ORDER}))").first.wait_for(state="attached")
        return self._told()

    def _told(self) -> ThankYouPage:
        """Who is sent back to the basket came too late: what was in it is gone."""
        back = urlsplit(self.tab.url).path == _BASKET
        alert = self.tab.locator(".alert" if back else ".alert-danger")
        if alert.count() > 0:
            raise Refused(alert.first.inner_text().replace("×", "").strip())
        return self.another(ThankYouPage)


class ThankYouPage(Page):
    """What the customer sees when the order is placed."""

    def read(self) -> Confirmation:
        """Number, lines and total."""
        return Confirmation(
            number=self.one(_THANKS).inner_text().strip(),
            lines=tuple(self._line(each) for each in self.tab.locator("div.basket-items").all()),
            total=self.money(self.one("#basket_totals h3.price_color").inner_text()),
        )

    def _line(self, row: Locator) -> Line:
        """A line without its total: Oscar shows it before discounts, the record keeps it after them."""
        return Line(
            title=self.one("h3 a", within=row).inner_text().strip(),
            quantity=int(self.one(".col-sm-1", within=row).inner_text()),
        )
