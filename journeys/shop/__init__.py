"""What shoppers do."""

from journeys.shop.browse import browse
from journeys.shop.buy import account_checkout, guest_checkout, voucher_checkout
from journeys.shop.ports import Shop
from journeys.shop.race import last_product_race
from journeys.shop.refused import declined_card, sold_out_product

JOURNEYS = (
    browse,
    guest_checkout,
    account_checkout,
    voucher_checkout,
    declined_card,
    sold_out_product,
    last_product_race,
)

__all__ = ["JOURNEYS", "Shop"]
