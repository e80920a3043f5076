"""Oscar's checkout with card payment."""
