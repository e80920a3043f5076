"""Amounts of money, in minor units and never in floats."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Final

# ISO 4217: currencies whose minor unit is not a hundredth.
_EXPONENTS: Final = {
    **dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF"), 0),
    **dict.fromkeys(("UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """An amount in the minor unit of an ISO 4217 currency (cents for EUR, yen for JPY)."""

    minor: int
    currency: str

    @classmethod
    def of(cls, amount: str | int | Decimal, currency: str) -> Money:
        """The amount written in major units, such as ``"12.50"``; ValueError if it is not exact, as no float is."""
        if isinstance(amount, float):
            raise ValueError(f"{amount!r} is a float, and no float is an exact amount")
        try:
            scaled = Decimal(amount).scaleb(_EXPONENTS.get(currency, 2))
        except InvalidOperation as error:
            raise ValueError(f"{amount!r} is not an amount of money") from error
        if not scaled.is_finite() or scaled != scaled.to_integral_value():
            raise ValueError(f"{amount!r} is finer than the minor unit of {currency}")
        return cls(minor=int(scaled), currency=currency)

    @classmethod
    def total(cls, amounts: Iterable[Money], currency: str) -> Money:
        """The sum of amounts of one currency; nothing sums to zero of it."""
        return sum(amounts, cls(minor=0, currency=currency))

    def _same(self, other: Money) -> int:
        if other.currency != self.currency:
            raise ValueError(f"{other} is not in {self.currency}")
        return other.minor

    def __add__(self, other: Money) -> Money:
        return Money(minor=self.minor + self._same(other), currency=self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(minor=self.minor - self._same(other), currency=self.currency)

    def __neg__(self) -> Money:
        return Money(minor=-self.minor, currency=self.currency)

    def __str__(self) -> str:
        places = _EXPONENTS.get(self.currency, 2)
        return f"{Decimal(self.minor).scaleb(-places):.{places}f} {self.currency}"
