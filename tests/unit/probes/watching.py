"""Probes, outcomes and stores as the tests of alerts need them; a day begins at second 0."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from journeys.probes.alerts.conditions import Watched
from journeys.probes.alerts.incidents import Incident, Notice
from journeys.probes.alerts.standing import Standing
from journeys.probes.alerts.telling import advance
from journeys.probes.outcome import Blamed, Outcome, State
from journeys.probes.probe import AlertRule, Probe, Window

P, F, U, B = State.PASSED, State.FAILED, State.UNKNOWN, State.BROKEN
EVERY_S = 60.0
RULE = AlertRule()


def probe(
    name: str = "checkout", *, of: str = "shop", rule: AlertRule = RULE, maintenance: tuple[Window, ...] = ()
) -> Probe:
    return Probe(name=name, store=of, journey=f"{name} journey", every_s=EVERY_S, alert=rule, maintenance=maintenance)


def store(*probes: Probe, beside: Sequence[Probe] = ()) -> Standing:
    watched = [Watched(probe=each) for each in probes] + [Watched(probe=each, beside=True) for each in beside]
    return Standing(store=probes[0].store if probes else "shop", watched=tuple(watched))


def outcome(
    state: State, due: float, name: str = "checkout", *, of: str = "shop", cause: str = "cache", sure: float = 0.9
) -> Outcome:
    """``cause`` empty: a failure that nobody could explain."""
    blamed = Blamed(
        cause=cause,
        surface="product page",
        layers=("application cache",),
        suspects=(),
        confidence=sure,
        evidence=("20 before clearing, 19 after it",),
        next_step="invalidate the key",
    )
    return Outcome(
        key=f"{name}@{due}",
        probe=name,
        store=of,
        journey=f"{name} journey",
        location="here",
        state=state,
        due=due,
        began=due,
        ended=due + 5,
        headline="product page showed 20" if state is F else "",
        reason="the browser did not start" if state is B else "",
        run=f"run-{due:.0f}",
        diagnoses=(blamed,) if state is F and cause else (),
    )


class Told:
    """A store gone through in memory, with all that was told and every incident there was."""

    def __init__(self, standing: Standing) -> None:
        self.standing = standing
        self.notices: list[Notice] = []
        self.incidents: dict[str, Incident] = {}

    def take(self, news: Outcome | None, at: float) -> tuple[Notice, ...]:
        self.standing, notices = advance(self.standing, news, at)
        self.incidents |= {each.id: each for each in self.standing.incidents}
        self.notices += notices
        return notices

    def runs(self, states: Iterable[State], *, since: float = 0.0, name: str = "checkout") -> list[str]:
        """One run a minute; what was told after them, ``kind:what``."""
        before = len(self.notices)
        for number, state in enumerate(states):
            due = since + number * EVERY_S
            self.take(outcome(state, due, name), due + 5)
        return said(self.notices[before:])


def said(notices: Iterable[Notice]) -> list[str]:
    return [f"{each.says} {each.incident.kind} {each.incident.name}" for each in notices]


def of_one(*states: State, rule: AlertRule = RULE, maintenance: tuple[Window, ...] = ()) -> list[str]:
    """What is told of one probe after these runs."""
    return Told(store(probe(rule=rule, maintenance=maintenance))).runs(states)
