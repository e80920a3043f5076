"""How the booking store is built, started and described."""

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import unquote, urlsplit

from sandbox.recipe import Cachable, Full, Recipe, Site

FOLDER = Path(__file__).parent
ORGANIZER = "harbour"
EVENT = "tours"
STAFF = "staff@booking.example"
THIRD_PARTIES = ("consent", "analytics")


def _environment(site: Site) -> Mapping[str, str]:
    """pretix reads every option of its configuration file from PRETIX_<SECTION>_<OPTION> as well."""
    data = site.home / "data"
    return {
        "PYTHONPATH": str(FOLDER / "site"),
        "DJANGO_SETTINGS_MODULE": "booking_site.settings",
        "PRETIX_CONFIG_FILE": os.devnull,
        "PRETIX_PRETIX_URL": site.url,
        "PRETIX_PRETIX_DATADIR": str(data),
        "PRETIX_PRETIX_INSTANCE_NAME": "Booking sandbox",
        "PRETIX_PRETIX_ECB_RATES": "off",
        "PRETIX_PRETIX_ALLOW_HTTP_TO_PRIVATE_NETWORKS": "on",
        "PRETIX_PRETIX_LOGLEVEL": "WARNING",
        "PRETIX_DJANGO_SECRET": site.secrets["django_secret"],
        "PRETIX_DJANGO_PASSWORDS_ARGON2": "off",
        **(_around(site.full) if site.full else _sqlite(data)),
        "PRETIX_MAIL_HOST": "127.0.0.1",
        "PRETIX_MAIL_PORT": str(site.mail_port),
        "PRETIX_MAIL_FROM": "tours@booking.example",
        "PRETIX_LANGUAGES_ENABLED": "en",
        "BOOKING_ORGANIZER": ORGANIZER,
        "BOOKING_EVENT": EVENT,
        "BOOKING_STAFF": STAFF,
        "BOOKING_STAFF_PASSWORD": site.secrets["staff_password"],
        "BOOKING_API_TOKEN": site.secrets["api_token"],
        "BOOKING_RECEIVER_TOKEN": site.secrets["receiver_token"],
        "BOOKING_SEEDED": str(site.home / "seeded.json"),
        "BOOKING_FAULTS": str(site.home / "faults.json"),
    }


def _included(full: Full) -> dict[str, str]:
    """The origins of the scripts that the pages include, by name."""
    return {name: full.third_parties[name] for name in THIRD_PARTIES}


def _sqlite(data: Path) -> Mapping[str, str]:
    return {"PRETIX_DATABASE_BACKEND": "sqlite3", "PRETIX_DATABASE_NAME": str(data / "db.sqlite3")}


def _around(full: Full) -> Mapping[str, str]:
    """With Redis pretix turns its own caches on; sessions stay in the database, which a reset puts back."""
    database = urlsplit(full.primary)
    return {
        "PRETIX_DATABASE_BACKEND": "postgresql",
        "PRETIX_DATABASE_NAME": database.path.lstrip("/"),
        "PRETIX_DATABASE_USER": unquote(database.username or ""),
        "PRETIX_DATABASE_PASSWORD": unquote(database.password or ""),
        "PRETIX_DATABASE_HOST": database.hostname or "",
        "PRETIX_DATABASE_PORT": str(database.port or ""),
        "PRETIX_REDIS_LOCATION": full.redis,
        "PRETIX_REDIS_SESSIONS": "false",
        "BOOKING_EDGES": " ".join(full.edges.values()),
        "BOOKING_SECOND_ADDRESS": full.back_office,
        "PRETIX_PRETIX_TRUST_X_FORWARDED_PROTO": "on",
        "BOOKING_WEBHOOKS": full.webhooks,
        "BOOKING_THIRD_PARTIES": json.dumps(_included(full)),
        "PRETIX_PRETIX_CSP_ADDITIONAL_HEADER": "; ".join(
            f"{rule} {' '.join(_included(full).values())}" for rule in ("script-src", "connect-src")
        ),
    }


def _prepare(site: Site) -> Sequence[tuple[str, Sequence[str]]]:
    python = str(site.python)
    return (
        ("create the tables", (python, "-m", "pretix", "migrate", "--run-syncdb", "--noinput", "-v", "0")),
        ("seed the tours", (python, "-m", "pretix", "seed_booking")),
    )


def _serve(site: Site) -> Sequence[str]:
    """One process, because SQLite takes one writer; threads, because browsers open idle connections.

    A sync worker blocks on a connection that the browser opened ahead of need and left silent. Here such a
    connection costs one of the threads for a moment. In the embedded profile booking_site.wsgi lets one request
    at a time in; the full profile has PostgreSQL, where as many are answered at once as there are threads, and
    edges that revalidate slowly keep one waiting each.
    """
    threads = "64" if site.full else "32"
    return (
        *(str(site.python), "-m", "gunicorn", "booking_site.wsgi:application"),
        *("--bind", f"127.0.0.1:{site.bind_port}"),
        *("--worker-class", "gthread", "--workers", "1", "--threads", threads),
        *("--timeout", "120", "--graceful-timeout", "5", "--keep-alive", "75"),
        *("--no-control-socket", "--log-level", "warning"),
    )


def _describe(site: Site) -> Mapping[str, object]:
    """URLs, credentials and subjects; the seeded part is missing before the store is prepared."""
    seeded = site.home / "seeded.json"
    event = f"/{ORGANIZER}/{EVENT}/"
    return {
        "url": site.url,
        "organizer": ORGANIZER,
        "event": EVENT,
        "list_path": f"{event}?style=list",
        "calendar_path": f"{event}?style=calendar",
        "ical_path": f"/{ORGANIZER}/events/ical/",
        "api_root": f"{site.url}/api/v1/organizers/{ORGANIZER}/events/{EVENT}/",
        "api_token": site.secrets["api_token"],
        "control_path": f"/control/event/{ORGANIZER}/{EVENT}/",
        "staff_email": STAFF,
        "staff_password": site.secrets["staff_password"],
        **(_layers(site.full) if site.full else {}),
        **(json.loads(seeded.read_text(encoding="utf-8")) if seeded.exists() else {}),
    }


def _layers(full: Full) -> Mapping[str, object]:
    """How each layer of the full profile can be read past, looked into and cleared; what else can be asked there."""
    origin = f"http://127.0.0.1:{full.origin_port}"
    return {
        "database": full.primary,
        "back_office": full.back_office,
        "ca": full.ca,
        "third_parties": _included(full),
        "layers": {
            "edge": {"addresses": dict(full.edges), "origin": origin, "ttl header": "x-edge-ttl"},
            "application cache": {"redis": full.redis},
        },
        "neighbours": {name: dict(told) for name, told in full.neighbours.items()},
        "organs": {name: dict(told) for name, told in full.organs.items()},
    }


RECIPE = Recipe(
    name="booking",
    platform="pretix",
    folder=FOLDER,
    secrets=("django_secret", "staff_password", "api_token", "receiver_token"),
    environment=_environment,
    prepare=_prepare,
    serve=_serve,
    ready=f"/{ORGANIZER}/{EVENT}/",
    databases=("data/db.sqlite3",),
    folders=(),
    describe=_describe,
    cachable=Cachable(
        paths=rf"^/{ORGANIZER}/{EVENT}/([0-9]+/)?([?]|$)",
        personal_cookies=("(__Host-)?pretix_session",),
    ),
    receiver_secret="receiver_token",
)
