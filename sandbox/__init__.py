"""Real stores on this machine to run against, and the faults to plant in them."""

from sandbox.errors import SandboxError
from sandbox.faults import CATALOGUE, Fault, mend, switch
from sandbox.sandbox import PROFILES, Sandbox
from sandbox.status import MailStatus, ServiceStatus, State, Status, StoreStatus

__all__ = [
    "CATALOGUE",
    "PROFILES",
    "Fault",
    "MailStatus",
    "Sandbox",
    "SandboxError",
    "ServiceStatus",
    "State",
    "Status",
    "StoreStatus",
    "mend",
    "switch",
]
