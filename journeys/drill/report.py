"""What a drill came to, for machines and for people."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from journeys.drill.baselines import dummy, headers_only
from journeys.drill.clean import Clean
from journeys.drill.score import Said, Score, Scored, of_tester

_BOUNDS: Final[Mapping[str, tuple[Callable[[float, float], bool], float]]] = {
    "detected": (float.__ge__, 0.99),
    "layer_right": (float.__ge__, 0.97),
    "named_wrong": (float.__le__, 0.01),
    "pairs_exact": (float.__ge__, 0.80),
}


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
            },
            "baselines": {
                "dummy": asdict(dummy(self.scored)),
                "headers_only": asdict(headers_only(self.scored)),
            },
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
            parts += [_table("store", lambda each: each.case.fault.store, self.scored), Text(), _scores(self.scored)]
            parts += [Text(f"An isolation took {_longest(self.scored):.1f} s at most.")]
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
    table = Table(title, box=None, pad_edge=False, header_style="bold")
    for column in ("cases", "found", "layer right", "named wrong", "interventions", "seconds"):
        table.add_column(column, justify="right", no_wrap=True)
    for name in sorted({of(each) for each in judged}):
        mine = [each for each in judged if of(each) == name]
        counted = of_tester(mine)
        table.add_row(
            name,
            str(len(mine)),
            _percent(counted.detected),
            _percent(counted.layer_right),
            _percent(counted.named_wrong),
            f"{sum(each.interventions for each in mine) / len(mine):.1f}",
            f"{sum(each.seconds for each in mine) / len(mine):.1f}",
        )
    return table


def _scores(judged: Sequence[Scored]) -> Table:
    table = Table("", box=None, pad_edge=False, header_style="bold")
    for column in ("cases", "found", "cause right", "layer right", "named wrong", "pairs exact"):
        table.add_column(column, justify="right", no_wrap=True)
    rows: tuple[tuple[str, Score], ...] = (
        ("tester", of_tester(judged)),
        ("dummy", dummy(judged)),
        ("headers only", headers_only(judged)),
    )
    for name, it in rows:
        shares = (it.detected, it.cause_right, it.layer_right, it.named_wrong, it.pairs_exact)
        table.add_row(name, str(it.cases), *map(_percent, shares))
    return table


def _wrong(judged: Sequence[Scored]) -> Iterable[RenderableType]:
    """The cases that were not right, and findings where none was expected."""
    for each in judged:
        where = f"{each.case.fault.key}, {each.case.surface}, seed {each.case.seed} (run {each.run or 'none'})"
        if not each.right:
            wanted = _and(each.expected.layers) or f"{each.expected.delay_s} s late"
            said = _and(each.got.layers) or f"suspects {_and(each.got.suspects) or 'none'}"
            late = f", delay {each.got.delay_s}" if each.expected.delay_s is not None else ""
            found = said if each.detected else "not found"
            yield Text(f"✗ {where}: expected {wanted}, got {found}{late}{'; ' * bool(each.error)}{each.error}", "red")
        for stray in each.strays:
            yield Text(f"! {where}: {stray}", "yellow")


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
    return "–" if share is None else f"{share:.1%}"
