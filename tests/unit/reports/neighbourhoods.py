"""One healthy run with one thing wrong around the store, judged: a ledger, a way, an organ, a setting, a script."""

from __future__ import annotations

from histories import CUSTOMERS, added, charge, healthy, ledger, look, varied, without

from journeys.checks import ALL_CHECKS, judge
from journeys.diagnosis import diagnose
from journeys.model import Event, History, Ledger, PageError, Rehearsal, Result, Setting, Step, Vital
from journeys.model.events import StepOutcome

CHAT, CONSENT = "https://chat.example", "https://consent.example"


def result(history: History) -> Result:
    findings = judge(history, ALL_CHECKS)
    return Result(history=history, findings=findings, diagnoses=diagnose(history, findings), duration_s=history.lasted)


def well() -> Result:
    return result(healthy())


def twice_charged() -> Result:
    """The payment service holds the charge two times, and says so at two moments."""
    doubled = (charge(), charge(id="ch_2"))
    later = ledger(*doubled, asked=8.0, received=8.1)
    return result(added(without(healthy(), Ledger), ledger(*doubled), later))


def cut_off() -> Result:
    """Customers are refused at the store's address, and nobody else is."""
    return result(added(healthy(), look(CUSTOMERS, failure="refused", says="nobody listens", status=0, at=9.0)))


def mis_set() -> Result:
    return result(varied(healthy(), Setting, found="11.00 EUR"))


def locked(times: int = 1) -> Result:
    """The database says so many times that somebody waits for a lock."""
    says = [Vital(part="database", at=3.0 + i, took_s=0.1, well=False, says="2 wait for a lock") for i in range(times)]
    return result(added(healthy(), *says))


def spoilt_by_a_script() -> Result:
    """Without scripts of third parties the step passes, with the chat it does not."""
    tried: tuple[Event, ...] = (
        rehearsal((), (CHAT, CONSENT), symptom=False),
        rehearsal((CHAT, CONSENT), (), symptom=True),
        rehearsal((CHAT,), (CONSENT,), symptom=True),
        PageError(what="Uncaught TypeError: x is not a function", origin=CHAT, page="/mug/", at=4.0),
    )
    broken = Step(name="check out", began=1.0, ended=2.0, outcome=StepOutcome.BROKEN, error="something is in the way")
    return result(added(healthy(), broken, *tried))


def rehearsal(present: tuple[str, ...], left_out: tuple[str, ...], *, symptom: bool) -> Rehearsal:
    said = "check out broken" if symptom else "check out passed"
    return Rehearsal(
        left_out=left_out, present=present, symptom=symptom, said=said, loads=2, began=12.0, ended=13.5
    )  # fmt: skip
