"""What the ``audit`` fixture is: an audit as a test of one line, told to Allure."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from journeys import auditing
from journeys.audit.model import Audit
from journeys.audit.sources import Unreadable
from journeys.config import Config
from journeys.model import TesterFault, Verdict
from reports.audit import AuditSteps, explained
from reports.audit.folder import whole
from reports.audit.spreadsheet import write_csv


@dataclass(frozen=True, slots=True, kw_only=True)
class Auditor:
    """``audit("sales", store="shop", against=["bank"])`` fails the test unless the books agree.

    An audit stays open until the test ends, so that its discrepancies can be read.
    """

    config: Config
    folder: Path
    open_until_the_end: ExitStack

    def __call__(
        self,
        subject: auditing.Subject,
        *,
        store: str = "",
        against: Sequence[str] = (),
        first: date | None = None,
        last: date | None = None,
        export: str | tuple[str, ...] = (),
    ) -> Audit:
        """Audit; a discrepancy fails the test, and what cannot be told breaks it. Without days it is yesterday."""
        audit = self.look(subject, store=store, against=against, first=first, last=last, export=export)
        if audit.verdict is Verdict.FAIL:
            pytest.fail(explained(audit), pytrace=False)
        if audit.verdict is Verdict.UNKNOWN:
            raise TesterFault(explained(audit))
        return audit

    def look(
        self,
        subject: auditing.Subject,
        *,
        store: str = "",
        against: Sequence[str] = (),
        first: date | None = None,
        last: date | None = None,
        export: str | tuple[str, ...] = (),
    ) -> Audit:
        """Audit and hand over what was found, whatever it is."""
        wanted = auditing.Wanted(
            subject=subject,
            store=store or auditing.only_store(self.config, subject),
            against=tuple(against),
            first=first,
            last=last,
            export=export,
        )
        try:
            audit = self.open_until_the_end.enter_context(
                auditing.audited(self.config, wanted, lambda text, done: None)
            )
        except Unreadable as error:
            raise TesterFault(str(error)) from error
        csv = self.folder / f"audit-{subject}-{wanted.store}.csv"
        whole(csv, lambda file: write_csv(audit, file))
        AuditSteps().tell(audit, csv)
        return audit
