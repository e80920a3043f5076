"""pretix's own settings with a fast schema, one SQLite writer or PostgreSQL, and the switchable faults."""

import json
import os

from pretix.settings import *  # noqa: F403
from pretix.settings import DATABASES, INSTALLED_APPS, MIDDLEWARE, PLUGINS, REST_FRAMEWORK, SITE_URL


class NoMigrations:
    """Tables are made from the models at once: 8 s instead of 80 s."""

    def __contains__(self, app: str) -> bool:
        return True

    def __getitem__(self, app: str) -> None:
        return None

    def setdefault(self, app: str, default: object = None) -> None:
        """Django asks for this when it prepares test databases."""


MIGRATION_MODULES = NoMigrations()
BOOKING_EDGES = tuple(os.environ.get("BOOKING_EDGES", "").split())
"""The store's door of each edge; there are none in the embedded profile."""
BOOKING_THIRD_PARTIES = json.loads(os.environ.get("BOOKING_THIRD_PARTIES", "{}"))
"""The origins of the scripts that the pages include, by name."""
if BOOKING_EDGES:
    # Connections end with the request, so that a reset can replace the database.
    DATABASES["default"]["CONN_MAX_AGE"] = 0
    CSRF_TRUSTED_ORIGINS = [SITE_URL, os.environ["BOOKING_SECOND_ADDRESS"]]
else:
    DATABASES["default"]["OPTIONS"].update(timeout=20, transaction_mode="IMMEDIATE")
PLUGINS.append("booking_site")
INSTALLED_APPS = [*INSTALLED_APPS, "booking_site"]
MIDDLEWARE = [
    "booking_site.timing.server_timing",
    "booking_site.pages.page_cache",
    "booking_site.middleware.FaultsMiddleware",
    *MIDDLEWARE,
]
REST_FRAMEWORK = {**REST_FRAMEWORK, "DEFAULT_THROTTLE_CLASSES": ["booking_site.throttle.ReceiverThrottle"]}
EMAIL_BACKEND = "booking_site.mail.SwitchableBackend"
