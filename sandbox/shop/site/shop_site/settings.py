"""The shop's settings; everything that differs between two sandboxes comes from the environment."""

import os
from pathlib import Path

import oscar
from oscar.defaults import *  # noqa: F403

from shop_site import around

HOME = Path(os.environ["SHOP_HOME"])
HERE = Path(__file__).parent
OSCAR_TEMPLATES = Path(oscar.__file__).parent / "templates" / "oscar"
"""Also a template root, so that an override of oscar/x.html can include the original as x.html."""
PORT = int(os.environ["SHOP_PORT"])
"""Where customers find the shop, whatever port its own server has."""
AROUND = around.from_environment()
PAYMENTS = AROUND.payments if AROUND else None
"""The payment processor; in the embedded profile the shop has one of its own."""

SECRET_KEY = os.environ["SHOP_SECRET_KEY"]
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
SITE_ID = 1
FAULTS_FILE = HOME / "faults.json"
SEEDED_FILE = HOME / "seeded.json"

FORKED_APPS = {
    "oscar.apps.checkout.apps.CheckoutConfig": "shop_site.checkout.apps.CheckoutConfig",
    "oscar.apps.order.apps.OrderConfig": "shop_site.order.apps.OrderConfig",
    "oscar.apps.partner.apps.PartnerConfig": "shop_site.partner.apps.PartnerConfig",
}
INSTALLED_APPS = [
    "shop_site.apps.ShopSiteConfig",
    *(FORKED_APPS.get(app, app) for app in oscar.INSTALLED_APPS),
    "sorl.thumbnail",
    "rest_framework",
    "oscarapi",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "shop_site.timing.server_timing",
    "shop_site.middleware.outage",
    "shop_site.middleware.slow_revalidation",
    "shop_site.middleware.page_cache",
    "shop_site.reading.catalogue_reads",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "oscar.apps.basket.middleware.BasketMiddleware",
    "django.contrib.flatpages.middleware.FlatpageFallbackMiddleware",
]
ROOT_URLCONF = "shop_site.urls"
WSGI_APPLICATION = "shop_site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "templates", OSCAR_TEMPLATES],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "oscar.apps.search.context_processors.search_form",
                "oscar.apps.checkout.context_processors.checkout",
                "oscar.apps.communication.notifications.context_processors.notifications",
                "oscar.core.context_processors.metadata",
                "shop_site.faults.context",
                "shop_site.third_parties.context",
            ],
        },
    }
]


def sqlite(name: str) -> dict[str, object]:
    """A SQLite file whose writers wait for each other and whose readers never wait.

    Connections end with the request, so that a reset can lay another file's pages over this one.
    """
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": HOME / name,
        "CONN_MAX_AGE": 0,
        "OPTIONS": {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL",
        },
    }


class NoMigrations:
    """Says of every app that it has no migrations: the tables are made in one go."""

    def __contains__(self, app: str) -> bool:
        """Every app is meant."""
        return True

    def __getitem__(self, app: str) -> None:
        """No migrations module."""
        return


if AROUND:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    CSRF_TRUSTED_ORIGINS = list(AROUND.addresses)
    DATABASES = {"default": around.postgresql(AROUND.primary), "replica": around.postgresql(AROUND.replica)}
    DATABASE_ROUTERS = ["shop_site.routers.ReplicaRouter"]
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": AROUND.redis}}
else:
    DATABASES = {"default": sqlite("shop.sqlite3"), "cache": sqlite("cache.sqlite3")}
    DATABASE_ROUTERS = ["shop_site.routers.CacheRouter"]
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.db.DatabaseCache",
            "LOCATION": "shop_cache",
            "OPTIONS": {"MAX_ENTRIES": 10_000},
        }
    }
MIGRATION_MODULES = NoMigrations()
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
HAYSTACK_CONNECTIONS = {
    "default": {"ENGINE": "haystack.backends.whoosh_backend.WhooshEngine", "PATH": str(HOME / "search-index")}
}

AUTHENTICATION_BACKENDS = [
    "oscar.apps.customer.auth_backends.EmailBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = ["shop_site.hashers.QuickHasher"]

LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", "British English")]
TIME_ZONE = "Europe/Berlin"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
MEDIA_URL = "/media/"
MEDIA_ROOT = HOME / "media"

EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = "127.0.0.1"
EMAIL_PORT = int(os.environ["SHOP_MAIL_PORT"])
EMAIL_TIMEOUT = 5

OSCAR_SHOP_NAME = "Harbour Goods"
OSCAR_FROM_EMAIL = "orders@shop.example"
OSCAR_DEFAULT_CURRENCY = "EUR"
OSCAR_ALLOW_ANON_CHECKOUT = True
OSCAR_INITIAL_ORDER_STATUS = "Pending"
OSCAR_INITIAL_LINE_STATUS = "Pending"
# The API has names of its own for the same, and another default, from which no order could be cancelled.
OSCARAPI_INITIAL_ORDER_STATUS = OSCAR_INITIAL_ORDER_STATUS
OSCAR_ORDER_STATUS_PIPELINE = {
    "Pending": ("Being processed", "Cancelled"),
    "Being processed": ("Complete", "Cancelled"),
    "Complete": (),
    "Cancelled": (),
}
OSCAR_LINE_STATUS_PIPELINE = OSCAR_ORDER_STATUS_PIPELINE
OSCAR_ORDER_STATUS_CASCADE = {status: status for status in ("Being processed", "Complete", "Cancelled")}

OSCAR_SEARCH_FACETS = {"fields": {}, "queries": {}}

OSCARAPI_BLOCK_ADMIN_API_ACCESS = False
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.BasicAuthentication"],
    "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.LimitOffsetPagination",
    "PAGE_SIZE": None,
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}
