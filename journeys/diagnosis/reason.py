"""A reason: one possible cause of one finding, with how sure it is and what it rests on."""

from __future__ import annotations

from dataclasses import dataclass

from journeys.model import Cause, Diagnosis


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """The same words as a diagnosis, of one finding alone; ``confidence`` from 0 to 1."""

    cause: Cause
    confidence: float = 0.0
    evidence: tuple[str, ...] = ()
    next_step: str = ""
    surface: str = ""
    layers: tuple[str, ...] = ()
    suspects: tuple[str, ...] = ()
    refilled: tuple[str, ...] = ()

    @property
    def about(self) -> tuple[object, ...]:
        """What it blames: two reasons that blame the same are one diagnosis."""
        return (self.cause, self.surface, self.layers, self.suspects)

    def with_others(self, others: tuple[Reason, ...]) -> Diagnosis:
        """The diagnosis that this reason and others about the same make together; the surest speaks first."""
        ranked = sorted((self, *others), key=lambda each: -each.confidence)
        first = ranked[0]
        return Diagnosis(
            cause=first.cause,
            surface=first.surface,
            layers=first.layers,
            suspects=first.suspects,
            refilled=first.refilled,
            confidence=first.confidence,
            evidence=tuple(dict.fromkeys(words for each in ranked for words in each.evidence)),
            next_step=first.next_step,
        )
