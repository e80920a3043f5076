"""The shape in which sources hand over what they hold: columns of Apache Arrow, many rows at a time."""

from __future__ import annotations

from typing import Final

import pyarrow as pa

MOVEMENTS: Final = pa.schema(
    [
        pa.field("place", pa.string(), nullable=False),  # where in the source it stands, to find it again
        pa.field("kind", pa.string(), nullable=False),  # a model.Kind
        pa.field("amount", pa.int64(), nullable=False),  # minor units, signed as the merchant sees it
        pa.field("currency", pa.string(), nullable=False),  # ISO 4217
        pa.field("at", pa.timestamp("us", tz="UTC")),  # null where only a day is known
        pa.field("day", pa.date32()),  # the day as written; null where only "at" is known
        pa.field("reference", pa.string()),  # the order's number, where the record names one by itself
        pa.field("bundle", pa.string()),  # the payout that it is part of, or is
        pa.field("text", pa.string()),  # what else was written, such as a purpose that may name an order
    ]
)
"""One amount of money each."""

BOOKINGS: Final = pa.schema(
    [
        pa.field("place", pa.string(), nullable=False),
        pa.field("code", pa.string()),  # the booking's number, where the record names one
        pa.field("starts", pa.timestamp("us", tz="UTC"), nullable=False),
        pa.field("ends", pa.timestamp("us", tz="UTC")),
        pa.field("written", pa.string()),  # the start as it was written, with the zone it was written in
        pa.field("places", pa.int64(), nullable=False),  # how many places it takes; 0: not said
        pa.field("standing", pa.bool_(), nullable=False),  # false: cancelled
        pa.field("slot", pa.string()),  # the slot's key at the store
        pa.field("title", pa.string()),
        pa.field("made", pa.timestamp("us", tz="UTC")),  # when it was made, or last written; null: not said
    ]
)
"""One booking of one slot each."""

SLOTS: Final = pa.schema(
    [
        pa.field("place", pa.string(), nullable=False),
        pa.field("slot", pa.string(), nullable=False),
        pa.field("title", pa.string()),
        pa.field("starts", pa.timestamp("us", tz="UTC"), nullable=False),
        pa.field("ends", pa.timestamp("us", tz="UTC")),
        pa.field("capacity", pa.int64()),  # how many places it has; null: not stated
    ]
)
"""One slot each: what can be booked."""
