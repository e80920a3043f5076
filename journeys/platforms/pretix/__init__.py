"""pretix: its REST API as the record, its pages, control pages, feed and mails as surfaces."""

from journeys.platforms.pretix.connect import connect

__all__ = ["connect"]
