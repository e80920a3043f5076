"""How the shop is built, started and described."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from sandbox.faults import thrown
from sandbox.recipe import Cachable, Full, Payments, Recipe, Site

FOLDER = Path(__file__).parent
STAFF = "staff@shop.example"
API_USER = "api@shop.example"
VOUCHER = "TENOFF"
WEBHOOK = "/payments/events/"
THIRD_PARTIES = ("consent", "analytics", "chat")
"""Whose scripts the pages include as a rule; its site has the same list."""
CARDS = {"accepted": "4242424242424242", "declined": "4000000000000002"}


def _environment(site: Site) -> Mapping[str, str]:
    return {
        "PYTHONPATH": str(FOLDER / "site"),
        "DJANGO_SETTINGS_MODULE": "shop_site.settings",
        "SHOP_HOME": str(site.home),
        "SHOP_PORT": str(site.port),
        "SHOP_MAIL_PORT": str(site.mail_port),
        "SHOP_SECRET_KEY": site.secrets["secret_key"],
        "SHOP_STAFF": STAFF,
        "SHOP_STAFF_PASSWORD": site.secrets["staff_password"],
        "SHOP_API_USER": API_USER,
        "SHOP_API_PASSWORD": site.secrets["api_password"],
        "SHOP_VOUCHER": VOUCHER,
        **(_around(site.full) if site.full else {}),
    }


def _around(full: Full) -> Mapping[str, str]:
    return {
        "SHOP_PRIMARY": full.primary,
        "SHOP_REPLICA": full.replica,
        "SHOP_REDIS": full.redis,
        "SHOP_EDGES": " ".join(full.edges.values()),
        "SHOP_SECOND_ADDRESS": full.back_office,
        "SHOP_THIRD_PARTIES": json.dumps(dict(full.third_parties)),
        **(_payments(full.payments) if full.payments else {}),
    }


def _payments(payments: Payments) -> Mapping[str, str]:
    return {
        "SHOP_PAYMENTS": payments.url,
        "SHOP_PAYMENTS_KEY": payments.secret_key,
        "SHOP_PAYMENTS_PUBLIC_KEY": payments.public_key,
        "SHOP_PAYMENTS_WEBHOOK_SECRET": payments.webhook_secret,
    }


def _prepare(site: Site) -> Sequence[tuple[str, Sequence[str]]]:
    command = (str(site.python), "-m", "django", "prepare")
    return (("lay out and stock the shop", command),)


def _serve(site: Site) -> Sequence[str]:
    # Edges that revalidate slowly keep a thread each waiting, and nobody else may have to wait for those.
    threads = "64" if site.full else "8"
    return (
        *(str(site.python), "-m", "gunicorn", "shop_site.wsgi:application"),
        *("--bind", f"127.0.0.1:{site.bind_port}"),
        *("--worker-class", "gthread", "--workers", "1", "--threads", threads),
        *("--timeout", "120", "--graceful-timeout", "5", "--keep-alive", "75"),
        *("--no-control-socket", "--log-level", "warning"),
    )


def _describe(site: Site) -> Mapping[str, object]:
    """URLs, credentials and subjects; products and categories are missing before the shop is prepared."""
    seeded = site.home / "seeded.json"
    return {
        "url": site.url,
        "catalogue_path": "/catalogue/",
        "search_path": "/search/?q=",
        "dashboard_path": "/dashboard/",
        "api_root": f"{site.url}/api/",
        "api_user": API_USER,
        "api_password": site.secrets["api_password"],
        "staff_email": STAFF,
        "staff_password": site.secrets["staff_password"],
        "voucher": VOUCHER,
        "cards": CARDS,
        "currency": "EUR",
        "time_zone": "Europe/Berlin",
        **(_layers(site, site.full) if site.full else _cache(site)),
        **(_neighbours(site.full) if site.full else {}),
        **(json.loads(seeded.read_text(encoding="utf-8")) if seeded.exists() else {}),
    }


def _included(site: Site) -> Sequence[str]:
    """Whose scripts the pages include now: the shop's switch says which."""
    all_of_them = thrown(site.home).get("third_parties") == "all"
    return tuple(site.full.third_parties) if site.full and all_of_them else THIRD_PARTIES


def _cache(site: Site) -> Mapping[str, object]:
    return {"cache_database": str(site.home / "cache.sqlite3"), "cache_table": "shop_cache"}


def _layers(site: Site, full: Full) -> Mapping[str, object]:
    """How each layer of the full profile can be read past, looked into and cleared."""
    origin = f"http://127.0.0.1:{full.origin_port}"
    return {
        "database": full.primary,
        "back_office": full.back_office,
        "ca": full.ca,
        "third_parties": {name: full.third_parties[name] for name in _included(site)},
        "layers": {
            "service worker": {},
            "edge": {"addresses": dict(full.edges), "origin": origin, "ttl header": "x-edge-ttl"},
            "application cache": {"redis": full.redis},
            "search index": {
                "show": f"{origin}/sandbox/index/{{product}}/",
                "repair": f"{origin}/sandbox/reindex/{{product}}/",
            },
            "database replica": {"primary": full.primary, "replica": full.replica},
        },
        "organs": {name: dict(told) for name, told in full.organs.items()},
    }


def _neighbours(full: Full) -> Mapping[str, object]:
    """Whom the shop passes its sales on to, and how they can be asked."""
    if full.payments is None:
        return {}
    ledger = {"kind": "stripe", "url": full.payments.url, "api_key": full.payments.ledger_key}
    return {"neighbours": {"payment ledger": ledger}}


RECIPE = Recipe(
    name="shop",
    platform="oscar",
    folder=FOLDER,
    secrets=("secret_key", "staff_password", "api_password"),
    environment=_environment,
    prepare=_prepare,
    serve=_serve,
    ready="/catalogue/",
    databases=("shop.sqlite3", "cache.sqlite3"),
    folders=("search-index",),
    describe=_describe,
    cachable=Cachable(paths="^/(catalogue|search)/", personal_cookies=("sessionid", "oscar_open_basket")),
    reads_replica=True,
    webhook=WEBHOOK,
)
