"""XML from strangers: one part of the tree at a time, with lines, and with no way to declare or fetch anything.

Expat alone, as defusedxml uses it: a document type is refused where it begins, so there are neither entities that
grow (billion laughs, quadratic blow-up) nor external ones. What remains, depth and size, has limits here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from xml.parsers import expat

from journeys.audit.statements.file import CHUNK, LONGEST, fault, opened

_DEEPEST: Final = 60
_MOST: Final = 4_000_000
"""Elements of one part: a batch of some 200,000 payments."""


@dataclass(slots=True)
class Node:
    """An element: its local name, the line it begins on, its text, and what is in it."""

    name: str
    line: int
    currency: str = ""
    """The attribute ``Ccy``, the only one that statements have."""
    text: str = ""
    children: list[Node] = field(default_factory=list)

    def find(self, path: str) -> Node | None:
        """The first element of such a path as ``Refs/EndToEndId``, each step a child; None when there is none."""
        return next(self.all(path), None)

    def all(self, path: str) -> Iterator[Node]:
        """All elements of such a path."""
        step, _, rest = path.partition("/")
        for child in self.children:
            if child.name == step:
                if rest:
                    yield from child.all(rest)
                else:
                    yield child

    def said(self, path: str) -> str:
        """The text at a path; "" when there is none."""
        found = self.find(path)
        return "" if found is None else found.text.strip()


def parts(path: Path, *, above: tuple[str, ...]) -> Iterator[Node]:
    """The elements right below the path ``above``, one after the other, each whole.

    Where such a path ends, an element of the last name without children is given. Unreadable says what is wrong with
    the document: not well-formed, cut off, another root, a document type, too deep, too large.
    """
    reading = _Reading(path, above)
    with opened(path) as file:
        fed = 0
        while True:
            chunk = file.read(CHUNK)
            reading.feed(chunk)
            yield from reading.ready()
            if not chunk:
                return
            fed += len(chunk)
            # Expat looks at a piece of markup from its beginning each time that there is more of it.
            if fed - reading.expat.CurrentByteIndex > LONGEST + CHUNK:
                raise reading.fault(f"a piece of markup is longer than {LONGEST} bytes", "a statement")


class _Reading:
    """The open elements and what of them has come so far."""

    def __init__(self, path: Path, above: tuple[str, ...]) -> None:
        self._path, self._above = path, above
        self._names: list[str] = []
        self._open: list[Node] = []
        self._done: list[Node] = []
        self._many = 0
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._data
        parser.StartDoctypeDeclHandler = self._doctype
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        self.expat = parser

    def feed(self, chunk: bytes) -> None:
        try:
            self.expat.Parse(chunk, not chunk)
        except expat.ExpatError as error:
            raise fault(
                self._path, error.lineno, f"no well-formed XML: {_reason(error)}", "a whole document"
            ) from error
        except (LookupError, ValueError) as error:  # an encoding that Python does not know, or none of single bytes
            raise self.fault(f"the encoding of the document cannot be read: {error}", "such as UTF-8") from error

    def ready(self) -> list[Node]:
        done, self._done = self._done, []
        return done

    def fault(self, says: str, expected: str) -> Exception:
        return fault(self._path, self.expat.CurrentLineNumber, says, expected)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(" ")[2]
        depth = len(self._names)
        if depth >= _DEEPEST:
            raise self.fault(f"elements are nested deeper than {_DEEPEST}", "a statement")
        if depth < len(self._above) and self._names == [*self._above[:depth]] and local != self._above[depth]:
            self._other(local, depth)
        self._names.append(local)
        within = len(self._above)
        if depth >= within and tuple(self._names[:within]) == self._above:
            self._many += 1
            if self._many > _MOST:
                raise self.fault(f"an entry has more than {_MOST} elements", "entries of a statement")
            node = Node(local, self.expat.CurrentLineNumber, attributes.get("Ccy", ""))
            if self._open:
                self._open[-1].children.append(node)
            self._open.append(node)

    def _other(self, local: str, depth: int) -> None:
        """Another element where the path leads: only the roots decide which message it is."""
        if depth < 2 and local != "AppHdr":
            raise self.fault(f"<{local[:60]}> stands there", f"<{self._above[depth]}>, as in a camt.053 message")

    def _end(self, name: str) -> None:
        names, within = self._names, len(self._above)
        if len(names) == within and tuple(names) == self._above:
            self._done.append(Node(names[-1], self.expat.CurrentLineNumber))
        names.pop()
        if self._open:
            node = self._open.pop()
            if not self._open:
                self._done.append(node)
                self._many = 0

    def _data(self, data: str) -> None:
        if self._open:
            node = self._open[-1]
            node.text += data
            if len(node.text) > LONGEST:
                raise self.fault(f"a text is longer than {LONGEST} characters", "entries of a statement")

    def _doctype(self, *_: Any) -> None:
        raise self.fault("a document type is declared, which may hide entities", "a statement, which needs none")


def _reason(error: expat.ExpatError) -> str:
    return expat.errors.messages.get(error.code, "") and str(expat.ErrorString(error.code))
