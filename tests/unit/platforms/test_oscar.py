"""What the oscar platform reads out of dashboard pages, mails and the sandbox's description."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from journeys.model import Confirmation, Line, Money, Subject, TesterFault
from journeys.platforms.oscar.confirmers import mail_says
from journeys.platforms.oscar.dashboard import OrderSheet, Payment, sheet
from journeys.platforms.oscar.html import Document
from journeys.platforms.oscar.sandbox import translate
from journeys.platforms.oscar.surfaces import fragment_key
from page_objects.page import amount

MUG = Subject(
    key="mug-red", title="Red mug", price=Money(minor=1250, currency="EUR"), ids={"product": "1", "stockrecord": "1"}
)
CUSTOMER = """
<table><caption><i></i> Customer Information</caption>
<tr><th>Name</th><th>Email address</th></tr><tr><td>A guest.</td><td>jrn-1@example.org</td></tr></table>"""
ORDER = """
<table><caption>Order information</caption>
<tr><th>Order Total</th><th>Date</th><th>Time</th><th>Status</th></tr>
<tr><td>€12.51</td><td>23 Nov 2026</td><td>10:01</td><td>Pending</td></tr></table>"""
LINES = """
<div class="tab-pane fade show active" id="lines"><form><input type="hidden" name="csrfmiddlewaretoken" value="t0k">
<table><thead><tr><th></th></tr></thead><tbody>
<tr><td><input></td><td></td><td>#1</td><td>2</td><td><a>Red &amp;
 round mug</a></td><td>-</td><td>Pending</td><td>Us</td><td>sku</td><td>€12.50</td><td>€12.50</td><td>View</td></tr>
<tr><td colspan="8"></td><th>Discount</th><td>€0.00</td><td>€0.00</td><td></td></tr></tbody></table></form></div>"""
PAYMENT = """
<div class="tab-pane fade" id="payment"><table><thead><tr><th>Source</th></tr></thead><tbody>
<tr><td>Card</td><td>€10.00</td><td>€9.50</td><td>€0.00</td><td>ch_1</td></tr>
<tr><td>Points</td><td>€3.00</td><td>€3.00</td><td>€0.00</td><td>-</td></tr></tbody></table>
<table><tr><th>Source</th></tr><tr><td>Card</td><td>€9.50</td><td>ch_1</td></tr></table></div>"""
UNPAID = '<div class="tab-pane" id="payment"><table><tr><td>No payment sources found.</td></tr></table></div>'
MAIL = """Hello,

We are pleased to confirm your order 100002 has been received and
will be processed shortly.

Your order contains:

 * Red mug - the big one - quantity: 2 - price: €22.50

Basket total: €22.50
Shipping: €0.00
Order Total: €22.50
"""


def euro(amount: str) -> Money:
    return Money.of(amount, "EUR")


def mail(text: str) -> EmailMessage:
    message = EmailMessage()
    message["To"] = "Jo <jrn-1@example.org>"
    message.set_content(text)
    return message


def test_the_page_of_an_order_says_who_bought_what_and_paid_how_much() -> None:
    expected = OrderSheet(
        email="jrn-1@example.org",
        total=euro("12.51"),
        status="Pending",
        lines=(Line(title="Red & round mug", quantity=2),),
        debited=euro("12.50"),
        payments=(),
        token="t0k",
    )

    assert expected == sheet(CUSTOMER + ORDER + LINES + PAYMENT, "EUR")


def test_an_order_that_nobody_paid_was_not_debited() -> None:
    assert sheet(CUSTOMER + ORDER + LINES + UNPAID, "EUR").debited is None


def test_a_payment_that_the_shop_was_not_told_of_yet_was_not_debited() -> None:
    untold = PAYMENT.replace("<td>€9.50</td><td>€0.00</td>", "<td>€0.00</td><td>€0.00</td>")
    untold = untold.replace("<td>€3.00</td><td>€0.00</td>", "<td>€0.00</td><td>€0.00</td>")

    assert sheet(CUSTOMER + ORDER + LINES + untold, "EUR").debited is None


def test_each_payment_event_is_told_with_its_amount_and_reference() -> None:
    events = """<table><tr><th>Date</th><th>Event</th><th>Amount</th><th>Lines</th><th>Reference</th></tr>
    <tr><td>Today</td><td>Settled</td><td>€12.50</td><td>Product: Red mug - quantity 1 </br></td><td>ch_1</td></tr>
    <tr><td>Today</td><td>Refunded</td><td>€2.50</td><td></td><td>re_1</td></tr></table>"""
    expected = (
        Payment(event="Settled", amount=euro("12.50"), reference="ch_1"),
        Payment(event="Refunded", amount=euro("2.50"), reference="re_1"),
    )

    assert expected == sheet(CUSTOMER + ORDER + LINES + events + PAYMENT, "EUR").payments


@pytest.mark.parametrize("page", ["", ORDER, CUSTOMER + ORDER, CUSTOMER + LINES])
def test_another_page_is_not_taken_for_an_order(page: str) -> None:
    with pytest.raises(TesterFault):
        sheet(page, "EUR")


def test_tables_are_told_apart_by_tab_and_caption() -> None:
    page = Document(CUSTOMER + ORDER + LINES + PAYMENT)
    found = page.table(caption="Order information"), page.table(tab="payment"), page.table(tab="notes")

    captions = ["Order information", "", None]

    assert captions == [each and each.caption for each in found]


def test_a_mail_says_number_lines_total_and_to_whom_it_went() -> None:
    lines = (Line(title="Red mug - the big one", quantity=2, total=euro("22.50")),)
    expected = Confirmation(number="100002", lines=lines, total=euro("22.50"), email="jrn-1@example.org")

    assert expected == mail_says(mail(MAIL), "EUR")


def test_a_mail_about_something_else_confirms_nothing() -> None:
    assert Confirmation(email="jrn-1@example.org") == mail_says(mail("Thank you for registering."), "EUR")


def test_the_key_of_a_cached_fragment_is_that_of_django() -> None:
    key = "template.cache.availability.a3c8ccd7c71bf49cf097c0bc2c08bcb3"

    assert key == fragment_key("availability {product} full", MUG)


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("€12.50", 1250),
        ("12,50\N{NO-BREAK SPACE}€", 1250),
        ("1.234,50 EUR", 123450),
        ("€1,234.50", 123450),
        ("1,234", 123400),
        ("1.234.567 €", 123456700),
        ("Total: 7.9", 790),
        ("\n  €0.00  ", 0),
    ],
)
def test_amounts_are_read_in_any_notation(text: str, minor: int) -> None:
    assert Money(minor=minor, currency="EUR") == amount(text, "EUR")


@pytest.mark.parametrize("text", ["", "free", "€", "1.2345 €"])
def test_what_is_no_amount_is_not_guessed_at(text: str) -> None:
    with pytest.raises(ValueError, match=r"amount|minor unit"):
        amount(text, "EUR")


def test_the_sandbox_is_told_by_the_addresses_of_its_products() -> None:
    products = {
        slug: {"path": f"/catalogue/{slug}_{number}/", "stock": stock}
        for number, (slug, stock) in enumerate({"mug-red": 20, "last-lamp": 1, "vase": 0}.items(), start=1)
    }
    described = {
        **dict.fromkeys(("api_user", "api_password", "staff_email", "staff_password", "voucher"), "x"),
        "products": products,
        "categories": {"mugs": {"name": "Mugs"}},
        "cards": {"accepted": "1", "declined": "2"},
        "cache_database": "/tmp/cache.sqlite3",
        "cache_table": "cache",
    }
    expected = {"plenty": ("mug-red_1",), "last": ("last-lamp_2",), "sold out": ("vase_3",)}

    assert expected == translate(described)["subjects"]
