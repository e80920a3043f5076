"""An audit as Allure results: one test of each class that it looks for; failed means that the books are wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from html import escape
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import allure
from allure_commons import model2, utils
from allure_commons.logger import AllureFileLogger

from journeys.audit.model import Audit, Discrepancy, Flaw
from journeys.model import Verdict
from reports.allure_story import BROKEN, FAILED, PASSED, STATUS
from reports.audit.gathered import Group, gathered
from reports.audit.page import audit_page
from reports.audit.words import MEANS, NEXT, amount, counted, headline, number, title
from reports.surroundings import write_surroundings
from reports.words import sentence, tag

MOST: Final = 400
"""So many discrepancies are told in the results; the CSV beside them has all."""
_IN_MESSAGE: Final = 5
_open_folder: Final[Callable[[str], Any]] = AllureFileLogger
_digest: Final[Callable[..., str]] = utils.md5
_host: Final[Callable[[], str]] = utils.host_tag
_language: Final[Callable[[], str]] = utils.platform_label
_test: Final[Any] = allure.dynamic
_attach: Final[Any] = allure.attach


def write_allure(audit: Audit, folder: Path, csv: Path | None = None) -> None:
    """Leave a result of each class in ``folder``, and one of the totals with page and CSV attached."""
    into = _open_folder(str(folder))
    groups = gathered(audit, MOST)
    for group in groups:
        into.report_result(_class(audit, group))
    into.report_result(_totals(audit, into, csv))
    write_surroundings(folder, {})


def explained(audit: Audit) -> str:
    """What a test should fail with: every class that was found, its first discrepancies, and what to do."""
    return "\n".join(_message(group) for group in gathered(audit, MOST) if group.count) or headline(audit)


class AuditSteps:
    """Tells an audit inside a pytest test: a step of each class, and the page attached. Nothing without Allure."""

    def tell(self, audit: Audit, csv: Path | None = None) -> None:
        """Tell it; a class with discrepancies is a failed step, and the test goes on."""
        _test.label("feature", f"audit of {audit.subject}")
        _test.label("suite", audit.store)
        for group in gathered(audit, MOST):
            for cause in sorted(group.causes):
                _test.label("cause", cause.value)
            _step(_named(group), _status(group), _message(group))
        _attach(audit_page(audit), name=title(audit), attachment_type="text/html", extension="html")
        if csv is not None:
            _attach.file(csv, name="discrepancies", attachment_type="text/csv", extension="csv")


def _step(name: str, status: str, said: str) -> None:
    step: Any = allure.step(name)
    step.__enter__()
    error = {FAILED: AssertionError, BROKEN: RuntimeError}.get(status)
    step.__exit__(error, error(said) if error else None, None)


def _class(audit: Audit, group: Group) -> Any:
    test = _result(audit, group.flaw.value, _status(group))
    test.name = _named(group)
    test.descriptionHtml = f"<p>{escape(MEANS[group.flaw])} {escape(NEXT[group.flaw])}</p>{_listed(group.shown)}"
    if group.count:
        test.statusDetails = model2.StatusDetails(message=_message(group))
        test.labels += [model2.Label(name="cause", value=cause.value) for cause in sorted(group.causes)]
    return test


def _totals(audit: Audit, into: Any, csv: Path | None) -> Any:
    wrong = [each for each in audit.balances if each.reconciles is False]
    nothing = not any(audit.records.values())
    test = _result(audit, "totals", FAILED if wrong else BROKEN if nothing else PASSED)
    test.name = f"totals: {headline(audit)}"
    if wrong:
        told = ", ".join(f"{each.source} in {each.currency}" for each in wrong)
        test.statusDetails = model2.StatusDetails(
            message=f"opening and movements do not make the closing balance: {told}"
        )
    elif nothing:
        test.statusDetails = model2.StatusDetails(message="there was nothing to compare")
    content: dict[str, tuple[str, bytes | Path]] = {"audit": ("html", audit_page(audit).encode())}
    if csv is not None:
        content["discrepancies"] = ("csv", csv)
    for name, (extension, told_in) in content.items():
        source = model2.ATTACHMENT_PATTERN.format(prefix=uuid4(), ext=extension)
        report = into.report_attached_file if isinstance(told_in, Path) else into.report_attached_data
        report(told_in, source)
        test.attachments.append(model2.Attachment(name=name, source=source, type=f"text/{extension}"))
    return test


def _result(audit: Audit, case: str, status: str) -> Any:
    began = audit.began or datetime.now(UTC)
    key = ("audit", audit.store, audit.subject, case)
    places = {"suite": audit.store, "feature": f"audit of {audit.subject}", "story": case, "framework": "journeys"}
    places |= {"language": _language(), "host": _host(), "thread": audit.store}
    return model2.TestResult(
        uuid=str(uuid4()),
        fullName=f"{audit.store}: audit {audit.subject}: {case}",
        testCaseId=_digest("/".join(key)),
        historyId=_digest("/".join(key)),
        titlePath=[audit.store, f"audit of {audit.subject}"],
        status=status,
        stage="finished",
        start=_milliseconds(began),
        stop=_milliseconds(began + timedelta(seconds=audit.seconds)),
        labels=[model2.Label(name=name, value=value) for name, value in places.items()],
        parameters=[
            model2.Parameter(name="store", value=audit.store),
            model2.Parameter(name="against", value=", ".join(audit.sources)),
            model2.Parameter(name="days", value=title(audit).partition(", ")[2], excluded=True),
        ],
        attachments=[],
    )


def _named(group: Group) -> str:
    return f"{group.flaw.value}: {number(group.count) if group.count else 'none'}"


def _status(group: Group) -> str:
    verdict = Verdict.UNKNOWN if group.flaw is Flaw.AMBIGUOUS else Verdict.FAIL
    return STATUS[verdict] if group.count else PASSED


def _message(group: Group) -> str:
    """What is wrong, by how much, and the first of it; it begins with the cause, by which reports sort failures."""
    stake = ", ".join(amount(minor, currency) for currency, minor in group.at_stake.items())
    many = counted(group.count, group.flaw.value, group.flaw.value)
    lines = [f"{tag(group.cause)} {many}{f', {stake} at stake' if stake else ''}"]
    lines += [f"  {each.day.isoformat()} {sentence(each.explanation)}" for each in group.shown[:_IN_MESSAGE]]
    more = group.count - min(group.count, _IN_MESSAGE)
    return "\n".join([*lines, *([f"  … and {number(more)} more"] if more else []), f"Next: {NEXT[group.flaw]}"])


def _listed(shown: Iterable[Discrepancy]) -> str:
    told = "".join(f"<li>{escape(f'{each.day.isoformat()} {sentence(each.explanation)}')}</li>" for each in shown)
    return f"<ul>{told}</ul>" if told else ""


def _milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
