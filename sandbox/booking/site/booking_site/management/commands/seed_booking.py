"""`python -m pretix seed_booking` fills an empty database and notes what testers need to know of it."""

import json
import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django_scopes import scopes_disabled

from booking_site.seeding import sow


class Command(BaseCommand):
    """Fills the database and writes BOOKING_SEEDED."""

    help = "Seeds the booking sandbox."

    def handle(self, *args: Any, **options: Any) -> None:
        """Fails on a database that has been seeded before."""
        # The bookings that were there before send no mail now.
        settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
        with scopes_disabled():
            seeded = sow()
        path = Path(os.environ["BOOKING_SEEDED"])
        path.touch(mode=0o600)
        path.write_text(json.dumps(seeded, indent=2), encoding="utf-8")
