"""Telling what kind of file a file is, by what is in it and never by its name."""

from __future__ import annotations

import codecs
import re
from pathlib import Path
from typing import Final

from journeys.audit.statements.file import fault, opened, shown

_HEAD: Final = 1 << 16
_EXPECTED: Final = "a statement in camt.053, MT940, OFX, CSV or Parquet, or a calendar in ICS"
_MARKS: Final = (
    ("ics", re.compile(r"\s*BEGIN:VCALENDAR", re.IGNORECASE)),
    ("ofx", re.compile(r"\s*OFXHEADER:|\s*(?:<\?xml[^>]*>\s*)?(?:<\?OFX[\s>]|<OFX>)", re.IGNORECASE)),
    ("camt", re.compile(r"\s*<[^!].*?(?:\bcamt\.05\d\b|<(?:\w+:)?BkToCstmr)", re.DOTALL)),
    ("mt940", re.compile(r"(?:^|\n|\})\s*:20:.*?\n(?:.*?\n)??:(?:2[15]P?|28C?|60[FM]):", re.DOTALL)),
)
_SEPARATORS: Final = ",;\t|"


def told(path: Path) -> str:
    """``camt``, ``mt940``, ``ofx``, ``csv``, ``parquet`` or ``ics``; Unreadable when it is none of them."""
    with opened(path) as file:
        head = file.read(_HEAD)
    if head.startswith(b"PAR1"):
        return "parquet"
    text = _text(head).replace("\r\n", "\n").replace("\r", "\n")
    for kind, mark in _MARKS:
        if mark.search(text) if kind == "mt940" else mark.match(text):
            return kind
    first = next((line for line in text.split("\n") if line.strip()), "")
    # Without a separator it may be a table of one column, which no movements can be read from.
    if "\0" in text or first.lstrip().startswith("<") or not any(each in first for each in _SEPARATORS):
        raise fault(path, 1, f"{shown(first)} tells nothing of what it is", _EXPECTED)
    return "csv"


def _text(head: bytes) -> str:
    """Enough of the text to see what it is, whatever its encoding."""
    marked = head[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    if marked:
        return head.decode("utf-16", "replace")
    return head.removeprefix(codecs.BOM_UTF8).decode("latin-1")
