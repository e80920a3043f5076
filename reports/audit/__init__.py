"""Audits told to people and machines: text, JSON, CSV for the accountant, a page that stands alone, Allure."""

from reports.audit.allure import AuditSteps, explained, write_allure
from reports.audit.document import head_of, schema, write_json
from reports.audit.gathered import Group, gathered
from reports.audit.page import audit_page
from reports.audit.spreadsheet import write_csv
from reports.audit.text import audit_lines, audit_summary
from reports.audit.words import headline, title

__all__ = [
    "AuditSteps",
    "Group",
    "audit_lines",
    "audit_page",
    "audit_summary",
    "explained",
    "gathered",
    "head_of",
    "headline",
    "schema",
    "title",
    "write_allure",
    "write_csv",
    "write_json",
]
