"""The full profile: what stands around the stores, from the customer's address down to the database."""

from sandbox.full.controls import Controls
from sandbox.full.edge import Edge
from sandbox.full.front import Front
from sandbox.full.link import Link, LinkRules, Links
from sandbox.full.payment import Hindrance, Payment
from sandbox.full.receiver import Receiver, ReceiverRules, StatusFeed
from sandbox.full.replica import Replica
from sandbox.full.scripts import Scripts
from sandbox.full.vcl import EdgeRules
from sandbox.full.wire import Wire

__all__ = [
    "Controls",
    "Edge",
    "EdgeRules",
    "Front",
    "Hindrance",
    "Link",
    "LinkRules",
    "Links",
    "Payment",
    "Receiver",
    "ReceiverRules",
    "Replica",
    "Scripts",
    "StatusFeed",
    "Wire",
]
