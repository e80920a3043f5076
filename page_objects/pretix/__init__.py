"""What the pages of pretix, a ticket shop for event series, look like."""

from page_objects.pretix.checkout import CartPage, CheckoutPage
from page_objects.pretix.front import PretixPages
from page_objects.pretix.order import OrderPage
from page_objects.pretix.slot import SlotPage
from page_objects.pretix.slots import CalendarPage, ListPage, list_path, month_path

__all__ = [
    "CalendarPage",
    "CartPage",
    "CheckoutPage",
    "ListPage",
    "OrderPage",
    "PretixPages",
    "SlotPage",
    "list_path",
    "month_path",
]
