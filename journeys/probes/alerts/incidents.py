"""What is told about: incidents, why they are, and the notices about them; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from journeys.probes.outcome import Outcome

UNKNOWN_CAUSE: Final = "unknown"
THE_PROBE_ITSELF: Final = "the probe itself"
"""The cause of what is no fault of a store."""
_MOST_EVIDENCE: Final = 6
_LONGEST: Final = 600


class Kind(StrEnum):
    """What an incident is about: all probes of a store, one, what is watched beside them, or the tester itself."""

    STORE = "store"
    PROBE = "probe"
    SIGNAL = "signal"
    TESTER = "tester"

    @property
    def severity(self) -> str:
        """``critical``, or ``warning`` where no customer is concerned."""
        return "warning" if self is Kind.TESTER else "critical"


class Ending(StrEnum):
    """How an incident ended: it healed, became part of the store's, or nobody watches any more."""

    RESOLVED = "resolved"
    TAKEN_IN = "taken in"
    NOT_WATCHED = "no longer watched"


class Says(StrEnum):
    """What a notice says; the last two close what the first opened."""

    ALERT = "alert"
    CHANGED = "changed"
    REPEATED = "repeated"
    RESOLVED = "resolved"
    TAKEN_IN = "taken in"

    @property
    def closes(self) -> bool:
        """Whether it is the last about its incident."""
        return self in (Says.RESOLVED, Says.TAKEN_IN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why something is wrong, as one run of ``probe`` told it; ``run`` is its id for ``journeys explain``.

    ``confidence`` is from 0 to 1; parts that nothing is known of are empty.
    """

    probe: str
    headline: str
    run: str = ""
    cause: str = UNKNOWN_CAUSE
    surface: str = ""
    layers: tuple[str, ...] = ()
    suspects: tuple[str, ...] = ()
    confidence: float = 0.0
    evidence: tuple[str, ...] = ()
    next_step: str = ""

    @property
    def known(self) -> bool:
        """Whether it names a cause."""
        return self.cause != UNKNOWN_CAUSE


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """Something that is wrong from ``began`` on, the moment of the first failed run that counts, until ``ended``.

    ``name`` is that of the store, the probe, the signal or the tester's location, as its kind says. ``bad`` are the
    probes for which it was opened and that have not recovered, ``failing`` all whose newest run went wrong. Of ``runs``
    since it began ``failed`` went wrong. ``first_told`` and ``told`` are the times of the first and the last notice
    that said that it stands, ``changed`` of the last that said that its cause changed; ``told_cause`` is the cause that
    the receivers know. ``silence`` says why nobody is told: ``shadow`` or ``maintenance``. It is ``over`` when it has
    ended and nobody has to be told of that any more.
    """

    id: str
    kind: Kind
    name: str
    store: str
    began: float
    opened: float
    reason: Reason
    journeys: tuple[str, ...] = ()
    locations: tuple[str, ...] = ()
    watched: int = 1
    bad: tuple[str, ...] = ()
    failing: tuple[str, ...] = ()
    failed: int = 0
    runs: int = 0
    took_in: tuple[str, ...] = ()
    taken_by: str = ""
    silence: str = ""
    notices: int = 0
    first_told: float | None = None
    told: float | None = None
    told_cause: str = ""
    changed: float | None = None
    ended: float | None = None
    ending: Ending | None = None
    over: bool = False

    @property
    def open(self) -> bool:
        """Whether it has not ended."""
        return self.ended is None

    @property
    def lane(self) -> str:
        """What it is about; of that there is never a second open one, and notices about it never overtake another."""
        return lane(self.kind, self.store, self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What the receivers are told of an incident, which is as it was at that moment.

    ``key`` names the notice for ever: a receiver that meets it twice has been told once. ``before`` is the cause that
    it was told last, where that was another one.
    """

    key: str
    says: Says
    at: float
    incident: Incident
    before: str = ""


def lane(kind: Kind, store: str, name: str) -> str:
    """What an incident of that kind is about, in one text."""
    return f"{kind}/{store}/{name}"


def failure_of(outcome: Outcome) -> Reason:
    """Why the store is wrong, as a failed run tells it: its surest diagnosis, or what was found."""
    found = next((each.explanation for each in outcome.findings if each.verdict == "fail"), "")
    headline = _cut(outcome.headline or found or outcome.reason or "it failed, and did not say why")
    if not outcome.diagnoses:
        return Reason(probe=outcome.probe, headline=headline, run=outcome.run)
    blamed = outcome.diagnoses[0]
    return Reason(
        probe=outcome.probe,
        headline=headline,
        run=outcome.run,
        cause=blamed.cause or UNKNOWN_CAUSE,
        surface=blamed.surface,
        layers=blamed.layers,
        suspects=blamed.suspects,
        confidence=blamed.confidence,
        evidence=tuple(map(_cut, blamed.evidence[:_MOST_EVIDENCE])),
        next_step=_cut(blamed.next_step),
    )


def fault_of(outcome: Outcome) -> Reason:
    """Why the tester could not do its work, as a broken run tells it."""
    return Reason(
        probe=outcome.probe,
        headline=_cut(outcome.reason or outcome.headline or "it did not say why"),
        run=outcome.run,
        cause=THE_PROBE_ITSELF,
    )


def newer(before: Reason, now: Reason) -> Reason:
    """The later of the two, unless it knows no cause and the earlier one does."""
    return now if now.known or not before.known else before


def commonest(before: Reason | None, reasons: Sequence[Reason]) -> Reason:
    """Of what several probes say at the same time: the cause that most of them name, as the surest of them tells it.

    Of causes named as often the one that was told before stays.
    """
    known = [each for each in reasons if each.known]
    if not known:
        return before if before is not None and before.known else reasons[-1]
    causes = [each.cause for each in known]

    def weight(reason: Reason) -> tuple[int, bool, float, str]:
        stays = before is not None and reason.cause == before.cause
        return causes.count(reason.cause), stays, reason.confidence, reason.probe

    return max(known, key=weight)


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
