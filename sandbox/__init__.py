"""Real stores on this machine to run against, and the faults to plant in them."""

from sandbox.errors import SandboxError
from sandbox.faults import CATALOGUE, Fault, mend, switch
from sandbox.sandbox import Sandbox
from sandbox.status import MailStatus, State, Status, StoreStatus

__all__ = [
    "CATALOGUE",
    "Fault",
    "MailStatus",
    "Sandbox",
    "SandboxError",
    "State",
    "Status",
    "StoreStatus",
    "mend",
    "switch",
]
