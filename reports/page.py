"""The readings and findings of one run as HTML, to be opened inside a test report or alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from typing import Final

from journeys.model import History, Intervention, Result
from reports.document import iso
from reports.ladder import RECORD, Rung, experiments, ladder
from reports.words import SYMBOLS, Account, accounts, sentence

_FRESH: Final = {True: ("fresh", "✓ fresh"), False: ("stale", "✗ stale"), None: ("unknown", "? unknown")}
_STYLE: Final = """
:root { color-scheme: light dark; --line: #8883; --quiet: #8889; }
body { font: 14px/1.45 system-ui, sans-serif; margin: 0; padding: 12px; background: #fff; color: #1d2330; }
h2 { font-size: 15px; margin: 20px 0 6px; } h2:first-child { margin-top: 0; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th { text-align: left; font-weight: 600; color: #7a8294; border-bottom: 2px solid var(--line); white-space: nowrap; }
th, td { padding: 5px 14px 5px 6px; vertical-align: top; }
td { border-bottom: 1px solid var(--line); } td:first-child, .state { white-space: nowrap; }
.layer { white-space: nowrap; } .layer + .layer::before { content: "› "; color: var(--quiet); }
small { display: block; color: #7a8294; } small.error { color: #c2313f; }
.fresh .state { color: #1c8248; } .unknown .state { color: #96690a; }
.stale .state { color: #c2313f; font-weight: 600; }
tr.stale { background: #d33c4a14; }
@media (prefers-color-scheme: dark) {
  body { background: #16181d; color: #e4e6eb; } .fresh .state { color: #4cc481; } .unknown .state { color: #d9a93d; }
  .stale .state, small.error { color: #ff7a85; }
}
"""


def readings_page(history: History) -> str:
    """The ladder of readings and the experiments as a page of its own."""
    sections = [("Readings", _ladder(history))]
    if history.interventions:
        sections.append(("Experiments: one layer cleared at a time", _experiments(history)))
    body = "".join(f'<h2>{title}</h2><div class="wide">{table}</div>' for title, table in sections)
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><style>{_STYLE}</style>'
    return f'<!doctype html><html lang="en"><head>{head}<title>Readings</title></head><body>{body}</body></html>'


def description(result: Result) -> str:
    """What is not well and why, and what was left behind, as HTML without any style; empty when all is well."""
    parts = [_account(account) for account in accounts(result)]
    left = [each for each in result.history.residue if not each.benign]
    if left:
        parts.append(f"<p><b>Left behind</b></p>{_items(sentence(each.what) for each in left)}")
    return "".join(parts)


def _account(account: Account) -> str:
    head = f"<p><b>{SYMBOLS[account.finding.verdict]} {escape(account.headline)}</b></p>"
    return head + (_items(account.lines()) if account.lines() else "")


def _items(texts: Iterable[str]) -> str:
    return f"<ul>{''.join(f'<li>{escape(text)}</li>' for text in texts)}</ul>"


def _ladder(history: History) -> str:
    head = ("Asked", "Surface", "Path", "Fact", "Value", "Record said", "Fresh?")
    rows = []
    for rung in ladder(history):
        cells = (_time(history, rung), escape(rung.surface), _path(rung), escape(rung.fact), _value(rung))
        rows.append(_row(rung.fresh, (*cells, escape(rung.expected or "not known"), _FRESH[rung.fresh][1])))
    return _table(head, rows)


def _experiments(history: History) -> str:
    head = ("Asked", "Surface", "Layer cleared", "Before it (control)", "After it", "Record said", "Made fresh?")
    return _table(head, (_experiment(history, *each) for each in experiments(history)))


def _experiment(history: History, tried: Intervention, control: Rung, after: Rung) -> str:
    healed = control.fresh is False and after.fresh is True
    named = "✓ this layer" if healed else "no"
    layer = f"{escape(tried.layer)}<small>{escape(tried.what)}</small>"
    cells = (_time(history, control), escape(tried.surface), layer, _value(control), _value(after))
    return _row(True if healed else None, (*cells, escape(after.expected or "not known"), named))


def _time(history: History, rung: Rung) -> str:
    return f'<span title="{iso(history.at(rung.asked))}">+{rung.asked:.2f} s</span>'


def _path(rung: Rung) -> str:
    return "".join(f'<span class="layer">{escape(layer)}</span> ' for layer in (*rung.path, RECORD))


def _value(rung: Rung) -> str:
    value = escape(rung.value) if rung.value is not None else "nothing"
    evidence = "; ".join(f"{name}: {told}" for name, told in rung.evidence.items())
    notes = f"<small>{escape(evidence)}</small>" if evidence else ""
    return value + notes + (f'<small class="error">{escape(rung.error)}</small>' if rung.error else "")


def _table(head: Iterable[str], rows: Iterable[str]) -> str:
    titles = "".join(f"<th>{title}</th>" for title in head)
    return f"<table><thead><tr>{titles}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def _row(fresh: bool | None, cells: tuple[str, ...]) -> str:
    def all_cells() -> Iterator[str]:
        yield from (f"<td>{cell}</td>" for cell in cells[:-1])
        yield f'<td class="state">{cells[-1]}</td>'

    return f'<tr class="{_FRESH[fresh][0]}">{"".join(all_cells())}</tr>'
