"""Oscar's order app with the shop's way of taking stock."""

from oscar.apps.order import apps


class OrderConfig(apps.OrderConfig):
    """In place of Oscar's."""

    name = "shop_site.order"
