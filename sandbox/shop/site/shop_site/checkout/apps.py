"""Oscar's checkout with card payment."""

from oscar.apps.checkout import apps


class CheckoutConfig(apps.CheckoutConfig):
    """In place of Oscar's."""

    name = "shop_site.checkout"
