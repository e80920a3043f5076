"""What the shop sells and how much of it there is."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Good:
    """One product with its price in EUR and its stock."""

    slug: str
    title: str
    category: str
    price: Decimal
    stock: int


def _good(slug: str, title: str, category: str, price: str, stock: int) -> Good:
    return Good(slug=slug, title=title, category=category, price=Decimal(price), stock=stock)


CATEGORIES = ("Mugs", "Paper", "Home")
GOODS = (
    _good("mug-red", "Red mug", "Mugs", "12.50", 20),
    _good("mug-blue", "Blue mug", "Mugs", "12.50", 20),
    _good("mug-travel", "Travel mug", "Mugs", "19.00", 15),
    _good("poster-sea", "Sea poster", "Paper", "24.00", 20),
    _good("notebook-dots", "Dotted notebook", "Paper", "7.90", 40),
    _good("postcards-port", "Port postcards", "Paper", "4.50", 60),
    _good("last-lamp", "Last lamp", "Home", "89.00", 1),
    _good("sold-out-vase", "Sold out vase", "Home", "45.00", 0),
    _good("blanket-wool", "Wool blanket", "Home", "59.90", 12),
)
