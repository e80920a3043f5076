"""The readings and findings of one run as HTML, to be opened inside a test report or alone."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Final

from journeys.model import History, Intervention, Result
from reports.ladder import RECORD, Rung, experiments, ladder
from reports.moments import iso
from reports.style import page
from reports.tables import html_table
from reports.why import causes_in_short
from reports.words import sentence

Row = tuple[str, tuple[str, ...]]
_STYLE: Final = """
@media (min-width: 621px) {
  td:nth-last-child(-n+2) { overflow-wrap: anywhere; min-width: 6em; }
  td:nth-child(3) { min-width: 9em; } }
"""


def readings_page(history: History) -> str:
    """The ladder of readings and the experiments as a page of its own."""
    sections = [("Readings", _ladder(history))]
    if history.interventions:
        sections.append(("Experiments: one layer cleared at a time", _experiments(history)))
    body = "".join(f"<h2>{title}</h2>{table}" for title, table in sections)
    return page("Readings", body, _STYLE)


def description(result: Result) -> str:
    """The causes, what each surface showed last, and what was left behind, as HTML without any style."""
    rungs = {(rung.surface, rung.fact): rung for rung in ladder(result.history)}
    stale_first = sorted(rungs.values(), key=lambda rung: rung.fresh is not False)
    rows = [(_state(rung)[0], (escape(rung.surface), _state(rung)[1], _compared(rung))) for rung in stale_first]
    parts = [causes_in_short(result)]
    parts += [html_table(("Surface", "Fresh?", "Showed last"), rows)] if rows else []
    left = [each for each in result.history.residue if not each.benign]
    if left:
        parts.append(f"<p><b>Left behind</b></p>{_items(sentence(each.what) for each in left)}")
    return "".join(parts)


def _compared(rung: Rung) -> str:
    said = rung.value or rung.error or "nothing"
    return escape(said if rung.value == rung.expected else f"{said}; the record said {rung.expected or 'nothing'}")


def _items(texts: Iterable[str]) -> str:
    return f"<ul>{''.join(f'<li>{escape(text)}</li>' for text in texts)}</ul>"


def _ladder(history: History) -> str:
    head = ("Asked", "Fresh?", "Surface", "Fact", "Value", "Record said")
    rows = []
    for rung in ladder(history):
        state, said = _state(rung)
        cells = (_time(history, rung), said, _surface(rung), escape(rung.fact), _value(rung))
        rows.append((state, (*cells, escape(rung.expected or "not known"))))
    return html_table(head, rows)


def _experiments(history: History) -> str:
    head = ("Asked", "Made fresh?", "Surface", "Layer cleared", "Before (control)", "After", "Record said")
    return html_table(head, [_experiment(history, *each) for each in experiments(history)])


def _experiment(history: History, tried: Intervention, control: Rung, after: Rung) -> Row:
    healed = control.fresh is False and after.fresh is True
    layer = f"{escape(tried.layer)}<small>{escape(tried.what)}</small>"
    said = "✓ this layer" if healed else "no"
    seen = (_value(control), _value(after), escape(after.expected or "not known"))
    return "fresh" if healed else "", (_time(history, control), said, escape(tried.surface), layer, *seen)


def _time(history: History, rung: Rung) -> str:
    return f'<span title="{iso(history.at(rung.asked))}">+{rung.asked:.2f} s</span>'


def _surface(rung: Rung) -> str:
    path = " › ".join((*rung.path, RECORD))
    through = f" (through {rung.through})" if rung.through else ""
    return f"{escape(rung.surface + through)}<small>{escape(path)}</small>"


def _value(rung: Rung) -> str:
    value = escape(rung.value) if rung.value is not None else "nothing"
    evidence = "; ".join(f"{name}: {told}" for name, told in rung.evidence.items())
    notes = f"<small>{escape(evidence)}</small>" if evidence else ""
    return value + notes + (f'<small class="error">{escape(rung.error)}</small>' if rung.error else "")


def _state(rung: Rung) -> tuple[str, str]:
    """How fresh the reading was: a class of the style sheet, and words."""
    if rung.fresh is None:
        return "unknown", "? not known"
    if rung.fresh:
        return ("fresh", "✓ fresh") if rung.current else ("late", "~ in tolerance")
    return "stale", "✗ stale"
