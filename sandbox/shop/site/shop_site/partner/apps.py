"""Oscar's partner app (stock and prices) with the shop's strategy."""

from oscar.apps.partner import apps


class PartnerConfig(apps.PartnerConfig):
    """In place of Oscar's."""

    name = "shop_site.partner"
