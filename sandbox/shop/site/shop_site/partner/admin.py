"""Oscar's partner admin, unchanged."""

from oscar.apps.partner.admin import *  # noqa: F403
