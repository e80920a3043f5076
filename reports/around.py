"""What a run saw around the store, for machines: requests, page errors, answers, ledgers, ways, organs, settings."""

from __future__ import annotations

from typing import Any

from journeys.model import Entry, History, Ledger, Rehearsal, Request
from reports.moments import iso, seconds
from reports.tables import telling

Document = dict[str, Any]


def around(history: History) -> Document:
    """Every kind in a list of its own; of the requests only the most telling ones, and how many were left out."""
    requests, left_out = telling(history)
    return {
        "requests": [_request(history, each) for each in requests],
        "requests_left_out": left_out,
        "page_errors": [
            {"what": each.what, "origin": each.origin, "page": each.page, "at": _at(history, each.at)}
            for each in history.page_errors
        ],
        "answers": [
            {
                "seam": each.seam,
                "path": each.path,
                "at": _at(history, each.at),
                "took_s": seconds(each.took_s),
                "status": each.status,
                "broken": list(each.broken),
                "limits": dict(each.limits),
                "failure": each.failure,
            }
            for each in history.answers
        ],
        "ledgers": [_ledger(history, each) for each in history.ledgers],
        "vantages": [
            {
                "name": each.name,
                "part": each.part,
                "at": _at(history, each.at),
                "took_s": seconds(each.took_s),
                "status": each.status,
                "failure": each.failure,
                "says": each.says,
            }
            for each in history.vantages
        ],
        "vitals": [
            {
                "part": each.part,
                "at": _at(history, each.at),
                "took_s": seconds(each.took_s),
                "well": each.well,
                "says": each.says,
            }
            for each in history.vitals
        ],
        "settings": [
            {"name": each.name, "declared": each.declared, "found": each.found, "at": _at(history, each.at)}
            for each in history.settings
        ],
        "rehearsals": [_rehearsal(history, each) for each in history.rehearsals],
    }


def _request(history: History, each: Request) -> Document:
    return {
        "ours": each.ours,
        "origin": each.origin,
        "path": each.path,
        "kind": each.kind,
        "began_at": _at(history, each.began),
        "took_s": seconds(each.took_s),
        "status": each.status,
        "failure": each.failure,
        "source": each.source,
        "phases": {name: seconds(spent) for name, spent in each.phases.items()},
        "server": {name: seconds(spent) for name, spent in each.server.items()},
    }


def _ledger(history: History, each: Ledger) -> Document:
    return {
        "neighbour": each.neighbour,
        "write": each.write,
        "when": each.when,
        "asked_at": _at(history, each.asked),
        "received_at": _at(history, each.received),
        "expects": list(each.expects),
        "entries": [_entry(entry) for entry in each.entries],
        "error": each.error,
    }


def _entry(entry: Entry) -> Document:
    return {
        "id": entry.id,
        "kind": entry.kind,
        "number": entry.number,
        "email": entry.email,
        "amount": None if entry.amount is None else str(entry.amount),
        "starts": entry.starts,
        "status": entry.status,
    }


def _rehearsal(history: History, each: Rehearsal) -> Document:
    return {
        "left_out": list(each.left_out),
        "present": list(each.present),
        "symptom": each.symptom,
        "said": each.said,
        "loads": each.loads,
        "began_at": _at(history, each.began),
        "ended_at": _at(history, each.ended),
    }


def _at(history: History, moment: float) -> str:
    return iso(history.at(moment))
