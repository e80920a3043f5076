"""The receiver of a store's webhooks, which keeps its calendar and its customer file, and the stores' status feeds.

It is a process of its own, in the tester's venv; what it does wrong is said by rules that it reads anew.
"""

from sandbox.full.receiver.control import Receiver, part
from sandbox.full.receiver.feed import StatusFeed
from sandbox.full.receiver.rules import ReceiverRules

__all__ = ["Receiver", "ReceiverRules", "StatusFeed", "part"]
