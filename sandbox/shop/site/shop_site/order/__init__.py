"""Oscar's orders with the shop's way of taking stock."""
