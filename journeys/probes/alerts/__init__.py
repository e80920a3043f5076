"""Alerts: which incidents the outcomes of probes lead to, who is told of them, and that it arrives once.

What is wrong and what is told of it is decided by a pure fold (``advance``). ``Alerting`` keeps it in the probes'
database, together with an outbox; ``Delivery`` empties that to the receivers which ``connect`` makes.
"""

from journeys.probes.alerts.alerting import Alerting
from journeys.probes.alerts.delivery import Delivery
from journeys.probes.alerts.incidents import Ending, Incident, Kind, Notice, Reason, Says
from journeys.probes.alerts.outbox import Delivered, Entry
from journeys.probes.alerts.receivers import Receiver, Undelivered, connect
from journeys.probes.alerts.standing import Standing
from journeys.probes.alerts.telling import advance

__all__ = [
    "Alerting",
    "Delivered",
    "Delivery",
    "Ending",
    "Entry",
    "Incident",
    "Kind",
    "Notice",
    "Reason",
    "Receiver",
    "Says",
    "Standing",
    "Undelivered",
    "advance",
    "connect",
]
