"""What a drill came to, for machines and for people."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from journeys.drill.baselines import dummy, first_error_wins, headers_only
from journeys.drill.clean import Clean
from journeys.drill.fault import Expected
from journeys.drill.score import Said, Score, Scored, both_named, confusion, of_tester
from journeys.model import Cause

_BOUNDS: Final[Mapping[str, tuple[Callable[[float, float], bool], float]]] = {
    "detected": (float.__ge__, 0.99),
    "by_cause_detected": (float.__ge__, 0.98),
    "cause_right": (float.__ge__, 0.95),
    "layer_right": (float.__ge__, 0.97),
    "named_wrong": (float.__le__, 0.01),
    "pairs_exact": (float.__ge__, 0.80),
    "both_named": (float.__ge__, 0.70),
}
_LONGEST_DIAGNOSIS_S: Final = 60.0
_NOTHING: Final = "–"
_NAME: Final = 24
_SHORT: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Drilled:
    """All that one drill found out; ``planned`` is how many cases it would have had, ``clean_planned`` of runs."""

    seed: int
    planned: int
    scored: tuple[Scored, ...] = ()
    clean_planned: int = 0
    clean: Clean = field(default_factory=Clean)
    interrupted: bool = False

    def misses(self) -> tuple[str, ...]:
        """The bounds that were not met, in words; nothing of what was not drilled."""
        mine = asdict(of_tester(self.scored))
        missed = [
            f"{name.replace('_', ' ')} {mine[name]:.1%}, bound {bound:.0%}"
            for name, (holds, bound) in _BOUNDS.items()
            if mine[name] is not None and not holds(float(mine[name]), bound)
        ]
        if self.clean.alarms:
            missed.append(f"{self.clean.alarms} false alarms, bound 0")
        spent = [each for each in self.scored if each.interventions > each.budget > 0]
        if spent:
            missed.append(f"{len(spent)} cases took more interventions than layers + 2")
        slow = [each for each in self.scored if max(each.isolation_s, each.rehearsal_s) > _LONGEST_DIAGNOSIS_S]
        if slow:
            missed.append(f"{len(slow)} diagnoses took more than {_LONGEST_DIAGNOSIS_S:.0f} s")
        if len(self.scored) < self.planned or len(self.clean.runs) < self.clean_planned:
            missed.append(
                f"only {len(self.scored)} of {self.planned} cases and {len(self.clean.runs)} of {self.clean_planned}"
                " clean runs were performed"
            )
        return tuple(missed)

    def as_json(self) -> dict[str, Any]:
        """The whole result as plain data."""
        return {
            "score": {
                **asdict(of_tester(self.scored)),
                "false_alarms": self.clean.alarms,
                "clean_runs": len(self.clean.runs),
                "orders_of_others": self.clean.others,
                "errors": sum(bool(each.error) for each in self.scored),
                "strays": sum(bool(each.strays) for each in self.scored),
                "longest_isolation_s": round(_longest(self.scored), 2),
                "longest_rehearsals_s": round(max((each.rehearsal_s for each in self.scored), default=0.0), 2),
                "most_page_loads": max((each.loads for each in self.scored), default=0),
            },
            "baselines": {
                "dummy": asdict(dummy(self.scored)),
                "headers_only": asdict(headers_only(self.scored)),
                "first_error_wins": asdict(first_error_wins(self.scored)),
            },
            "confusion": [
                {"expected": str(expected), "said": str(said), "cases": cases}
                for (expected, said), cases in sorted(confusion(self.scored).items())
            ],
            "bounds_missed": list(self.misses()),
            "seed": self.seed,
            "planned": self.planned,
            "cases": [_case(each) for each in self.scored],
            "clean": [asdict(each) for each in self.clean.runs],
        }

    def as_text(self) -> RenderableType:
        """Tables by fault and by store, the tester beside the baselines, and what went wrong."""
        parts: list[RenderableType] = []
        if self.scored:
            parts += [_table("fault", lambda each: each.case.fault.key, self.scored), Text()]
            parts += [
                _table("store", lambda each: each.case.fault.store, self.scored),
                Text(),
                _scores(self.scored),
                Text(),
            ]
            parts += [_confusion(self.scored), Text()]
            rehearsed = max((each.rehearsal_s for each in self.scored), default=0.0)
            loads = max((each.loads for each in self.scored), default=0)
            parts += [
                Text(
                    f"An isolation took {_longest(self.scored):.1f} s at most; rehearsals took {rehearsed:.1f} s and"
                    f" {loads} page loads."
                )
            ]
        parts += list(_wrong(self.scored))
        if self.clean_planned:
            parts += [Text(), *_clean(self.clean)]
        missed = self.misses()
        said = f"Bounds missed: {'; '.join(missed)}." if missed else "All bounds are met."
        return Group(*parts, Text(), Text(said, "bold red" if missed else "bold green"))


def _case(each: Scored) -> dict[str, Any]:
    fault, expected = each.case.fault, each.expected
    return {
        "fault": fault.name,
        "store": fault.store,
        "surface": each.case.surface,
        "seed": each.case.seed,
        "pair": bool(fault.parts),
        "expected": {"cause": str(expected.cause), "layers": list(expected.layers), "delay_s": expected.delay_s},
        "got": _got(each.got),
        "headers_only": _got(each.headers),
        "detected": each.detected,
        "right": each.right,
        "interventions": each.interventions,
        "budget": each.budget,
        "seconds": round(each.seconds, 2),
        "isolation_s": round(each.isolation_s, 2),
        "rehearsal_s": round(each.rehearsal_s, 2),
        "page_loads": each.loads,
        "error": each.error,
        "strays": list(each.strays),
        "run": each.run,
    }


def _got(said: Said) -> dict[str, Any]:
    return {
        "cause": str(said.cause),
        "layers": list(said.layers),
        "suspects": list(said.suspects),
        "confidence": said.confidence,
        "delay_s": None if said.delay_s is None else list(said.delay_s),
    }


def _table(title: str, of: Callable[[Scored], str], judged: Sequence[Scored]) -> Table:
    rows = []
    for name in sorted({of(each) for each in judged}):
        mine = [each for each in judged if of(each) == name]
        counted = of_tester(mine)
        shares = (_found(counted), counted.cause_right, counted.layer_right, counted.named_wrong)
        tried = sum(each.interventions for each in mine) / len(mine)
        rows.append((name, str(len(mine)), *map(_percent, shares), f"{tried:.1f}", f"{_mean_s(mine):.0f} s"))
    return _shown((title, "cases", "found", "cause", "layer", "wrong", "tries", "took"), rows)


def _scores(judged: Sequence[Scored]) -> Table:
    rows: tuple[tuple[str, Score], ...] = (
        ("tester", of_tester(judged)),
        ("dummy", dummy(judged)),
        ("headers only", headers_only(judged)),
        ("first error wins", first_error_wins(judged)),
    )
    told = [(name, str(it.cases), *map(_percent, _shares(it))) for name, it in rows]
    return _shown(("who", "cases", "found", "cause", "layer", "wrong", "pairs", "both"), told)


def _shares(it: Score) -> tuple[float | None, ...]:
    return (_found(it), it.cause_right, it.layer_right, it.named_wrong, it.pairs_exact, it.both_named)


def _shown(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    """A table with room for its names in 80 columns; columns that say nothing in any row are left out."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    told = [place for place in range(len(head)) if not place or any(row[place] != _NOTHING for row in rows)]
    for place in told:
        if place:
            table.add_column(head[place], justify="right", no_wrap=True)
        else:
            table.add_column(head[place], overflow="fold", min_width=_NAME)
    for row in rows:
        table.add_row(*(row[place] for place in told))
    return table


def _mean_s(judged: Sequence[Scored]) -> float:
    return sum(each.seconds for each in judged) / len(judged)


def _found(score: Score) -> float | None:
    """The share of all the cases that were found, by their layers or by their causes."""
    if not score.cases:
        return None
    located = (score.detected or 0.0) * (score.cases - score.by_cause)
    return (located + (score.by_cause_detected or 0.0) * score.by_cause) / score.cases


def _confusion(judged: Sequence[Scored]) -> Table:
    """Rows are what was planted, columns what was said."""
    counted = confusion(judged)
    expected, said = (sorted({pair[i] for pair in counted}) for i in (0, 1))
    table = Table("planted \\ said", box=None, pad_edge=False, header_style="bold")
    for cause in said:
        table.add_column(_short(cause), justify="right", no_wrap=True)
    for row in expected:
        cells = [counted.get((row, column), 0) for column in said]
        shown = (
            Text(str(n) if n else "·", "green" if row is column else "red" if n else "dim")
            for n, column in zip(cells, said, strict=True)
        )
        table.add_row(str(row), *shown)
    return table


def _short(cause: Cause) -> str:
    """The cause in few letters, so that all of them stand side by side."""
    return str(cause) if len(cause) <= _SHORT + 2 else f"{str(cause)[:_SHORT]}."


def _wrong(judged: Sequence[Scored]) -> Iterable[RenderableType]:
    """The cases that were not right, and findings where none was expected."""
    for each in judged:
        surface = each.case.surface or "whole run"
        where = f"{each.case.fault.key}, {surface}, seed {each.case.seed} (run {each.run or 'none'})"
        if not each.right or (each.case.fault.parts and not both_named(each.expected, each.got)):
            wanted, said = _wanted(each.expected), _told(each.expected, each.got)
            late = f", delay {each.got.delay_s}" if each.expected.delay_s is not None else ""
            found = said if each.detected else "not found"
            yield Text(f"✗ {where}: expected {wanted}, got {found}{late}{'; ' * bool(each.error)}{each.error}", "red")
        for stray in each.strays:
            yield Text(f"! {where}: {stray}", "yellow")


def _wanted(expected: Expected) -> str:
    if expected.causes:
        return _and([str(cause) for cause in expected.causes])
    return _and(expected.layers) or f"{expected.delay_s} s late"


def _told(expected: Expected, got: Said) -> str:
    if expected.causes:
        return _and([str(cause) for cause in got.causes]) or "nothing"
    return _and(got.layers) or f"suspects {_and(got.suspects) or 'none'}"


def _clean(clean: Clean) -> Iterable[RenderableType]:
    unknown = sum(bool(each.unknown) for each in clean.runs)
    known = sum(bool(each.known) for each in clean.runs)
    left = sum(bool(each.left) for each in clean.runs)
    yield Text(
        f"{len(clean.runs)} clean runs, {clean.others} orders of others meanwhile: {clean.alarms} false alarms;"
        f" {known} runs met the booking store's own stale caches, {unknown} left something not known, {left} residue"
    )
    for each in clean.runs:
        if each.alarms:
            yield Text(f"✗ {each.journey} in {each.store}, seed {each.seed} (run {each.run}): {each.in_words()}", "red")


def _longest(judged: Sequence[Scored]) -> float:
    """Seconds of the longest isolation, of one surface or of several together."""
    return max((each.isolation_s for each in judged), default=0.0)


def _and(layers: Sequence[str]) -> str:
    return " and ".join(layers)


def _percent(share: float | None) -> str:
    """A share with a decimal where it has one."""
    return _NOTHING if share is None else f"{share:.1%}".replace(".0%", "%")
