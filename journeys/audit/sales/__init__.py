"""Audits of sales: what a store sold against what payment services and banks say of it."""

from journeys.audit.sales.audit import audit_sales
from journeys.audit.sales.rules import Fee, Holds, Rules, Terms

__all__ = ["Fee", "Holds", "Rules", "Terms", "audit_sales"]
