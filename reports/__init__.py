"""Reports: what judged runs leave for people and machines; they tell what was found and never judge."""

from reports.allure_results import AllureWatcher
from reports.document import as_json
from reports.junit import as_junit, write_junit
from reports.progress import Progress
from reports.site import CannotBuild, build
from reports.surroundings import write_surroundings
from reports.text import summary
from reports.words import message

__all__ = [
    "AllureWatcher",
    "CannotBuild",
    "Progress",
    "as_json",
    "as_junit",
    "build",
    "message",
    "summary",
    "write_junit",
    "write_surroundings",
]
