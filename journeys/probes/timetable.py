"""Which ticks are due, and what becomes of those that no run is begun for; for the one worker that leads."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from journeys.probes.going import Going, Outcomes, Tick
from journeys.probes.probe import Probe
from journeys.probes.roster import Roster
from journeys.probes.schedule import begins, key_of, stale_after_s, ticks

_EACH: Final = 200
"""So many ticks that nobody was there for are recorded each by itself; older ones are recorded as one."""


class Timetable:
    """Lets the run of each due tick wait for a worker through ``submit``, and records the ticks that are left out."""

    def __init__(
        self,
        *,
        probes: Iterable[Probe],
        roster: Roster,
        recorder: Outcomes,
        going: Going,
        submit: Callable[[Tick, str], None],
    ) -> None:
        self._probes = tuple(probes)
        self._roster = roster
        self._recorder = recorder
        self._going = going
        self._submit = submit
        self._last: dict[str, float] = {}

    def forget(self) -> None:
        """Another has led meanwhile: what was dealt with is to be read anew."""
        self._last.clear()

    def advance(self) -> float:
        """Deal with all ticks that are due by now; returns the seconds until the next one."""
        now = self._roster.now()
        if not self._last:
            self._last = self._roster.scheduled()
        return min((self._advance(probe, now) for probe in self._probes), default=1.0)

    def _advance(self, probe: Probe, now: float) -> float:
        if probe.name not in self._last:  # it is new: nothing was due before today
            self._passed(probe, now)
        due = tuple(
            each for each in ticks(probe, after=self._last[probe.name], until=now) if begins(probe, each) <= now
        )
        late = [each for each in due if now - begins(probe, each) > stale_after_s(probe, each)]
        if len(late) > _EACH:
            self._leave_out_many(probe, late[:-_EACH])
            late = late[-_EACH:]
        for each in late:
            self._leave_out(probe, each, "no prober was running")
        for each in due:
            if each > self._last[probe.name]:
                self._due(probe, each)
        return self._until_next(probe, now)

    def _due(self, probe: Probe, due: float) -> None:
        tick = Tick(key=key_of(probe.name, due), probe=probe.name, due=due)
        if self._roster.schedule(probe.name, due, tick.key):
            self._submit(tick, probe.location)
            self._last[probe.name] = due
        else:
            self._leave_out(probe, due, "the run before was not finished")

    def _leave_out(self, probe: Probe, due: float, why: str) -> None:
        tick = Tick(key=key_of(probe.name, due), probe=probe.name, due=due)
        self._recorder.record(self._going.skipped(tick, why))
        self._passed(probe, due)

    def _leave_out_many(self, probe: Probe, late: list[float]) -> None:
        tick = Tick(key=key_of(probe.name, late[-1]), probe=probe.name, due=late[-1])
        why = f"no prober was running: {len(late)} ticks since {key_of(probe.name, late[0]).partition('@')[2]}"
        self._recorder.record(self._going.skipped(tick, why))
        self._passed(probe, late[-1])

    def _passed(self, probe: Probe, due: float) -> None:
        self._roster.passed(probe.name, due)
        self._last[probe.name] = due

    def _until_next(self, probe: Probe, now: float) -> float:
        upcoming = next(ticks(probe, after=self._last[probe.name], until=float("inf")))
        return max(0.0, begins(probe, upcoming) - now)
