"""pretix: its REST API as the record, its pages, control pages, feed and mails as surfaces."""

from journeys.platforms.pretix.connect import connect
from journeys.platforms.pretix.sandbox import translate
from journeys.platforms.pretix.settings import DECLARABLE

KIND = "booking"

__all__ = ["DECLARABLE", "KIND", "connect", "translate"]
