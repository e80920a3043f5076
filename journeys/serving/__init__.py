"""Serving the status page: asking the history and its neighbours, and answering browsers and machines; read-only."""

from journeys.serving.application import application
from journeys.serving.kept import KeptRuns
from journeys.serving.listen import bound, demand_token, is_loopback, serve
from journeys.serving.sources import History, Incidents, Levels, NoIncidents, NoLevels, Sources

__all__ = [
    "History",
    "Incidents",
    "KeptRuns",
    "Levels",
    "NoIncidents",
    "NoLevels",
    "Sources",
    "application",
    "bound",
    "demand_token",
    "is_loopback",
    "serve",
]
