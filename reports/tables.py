"""Tables of what a run saw around the store, for every report: neighbours, ways, organs, settings, scripts."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby
from typing import Final, Literal, TypeVar

from journeys.model import Entry, History, Ledger, Rehearsal, Request, Vantage, Vital

State = Literal["fresh", "unknown", "stale", ""]
T = TypeVar("T")
Row = tuple[State, tuple[str, ...]]
_SIGNS: Final[dict[State, str]] = {"fresh": "✓", "unknown": "?", "stale": "✗", "": "–"}
_SERVER_ERROR: Final = 500
_BRIEF: Final = 14
_REFUSED: Final = 400
SLOW_S: Final = 2.5
MOST_REQUESTS: Final = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table in plain text; the second column of each row says whether it is well, and so does its state."""

    title: str
    head: tuple[str, ...]
    rows: tuple[Row, ...]
    note: str = ""

    def as_csv(self) -> bytes:
        """The table as CSV (RFC 4180), in UTF-8."""
        told = io.StringIO()
        writer = csv.writer(told)
        writer.writerow(self.head)
        writer.writerows(cells for _, cells in self.rows)
        return told.getvalue().encode()

    def as_html(self) -> str:
        """The table as HTML; cells carry their titles for narrow windows."""
        return html_table(self.head, ((state, tuple(map(escape, cells))) for state, cells in self.rows))


def tables(history: History) -> tuple[Table, ...]:
    """The tables that have anything in them."""
    requests, left_out = telling(history)
    note = f"and {left_out} more that were well" if left_out else ""
    every = (
        Table(title="Ledgers of neighbours", head=_LEDGERS, rows=tuple(_ledgers(history))),
        Table(title="Vantage points", head=_VANTAGES, rows=tuple(_vantages(history.vantages))),
        Table(title="Vitals", head=_VITALS, rows=tuple(_vitals(history.vitals))),
        Table(title="Settings", head=_SETTINGS, rows=tuple(_settings(history))),
        Table(title="Rehearsals", head=_REHEARSALS, rows=tuple(map(_rehearsal, history.rehearsals))),
        Table(title="Answers of APIs", head=_ANSWERS, rows=tuple(_answers(history))),
        Table(title="Errors in pages", head=_ERRORS, rows=tuple(_errors(history))),
        Table(title="Requests of the browser", head=_REQUESTS, rows=tuple(map(_request, requests)), note=note),
    )
    return tuple(table for table in every if table.rows)


def telling(history: History, most: int = MOST_REQUESTS) -> tuple[tuple[Request, ...], int]:
    """The requests that tell most, in order, and how many are left out: first what went wrong, then the slowest."""
    ranked = sorted(history.requests, key=lambda each: (went_wrong(each) is False, -each.took_s))
    chosen = set(map(id, ranked[:most]))
    return tuple(each for each in history.requests if id(each) in chosen), max(0, len(ranked) - most)


def went_wrong(request: Request) -> bool:
    """Whether it failed, was refused, or took long."""
    return bool(request.failure) or request.status >= _REFUSED or request.took_s > SLOW_S


def html_table(head: Sequence[str], rows: Iterable[tuple[str, Sequence[str]]]) -> str:
    """A table whose second column says whether it is well; cells are HTML."""
    body = []
    for state, cells in rows:
        told = "".join(
            f'<td data-title="{escape(title)}"{_class(place, cell)}>{cell}</td>'
            for place, (title, cell) in enumerate(zip(head, cells, strict=True))
        )
        body.append(f'<tr class="{state}">{told}</tr>')
    titles = "".join(f"<th>{escape(title)}</th>" for title in head)
    return f"<table><thead><tr>{titles}</tr></thead><tbody>{''.join(body)}</tbody></table>"


def _class(place: int, cell: str) -> str:
    """The second column says how it is; what is short is not broken into lines."""
    return ' class="state"' if place == 1 else ' class="brief"' if len(cell) <= _BRIEF else ""


_LEDGERS: Final = ("Neighbour", "As expected?", "Of", "Asked", "Expected", "Holds")
_VANTAGES: Final = ("Vantage point", "Answered?", "Part", "Asked", "Took", "Answer")
_VITALS: Final = ("Organ", "Well?", "Asked", "Says")
_SETTINGS: Final = ("Setting", "As declared?", "Declared", "Found")
_REHEARSALS: Final = ("With", "Trouble?", "Without", "Seen", "Pages", "Took")
_ANSWERS: Final = ("API", "As agreed?", "Path", "Asked", "Status", "What is wrong")
_ERRORS: Final = ("Page", "Error?", "What", "Script from", "At")
_REQUESTS: Final = ("Asked for", "Well?", "Kind", "Asked", "Took", "Answer")


def _ledgers(history: History) -> Iterator[Row]:
    for each in history.ledgers:
        write = history.writes[each.write] if each.write < len(history.writes) else None
        of = f"{write.kind} {write.number}".strip() if write else f"write {each.write + 1}"
        holds = "; ".join(map(entry_in_words, each.entries)) or each.error or "nothing"
        expected = ", ".join(each.expects) if each.when == "standing" else "its undoing"
        state = _of_ledger(each)
        said = {"fresh": "as expected", "unknown": "not told", "stale": "not as expected", "": "after undoing"}[state]
        yield row(state, each.neighbour, said, of, at(each.asked), expected or "–", holds)


def _of_ledger(ledger: Ledger) -> State:
    """Whether it holds one entry of each kind that it should; after undoing, that is for the check to say."""
    if ledger.error:
        return "unknown"
    if ledger.when == "undone":
        return ""
    each_once = all(sum(entry.kind == kind for entry in ledger.entries) == 1 for kind in ledger.expects)
    return "fresh" if each_once else "stale"


def entry_in_words(entry: Entry) -> str:
    """One entry of a ledger: ``charge of 12.50 EUR for 100004 (succeeded)``."""
    amount = f" of {entry.amount}" if entry.amount is not None else ""
    starts = f" at {entry.starts}" if entry.starts else ""
    number = f" for {entry.number}" if entry.number else ""
    status = f" ({entry.status})" if entry.status else ""
    return f"{entry.kind}{amount}{number}{starts}{status}"


def _vantages(looks: Sequence[Vantage]) -> Iterator[Row]:
    """What each vantage point met; the same again and again is one row, with the longest time."""
    for same in _alike(looks, lambda each: (each.name, each.part), lambda each: (each.status, each.failure, each.says)):
        each = same[0]
        down = bool(each.failure) or each.status >= _SERVER_ERROR
        said = f"{each.failure}: {each.says}".removesuffix(": ") if each.failure else str(each.status)
        word = "no" if each.failure else "an error" if down else "yes"
        longest = max(look.took_s for look in same)
        yield row("stale" if down else "fresh", each.name, word, each.part, _when(same), took(longest), said)


def _vitals(vitals: Sequence[Vital]) -> Iterator[Row]:
    """What each organ said; the same again and again is one row."""
    for same in _alike(vitals, lambda each: each.part, lambda each: (each.well, each.says)):
        each = same[0]
        state: State = "unknown" if each.well is None else "fresh" if each.well else "stale"
        word = {"unknown": "not known", "fresh": "yes", "stale": "no"}[state]
        yield row(state, each.part, word, _when(same), each.says or "–")


def _alike(seen: Iterable[T], of: Callable[[T], object], said: Callable[[T], object]) -> Iterator[list[T]]:
    """Those of one place that said the same one after the other, together; place by place, in order."""
    places: dict[object, list[T]] = {}
    for each in seen:
        places.setdefault(of(each), []).append(each)
    for mine in places.values():
        yield from (list(group) for _, group in groupby(mine, key=said))


def _when(same: Sequence[Vantage] | Sequence[Vital]) -> str:
    first, last = at(same[0].at), at(same[-1].at)
    return first if len(same) == 1 else f"{len(same)} times, {first} to {last}"


def _settings(history: History) -> Iterator[Row]:
    for each in {each.name: each for each in history.settings}.values():
        state: State = "unknown" if not each.found else "fresh" if each.found == each.declared else "stale"
        word = {"unknown": "not told", "fresh": "yes", "stale": "no"}[state]
        yield row(state, each.name, word, each.declared, each.found or "–")


def _rehearsal(each: Rehearsal) -> Row:
    present, left = (", ".join(names) or "none of them" for names in (each.present, each.left_out))
    state: State = "stale" if each.symptom else "fresh"
    said = "the same again" if each.symptom else "all well"
    return row(state, present, said, left, each.said, str(each.loads), took(each.ended - each.began))


def _answers(history: History) -> Iterator[Row]:
    for each in history.answers:
        wrong = "; ".join(filter(None, (*each.broken, each.failure)))
        limits = ", ".join(f"{name}: {value}" for name, value in each.limits.items())
        bad = bool(wrong) or each.status >= _REFUSED
        words = wrong or limits or "–"
        yield row(
            "stale" if bad else "fresh",
            each.seam, "no" if bad else "yes", each.path or "/", at(each.at), str(each.status or "none"), words,
        )  # fmt: skip


def _errors(history: History) -> Iterator[Row]:
    for each in history.page_errors:
        yield row("stale", each.page, "error", each.what, each.origin or "not known", at(each.at))


def _request(each: Request) -> Row:
    where = each.path if each.ours else f"{each.origin}{each.path}"
    answer = each.failure or str(each.status or "none")
    if "db" in each.server:
        answer += f", {each.server['db']:.2f} s in its database"
    state: State = "stale" if went_wrong(each) else "fresh"
    word = "yes" if state == "fresh" else "failed" if each.failure else "refused" if each.status >= _REFUSED else "slow"
    return row(state, where, word, each.kind, at(each.began), took(each.took_s), answer)


def row(state: State, first: str, said: str, *rest: str) -> Row:
    """One row; ``said`` is how it is, and gets the sign of its state."""
    return state, (first, f"{_SIGNS[state]} {said}", *rest)


def at(seconds: float) -> str:
    """A moment of the history."""
    return f"+{seconds:.1f} s"


def took(seconds: float) -> str:
    """How long something took, with as many digits as tell something."""
    return f"{seconds * 1000:.0f} ms" if seconds < 0.1 else f"{seconds:.2f} s"
