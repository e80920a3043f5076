"""Files as strangers hand them over: opened, decoded and cut into lines, with every complaint naming file and line."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from journeys.audit.sources import Unreadable

CHUNK: Final = 1 << 18
LONGEST: Final = 1 << 20
"""A line, a text or a tag longer than this is no statement's: it would only fill the memory."""
_SHOWN: Final = 60


def fault(path: Path, line: int | None, says: str, expected: str) -> Unreadable:
    """``may.xml line 212: what it says; expected is what it should say``; without a line where there is none."""
    where = f"{path} line {line}" if line is not None else f"{path}"
    return Unreadable(f"{where}: {says}; expected is {expected}")


def shown(text: str) -> str:
    """What a file says, quoted, cut to a length that can be read, with nothing in it that a terminal obeys."""
    return ascii(text) if len(text) <= _SHOWN else f"{text[:_SHOWN]!a}…"


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """The bytes of a file; Unreadable for what is missing, empty, or no file (a pipe would never end)."""
    try:
        if not path.exists():
            raise fault(path, None, "there is no such file", "a file that can be read")
        if not path.is_file():
            raise fault(path, None, "that is no file", "a file, and not a folder or a device")
        if not path.stat().st_size:
            raise fault(path, None, "the file is empty", "a statement")
        with path.open("rb") as file:
            yield file
    except (OSError, ValueError) as error:  # a name with a NUL in it is a ValueError
        raise fault(path, None, f"it cannot be read: {error}", "a file that can be read") from error


def texts(path: Path, encoding: str) -> Iterator[tuple[int, str]]:
    """The text of a file in pieces, each with the number of the line that it begins on; line ends are ``\\n``.

    A mark of the byte order goes before ``encoding``. Unreadable where bytes are not of the encoding, or are NUL.
    """
    line = 1
    with opened(path) as file:
        decoder = codecs.getincrementaldecoder(_marked(file) or encoding)("strict")
        universal = _Universal()
        while True:
            chunk = file.read(CHUNK)
            try:
                text = universal.one(decoder.decode(chunk, final=not chunk), final=not chunk)
            except UnicodeError as error:
                raise _undecodable(path, line, encoding, error) from error
            if "\0" in text:
                place = line + text[: text.index("\0")].count("\n")
                raise fault(path, place, "there is a NUL byte", f"text in {encoding}")
            if text:
                yield line, text
            line += text.count("\n")
            if not chunk:
                return


def lines(path: Path, encoding: str) -> Iterator[tuple[int, str]]:
    """The lines of a file with their numbers, the first being 1; the last one may lack its end."""
    number, rest = 1, ""
    for _, text in texts(path, encoding):
        *whole, rest = (rest + text).split("\n")
        for each in whole:
            yield number, each
            number += 1
        if len(rest) > LONGEST:
            raise fault(path, number, f"the line is longer than {LONGEST} characters", "lines of a statement")
    if rest:
        yield number, rest


def known_encoding(name: str) -> str:
    """The encoding, where Python knows it as one of text; ValueError says so where not."""
    try:
        if not codecs.lookup(name)._is_text_encoding:
            raise LookupError(name)
    except (LookupError, ValueError) as error:
        raise ValueError(f"encoding: {name!r} is no encoding; such are utf-8, cp1252, iso-8859-15") from error
    return name


class _Universal:
    """Makes every end of a line ``\\n``, also the one that two pieces share."""

    def __init__(self) -> None:
        self._held = ""

    def one(self, text: str, *, final: bool) -> str:
        text, self._held = self._held + text, ""
        if text.endswith("\r") and not final:
            text, self._held = text[:-1], "\r"
        return text.replace("\r\n", "\n").replace("\r", "\n")


def _marked(file: BinaryIO) -> str | None:
    """The encoding that the first bytes tell of themselves."""
    first = file.read(4)
    file.seek(0)
    if first.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    # The mark of UTF-32 begins like that of UTF-16.
    if first in (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE):
        return "utf-32"
    return "utf-16" if first[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) else None


def _undecodable(path: Path, line: int, encoding: str, error: UnicodeError) -> Unreadable:
    if not isinstance(error, UnicodeDecodeError):
        return fault(path, line, f"the text is not in {encoding}: {error}", f"text in {encoding}")
    before = error.object[: error.start]
    line += before.count(b"\n") + before.replace(b"\r\n", b"").count(b"\r")
    byte = error.object[error.start : error.start + 1].hex()
    return fault(
        path, line, f"byte 0x{byte} is not {encoding}", f"text in {encoding}; say which in the option encoding"
    )
