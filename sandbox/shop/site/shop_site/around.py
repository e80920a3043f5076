"""What stands around the shop in the full profile, named by the environment: databases, Redis, edges, payments."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit


@dataclass(frozen=True, slots=True, kw_only=True)
class Payments:
    """The payment processor, and as whom the shop is known there."""

    url: str
    key: str
    public_key: str
    """What browsers say to it."""
    webhook_secret: str
    """What its events are signed with."""

    @property
    def script(self) -> str:
        """Its script for browsers."""
        return f"{self.url}/js.stripe.com/v3/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """The addresses of the services; passwords are in them."""

    primary: str
    replica: str
    redis: str
    addresses: tuple[str, str]
    """Where customers find the shop, and where its staff do."""
    edges: tuple[str, ...]
    """The shop's door of each edge, where it sends its bans."""
    payments: Payments
    third_parties: Mapping[str, str]
    """The origins of scripts that pages may include, by name."""


def from_environment() -> Around | None:
    """The services, or None in the embedded profile, which has none."""
    if "SHOP_PRIMARY" not in os.environ:
        return None
    return Around(
        primary=os.environ["SHOP_PRIMARY"],
        replica=os.environ["SHOP_REPLICA"],
        redis=os.environ["SHOP_REDIS"],
        addresses=(f"https://127.0.0.1:{os.environ['SHOP_PORT']}", os.environ["SHOP_SECOND_ADDRESS"]),
        edges=tuple(os.environ["SHOP_EDGES"].split()),
        payments=Payments(
            url=os.environ["SHOP_PAYMENTS"],
            key=os.environ["SHOP_PAYMENTS_KEY"],
            public_key=os.environ["SHOP_PAYMENTS_PUBLIC_KEY"],
            webhook_secret=os.environ["SHOP_PAYMENTS_WEBHOOK_SECRET"],
        ),
        third_parties=json.loads(os.environ["SHOP_THIRD_PARTIES"]),
    )


def postgresql(url: str) -> dict[str, object]:
    """A database for Django; connections end with the request, so that a reset can replace the database."""
    parts = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": parts.hostname,
        "PORT": parts.port,
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "CONN_MAX_AGE": 0,
        "OPTIONS": {"connect_timeout": 5},
    }
