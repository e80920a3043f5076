"""Oscar's stock and prices with the shop's strategy."""
