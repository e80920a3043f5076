"""What an audit leaves in a folder, each file whole or not at all; and the forms that machines read, as a stream."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, TextIO

from journeys.audit.model import Audit
from reports.audit.allure import write_allure
from reports.audit.document import write_json
from reports.audit.page import audit_page
from reports.audit.spreadsheet import write_csv, write_matches


def write_page(audit: Audit, file: TextIO, csv: str = "") -> None:
    """Write the page; ``csv`` is the name of the file beside it that holds all discrepancies."""
    file.write(audit_page(audit, csv))


FORMS: Final[Mapping[str, Callable[[Audit, TextIO], object]]] = {
    "csv": write_csv,
    "json": write_json,
    "html": write_page,
}
"""How an audit is written into a file that is open in UTF-8 without translation of line ends."""


def leave(audit: Audit, folder: Path, *, allure: bool = True, matches: bool = False) -> Path:
    """Leave CSV, JSON, the page and Allure results in the folder; the page. OSError when the disk refuses it.

    Allure results gather from audit to audit; the others are those of the newest. ``matches``: a CSV of what was
    matched, and why, as well; it may be large.
    """
    stem = f"audit-{audit.subject}-{audit.store}"
    csv, page = folder / f"{stem}.csv", folder / f"{stem}.html"
    folder.mkdir(parents=True, exist_ok=True)
    whole(csv, lambda file: write_csv(audit, file))
    whole(folder / f"{stem}.json", lambda file: write_json(audit, file))
    whole(page, lambda file: write_page(audit, file, csv.name))
    if matches:
        whole(folder / f"{stem}-matches.csv", lambda file: write_matches(audit, file))
    if allure:
        write_allure(audit, folder / "allure-results", csv)
    return page


def whole(path: Path, write: Callable[[TextIO], object]) -> None:
    """Write the file under another name until it is whole; nothing is left of one that could not be finished."""
    draft = path.with_name(f".{path.name}.draft")
    try:
        with draft.open("w", encoding="utf-8", newline="") as file:
            write(file)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
