"""A history of probes in memory, and stores as they may stand: well, with a stale cache, gone quiet, not looked at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from math import inf
from random import Random
from typing import Any

from journeys.model import TesterFault
from journeys.probes.outcome import Arrival, Blamed, Found, Outcome, Seen, State, StepTime
from journeys.probes.probe import Probe
from journeys.serving import Sources
from reports.status import Incident, Level, Notice

NOW = 1_793_800_925.0
"""2026-11-04 12:02:05 UTC."""
BOUNDS = (0.5, 1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0)
STEPS = {"find the product": 2.1, "put it into the basket": 1.2, "place the order": 3.8, "read the confirmation": 0.9}
SURFACES = {
    "product page": ("availability:mug-red", 0.6),
    "search result": ("availability:mug-red", 4.0),
    "dashboard": ("revenue", 1.5),
    "orders API": ("orders", 0.2),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Hour:
    """How many ticks of an hour ended in which state."""

    start: float
    states: dict[State, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrivalHour:
    """How many writes of an hour arrived within how many seconds."""

    start: float
    counts: dict[float, int]
    censored: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The newest reading of a fact at a surface."""

    surface: str
    fact: str
    at: float
    value: str | None
    fresh: bool | None
    key: str
    layers: tuple[str, ...] = ()
    suspects: tuple[str, ...] = ()


@dataclass(slots=True)
class MemoryHistory:
    """Outcomes in a list; ``asked`` counts the questions, ``away`` is why it cannot be asked."""

    kept: list[Outcome] = field(default_factory=list)
    away: str = ""
    asked: Counter[str] = field(default_factory=Counter)

    def record(self, *outcomes: Outcome) -> None:
        """Keep these as well."""
        self.kept = sorted([*self.kept, *outcomes], key=lambda each: each.due, reverse=True)

    def outcome(self, key: str) -> Outcome | None:
        self._ask("outcome")
        return next((each for each in self.kept if each.key == key), None)

    def outcomes(
        self,
        *,
        probe: str = "",
        store: str = "",
        since: float = 0.0,
        until: float = inf,
        states: Collection[State] = (),
        limit: int = 100,
    ) -> tuple[Outcome, ...]:
        self._ask("outcomes")
        found = [
            each
            for each in self.kept
            if probe in ("", each.probe)
            and store in ("", each.store)
            and since <= each.due < until
            and (not states or each.state in states)
        ]
        return tuple(replace(each, readings=()) for each in found[:limit])

    def latest(self) -> tuple[Outcome, ...]:
        self._ask("latest")
        newest: dict[str, Outcome] = {}
        for each in self.kept:
            newest.setdefault(each.probe, each)
        return tuple(replace(newest[name], readings=()) for name in sorted(newest))

    def last_due(self, probe: str) -> float | None:
        self._ask("last_due")
        return next((each.due for each in self.kept if each.probe == probe), None)

    def recent(self, probe: str, many: int) -> tuple[Outcome, ...]:
        return self.outcomes(probe=probe, states=[state for state in State if state.judged], limit=many)

    def hours(self, *, probe: str, since: float) -> tuple[Hour, ...]:
        self._ask("hours")
        found: dict[float, Counter[State]] = {}
        for each in self.kept:
            start = each.due // 3600 * 3600
            if each.probe == probe and start >= since // 3600 * 3600:
                found.setdefault(start, Counter())[each.state] += 1
        return tuple(Hour(start=start, states=dict(found[start])) for start in sorted(found))

    def arrived(self, *, store: str, surface: str, since: float) -> tuple[ArrivalHour, ...]:
        self._ask("arrived")
        hours: dict[float, Counter[float]] = {}
        for each in self.arrivals(store=store, surface=surface, since=since // 3600 * 3600, limit=10**9):
            bound = next((b for b in BOUNDS if each.high_s is not None and each.high_s <= b), inf)
            hours.setdefault(each.at // 3600 * 3600, Counter())[bound] += 1
        return tuple(
            ArrivalHour(start=start, counts={b: of[b] for b in BOUNDS}, censored=of[inf])
            for start, of in sorted(hours.items())
        )

    def arrivals(self, *, store: str, surface: str = "", since: float = 0.0, limit: int = 500) -> tuple[Arrival, ...]:
        self._ask("arrivals")
        own = (arrival for each in self.kept if each.store == store for arrival in each.arrivals)
        found = [each for each in own if surface in ("", each.surface) and each.at >= since]
        return tuple(sorted(found, key=lambda each: each.at, reverse=True)[:limit])

    def surfaces(self, store: str) -> tuple[Reading, ...]:
        self._ask("surfaces")
        newest: dict[tuple[str, str], Reading] = {}
        for each in self.kept:
            for seen in reversed(each.readings) if each.store == store else ():
                blamed = next((b for b in each.diagnoses if b.surface == seen.surface), None)
                newest.setdefault(
                    (seen.surface, seen.fact),
                    Reading(
                        surface=seen.surface,
                        fact=seen.fact,
                        at=seen.at,
                        value=seen.value,
                        fresh=seen.fresh,
                        key=each.key,
                        layers=blamed.layers if blamed else (),
                        suspects=blamed.suspects if blamed else (),
                    ),
                )
        return tuple(newest.values())

    def _ask(self, what: str) -> None:
        self.asked[what] += 1
        if self.away:
            raise TesterFault(self.away)


@dataclass(slots=True)
class MemoryIncidents:
    """Incidents in a list."""

    kept: list[Incident] = field(default_factory=list)

    def open(self) -> list[Incident]:
        return [each for each in self.kept if each.open]

    def over(self, limit: int) -> list[Incident]:
        ended = [each for each in self.kept if each.until is not None]
        return sorted(ended, key=lambda each: -(each.until or 0.0))[:limit]

    def incident(self, key: str) -> Incident | None:
        return next((each for each in self.kept if each.key == key), None)


@dataclass(slots=True)
class MemoryLevels:
    """Service levels in a list."""

    kept: list[Level] = field(default_factory=list)

    def now(self, at: float) -> list[Level]:
        return self.kept


def probe(
    name: str = "checkout", *, store: str = "shop", every_s: float = 300.0, journey: str = "guest_checkout"
) -> Probe:
    """A declared probe."""
    return Probe(name=name, store=store, journey=journey, every_s=every_s, timeout_s=180.0)


def outcome(
    name: str = "checkout",
    due: float = NOW - 60,
    state: State = State.PASSED,
    *,
    store: str = "shop",
    journey: str = "guest_checkout",
    location: str = "here",
    **more: Any,
) -> Outcome:
    """One tick and what became of it: a run of 8 s with all its steps, unless something else is said."""
    steps = () if state in (State.SKIPPED, State.BROKEN) else steps_from(due)
    begun: dict[str, Any] = (
        {} if state is State.SKIPPED else {"http_status": 200, "worker": "prober-1", "run": f"r{due:.0f}"}
    )
    told: dict[str, Any] = {"steps": steps} | begun | more
    took = 0.0 if state is State.SKIPPED else sum(step.took_s for step in told["steps"]) or 8.0
    return Outcome(
        key=f"{name}@{due:.0f}",
        probe=name,
        store=store,
        journey=journey,
        location=location,
        state=state,
        due=due,
        began=due,
        ended=due + took,
        **told,
    )


def steps_from(began: float, *, failed: str = "", error: str = "", slower: float = 1.0) -> tuple[StepTime, ...]:
    """The steps of a checkout; those after the failed one are skipped."""
    steps, at, over = [], began, False
    for name, seconds in STEPS.items():
        took = 0.0 if over else seconds * slower
        how = "skipped" if over else "failed" if name == failed else "passed"
        steps.append(StepTime(name=name, outcome=how, began=at, took_s=took, error=error if how == "failed" else ""))
        at, over = at + took, over or how == "failed"
    return tuple(steps)


def seen_from(began: float, left: int = 19, *, old: str = "") -> tuple[Seen, ...]:
    """What the surfaces showed after the write; ``old`` is the surface that showed the value before it."""
    values = {"availability:mug-red": left, "revenue": (40 - left) * 1250, "orders": 40 - left}
    told = []
    for place, (surface, (fact, delay)) in enumerate(SURFACES.items()):
        value = values[fact]
        shown = f"{value / 100:.2f} EUR" if fact == "revenue" else str(value)
        stale = str(value + 1) if surface == old else shown
        told.append(
            Seen(surface=surface, fact=fact, at=began + 7.5 + place * 0.1 + delay, value=stale, fresh=surface != old)
        )
    return tuple(told)


def arrivals_from(began: float, dice: Random, *, old: str = "") -> tuple[Arrival, ...]:
    """How long the write took to each surface."""
    found = []
    for surface, (fact, usual) in SURFACES.items():
        low = usual * dice.lognormvariate(0, 0.5)
        high = None if surface == old else low + 0.2 + 0.3 * dice.random()
        found.append(
            Arrival(surface=surface, fact=fact, at=began + 7.0, low_s=60.0 if high is None else low, high_s=high)
        )
    return tuple(found)


CACHED = Blamed(
    cause="cache",
    surface="product page",
    layers=("application cache",),
    suspects=("edge",),
    confidence=0.79,
    evidence=(
        "application cache: 20 before clearing :1:template.cache.availability, 19 after it; the copy had 259 s to live",
        "the record said 19 before, between and after",
    ),
    next_step="invalidate the key after the commit that changes the fact, or lower its lifetime",
)
STALE = Found(
    check="freshness",
    verdict="fail",
    surface="product page",
    fact="availability:mug-red",
    explanation="product page showed 20 of availability:mug-red for more than 60 s after order 100013 was acked; "
    "the record said 19",
)
LOCKED = Blamed(
    cause="database",
    surface="",
    layers=(),
    suspects=(),
    confidence=0.93,
    evidence=("the database said that 14 statements waited for a lock, the longest for 31 s",),
    next_step="look for the transaction that holds the lock on orders",
)


def run_of(
    name: str, due: float, dice: Random, state: State = State.PASSED, *, store: str = "shop", **more: Any
) -> Outcome:
    """One run with readings and delays, as a probe of the shop leaves it."""
    old = "product page" if more.pop("stale", False) else ""
    slower = dice.lognormvariate(0, 0.15)
    full = state in (State.PASSED, State.FAILED) and not more.get("steps")
    told: dict[str, Any] = {"steps": steps_from(due, slower=slower)} if full else {}
    if full:
        told |= {"readings": seen_from(due, old=old), "arrivals": arrivals_from(due, dice, old=old)}
    if old:
        told |= {"findings": (STALE,), "diagnoses": (CACHED,), "headline": STALE.explanation}
    return outcome(name, due, state, store=store, **(told | more))


def well(now: float = NOW, *, hours: float = 24.0) -> Sources:
    """A shop with three probes, all of which succeed; now and then one is skipped or breaks."""
    dice = Random(4)
    history = MemoryHistory()
    probes = (
        probe("checkout"),
        probe("browse", journey="browse", every_s=120.0),
        probe("card", journey="card_checkout"),
    )
    for each in probes:
        first = now - 45 - (now % 5)
        for tick in range(int(hours * 3600 / each.every_s)):
            state = {37: State.SKIPPED, 51: State.BROKEN}.get(tick, State.PASSED)
            reason = {State.SKIPPED: "the run before it was still on", State.BROKEN: "the browser did not start"}.get(
                state, ""
            )
            history.kept.append(
                run_of(each.name, first - tick * each.every_s, dice, state, journey=each.journey, reason=reason)
            )
    history.record()
    levels = MemoryLevels(
        [
            Level(
                store="shop", name="gets through", probe="checkout", words="99.5 % of runs succeed", promised=0.995,
                kept=0.9982, left=0.64, window_s=30 * 86400.0, burn=0.4,
            ),
            Level(
                store="shop", name="search is quick", words="95 % of changes are visible in search result within 10 s",
                promised=0.95, kept=0.957, left=0.14, window_s=30 * 86400.0, burn=2.3,
            ),
        ]
    )  # fmt: skip
    return Sources(history=history, incidents=MemoryIncidents(), levels=levels, probes=probes)


def troubled(now: float = NOW) -> Sources:
    """The same shop with a stale product page since 40 minutes, and a booking store that is out for half an hour."""
    sources = well(now)
    history, incidents = sources.history, sources.incidents
    assert isinstance(history, MemoryHistory) and isinstance(incidents, MemoryIncidents)
    dice = Random(5)
    for place, each in enumerate(history.kept):
        if each.probe in ("checkout", "card") and each.due > now - 2400 and each.state is State.PASSED:
            history.kept[place] = run_of(each.probe, each.due, dice, State.FAILED, stale=True, journey=each.journey)
    booking = probe("book a slot", store="booking", journey="book_free_slot", every_s=300.0)
    for tick in range(80):
        due = now - 100 - tick * 300.0
        if due < now - 1800:
            history.kept.append(
                outcome("book a slot", due, store="booking", journey=booking.journey, location="berlin")
            )
            continue
        error = "the store answered 504 after 30 s"
        history.kept.append(
            outcome(
                "book a slot", due, State.FAILED, store="booking", journey=booking.journey, location="berlin",
                steps=steps_from(due, failed="place the order", error=error), http_status=504, headline=error,
                findings=(Found(check="completion", verdict="fail", surface="", fact="", explanation=error),),
                diagnoses=(LOCKED,),
            )
        )  # fmt: skip
    history.record()
    stale = next(each for each in history.kept if each.probe == "checkout")
    locked = next(each for each in history.kept if each.probe == "book a slot")
    incidents.kept = [
        Incident(
            key="shop-7", store="shop", title="Product page shows an old availability", since=now - 2400,
            probes=("checkout", "card"), cause="cache", surface="product page", layers=CACHED.layers,
            suspects=CACHED.suspects, confidence=CACHED.confidence, evidence=CACHED.evidence,
            next_step=CACHED.next_step, run=stale.key,
            notices=(
                Notice(at=now - 2380, kind="began", receiver="alertmanager", delivered=True),
                Notice(at=now - 2380, kind="began", receiver="mail to the shop team", delivered=False, words="3 tries"),
            ),
        ),
        Incident(
            key="booking-3", store="booking", title="No slot can be booked", since=now - 1800, probes=("book a slot",),
            cause="database", confidence=0.93, evidence=LOCKED.evidence, next_step=LOCKED.next_step, run=locked.key,
        ),
        Incident(
            key="shop-6", store="shop", title="Card payments were refused", since=now - 90000, until=now - 86000,
            probes=("card",), cause="third-party", confidence=0.8,
        ),
    ]  # fmt: skip
    levels = sources.levels
    assert isinstance(levels, MemoryLevels)
    levels.kept.append(
        Level(
            store="booking", name="gets through", probe="book a slot", words="99 % of runs succeed", promised=0.99,
            kept=0.971, left=-0.4, window_s=7 * 86400.0, burn=24.0,
        )
    )  # fmt: skip
    return replace(sources, probes=(*sources.probes, booking))


def gone_quiet(now: float = NOW, *, for_s: float = 7 * 3600.0) -> Sources:
    """The shop as it was when the last run ended, hours ago."""
    return well(now - for_s)


def nothing_yet() -> Sources:
    """A declared probe, and no run."""
    return Sources(history=MemoryHistory(), probes=(probe(),))
