"""The contract at a seam: which fields of a backend API the tester relies on, and what it was answered."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from threading import Lock
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from journeys.model import Answer

_KEPT: Final = 200
_SLOW_S: Final = 2.0
_LIMITS: Final = re.compile(r"^(x-)?rate-?limit|^retry-after$", re.IGNORECASE)
_NUMBER: Final = re.compile(r"(?<=/)[0-9]+(?=/|$)")


class Agreed(BaseModel):
    """What an object of the API holds at least; anything more is the API's own business."""

    model_config = ConfigDict(strict=True, extra="allow", frozen=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """What answers at paths that match (below the API's root, without the query) have to look like."""

    path: re.Pattern[str]
    shape: TypeAdapter[Any]


def term(path: str, shape: Any) -> Term:
    """A term of a contract; ``shape`` is a type that pydantic knows."""
    return Term(path=re.compile(path), shape=TypeAdapter(shape))


@dataclass(slots=True, kw_only=True)
class Seam:
    """One backend API in the eyes of the tester: its terms, and what is worth telling of its answers.

    Kept are the first answer at each path since they were last asked for, and each that is late, refused or broken.
    Safe to use from several threads.
    """

    name: str
    terms: Sequence[Term] = ()
    _answers: deque[Answer] = field(default_factory=lambda: deque(maxlen=_KEPT))
    _known: set[tuple[str, int]] = field(default_factory=set)
    _lock: Lock = field(default_factory=Lock)

    def broken(self, path: str, said: Any) -> tuple[str, ...]:
        """Which fields of an answer are not as agreed, in words; none where nothing was agreed."""
        for each in self.terms:
            if each.path.search(path):
                try:
                    each.shape.validate_python(said)
                except ValidationError as error:
                    return tuple(dict.fromkeys(_in_words(each_, said) for each_ in error.errors()))[:5]
        return ()

    def note(self, answer: Answer) -> None:
        """Keep it, if it tells anything new."""
        path = _NUMBER.sub("N", answer.path)
        telling = answer.broken or answer.failure or answer.status >= 400 or answer.took_s > _SLOW_S
        with self._lock:
            if telling or (path, answer.status) not in self._known:
                self._known.add((path, answer.status))
                self._answers.append(replace(answer, path=path))

    def drain(self) -> tuple[Answer, ...]:
        """What was kept since it was last asked for."""
        with self._lock:
            told = tuple(self._answers)
            self._answers.clear()
            self._known.clear()
        return told


def limits(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers that tell how much more may be asked (RFC 9110's Retry-After, and the usual RateLimit ones)."""
    return {name: value for name, value in headers.items() if _LIMITS.search(name)}


def _in_words(error: ErrorDetails, said: Any) -> str:
    """A field that is not as agreed, by its place; the numbers of list entries are left out."""
    names = [str(part) for part in error["loc"] if isinstance(part, str)]
    where = ".".join(names) or "the answer"
    if error["type"] != "missing":
        return f"{where} is {type(error['input']).__name__} {error['input']!r:.40}: {error['msg'].lower()}"
    there = _keys(said, error["loc"][:-1])
    like = get_close_matches(names[-1], there, n=1, cutoff=0.6) if names else []
    return f"{where} is gone" + (f" (there is {like[0]} now)" if like else "")


def _keys(said: Any, loc: Sequence[str | int]) -> list[str]:
    """The names that the object at a place has."""
    for part in loc:
        try:
            said = said[part]
        except (KeyError, IndexError, TypeError):
            return []
    return [str(key) for key in said] if isinstance(said, dict) else []
