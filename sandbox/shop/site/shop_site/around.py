"""What stands around the shop in the full profile: two databases, Redis and the edges, named by the environment."""

import os
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """The addresses of the services; passwords are in them."""

    primary: str
    replica: str
    redis: str
    edges: tuple[str, ...]
    """The shop's door of each edge, where it sends its bans."""


def from_environment() -> Around | None:
    """The services, or None in the embedded profile, which has none."""
    if "SHOP_PRIMARY" not in os.environ:
        return None
    return Around(
        primary=os.environ["SHOP_PRIMARY"],
        replica=os.environ["SHOP_REPLICA"],
        redis=os.environ["SHOP_REDIS"],
        edges=tuple(os.environ["SHOP_EDGES"].split()),
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
