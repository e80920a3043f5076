"""Outcomes for tests: a plain one, one that has everything, any that could be, and a history that just keeps a list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from math import inf
from typing import Any

from hypothesis import strategies as st

from journeys.probes.history import BOUNDS_S, ArrivalHour, Hour, SurfaceNow
from journeys.probes.outcome import Arrival, Blamed, Found, Isolation, Outcome, Seen, Showed, State, StepTime, Stop

NOON = 1_760_000_400.0  # on the hour: 2025-10-09 09:00 UTC
HOUR_S = 3600.0


def plain(
    due: float = NOON, probe: str = "checkout", state: State = State.PASSED, store: str = "shop", **other: Any
) -> Outcome:
    """A run in which nothing was seen or said."""
    return Outcome(
        key=f"{probe}@{due:.0f}", probe=probe, store=store, journey="guest checkout", location="here", state=state,
        due=due, began=due + 0.25, ended=due + 12.5, **other,
    )  # fmt: skip


def seen(surface: str, value: str | None, at: float, *, fact: str = "availability:mug", fresh: bool | None) -> Seen:
    """One reading."""
    return Seen(surface=surface, fact=fact, at=at, value=value, fresh=fresh)


def arrival(high_s: float | None, at: float = NOON, surface: str = "product page") -> Arrival:
    """One arrival that took no longer than so many seconds."""
    return Arrival(surface=surface, fact="availability:mug", at=at, low_s=0.25, high_s=high_s)


def blamed(surface: str, *layers: str, cause: str = "cache", confidence: float = 0.99) -> Blamed:
    """One diagnosis."""
    return Blamed(
        cause=cause, surface=surface, layers=layers, suspects=("edge",), confidence=confidence,
        evidence=("20 before clearing the key", "19 after it"), next_step="invalidate the key",
    )  # fmt: skip


def isolation(surface: str = "product page") -> Isolation:
    """What was tried on one surface: its edge passed on what the application cache held."""
    old, fresh = Showed(value="20", state="old"), Showed(value="19", state="fresh")
    stops = (
        Stop(title="customer's screen", before=(old,), after=(fresh,)),
        Stop(title="edge", mark="refilled", before=(old, replace(old, through="edge-2"))),
        Stop(title="application cache", mark="named", bypassed=True, before=(old,), after=(fresh,)),
        Stop(title="record", before=(fresh,)),
    )
    return Isolation(surface=surface, fact="availability:mug", stops=stops)


def full(due: float = NOON, **other: Any) -> Outcome:
    """A run of which there is everything to tell."""
    whole = replace(
        plain(due, state=State.FAILED),
        worker="box-1:4242",
        reason="a surface was stale",
        headline="FAIL freshness: the product page showed 20",
        run="5b0c7d21aa",
        history="/var/lib/journeys/5b0c7d21aa/history.ndjson",
        http_status=200,
        steps=(
            StepTime(name="find the product", outcome="passed", began=due + 0.5, took_s=1.25),
            StepTime(name="place the order", outcome="failed", began=due + 1.75, took_s=3.0, error="it said: „später“"),
        ),
        readings=(
            seen("product page", "20", due + 5, fresh=False),
            seen("product page", "19", due + 9, fresh=True),
            seen("dashboard", "12.50 EUR", due + 6, fact="revenue", fresh=True),
            seen("dashboard", None, due + 6, fact="orders", fresh=None),
        ),
        arrivals=(arrival(4.25, due + 4), arrival(None, due + 4, "dashboard")),
        findings=(
            Found(check="freshness", verdict="fail", surface="product page", fact="availability:mug", explanation="20"),
            Found(check="delivery", verdict="unknown", surface="", fact="", explanation="no mail could be read"),
        ),
        diagnoses=(
            blamed("product page", "application cache"),
            blamed("product page", "edge", confidence=0.5),
            blamed("", cause="network"),
        ),
        left=("order 100004 stands", "an account"),
    )
    return replace(whole, **other)


_texts = st.text(max_size=12)
_seconds = st.floats(0, 4e9, allow_nan=False)
_places = st.sampled_from(["product page", "listing", "dashboard"])
_facts = st.sampled_from(["availability:mug", "orders"])
_moments = st.integers(0, 12).map(lambda many: NOON + 1800.0 * many)
_readings = st.builds(
    Seen,
    surface=_places,
    fact=_facts,
    at=_moments,
    value=st.none() | _texts,
    fresh=st.sampled_from([None, True, False]),
)
_arrivals = st.builds(
    Arrival, surface=_places, fact=_facts, at=_moments, low_s=st.just(0.0),
    high_s=st.none() | st.sampled_from([0.0, 0.5, 0.75, 300.0, 300.5]),
)  # fmt: skip
_steps = st.builds(StepTime, name=_texts, outcome=_texts, began=_seconds, took_s=_seconds, error=_texts)
_findings = st.builds(Found, check=_texts, verdict=_texts, surface=_texts, fact=_texts, explanation=_texts)
_diagnoses = st.builds(
    Blamed, cause=_texts, surface=_places | st.just(""), layers=st.lists(_texts, max_size=2).map(tuple),
    suspects=st.lists(_texts, max_size=2).map(tuple), confidence=st.floats(0, 1),
    evidence=st.lists(_texts, max_size=2).map(tuple), next_step=_texts,
)  # fmt: skip


@st.composite
def anything(draw: st.DrawFn) -> Outcome:
    """Any outcome at all, but of few probes, stores and moments, so that much coincides."""
    some = plain(
        draw(_moments),
        probe=draw(st.sampled_from(["checkout", "browse", "book"])),
        store=draw(st.sampled_from(["shop", "booking"])),
        state=draw(st.sampled_from(State)),
    )
    return replace(
        some,
        began=draw(_seconds),
        ended=draw(_moments),
        headline=draw(_texts),
        steps=tuple(draw(st.lists(_steps, max_size=2))),
        readings=tuple(draw(st.lists(_readings, max_size=4))),
        arrivals=tuple(draw(st.lists(_arrivals, max_size=3))),
        findings=tuple(draw(st.lists(_findings, max_size=2))),
        diagnoses=tuple(draw(st.lists(_diagnoses, max_size=2))),
        isolations=tuple(draw(st.lists(st.builds(isolation, _places), max_size=2))),
        left=tuple(draw(st.lists(_texts, max_size=2))),
    )  # fmt: skip


def stored(outcome: Outcome) -> Outcome:
    """As a database can hold it: without NUL, which PostgreSQL refuses."""
    return _deep(outcome)


def brief(outcome: Outcome) -> Outcome:
    """Without its readings, and without what was tried on them."""
    return replace(outcome, readings=(), isolations=())


def _deep(value: Any) -> Any:
    if isinstance(value, str) and not isinstance(value, State):
        return value.replace("\0", "\N{REPLACEMENT CHARACTER}")
    if isinstance(value, tuple):
        return tuple(map(_deep, value))
    if hasattr(value, "__dataclass_fields__"):
        return replace(value, **{name: _deep(getattr(value, name)) for name in value.__dataclass_fields__})
    return value


@dataclass
class Remembered:
    """The history as it is meant: a list, and every question answered by going through all of it."""

    kept: list[Outcome] = field(default_factory=list)

    def record(self, outcome: Outcome) -> bool:
        """Keep it unless there is one of its key."""
        if any(each.key == outcome.key for each in self.kept):
            return False
        self.kept.append(stored(outcome))
        return True

    def outcomes(
        self, *, probe: str = "", store: str = "", since: float = 0.0, until: float = inf,
        states: Collection[State] = (), limit: int = 100,
    ) -> tuple[Outcome, ...]:  # fmt: skip
        """Those that fit, newest first; of one moment, the last recorded first."""
        fit = [
            brief(each)
            for each in self._newest_first()
            if probe in ("", each.probe) and store in ("", each.store) and since <= each.due < until
            and (not states or each.state in states)
        ]  # fmt: skip
        return tuple(fit[:limit])

    def latest(self) -> tuple[Outcome, ...]:
        """The newest of each probe."""
        return tuple(self.outcomes(probe=probe)[0] for probe in sorted({each.probe for each in self.kept}))

    def hours(self, probe: str, since: float) -> tuple[Hour, ...]:
        """Counted anew."""
        of = [each for each in self.kept if each.probe == probe]
        starts = sorted({_hour(each.due) for each in of})
        return tuple(
            Hour(start=start, states=Counter(each.state for each in of if _hour(each.due) == start))
            for start in starts
            if start >= _hour(since)
        )

    def arrived(self, store: str, surface: str, since: float) -> tuple[ArrivalHour, ...]:
        """Counted anew."""
        of = [each for each in self._arrivals(store) if each.surface == surface]
        starts = sorted({_hour(each.at) for each in of})
        return tuple(_counted(start, [each for each in of if _hour(each.at) == start]) for start in starts
                     if start >= _hour(since))  # fmt: skip

    def arrivals(self, store: str, surface: str, since: float) -> Counter[Arrival]:
        """Which they are, in whatever order."""
        return Counter(e for e in self._arrivals(store) if surface in ("", e.surface) and e.at >= since)

    def surfaces(self, store: str) -> tuple[SurfaceNow, ...]:
        """The newest reading of each fact at each surface, and the last blame."""
        newest: dict[tuple[str, str], SurfaceNow] = {}
        blames: dict[str, tuple[Outcome, Blamed]] = {}
        for outcome in (each for each in self.kept if each.store == store):
            for read in outcome.readings:
                place = (read.surface, read.fact)
                if place not in newest or read.at >= newest[place].at:
                    newest[place] = _now(read, outcome.key)
            for said in reversed(outcome.diagnoses):
                known = blames.get(said.surface)
                if known is None or outcome.ended >= known[0].ended:
                    blames[said.surface] = (outcome, said)
        return tuple(_with_blame(newest[place], blames.get(place[0])) for place in sorted(newest))

    def _arrivals(self, store: str) -> Iterable[Arrival]:
        return (arrived for each in self.kept if each.store == store for arrived in each.arrivals)

    def _newest_first(self) -> list[Outcome]:
        numbered = sorted(enumerate(self.kept), key=lambda each: (each[1].due, each[0]), reverse=True)
        return [each for _, each in numbered]


def _now(read: Seen, key: str) -> SurfaceNow:
    return SurfaceNow(
        surface=read.surface, fact=read.fact, at=read.at, value=read.value, fresh=read.fresh, key=key
    )  # fmt: skip


def _with_blame(now: SurfaceNow, blame: tuple[Outcome, Blamed] | None) -> SurfaceNow:
    if blame is None:
        return now
    outcome, said = blame
    return replace(
        now, cause=said.cause, layers=said.layers, suspects=said.suspects, confidence=said.confidence,
        blamed=outcome.key, blamed_at=outcome.ended,
    )  # fmt: skip


def _counted(start: float, of: list[Arrival]) -> ArrivalHour:
    bounds = [next((b for b in BOUNDS_S if each.high_s is not None and each.high_s <= b), inf) for each in of]
    counts = {bound: bounds.count(bound) for bound in BOUNDS_S}
    return ArrivalHour(start=start, counts=counts, censored=bounds.count(inf))


def _hour(at: float) -> float:
    return at - at % HOUR_S
