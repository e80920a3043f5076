"""Histories on disk: one event a line, written as it happens, read back to be judged again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError

from journeys.model import Event, Heading, History, TesterFault

# A copy that never expires lives for an infinite time, which JSON has no number for.
_LINE: TypeAdapter[Heading | Event] = TypeAdapter(
    Annotated[Heading | Event, Field(discriminator="event")], config=ConfigDict(ser_json_inf_nan="strings")
)


def encode(event: Heading | Event) -> bytes:
    """One line of a history file."""
    return _LINE.dump_json(event) + b"\n"


def load(path: Path) -> History:
    """The history in a file; a last line cut short by a crash is left out. TesterFault names what else is wrong."""
    try:
        lines = path.read_bytes().splitlines(keepends=True)
    except OSError as error:
        raise TesterFault(f"cannot read the history {path}: {error.strerror}") from error
    if lines and not lines[-1].endswith(b"\n"):
        lines.pop()
    try:
        events = [_LINE.validate_json(line) for line in lines]
    except ValidationError as error:
        raise TesterFault(f"{path} is not a history: {error.errors()[0]['msg']}") from error
    if not events or not isinstance(events[0], Heading):
        raise TesterFault(f"{path} is not a history: it does not begin with a heading")
    return History(heading=events[0], events=tuple(e for e in events[1:] if not isinstance(e, Heading)))
