"""What speaks against each cause that was not named: the checks that would have shown it, and what they saw."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from journeys.checks import ALL_CHECKS
from journeys.model import Cause, Finding, History, Reading, Result, Verdict

_SHOWN_BY: Final[Mapping[Cause, tuple[str, ...]]] = {
    Cause.NETWORK: ("reach",),
    Cause.DATABASE: ("health", "pace"),
    Cause.CACHE: ("freshness", "agreement", "monotonic_reads", "own_writes"),
    Cause.CONFIGURATION: ("intent",),
    Cause.INTEGRATION: ("contract", "delivery"),
    Cause.THIRD_PARTY: ("third_parties",),
    Cause.PLATFORM: ("health", "completion", "confirmation", "conservation", "money", "refusal", "one_winner"),
}
_NOT_LOOKED_AT: Final[Mapping[Cause, str]] = {
    Cause.NETWORK: "no control request was made from another vantage point",
    Cause.DATABASE: "nothing was asked of the database, and the store told nothing of it",
    Cause.CACHE: "no surface was read that could be compared with the record",
    Cause.CONFIGURATION: "no setting was read, or none is declared",
    Cause.INTEGRATION: "no neighbour was asked, and no answer of an API was held against its contract",
    Cause.THIRD_PARTY: "no script of a third party was left out to see what changes",
    Cause.PLATFORM: "nothing that the store itself does could be judged",
}
DATABASE: Final = "database"
Words = Callable[[History, list[Finding]], Iterator[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Against:
    """What speaks against one cause.

    ``seen`` says whether the history holds anything of it: only then does ``why`` speak against the cause, else it says
    what is missing.
    """

    cause: Cause
    seen: bool
    why: tuple[str, ...]


def against(result: Result) -> tuple[Against, ...]:
    """What speaks against every cause that no diagnosis names; nothing of a run without any diagnosis.

    A check that failed for another reason says nothing either way: it is left out.
    """
    if not result.diagnoses:
        return ()
    named = {diagnosis.cause for diagnosis in result.diagnoses}
    judged = _judged(result)
    return tuple(_against(result.history, cause, judged) for cause in _SHOWN_BY if cause not in named)


def _judged(result: Result) -> tuple[Finding, ...]:
    """The findings, and those of checks that the journey was not judged by: what they saw speaks as well."""
    asked = {finding.check for finding in result.findings}
    more = (finding for check in ALL_CHECKS if check.name not in asked for finding in check(result.history))
    return (*result.findings, *more)


def _against(history: History, cause: Cause, judged: tuple[Finding, ...]) -> Against:
    well = [each for each in judged if each.check in _SHOWN_BY[cause] and each.verdict is Verdict.PASS]
    why = tuple(dict.fromkeys(_WORDS.get(cause, _as_found)(history, well)))
    return Against(cause=cause, seen=bool(why), why=why or (_missing(cause, judged),))


def _missing(cause: Cause, judged: tuple[Finding, ...]) -> str:
    """Why nothing speaks against it: what would have, went wrong for another reason, or was not looked at."""
    if any(each.check in _SHOWN_BY[cause] and each.verdict is Verdict.FAIL for each in judged):
        return "not to be told: what was looked at went wrong for another reason"
    return f"not looked at: {_NOT_LOOKED_AT[cause]}"


def _as_found(_: History, well: list[Finding]) -> Iterator[str]:
    for each in well:
        yield each.explanation


def _of_caches(history: History, well: list[Finding]) -> Iterator[str]:
    """The surfaces that were never against the record, in one line."""
    right = dict.fromkeys(each.surface for each in well if each.surface)
    readings = [each for each in history.readings if each.surface in right and _read(each)]
    if readings:
        surfaces = "1 surface" if len(right) == 1 else f"{len(right)} surfaces"
        yield f"{surfaces} showed what the record held, in {len(readings)} readings: {', '.join(right)}"


def _of_database(history: History, well: list[Finding]) -> Iterator[str]:
    yield from (each.explanation for each in well if each.surface == DATABASE)
    # A copy made earlier still carries what its making took.
    told = (each for each in history.requests if each.ours and 0 <= each.server.get("db", -1.0) <= each.took_s)
    spent = [each.server["db"] for each in told]
    if spent:
        yield f"of {len(spent)} answers to the browser, none spent more than {max(spent):.2f} s in it"


def _of_platform(_: History, well: list[Finding]) -> Iterator[str]:
    yield from (each.explanation for each in well if each.surface != DATABASE)


def _read(reading: Reading) -> bool:
    return reading.value is not None


_WORDS: Final[Mapping[Cause, Words]] = {
    Cause.CACHE: _of_caches,
    Cause.DATABASE: _of_database,
    Cause.PLATFORM: _of_platform,
}
