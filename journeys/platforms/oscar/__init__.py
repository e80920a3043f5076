"""django-oscar shops: their REST API and dashboard as the record, their pages, mails and dashboard as surfaces."""

from journeys.platforms.oscar.connect import connect
from journeys.platforms.oscar.sandbox import translate
from journeys.platforms.oscar.settings import DECLARABLE

KIND = "shop"

__all__ = ["DECLARABLE", "KIND", "connect", "translate"]
