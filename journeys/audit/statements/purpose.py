"""The field :86: of MT940, put together again: banks cut purposes anywhere, also in the middle of a number."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

_CODE: Final = re.compile(r"\d{3}([^\w\s])(?=\d\d)", re.ASCII)
"""A business transaction code and the sign that begins each subfield, as in ``166?00``."""
_FULL_LINE: Final = 65
_FULL_SUBFIELD: Final = 27
_PURPOSE: Final = frozenset({*range(20, 30), *range(60, 66)})
_NAME: Final = (32, 33)
_POSTING: Final = 0


def purpose(rows: Sequence[str]) -> str:
    """The words of the field: purpose, name and posting text where it has subfields, else all that it says.

    Subfields are those of German banks and of those that write like them (``?20`` to ``?29``, ``?60`` to ``?65`` the
    purpose, ``?32`` and ``?33`` the name). What fills its line or subfield goes on without a blank.
    """
    code = _CODE.match(rows[0])
    if code is None:
        return _run_on(rows, _FULL_LINE)
    found = re.split(f"{re.escape(code[1])}(\\d\\d)", _whole(rows, code[1])[3:])
    fields = [(int(number), said) for number, said in zip(found[1::2], found[2::2], strict=True)]
    told = _run_on([said for number, said in fields if number in _PURPOSE], _FULL_SUBFIELD)
    name = _run_on([said for number, said in fields if number in _NAME], _FULL_SUBFIELD)
    posting = " ".join(said for number, said in fields if number == _POSTING)
    return " ".join(" ".join((told, name, posting)).split())


def _whole(rows: Sequence[str], sign: str) -> str:
    """The rows as one: a row that begins with a subfield begins it, another goes on in the middle of one."""
    whole = rows[0]
    for row, before in zip(rows[1:], rows, strict=False):
        whole += row if row.startswith(sign) or len(before) >= _FULL_LINE else f" {row}"
    return whole


def _run_on(pieces: Sequence[str], full: int) -> str:
    text = ""
    for piece in pieces:
        text += piece if len(piece) >= full else f"{piece} "
    return text.strip()
