"""All that a drill can take hold of around one store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sandbox.full.certificates import HEALTHY as HEALTHY_CERTIFICATE
from sandbox.full.edge import Edge
from sandbox.full.front import Front
from sandbox.full.link import Links
from sandbox.full.payment import Payment
from sandbox.full.receiver import Receiver, StatusFeed
from sandbox.full.redis import Keys
from sandbox.full.replica import Replica
from sandbox.full.scripts import Scripts
from sandbox.full.trouble import Trouble
from sandbox.full.vcl import HEALTHY
from sandbox.full.wire import Wire


@dataclass(frozen=True, slots=True, kw_only=True)
class Controls:
    """Each may be used at any time while the sandbox runs, and again and again."""

    link: Links
    edges: Mapping[str, Edge]
    front: Front
    scripts: Scripts
    wire: Wire
    replica: Replica
    keys: Keys
    """What the store keeps in Redis."""
    trouble: Trouble
    """What ails its database."""
    receiver: Receiver
    """What keeps the calendar and the customer file of a store that sends webhooks."""
    status: StatusFeed
    reads_replica: bool
    """Whether the replica is this store's to heal: both stores have it in common."""
    payment: Payment | None = None
    """Of a store that takes payments."""

    def heal(self) -> None:
        """Make all healthy: the database, links, scripts, wire, receiver, payments, front, edges and replica.

        The status feed announces nothing any more.
        """
        self.trouble.heal()
        self.link.clear()
        self.scripts.clear()
        self.wire.clear()
        self.receiver.clear()
        self.status.clear()
        self.front.in_turn()
        self.front.certificate(HEALTHY_CERTIFICATE)
        for edge in self.edges.values():
            edge.use(HEALTHY)
        if self.reads_replica:
            self.replica.heal()
        if self.payment:
            self.payment.heal()

    def drop_copies(self) -> None:
        """Empty the caches that all customers share, from the inside out."""
        self.keys.drop_all()
        for edge in self.edges.values():
            edge.drop_all()
