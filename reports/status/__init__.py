"""The status page: what is known of stores and probes, as pages and as texts for machines; it asks nobody."""

from reports.status.assets import Asset, assets
from reports.status.feed import feed
from reports.status.measured import Gauged, Measured, Spread
from reports.status.metrics import exposed
from reports.status.overview import (
    Health,
    Incident,
    Level,
    Maintenance,
    Notice,
    Overview,
    ProbeNow,
    Silence,
    StoreNow,
    SurfaceShown,
    kind_of,
    worst,
)
from reports.status.pages import FILTERS, incident_page, message_page, overview_page, probe_page, run_page
from reports.status.paths import PathShown, paths
from reports.status.shown import IncidentPage, ProbePage, RunPage
from reports.status.summary import summary

__all__ = [
    "FILTERS",
    "Asset",
    "Gauged",
    "Health",
    "Incident",
    "IncidentPage",
    "Level",
    "Maintenance",
    "Measured",
    "Notice",
    "Overview",
    "PathShown",
    "ProbeNow",
    "ProbePage",
    "RunPage",
    "Silence",
    "Spread",
    "StoreNow",
    "SurfaceShown",
    "assets",
    "exposed",
    "feed",
    "incident_page",
    "kind_of",
    "message_page",
    "overview_page",
    "paths",
    "probe_page",
    "run_page",
    "summary",
    "worst",
]
