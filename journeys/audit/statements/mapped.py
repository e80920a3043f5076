"""The options of a mapping: which column is what, how its cells are written, and which of them go together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from journeys.audit.model import Kind
from journeys.audit.statements import marks as marking
from journeys.audit.statements.amounts import currency_of
from journeys.audit.statements.columns import Numbers
from journeys.audit.statements.mapping import IGNORE, Mapped
from journeys.audit.statements.reading import table, zone
from journeys.run.options import text

ROLES: Final = (
    "amount", "debit", "credit", "fee", "currency", "kind", "day", "at", "reference", "bundle", "text",
)  # fmt: skip
OPTIONS: Final = (
    "columns", "currency", "decimal", "thousands", "date_format", "time_format", "zone", "sign", "fee_sign", "kind",
    "kinds", *marking.OPTIONS,
)  # fmt: skip
_SIGNS: Final = ("written", "inverted", "kind")
_FEE_SIGNS: Final = ("cost", "written")


def mapped(options: Mapping[str, object]) -> Mapped:
    """The mapping that options give; ValueError names the option that is wrong.

    ``columns`` names a column for each of ``ROLES``: ``amount``, or ``debit`` and ``credit``; ``day`` or ``at``; the
    others where there are such (``text`` may be a list). ``currency`` is that of all rows where no column tells it;
    ``decimal``, ``thousands``, ``date_format`` and ``time_format`` (strptime; ISO 8601 by default) say how cells are
    written, ``zone`` in which zone moments without an offset are. ``sign`` is ``written``, ``inverted`` or ``kind``
    (it follows from the kind); ``fee_sign`` is ``cost`` (a positive fee costs) or ``written``. ``kinds`` translates
    the cells of the column ``kind`` into kinds or ``ignore``; ``kind`` is that of all rows.
    """
    columns, texts = _columns(options)
    numbers = Numbers(decimal=text(options, "decimal", "."), thousands=text(options, "thousands", ""))
    if len(numbers.decimal) != 1 or len(numbers.thousands) > 1 or numbers.decimal == numbers.thousands:
        raise ValueError("decimal: one sign is wanted, another one than that of thousands")
    currency = text(options, "currency", "")
    if not currency and "currency" not in columns:
        raise ValueError("currency: missing; wanted is one such as EUR, or a column in columns.currency")
    return Mapped(
        columns=columns,
        texts=texts,
        currency=_currency(currency) if currency else "",
        numbers=numbers,
        date_format=_format(options, "date_format", "%Y-%m-%d"),
        time_format=_format(options, "time_format", ""),
        zone=zone(text(options, "zone", "")),
        sign=_one_of(options, "sign", _SIGNS),
        fee_sign=_one_of(options, "fee_sign", _FEE_SIGNS),
        kind=_kind("kind", text(options, "kind", "")),
        kinds={said: _kind_or_ignore(f"kinds.{said}", kind) for said, kind in table(options, "kinds").items()},
        marks=marking.marks(options),
    )


def _columns(options: Mapping[str, object]) -> tuple[dict[str, str], tuple[str, ...]]:
    told = table(options, "columns")
    unknown = sorted({*told} - {*ROLES})
    if unknown:
        raise ValueError(f"columns.{unknown[0]}: no such column; known are {', '.join(ROLES)}")
    words = told.pop("text", [])
    texts = [words] if isinstance(words, str) else words
    for role, name in (*told.items(), *(("text", each) for each in texts)):
        if not isinstance(name, (str, int)) or isinstance(name, bool) or name == "":
            raise ValueError(f"columns.{role}: the name of a column is wanted, or its number where there is no header")
    if ("amount" in told) == bool({"debit", "credit"} & {*told}) or len({"debit", "credit"} & {*told}) == 1:
        raise ValueError("columns: amount is wanted, or debit and credit")
    if not {"day", "at"} & {*told}:
        raise ValueError("columns: day or at is wanted")
    return {role: str(name) for role, name in told.items()}, tuple(str(each) for each in texts)


def _one_of(options: Mapping[str, object], name: str, known: tuple[str, ...]) -> str:
    said = text(options, name, known[0])
    if said not in known:
        raise ValueError(f"{name}: {said!r} is none of {', '.join(known)}")
    return said


def _kind(name: str, said: str) -> Kind | None:
    if said and said not in (*Kind,):
        raise ValueError(f"{name}: {said!r} is none of {', '.join(Kind)}")
    return Kind(said) if said else None


def _kind_or_ignore(name: str, said: str) -> str:
    if said == IGNORE:
        return said
    kind = _kind(name, said)
    if kind is None:
        raise ValueError(f"{name}: a kind is wanted, or {IGNORE}")
    return kind.value


def _format(options: Mapping[str, object], name: str, default: str) -> str:
    said = text(options, name, default)
    if said and "%" not in said:
        raise ValueError(f"{name}: {said!r} is no format of strptime, such as %d.%m.%Y")
    return said


def _currency(said: str) -> str:
    try:
        return currency_of(said)
    except ValueError as error:
        raise ValueError(f"currency: {said!r} {error}") from error
