"""Inquiring: what stands around the store is asked, before a journey, when it breaks off, and after a write."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from threading import Event, Thread
from typing import Final, Literal, TypeVar

from journeys.checks.delivery import recorded
from journeys.model import (
    Entry,
    JourneyError,
    Ledger,
    Setting,
    StoreFault,
    Subject,
    Vantage,
    Vital,
    Write,
    WriteOutcome,
)
from journeys.run.clock import Clock
from journeys.run.outside import Around, Neighbour, Organ, Outlook
from journeys.run.recorder import Recorder
from journeys.run.settle import beats, settle

T = TypeVar("T")

SURROUNDINGS: Final = ("reach", "health", "pace", "contract", "intent", "delivery", "third_parties")
_PULSE_S: Final = 1.0
_OF_MONEY: Final = ("charge", "settlement")


def judged_by(around: Around, *, writes: bool) -> tuple[str, ...]:
    """The further checks that there is something to judge for, in a store with such surroundings."""
    told = {
        "reach": bool(around.outlooks),
        "health": bool(around.organs),
        "pace": True,
        "contract": True,
        "intent": bool(around.intent),
        "delivery": bool(around.neighbours) and writes,
        "third_parties": True,
    }
    return tuple(name for name in SURROUNDINGS if told[name])


@dataclass(slots=True, kw_only=True)
class Inquiry:
    """Asks around the store on behalf of one run, and writes down what it is told."""

    around: Around
    recorder: Recorder
    clock: Clock

    def begin(self, subject: Subject | None) -> None:
        """Every vantage point, organ and setting; StoreFault when customers cannot reach the store at all."""
        self.look()
        if subject is not None:
            self._settings(subject)
        first = self.around.outlooks[0].name if self.around.outlooks else ""
        cut = next((each for each in self.recorder.history().vantages if each.name == first and each.failure), None)
        if cut is not None:
            raise StoreFault(f"customers cannot reach the store: {cut.name}: {cut.failure}: {cut.says}")

    def look(self) -> None:
        """Every vantage point and every organ, side by side."""
        with ThreadPoolExecutor(max_workers=8) as pool:
            looks = [pool.submit(self._vantage, each) for each in self.around.outlooks]
            asked = [pool.submit(self._vital, each) for each in self.around.organs]
        for look in looks:
            for sighting in look.result():
                self.recorder.add(sighting)
        for vital in asked:
            self.recorder.add(vital.result())

    def heard(self) -> None:
        """What the store's backend APIs answered since this was last asked."""
        for answer in self.around.answers():
            self.recorder.add(replace(answer, at=self.recorder.now()))

    def ledgers(self, place: int) -> None:
        """What every neighbour holds of a write that stands; it is waited for until it has arrived everywhere."""
        write = self.recorder.history().writes[place]
        self._ask_all(place, write, "standing", self._arrived(place, write))

    def again(self) -> None:
        """What they hold at the end, also of writes that the store refused: what came twice may have come late.

        Those which the journey itself cancelled are left out. What nobody asked about while the journey was on (a race)
        is waited for here.
        """
        history = self.recorder.history()
        writes, known = history.writes, {ledger.write for ledger in history.ledgers}
        over = {write.email for write in writes if write.kind == "cancellation"}
        for place, write in enumerate(writes):
            if write.kind != "cancellation" and write.email not in over:
                new = write.outcome is WriteOutcome.ACKED and place not in known
                self._ask_all(place, write, "standing", self._arrived(place, write) if new else lambda *_: True)

    def undone(self) -> None:
        """What they hold after undoing, of every sale: it is waited for until they have heard of it."""
        for place, write in self.recorder.history().acked():
            if write.kind != "cancellation":
                self._ask_all(place, write, "undone", _forgotten)

    def _settings(self, subject: Subject) -> None:
        if not self.around.intent:
            return
        found = self.around.settings(subject)
        for name, declared in self.around.intent.items():
            if name in found:
                self.recorder.add(Setting(name=name, declared=declared, found=found[name], at=self.recorder.now()))

    def _vantage(self, outlook: Outlook) -> tuple[Vantage, ...]:
        at = self.recorder.now()
        return tuple(
            Vantage(
                name=outlook.name,
                part=each.part,
                at=at,
                took_s=each.took_s,
                status=each.status,
                failure=each.failure,
                says=each.says,
            )
            for each in outlook.look()
        )

    def _vital(self, organ: Organ) -> Vital:
        at = self.recorder.now()
        well, says = organ.ask()
        return Vital(part=organ.part, at=at, took_s=self.recorder.now() - at, well=well, says=says)

    def _arrived(self, place: int, write: Write) -> Callable[[Neighbour, tuple[Entry, ...]], bool]:
        total = recorded(self.recorder.history(), place)
        free = total is not None and not total.minor

        def settled(neighbour: Neighbour, entries: tuple[Entry, ...]) -> bool:
            there = {each.kind for each in entries if each.number == write.number}
            return all(kind in there or (free and kind in _OF_MONEY) for kind in neighbour.expects)

        return settled

    def _ask_all(
        self,
        place: int,
        write: Write,
        when: Literal["standing", "undone"],
        settled: Callable[[Neighbour, tuple[Entry, ...]], bool],
    ) -> None:
        if not self.around.neighbours:
            return
        with ThreadPoolExecutor(max_workers=len(self.around.neighbours)) as pool:
            asked = [pool.submit(self._ledger, each, place, write, when, settled) for each in self.around.neighbours]
        for ledger in asked:
            self.recorder.add(ledger.result())

    def _ledger(
        self,
        neighbour: Neighbour,
        place: int,
        write: Write,
        when: Literal["standing", "undone"],
        settled: Callable[[Neighbour, tuple[Entry, ...]], bool],
    ) -> Ledger:
        asked, error = self.recorder.now(), ""
        entries: tuple[Entry, ...] = ()
        try:
            entries = settle(
                lambda: neighbour.entries(write.number, write.email),
                lambda held: settled(neighbour, held),
                self.clock,
                neighbour.within_s,
            )
        except JourneyError as failure:
            error = str(failure)
        return Ledger(
            neighbour=neighbour.name,
            write=place,
            asked=asked,
            received=self.recorder.now(),
            entries=entries,
            expects=neighbour.expects,
            when=when,
            error=error,
        )


class Pulse:
    """Asks some organs every second while a journey is on, and keeps the first time that each was unwell."""

    def __init__(self, organs: Sequence[Organ], recorder: Recorder) -> None:
        self._organs = organs
        self._recorder = recorder
        self._ill: dict[str, Vital] = {}
        self._over = Event()
        self._thread = Thread(target=self._beat, name="pulse", daemon=True)

    def __enter__(self) -> Pulse:
        if self._organs:
            self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        if self._thread.is_alive():
            self._thread.join()
        for vital in self._ill.values():
            self._recorder.add(vital)

    def _beat(self) -> None:
        for _ in beats(self._over, _PULSE_S):
            for organ in self._organs:
                at = self._recorder.now()
                well, says = organ.ask()
                if well is False and organ.part not in self._ill:
                    took = self._recorder.now() - at
                    self._ill[organ.part] = Vital(part=organ.part, at=at, took_s=took, well=False, says=says)


def _forgotten(neighbour: Neighbour, entries: tuple[Entry, ...]) -> bool:
    """Whether nothing is left of a sale that was undone: what was charged is given back, and no event stands."""
    charged = sum(each.amount.minor for each in entries if each.kind == "charge" and each.amount)
    refunded = sum(each.amount.minor for each in entries if each.kind == "refund" and each.amount)
    standing = any(each.kind == "event" and not each.status.lower().startswith("cancel") for each in entries)
    return charged == refunded and not standing
