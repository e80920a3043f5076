"""How an order takes stock: under the write lock, so that the last one is sold once."""

from django.utils.translation import gettext as _
from oscar.apps.order import utils
from oscar.apps.order.exceptions import UnableToPlaceOrder
from oscar.core.loading import get_model

from shop_site import faults

Line = get_model("order", "Line")


class OrderCreator(utils.OrderCreator):
    """Oscar's, with the stock asked for once more at the moment it is allocated."""

    def create_line_models(self, order, basket_line, extra_line_fields=None) -> Line:
        """Store the line; with the allocation lost, it holds none that a cancellation could give back."""
        fields = dict(extra_line_fields or {})
        if faults.current().stock_decrement_lost:
            fields["num_allocated"] = 0
        return super().create_line_models(order, basket_line, fields)

    def update_stock_records(self, line) -> None:
        """Allocate; UnableToPlaceOrder (and so no order) when others took the last ones meanwhile.

        Oscar asks before the transaction only, so that baskets submitted at once could all succeed.
        """
        if faults.current().stock_decrement_lost:
            return
        super().update_stock_records(line)
        planted = faults.current()
        if planted.sold_out_accepted or planted.stock_not_locked or not line.stockrecord.can_track_allocations:
            return
        line.stockrecord.refresh_from_db(fields=["num_in_stock", "num_allocated"])
        if line.stockrecord.net_stock_level < 0:
            title = line.product.get_title()
            raise UnableToPlaceOrder(_("'%s' was sold out while you paid - no payment has been taken.") % title)
