"""Content lines of iCalendar (RFC 5545, 3.1): bytes in, unfolded lines and their numbers out; nothing is trusted."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO, Final

from journeys.audit.sources import Unreadable

LONGEST: Final = 1_000_000
"""Bytes of one line, unfolded; RFC 5545 folds them after 75."""

_PARAMETER: Final = r'[A-Za-z0-9-]+=(?:"[^"]*"|[^";:,]*)(?:,(?:"[^"]*"|[^";:,]*))*'
_LINE: Final = re.compile(rf"([A-Za-z0-9-]+)((?:;{_PARAMETER})*):(.*)", re.DOTALL)
_EACH: Final = re.compile(rf";({_PARAMETER})")
_ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)
_MARKS: Final = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}
_SIGNATURE: Final = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Line:
    """One content line; its name and those of its parameters are in capitals."""

    number: int
    name: str
    value: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    raw: str = ""

    @property
    def text(self) -> str:
        """The value as text, its escapes undone (3.3.11)."""
        return _ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], self.value)


def lines(file: BinaryIO, name: str) -> Iterator[Line]:
    """All lines of a file; Unreadable names the file and the line that is none."""
    for number, raw in _unfolded(file, name):
        if b"\0" in raw:
            raise Unreadable(f"{name} line {number}: a NUL byte; that is no text, and no calendar")
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError as error:
            raise Unreadable(
                f"{name} line {number}: not UTF-8 (byte {raw[error.start]:#04x}), as a calendar has to be"
            ) from error
        if text.strip():
            yield _parsed(text, name, number)


def _parsed(text: str, name: str, number: int) -> Line:
    found = _LINE.fullmatch(text)
    if found is None:
        raise Unreadable(f"{name} line {number}: {_short(text)} is no line of a calendar; that would be NAME:value")
    given = (each.partition("=") for each in _EACH.findall(found[2])) if found[2] else ()
    parameters = {key.upper(): value.strip('"') for key, _, value in given}
    return Line(number, found[1].upper(), found[3], parameters, text)


def _unfolded(file: BinaryIO, name: str) -> Iterator[tuple[int, bytes]]:
    """Lines with the number at which they begin; folds may part the bytes of one character."""
    begun, parts, size = 0, [b""], 0
    for number, raw in _physical(file, name):
        if raw[:1] in (b" ", b"\t") and begun:
            size += len(raw)
            if size > LONGEST:
                raise Unreadable(f"{name} line {begun}: longer than {LONGEST:,} bytes")
            parts.append(raw[1:])
            continue
        if begun:
            yield begun, b"".join(parts)
        begun, parts, size = number, [raw], len(raw)
    if begun:
        yield begun, b"".join(parts)


def _physical(file: BinaryIO, name: str) -> Iterator[tuple[int, bytes]]:
    number = 0
    while raw := file.readline(LONGEST + 1):
        number += 1
        if number == 1:
            if raw[:2] in _MARKS:
                raise Unreadable(f"{name} line 1: encoded as {_MARKS[raw[:2]]}; save it as UTF-8")
            raw = raw.removeprefix(_SIGNATURE)
        if len(raw) > LONGEST:
            raise Unreadable(f"{name} line {number}: longer than {LONGEST:,} bytes")
        yield number, raw.rstrip(b"\r\n")


def _short(text: str) -> str:
    return repr(text if len(text) <= 60 else f"{text[:57]}...")
