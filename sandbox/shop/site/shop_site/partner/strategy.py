"""What may be bought: products in stock, at their price, with no tax on top."""

from oscar.apps.partner import strategy
from oscar.apps.partner.availability import Base, StockRequired

from shop_site import faults


class StockShownButNotAskedFor(StockRequired):
    """The shop that forgot the check: it shows the stock and sells without it."""

    def is_purchase_permitted(self, quantity: int) -> tuple[bool, str]:
        """Always."""
        return True, ""


class Shop(strategy.Default):
    """Oscar's default strategy."""

    def availability_policy(self, product, stockrecord) -> Base:
        """Stock is required, unless that check is the planted fault."""
        policy = super().availability_policy(product, stockrecord)
        if faults.current().sold_out_accepted and isinstance(policy, StockRequired):
            return StockShownButNotAskedFor(policy.num_available)
        return policy


class Selector:
    """The same strategy for everybody."""

    def strategy(self, request=None, user=None, **kwargs: object) -> Shop:
        """The shop's strategy."""
        return Shop(request)
