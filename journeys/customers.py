"""Made-up customers: Faker's names, reserved mail domain and phone numbers, a street that is nowhere, test cards."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from faker import Faker

MAIL_DOMAIN: Final = "example.org"  # RFC 2606: nobody's mailbox
MARKER_PREFIX: Final = "jrn"

# Numbers that the regulators keep free for films and tests (Ofcom, Bundesnetzagentur, NANPA's 555-01xx).
_PHONES: Final = {"de": "+49 30 23125{:03d}", "en": "+44 1632 960{:03d}"}
_POSTCODES: Final = {"DE": "12345", "AT": "1000", "CH": "1000", "GB": "ZZ99 9ZZ"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """A synthetic customer; the same seed and run give the same one, two runs never share a mail address.

    ``country`` is ISO 3166-1 alpha-2.
    """

    first_name: str
    last_name: str
    email: str
    password: str = field(repr=False)
    street: str
    city: str
    postcode: str
    country: str
    phone: str
    marker: str

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}"


def make_customer(*, seed: int, run: str, locale: str) -> Customer:
    """The customer of a run, from the names of the store's locale (``de_DE``, ``en_GB``)."""
    fake = Faker(locale)
    fake.seed_instance(seed)
    marker = f"{MARKER_PREFIX}-{run}"
    language, _, country = locale.partition("_")
    number = fake.random_int(0, 999)
    return Customer(
        first_name=fake.first_name(),
        last_name=fake.last_name(),
        email=f"{marker}@{MAIL_DOMAIN}",
        password=f"{fake.password(length=14, special_chars=False)}-{run}",
        street=f"{fake.random_int(1, 199)} Synthetic Test Street",
        city="Nowhere",
        postcode=_POSTCODES.get(country, "00000"),
        country=country,
        phone=_PHONES.get(language, "+1 202 555 0{:03d}").format(
            100 + number % 100 if language not in _PHONES else number
        ),
        marker=marker,
    )


def synthetic(email: str) -> bool:
    """Whether a mail address is one of ours."""
    name, _, domain = email.partition("@")
    return domain == MAIL_DOMAIN and name.startswith(MARKER_PREFIX + "-")
