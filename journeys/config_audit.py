"""What the configuration says of audits: the books that a store is held against, and the rules."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

_CUTOFF: Final = r"^([01]\d|2[0-3]):[0-5]\d$"
_Days = Annotated[int, Field(ge=0, le=366)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FeeTerms(_Strict):
    """What a service takes of each charge."""

    percent: Decimal = Field(
        Decimal(0), ge=0, le=100, decimal_places=4, description="A share of the charge, such as '1.5'."
    )
    fixed: Mapping[Annotated[str, Field(pattern="^[A-Z]{3}$")], Annotated[Decimal, Field(ge=0)]] = Field(
        default_factory=dict, description="Something fixed in major units, by currency, such as {EUR = '0.25'}."
    )
    tolerance: int = Field(1, ge=0, description="By how many minor units a fee may be off.")


class BookTerms(_Strict):
    """What is agreed with one source, and what it holds; see docs/audits.md."""

    holds: Literal["share", "all", "sums"] = Field(
        "share",
        description="share: each sale once, here or in another such book; all: every sale, whatever others hold;"
        " sums: the sums of days.",
    )
    lag_days: _Days | None = Field(None, description="By how many days it may book a sale later than the store.")
    fees: tuple[FeeTerms, ...] = Field((), description="The fees in force, any of which may apply; none: not judged.")
    daily: bool = Field(False, description="Its payouts are what the store sold on whole days, less the fees.")


class Book(BaseModel):
    """One bank statement, payment service or calendar: its kind, and how it is read; other keys are its kind's own."""

    model_config = ConfigDict(extra="allow", frozen=True)

    kind: str = Field(description="How it is read: camt, mt940, ofx, csv, parquet, stripe, ics, caldav, ...")
    terms: BookTerms = BookTerms.model_validate({})
    shape: Literal["", "booking", "place", "slot"] = Field(
        "", description="What one entry of a calendar stands for; empty: found out from its entries."
    )

    @property
    def options(self) -> Mapping[str, object]:
        """What only its kind understands."""
        return self.model_extra or {}


class SalesRules(_Strict):
    """How sales are told to be the same on both sides; what is not said is as docs/audits.md says."""

    window_days: _Days | None = Field(
        None, description="By how many days the other side may be later where only amount and day speak for a match."
    )
    early_days: _Days | None = Field(None, description="By how many days it may be earlier.")
    slack_s: int | None = Field(None, ge=0, description="Two moments no further apart are one, across midnight too.")
    reach_days: _Days | None = Field(None, description="How far back a payout may bundle what came before.")
    shortest_number: int | None = Field(None, ge=1, description="Fewer characters in a text are no order's number.")


class BookingRules(_Strict):
    """How bookings are told to be the same on both sides; what is not said is as docs/audits.md says."""

    near_days: int | None = Field(
        None, ge=0, le=3660, description="How far beyond the period a booking that was moved is looked for."
    )
    capacities: Mapping[str, Annotated[int, Field(ge=0)]] | None = Field(
        None, description="How many places a slot has, by its key or its title."
    )
    young_s: float = Field(
        120.0, ge=0, description="Of what was booked or changed so lately nothing is said: it may be on its way."
    )
    shown: int | None = Field(None, ge=1, description="So many records of each side are named at most.")


class AuditSettings(_Strict):
    """How a store's sales and bookings are audited."""

    cutoff: Annotated[str, Field(pattern=_CUTOFF)] = Field(
        "00:00", description="When a day of the books begins, in the store's time zone, such as '04:00'."
    )
    memory_mb: int | None = Field(None, ge=64, description="So many MiB the database takes before it spills to disk.")
    threads: int | None = Field(None, ge=1, description="So many threads it takes; default: one for each core.")
    export: str | tuple[str, ...] = Field(
        (), description="The book that stands for the store's own side, in place of its API; or several of them."
    )
    sales: SalesRules = SalesRules.model_validate({})
    bookings: BookingRules = BookingRules.model_validate({})

    @property
    def exports(self) -> tuple[str, ...]:
        """The books that stand for the store's own side, each for what it holds."""
        return (self.export,) if self.export and isinstance(self.export, str) else tuple(self.export)

    @property
    def cutoff_s(self) -> int:
        """The cut-off in seconds after midnight."""
        hours, _, minutes = self.cutoff.partition(":")
        return int(hours) * 3600 + int(minutes) * 60
