"""What can go wrong on a journey, and whose fault it is."""

from __future__ import annotations


class JourneyError(Exception):
    """Something expected to go wrong now and then; its text says what, where, and what to do."""


class Refused(JourneyError):
    """The store told the customer no, as it may: sold out, card declined, voucher not valid."""


class StoreFault(JourneyError):
    """The store answered with an error, or not at all."""


class AccessDenied(JourneyError):
    """The store does not accept the credentials that the configuration gives."""


class PageChanged(JourneyError):
    """A page is not what its page object knows; the page object needs an update, the store may be well."""


class TesterFault(JourneyError):
    """The tester or its environment cannot go on: no browser, no disk, its own journal gone."""


class BrowserEnded(TesterFault):
    """The browser, or a part of it, has ended by itself: nothing more can be seen with it."""
