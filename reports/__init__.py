"""Reports: what judged runs leave for people and machines; they tell what was found and never judge."""

from reports.allure_results import AllureWatcher
from reports.confusion import write_confusion
from reports.delays import delays_page, delays_table, write_delays
from reports.document import as_json
from reports.explanation import explanation
from reports.junit import as_junit, write_junit
from reports.picture import Pictures, pictures, write_pictures
from reports.progress import Progress
from reports.site import CannotBuild, build
from reports.surroundings import write_surroundings
from reports.text import summary
from reports.why import why_page, write_why
from reports.words import message

__all__ = [
    "AllureWatcher",
    "CannotBuild",
    "Pictures",
    "Progress",
    "as_json",
    "as_junit",
    "build",
    "delays_page",
    "delays_table",
    "explanation",
    "message",
    "pictures",
    "summary",
    "why_page",
    "write_confusion",
    "write_delays",
    "write_junit",
    "write_pictures",
    "write_surroundings",
    "write_why",
]
