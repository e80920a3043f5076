"""The shop's own Django app: seed, template tags, and what happens after an order or a change of stock."""

from django.apps import AppConfig


class ShopSiteConfig(AppConfig):
    """Connects the receivers once every model is loaded."""

    name = "shop_site"

    def ready(self) -> None:
        """Connect the receivers, and let the dashboard's figures go wrong where that is planted."""
        from shop_site import figures, receivers

        receivers.connect()
        figures.connect()
