"""How the booking store is built, started and described."""

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from sandbox.recipe import Recipe, Site

FOLDER = Path(__file__).parent
ORGANIZER = "harbour"
EVENT = "tours"
STAFF = "staff@booking.example"


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
        "PRETIX_DATABASE_BACKEND": "sqlite3",
        "PRETIX_DATABASE_NAME": str(data / "db.sqlite3"),
        "PRETIX_MAIL_HOST": "127.0.0.1",
        "PRETIX_MAIL_PORT": str(site.mail_port),
        "PRETIX_MAIL_FROM": "tours@booking.example",
        "PRETIX_LANGUAGES_ENABLED": "en",
        "BOOKING_ORGANIZER": ORGANIZER,
        "BOOKING_EVENT": EVENT,
        "BOOKING_STAFF": STAFF,
        "BOOKING_STAFF_PASSWORD": site.secrets["staff_password"],
        "BOOKING_API_TOKEN": site.secrets["api_token"],
        "BOOKING_SEEDED": str(site.home / "seeded.json"),
        "BOOKING_FAULTS": str(site.home / "faults.json"),
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
    connection costs one of the threads for a moment, and booking_site.wsgi lets one request at a time in.
    """
    return (
        *(str(site.python), "-m", "gunicorn", "booking_site.wsgi:application"),
        *("--bind", f"127.0.0.1:{site.port}"),
        *("--worker-class", "gthread", "--workers", "1", "--threads", "32"),
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
        **(json.loads(seeded.read_text(encoding="utf-8")) if seeded.exists() else {}),
    }


RECIPE = Recipe(
    name="booking",
    platform="pretix",
    folder=FOLDER,
    secrets=("django_secret", "staff_password", "api_token"),
    environment=_environment,
    prepare=_prepare,
    serve=_serve,
    ready=f"/{ORGANIZER}/{EVENT}/",
    databases=("data/db.sqlite3",),
    folders=(),
    describe=_describe,
)
