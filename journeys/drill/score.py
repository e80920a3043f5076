"""What came of a drill, counted: each case by what was said of its surface, and all of them together; pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from journeys.checks import agrees
from journeys.checks.delay import delays
from journeys.drill.cases import Case
from journeys.drill.fault import WHOLE_RUN, Expected
from journeys.model import Cause, Diagnosis, Finding, History, Reading, Result, Verdict

CONFIDENT: Final = 0.8
"""From here on a wrong cause is not only wrong, but wrong and sure."""
_OF_STALENESS: Final = ("freshness", "agreement", "monotonic_reads", "own_writes")
_EXACTNESS: Final = 0.05
"""How far a measured delay may lie from the set one, as a share of it, where that is more than a polling interval."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What somebody says: the surest cause, all causes named, layers, the innermost first, and how sure."""

    cause: Cause = Cause.UNKNOWN
    causes: tuple[Cause, ...] = ()
    layers: tuple[str, ...] = ()
    suspects: tuple[str, ...] = ()
    confidence: float = 0.0
    delay_s: tuple[float, float | None] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """One case with what was said of it; ``error`` is why it could not be judged, ``strays`` what else was found.

    ``headers`` and ``first_error`` are what two baselines say of the same run. ``seconds`` is how long the run took,
    ``isolation_s`` how long its longest isolation took, of one surface or of several together, and ``rehearsal_s`` how
    long it went on without third parties. ``loads`` is how many pages that took.
    """

    case: Case
    got: Said
    detected: bool
    headers: Said = Said()
    first_error: Said | None = None
    interventions: int = 0
    budget: int = 0
    seconds: float = 0.0
    isolation_s: float = 0.0
    rehearsal_s: float = 0.0
    loads: int = 0
    error: str = ""
    strays: tuple[str, ...] = ()
    run: str = ""

    @property
    def expected(self) -> Expected:
        """What the fault should lead to."""
        return self.case.fault.expected

    @property
    def right(self) -> bool:
        """Whether it was found, and what was said of it is right."""
        return self.detected and (cause_right(self.expected, self.got) and layers_right(self.expected, self.got))


def cause_right(expected: Expected, said: Said) -> bool:
    """Whether the surest cause is one of those expected, or the delay was measured right."""
    if expected.delay_s is not None:
        return delay_right(expected, said)
    return said.cause in (expected.causes or (expected.cause,))


def layers_right(expected: Expected, said: Said) -> bool:
    """Whether exactly the expected layers are named, or the delay was measured right; a fault may have none."""
    if expected.causes and not expected.layers:
        return True
    return delay_right(expected, said) if expected.delay_s is not None else set(said.layers) == set(expected.layers)


def named_wrong(expected: Expected, said: Said) -> bool:
    """Whether a layer is named that holds nothing old, or a wrong cause with confidence.

    Suspects and an honest unknown are not wrong.
    """
    if expected.causes:
        wrong = said.cause is not Cause.UNKNOWN and said.cause not in expected.causes
        return wrong and said.confidence >= CONFIDENT
    return not set(said.layers) <= set(expected.layers)


def both_named(expected: Expected, said: Said) -> bool:
    """Whether all the causes of a pair are named."""
    return set(expected.causes) <= set(said.causes)


def delay_right(expected: Expected, said: Said) -> bool:
    """Whether the set delay lies in the measured interval, give or take one polling interval or 5 %."""
    if expected.delay_s is None or said.delay_s is None or said.delay_s[1] is None:
        return False
    low, high = said.delay_s[0], said.delay_s[1]
    slack = max(high - low, _EXACTNESS * expected.delay_s)
    return low - slack <= expected.delay_s <= high + slack


def scored(
    case: Case,
    result: Result,
    headers: Callable[[Reading], Said],
    first_error: Callable[[Result], Said | None] = lambda result: None,
) -> Scored:
    """Judge one case by the result of its run."""
    one = _of_the_run(case, result) if case.surface == WHOLE_RUN else _of_a_surface(case, result, headers)
    gone = result.history.rehearsals
    return replace(
        one,
        first_error=first_error(result),
        rehearsal_s=gone[-1].ended - gone[0].began if gone else 0.0,
        loads=sum(each.loads for each in gone),
    )


def _of_the_run(case: Case, result: Result) -> Scored:
    """By all that was found and said, but for what this store's own caches hold back, planted or not."""
    history, also = result.history, case.fault.also
    found = [
        each
        for each in result.findings
        if each.verdict is Verdict.FAIL and not (each.check in _OF_STALENESS and each.surface in also)
    ]
    told = [each for each in result.diagnoses if not (each.surface in also and (each.layers or each.suspects))]
    first = told[0] if told else Diagnosis(cause=Cause.UNKNOWN)
    return Scored(
        case=case,
        got=Said(
            cause=first.cause,
            causes=tuple(dict.fromkeys(each.cause for each in told)),
            layers=first.layers,
            confidence=first.confidence,
        ),
        detected=bool(found),
        seconds=result.duration_s,
        isolation_s=_isolation(history),
        error="; ".join(each.what for each in history.troubles if each.blame != "store"),
        run=history.heading.run,
    )


def _of_a_surface(case: Case, result: Result, headers: Callable[[Reading], Said]) -> Scored:
    history = result.history
    found = [each for each in result.findings if each.surface == case.surface and each.verdict is Verdict.FAIL]
    got = _said(result, case.surface, _measured(history, case.surface))
    only_late = case.fault.expected.delay_s is not None
    stale = _last_stale(history, found)
    return Scored(
        case=case,
        got=got,
        detected=got.delay_s is not None and not found if only_late else bool(found),
        headers=headers(stale) if stale is not None else Said(),
        interventions=sum(each.surface == case.surface for each in history.interventions),
        budget=_budget(history, case.surface),
        seconds=result.duration_s,
        isolation_s=_isolation(history),
        error="; ".join(each.what for each in history.troubles),
        strays=tuple(_strays(result, case)),
        run=history.heading.run,
    )


def missed(case: Case, why: str) -> Scored:
    """A case that could not be judged at all: that is the tester's error, and counts as not found."""
    return Scored(case=case, got=Said(), detected=False, error=why)


def _said(result: Result, surface: str, measured: tuple[float, float | None] | None) -> Said:
    """What the tester says of the surface: all that its diagnoses name there, however many checks failed."""
    about = [each for each in result.diagnoses if each.surface == surface]
    best = max(about, key=lambda each: (len(each.layers), each.confidence), default=Diagnosis(cause=Cause.UNKNOWN))
    named = dict.fromkeys(layer for each in (best, *about) for layer in each.layers)
    return Said(
        cause=best.cause,
        causes=tuple(dict.fromkeys(each.cause for each in about)),
        layers=tuple(named),
        suspects=best.suspects,
        confidence=best.confidence,
        delay_s=measured,
    )


def _measured(history: History, surface: str) -> tuple[float, float | None] | None:
    """The propagation delay of the run's first write at the surface; None when nothing was read there after it."""
    found = [delay for each in delays([history]) if each.surface == surface for delay in each.each]
    return (found[0].low, found[0].high) if found else None


def _last_stale(history: History, found: Sequence[Finding]) -> Reading | None:
    readings = [reading for finding in found for reading in finding.readings if agrees(history, reading) is False]
    return max(readings, key=lambda reading: reading.asked, default=None)


def _budget(history: History, surface: str) -> int:
    """How many interventions the surface may take: its layers and two more."""
    return 2 + max((len(each.path) for each in history.heading.surfaces if each.name == surface), default=0)


def _isolation(history: History) -> float:
    """Seconds of the longest isolation, from its first rung to its last; surfaces isolated together are one."""
    isolations: list[list[Reading]] = []
    ended = True
    for ladder in history.ladders:
        if ended and ladder.when == "before":
            isolations.append([])
        isolations[-1] += ladder.readings
        ended = ladder.when == "after"
    return max((max(r.received for r in each) - min(r.asked for r in each) for each in isolations), default=0.0)


def _strays(result: Result, case: Case) -> Iterable[str]:
    """Findings where this fault leads to none: they are shown beside the case."""
    known = {*case.fault.surfaces, *case.fault.also}
    for finding in result.findings:
        if finding.verdict is Verdict.FAIL and finding.surface not in known:
            yield f"{finding.check}: {finding.explanation}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Shares from 0 to 1 over a number of cases; 0 cases have no share (None)."""

    cases: int
    detected: float | None
    cause_right: float | None
    layer_right: float | None
    named_wrong: float | None
    pairs: int
    pairs_exact: float | None
    by_cause: int = 0
    by_cause_detected: float | None = None
    across: int = 0
    both_named: float | None = None


def score(judged: Sequence[tuple[Expected, bool, Said, bool]]) -> Score:
    """Count what somebody said: (what is expected, whether it was found, what was said, whether it is a pair)."""
    located = [each for each in judged if not each[0].causes]
    caused = [each for each in judged if each[0].causes]
    pairs = [layers_right(expected, said) and found for expected, found, said, is_pair in located if is_pair]
    across = [both_named(expected, said) for expected, _, said, is_pair in caused if is_pair]
    return Score(
        cases=len(judged),
        detected=_share([found for _, found, _, _ in located]),
        cause_right=_share([found and cause_right(expected, said) for expected, found, said, _ in judged]),
        layer_right=_share([found and layers_right(expected, said) for expected, found, said, _ in located]),
        named_wrong=_share([named_wrong(expected, said) for expected, _, said, _ in judged]),
        pairs=len(pairs),
        pairs_exact=_share(pairs),
        by_cause=len(caused),
        by_cause_detected=_share([found for _, found, _, _ in caused]),
        across=len(across),
        both_named=_share(across),
    )


def of_tester(judged: Iterable[Scored]) -> Score:
    """How right the tester was."""
    return score([(each.expected, each.detected, each.got, bool(each.case.fault.parts)) for each in judged])


def commonest(judged: Sequence[Scored]) -> tuple[str, ...]:
    """The layers that are expected most often; of equals, those that come first in the alphabet."""
    counted = Counter(each.expected.layers for each in judged if each.expected.layers)
    return min(counted, key=lambda layers: (-counted[layers], layers), default=())


def commonest_cause(judged: Sequence[Scored]) -> Cause:
    """The cause that is expected most often; of equals, the one that comes first in the alphabet."""
    counted = Counter(each.expected.cause for each in judged if each.expected.delay_s is None)
    return min(counted, key=lambda cause: (-counted[cause], cause), default=Cause.UNKNOWN)


def confusion(judged: Iterable[Scored]) -> Mapping[tuple[Cause, Cause], int]:
    """How often a fault of one cause was said to be of another (expected, said); pairs across causes are left out.

    What was not found at all counts as said to be unknown.
    """
    counted: Counter[tuple[Cause, Cause]] = Counter()
    for each in judged:
        if each.expected.delay_s is None and len(each.expected.causes) < 2:
            counted[each.expected.cause, each.got.cause if each.detected else Cause.UNKNOWN] += 1
    return counted


def _share(of: Sequence[bool]) -> float | None:
    return sum(of) / len(of) if of else None
