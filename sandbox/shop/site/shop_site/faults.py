"""Which faults are planted at this moment: a JSON object in the shop's home, read anew when it changes."""

import json
import logging
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest

logger = logging.getLogger(__name__)
Stamp = tuple[int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """The switches; the defaults are the healthy shop."""

    browser_cache_seconds: int = 0
    """Browsers may show their copy of a page this long without asking."""
    browser_cache_pages: str = "product"
    """Which pages that and the next two are about: "product", or "all" (listings and search as well)."""
    last_modified_only: bool = False
    """A page says when it was changed (30 days ago) and nothing else, so that browsers guess its lifetime."""
    no_store_pages: bool = False
    """A page is marked no-store."""
    service_worker: str = ""
    """Pages register a service worker: "network_first" or "cache_first"."""
    availability_never_invalidated: bool = False
    """The cached availability lives its whole lifetime, whatever is sold."""
    availability_cached_before_commit: bool = False
    """The cached availability is made anew before the change is in the database, and not after it."""
    search_index_not_updated: bool = False
    """The search index keeps what it holds, whatever is sold."""
    edges_not_purged: bool = False
    """The shop does not tell its edges of changes."""
    slow_revalidation_s: float = 0
    """Seconds by which the answer to an edge that revalidates its copy is late."""
    catalogue_reads: str = "replica"
    """Which database the catalogue is read from: "replica", "primary", or one after the other "in turn"."""
    order_total_off_by_minor: int = 0
    """Cents by which the stored total of a new order is too high."""
    stock_decrement_lost: bool = False
    """A new order allocates no stock."""
    mail_lost: bool = False
    """No order confirmation leaves the shop."""
    sold_out_accepted: bool = False
    """Stock is shown but not asked for."""
    order_doubled: bool = False
    """Each submission stores a second order, numbered <number>-2."""
    stock_not_locked: bool = False
    """Stock is asked for before the order's transaction alone, as Oscar itself does: those who race all succeed."""
    order_forgotten: bool = False
    """The customer is thanked for an order that is then rolled back."""
    dashboard_zero: bool = False
    """The dashboard's figures are worked out over a period that holds no orders."""
    answer_500: bool = False
    """Every page and API call answers 500."""
    checkout_500: bool = False
    """Every page of the checkout answers 500."""
    maintenance: bool = False
    """Every page and API call answers 503 and when to come again."""
    order_without_charge: bool = False
    """What is held on the card for an order is never taken."""
    charge_without_order: bool = False
    """A card is charged once more, for an order <number>-0 that is never stored."""
    payment_amount_units: bool = False
    """Amounts are turned into cents twice, so that cards are charged a hundred times too much."""
    payment_key_expired: bool = False
    """The shop asks the payment processor with a key of last year."""
    payment_webhook_dropped: bool = False
    """The shop checks events with an old secret, and so refuses every one."""
    payment_webhook_late_s: float = 0
    """Seconds that an event lies in a queue, after the shop took it."""
    payment_webhook_twice: bool = False
    """The shop settles an event, answers 500, and settles it again when it comes again."""
    payment_webhook_wrong_amount: bool = False
    """The shop takes the cents of an event for euros."""
    refund_not_passed_on: bool = False
    """The payment of a cancelled order is not given back."""
    third_parties: str = "usual"
    """Whose scripts pages include: the "usual" ones, or those of "all"."""
    page_changed: bool = False
    """A theme update gave the product page's basket form other ids and classes."""


@dataclass(slots=True)
class _Switchboard:
    stamp: Stamp | None = None
    faults: Faults = field(default_factory=Faults)

    def read(self, file: Path) -> Faults:
        """The faults in the file; a file that is just being written counts as unchanged."""
        stamp = _stamp(file)
        if stamp != self.stamp:
            try:
                self.faults = _parse(file) if stamp else Faults()
                self.stamp = stamp
            except (OSError, ValueError) as error:
                logger.warning("%s cannot be read, the faults stay as they were: %s", file, error)
        return self.faults


_switchboard = _Switchboard()


def current() -> Faults:
    """The faults as they are now."""
    return _switchboard.read(settings.FAULTS_FILE)


def context(request: HttpRequest) -> dict[str, Faults]:
    """The faults for templates."""
    return {"faults": current()}


def _stamp(file: Path) -> Stamp | None:
    try:
        found = file.stat()
    except FileNotFoundError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def _parse(file: Path) -> Faults:
    switches = json.loads(file.read_text(encoding="utf-8"))
    if not isinstance(switches, dict):
        raise ValueError("not a JSON object")
    unknown = set(switches) - set(Faults.__dataclass_fields__)
    if unknown:
        logger.warning("unknown faults are ignored: %s", ", ".join(sorted(unknown)))
    return Faults(**{name: value for name, value in switches.items() if name not in unknown})
