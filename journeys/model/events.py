"""What can happen in a run, as frozen events; every time is seconds since the history began."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from journeys.model.facts import Fact, Value
from journeys.model.money import Money


class StepOutcome(StrEnum):
    """How a step ended: ``failed`` is the store's doing, ``broken`` the tester's or its environment's."""

    PASSED = "passed"
    FAILED = "failed"
    BROKEN = "broken"
    SKIPPED = "skipped"


class WriteOutcome(StrEnum):
    """How a write ended; INDETERMINATE when the reply was lost and the record does not show it."""

    ACKED = "acked"
    REJECTED = "rejected"
    INDETERMINATE = "indeterminate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of an order; ``subject`` is empty where the source names the product by title only."""

    title: str
    quantity: int
    total: Money | None = None
    subject: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """An order as the record holds it; ``placed_at`` in ISO 8601, UTC."""

    number: str
    email: str
    total: Money
    lines: tuple[Line, ...] = ()
    open: bool = True
    placed_at: str = ""

    @property
    def quantity(self) -> int:
        """How many places or pieces it holds in all."""
        return sum(line.quantity for line in self.lines)

    def quantity_of(self, subject: str) -> int:
        """How many of the subject it holds while it stands."""
        return sum(line.quantity for line in self.lines if line.subject == subject)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """A customer's attempt to buy or book, as the record holds it; ``placed_at`` in ISO 8601, UTC.

    It has ``failed`` once nothing comes of it any more. Who may still pay has not failed.
    """

    number: str
    email: str
    placed_at: str
    failed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One named part of the journey; ``refused`` when the store said no to a customer that it should serve."""

    name: str
    began: float
    ended: float
    outcome: StepOutcome
    error: str = ""
    refused: bool = False
    event: Literal["step"] = "step"


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """An order, booking or cancellation, from before it was asked for until the customer had read what came of it.

    ``answered`` is when the store's answer reached the customer's browser, None where that was not seen. ``refusal``
    is why the store should have refused it ("" when it should have gone through), ``reason`` what the store or the
    browser said when it did not. ``rivals`` is how many others wanted the same at the same moment.
    """

    kind: str
    outcome: WriteOutcome
    began: float
    ended: float
    email: str
    answered: float | None = None
    number: str = ""
    subject: str = ""
    quantity: int = 1
    refusal: str = ""
    reason: str = ""
    rivals: int = 0
    event: Literal["write"] = "write"

    @property
    def acked_at(self) -> float:
        """When the store acked it: delays are counted from here."""
        return self.ended if self.answered is None else self.answered


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One value of a fact at a surface; ``value`` is None when the surface could not be read (``error`` says why).

    ``past`` are the layers that were read past, ``through`` the one instance of a layer that was addressed (an edge
    among several), ``by`` whose eyes it was: the ``onlooker``'s or the ``customer``'s own.
    """

    fact: Fact
    surface: str
    asked: float
    received: float
    value: Value | None
    error: str = ""
    past: tuple[str, ...] = ()
    through: str = ""
    by: str = "onlooker"
    evidence: Mapping[str, str] = field(default_factory=dict, hash=False)
    event: Literal["reading"] = "reading"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """The record at one moment: its values by fact key, and what happened to orders since the first sample.

    ``removed`` are orders of other testers that some sample knew and that are listed no more, as they were listed last:
    to cancel in test mode can mean to delete. They stay among ``placed`` and ``cancelled``. ``steady`` says that no
    order came or went while the sample was taken, so that its parts belong together.
    """

    asked: float
    received: float
    values: Mapping[str, Value] = field(default_factory=dict, hash=False)
    placed: tuple[Order, ...] = ()
    cancelled: tuple[Order, ...] = ()
    removed: tuple[Order, ...] = ()
    steady: bool = True
    event: Literal["sample"] = "sample"


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """What one place says of one order; None is what that place does not show."""

    number: str | None = None
    lines: tuple[Line, ...] | None = None
    total: Money | None = None
    email: str | None = None
    status: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """One confirmation of one write; ``said`` is None when it did not come in time or (``error``) cannot be read."""

    source: str
    write: int
    asked: float
    received: float
    said: Confirmation | None
    error: str = ""
    event: Literal["receipt"] = "receipt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """One amount of money on the way from the price tag to the record, for one write."""

    source: str
    write: int
    value: Money
    at: float = 0.0
    event: Literal["amount"] = "amount"


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """How a fact of the record should have moved by one write."""

    fact: Fact
    by: int | Money
    write: int
    event: Literal["expectation"] = "expectation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Intervention:
    """One layer cleared while a surface was stale: the reading before it (control), and the one after it.

    Both were read past the layers outside of it. ``instance`` is the one that was cleared, among several. Its copy had
    lain there for at least ``age_s`` and would have lived for ``left_s`` more (infinite: until something replaces it;
    None: not known). ``vantage`` is a reading after the clearing through another instance that was left alone.
    """

    surface: str
    fact: Fact
    layer: str
    what: str
    control: Reading
    after: Reading
    instance: str = ""
    age_s: float | None = None
    left_s: float | None = None
    vantage: Reading | None = None
    event: Literal["intervention"] = "intervention"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bypass:
    """One layer judged without clearing it: a reading through it, one past it, and one through it again."""

    surface: str
    fact: Fact
    layer: str
    before: Reading
    past: Reading
    again: Reading
    instance: str = ""
    event: Literal["bypass"] = "bypass"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    """One surface read past more and more of its layers, outermost first, without touching any.

    The first reading is through the whole path; each next one is ``past`` one more layer. ``when`` says whether it was
    climbed before the interventions or after them.
    """

    surface: str
    fact: Fact
    when: Literal["before", "after"]
    readings: tuple[Reading, ...]
    event: Literal["ladder"] = "ladder"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request of a browser that tells something: a page, or what failed, was refused, or took long.

    ``ours`` says that it went to the store itself, else to a third party; ``origin`` is its scheme, host and port,
    ``path`` its path without the query. ``status`` is 0 while no answer came; ``failure`` is the browser's own word
    (``net::ERR_...``, or ``pending``). ``phases`` are seconds by phase, as far as the browser measured them: ``dns``,
    ``connect``, ``tls``, ``wait`` (until the first byte), ``receive``. ``server`` are seconds by what the store said it
    spent them on (Server-Timing, W3C). ``took_s`` is from asking to the last byte, or as long as it was waited for.
    """

    ours: bool
    origin: str
    path: str
    kind: str
    began: float
    took_s: float
    status: int = 0
    failure: str = ""
    source: str = ""
    phases: Mapping[str, float] = field(default_factory=dict, hash=False)
    server: Mapping[str, float] = field(default_factory=dict, hash=False)
    event: Literal["request"] = "request"


@dataclass(frozen=True, slots=True, kw_only=True)
class PageError:
    """An error in a page: its first line, and the origin of the script on top of its stack ("" when not known)."""

    what: str
    origin: str
    page: str
    at: float
    event: Literal["page error"] = "page error"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a backend API answered the tester, held against the contract at that seam.

    ``broken`` names each field that is gone, renamed or of another type. ``limits`` are its rate-limit headers.
    ``failure`` says why there was none. Only the first of a kind is kept, and each that is not as it should be.
    """

    seam: str
    path: str
    at: float
    took_s: float
    status: int = 0
    broken: tuple[str, ...] = ()
    limits: Mapping[str, str] = field(default_factory=dict, hash=False)
    failure: str = ""
    event: Literal["answer"] = "answer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry in a neighbour's ledger; what a ledger does not say is empty.

    ``kind`` is ``charge``, ``settlement``, ``refund``, ``event`` or ``customer``; ``number`` the order that it names;
    ``starts`` the start of an event in ISO 8601, UTC.
    """

    id: str
    kind: str
    number: str = ""
    email: str = ""
    amount: Money | None = None
    starts: str = ""
    status: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """What a neighbour of the store (payment, calendar, customer file) holds of one write.

    ``expects`` are the kinds of entries that it should hold one of. ``when`` says whether the write was still standing.
    ``error`` is why it could not be asked.
    """

    neighbour: str
    write: int
    asked: float
    received: float
    entries: tuple[Entry, ...] = ()
    expects: tuple[str, ...] = ()
    when: Literal["standing", "undone"] = "standing"
    error: str = ""
    event: Literal["ledger"] = "ledger"


@dataclass(frozen=True, slots=True, kw_only=True)
class Vantage:
    """A control request from one vantage point, without a browser; ``part`` is ``page`` or ``static``.

    ``failure`` is ``dns``, ``refused``, ``reset``, ``timeout``, ``tls`` or another word; empty when an answer came.
    """

    name: str
    part: str
    at: float
    took_s: float
    status: int = 0
    failure: str = ""
    says: str = ""
    event: Literal["vantage"] = "vantage"


@dataclass(frozen=True, slots=True, kw_only=True)
class Vital:
    """What one organ of the store (status page, database) says of itself; ``well`` is None when it says nothing."""

    part: str
    at: float
    took_s: float
    well: bool | None
    says: str = ""
    event: Literal["vital"] = "vital"


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One setting of the store as it is, beside what was declared of it."""

    name: str
    declared: str
    found: str
    at: float
    event: Literal["setting"] = "setting"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """The journey gone again, as far as before its write, with some third parties left out (their origins).

    ``symptom`` is whether the trouble showed again, ``said`` what was seen, ``loads`` how many pages were loaded.
    """

    left_out: tuple[str, ...]
    present: tuple[str, ...]
    symptom: bool
    said: str
    loads: int
    began: float
    ended: float
    event: Literal["rehearsal"] = "rehearsal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Residue:
    """What compensation could not undo, or what the store keeps of it by its nature (``benign``)."""

    what: str
    benign: bool = False
    event: Literal["residue"] = "residue"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Something that kept the run from going on: ``blame`` is the store, the tester or the environment."""

    blame: Literal["store", "tester", "environment", "configuration"]
    what: str
    at: float
    event: Literal["trouble"] = "trouble"


Event = (
    Step
    | Write
    | Reading
    | Sample
    | Receipt
    | Amount
    | Expectation
    | Ladder
    | Intervention
    | Bypass
    | Residue
    | Trouble
    | Request
    | PageError
    | Answer
    | Ledger
    | Vantage
    | Vital
    | Setting
    | Rehearsal
)
