"""The markup of OFX, of both kinds: SGML, where elements do not end by themselves, and XML; no attributes, no DTD."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from journeys.audit.statements.file import LONGEST, fault, opened, shown, texts

_DEEPEST: Final = 60
_HEAD: Final = 4096
_TAG: Final = re.compile(r"(/?)([A-Za-z0-9._]+)\s*(/?)>(.*)", re.DOTALL)
_ENTITY: Final = re.compile(r"&(?:amp|lt|gt|quot|apos|nbsp|#\d{1,7}|#x[0-9a-fA-F]{1,6});")
_HOLDING: Final = frozenset(
    (
        "OFX", "SIGNONMSGSRSV1", "SONRS", "STATUS", "BANKMSGSRSV1", "STMTTRNRS", "STMTRS", "CREDITCARDMSGSRSV1",
        "CCSTMTTRNRS", "CCSTMTRS", "STMTTRN", "LEDGERBAL", "AVAILBAL",
    )
)  # fmt: skip
"""Elements that hold others, of those that are asked for here; some banks do not end their BANKTRANLIST."""
_CDATA: Final = "![CDATA["
_CHARSETS: Final = {"1252": "cp1252", "ISO-8859-1": "iso-8859-1", "8859-1": "iso-8859-1", "UTF-8": "utf-8"}


@dataclass(frozen=True, slots=True)
class Token:
    """An element with its ``text``, or (text None) an aggregate that begins, or ends; ``above`` stands around it."""

    line: int
    name: str
    above: tuple[str, ...]
    text: str | None = None
    ends: bool = False


def tokens(path: Path) -> Iterator[Token]:
    """The tokens of a file; Unreadable where tags do not fit or the file is cut off."""
    markup = _Open(path, [])
    begun = False
    for line, piece in _pieces(path, encoding_of(path)):
        if not begun:
            begun = piece[:4].upper() == "OFX>"
            if not begun:
                _before(path, line, piece)
                continue
        elif not markup.stack:
            raise fault(path, line, f"{shown('<' + piece)} stands behind </OFX>", "nothing more")
        yield from markup.piece(line, piece)
    if not begun:
        raise fault(path, None, "there is no <OFX> in it", "a statement in OFX")
    if markup.stack:
        name, line = markup.stack[-1]
        raise fault(path, line, f"the file ends within <{name}>: it was cut off", "a file that ends with </OFX>")


def encoding_of(path: Path) -> str:
    """The encoding that the header names: OFX 1.x by ENCODING and CHARSET, OFX 2.x by the XML declaration."""
    with opened(path) as file:
        head = file.read(_HEAD).decode("latin-1")
    declared = re.search(r"<\?xml[^>]*\bencoding\s*=\s*[\"']([A-Za-z0-9._-]+)", head)
    if declared:
        return _known(path, declared[1])
    kind = re.search(r"^\s*ENCODING:\s*([\w-]+)", head, re.MULTILINE)
    charset = re.search(r"\bCHARSET:\s*([\w-]+)", head)
    if kind and kind[1].upper() in ("UNICODE", "UTF-8"):
        return "utf-8"
    named = charset[1].upper() if charset else "NONE"
    return "utf-8" if named == "NONE" else _known(path, _CHARSETS.get(named, named))


def _known(path: Path, name: str) -> str:
    try:
        b"".decode(name)
        "".encode(name)
    except (LookupError, UnicodeError) as error:
        raise fault(path, 1, f"{shown(name)} is no encoding that is known", "such as UTF-8 or 1252") from error
    return name


def _pieces(path: Path, encoding: str) -> Iterator[tuple[int, str]]:
    """What stands behind each ``<`` up to the next one, with the line of its ``<``; the header is left out."""
    rest, line = "", 1
    started = False
    for _, text in texts(path, encoding):
        *whole, rest = (rest + text).split("<")
        for each in whole:
            if started:
                yield line, each
            started = True
            line += each.count("\n")
        if len(rest) > LONGEST:
            raise fault(path, line, f"a piece of markup is longer than {LONGEST} characters", "a statement")
    if started:
        yield line, rest


def _before(path: Path, line: int, piece: str) -> None:
    """Before the root stand processing instructions and nothing else."""
    if not piece.startswith("?"):
        raise fault(path, line, f"<{shown(piece)} stands before <OFX>", "a header and then <OFX>, no document type")


@dataclass(slots=True)
class _Open:
    """The elements that are open, each with its line; ``leaf`` has just been told and may still end by a tag."""

    path: Path
    stack: list[tuple[str, int]]
    leaf: str = ""

    def piece(self, line: int, piece: str) -> Iterator[Token]:
        """The token that a piece of markup makes; none for comments and for the ends of elements with text."""
        leaf, self.leaf = self.leaf, ""
        if piece.startswith("!--"):
            return
        if piece.startswith(_CDATA):
            yield self._literal(line, piece)
            return
        found = _TAG.fullmatch(piece)
        if found is None:
            raise fault(
                self.path, line, f"{shown('<' + piece)} is no tag of OFX", "tags as <STMTTRN>, without attributes"
            )
        name, text = found[2].upper(), found[4].strip()
        above = tuple(each for each, _ in self.stack)
        if found[1]:
            if text:
                raise fault(self.path, line, f"{shown(text)} stands behind </{name}>", "nothing there")
            if leaf != name:
                yield self._closed(line, name)
        elif text or found[3]:
            self.leaf = "" if found[3] else name
            yield Token(line, name, above, _unescaped(text))
        else:
            if len(self.stack) >= _DEEPEST:
                raise fault(self.path, line, f"elements are nested deeper than {_DEEPEST}", "a statement")
            self.stack.append((name, line))
            yield Token(line, name, above)

    def _literal(self, line: int, piece: str) -> Token:
        said, end, behind = piece.removeprefix(_CDATA).partition("]]>")
        if not end or behind.strip() or not self.stack:
            raise fault(
                self.path, line, f"{shown('<' + piece)} is no text that can be read", "text with entities, as &amp;"
            )
        self.leaf, begun = self.stack.pop()
        return Token(begun, self.leaf, tuple(each for each, _ in self.stack), said.strip())

    def _closed(self, line: int, name: str) -> Token:
        """Elements that are empty need no end in SGML; those that hold others do."""
        while self.stack and self.stack[-1][0] != name and self.stack[-1][0] not in _HOLDING:
            self.stack.pop()
        if not self.stack or self.stack[-1][0] != name:
            inside = (
                f"within <{self.stack[-1][0]}> of line {self.stack[-1][1]}" if self.stack else "and nothing is open"
            )
            raise fault(self.path, line, f"</{name}> ends what was not begun, {inside}", "tags that fit")
        self.stack.pop()
        return Token(line, name, tuple(each for each, _ in self.stack), ends=True)


def _unescaped(text: str) -> str:
    """The five entities of XML, numbers, and the blank that banks write; any other ``&`` is one."""
    return _ENTITY.sub(lambda found: html.unescape(found[0]), text)
