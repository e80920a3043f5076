"""Why a run is not well, as a page: ranked causes with how sure they are, and tables of all that was seen around."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from pathlib import Path
from typing import Final

from journeys.model import Result, Verdict
from reports.against import Against, against
from reports.happened import happened, origin
from reports.style import page
from reports.tables import Table, tables
from reports.words import SYMBOLS, Account, accounts, how_sure, listed, percent, sentence, what_ran

PAGE: Final = "why.html"
_MOST: Final = 4
_OPEN: Final = 12
_STYLE: Final = """
main { max-width: 1080px; margin: 0 auto; padding: 4px 8px 40px; }
h1 { font-size: 22px; }
h1 .FAIL { color: var(--bad); } h1 .UNKNOWN { color: var(--so); } h1 .PASS { color: var(--good); }
.lead { font-size: 16px; margin: 2px 0 10px; overflow-wrap: anywhere; }
section { margin-top: 28px; } section > h2 { font-size: 17px; }
.causes { display: grid; gap: 14px; }
.cause { background: var(--card); border: 1.5px solid var(--line); border-left: 6px solid var(--bad);
  border-radius: 10px; padding: 14px 18px 16px; min-width: 0; }
.cause.unknown { border-left-color: var(--so); }
.cause header { display: flex; flex-wrap: wrap; gap: 4px 18px; align-items: center; }
.cause h3 { margin: 0; font-size: 18px; } .cause h3 small { display: inline; font-size: 14px; font-weight: 400; }
.cause h3 small { overflow-wrap: anywhere; }
.sure { display: flex; align-items: center; gap: 10px; margin-left: auto; font-size: 13px; color: var(--quiet); }
.bar { width: 132px; height: 9px; border-radius: 5px; background: var(--line); overflow: hidden; flex: none; }
.bar i { display: block; height: 100%; border-radius: 5px; background: var(--mark); }
.cause h4 { margin: 12px 0 2px; font-size: 12px; letter-spacing: .04em; text-transform: uppercase;
  color: var(--quiet); }
.cause ul, .plain { margin: 0; padding-left: 18px; } .cause li, .plain li { margin: 3px 0; overflow-wrap: anywhere; }
.cause ul.found { list-style: none; padding-left: 0; } .found b { color: var(--bad); }
.cause p { max-width: none; margin: 2px 0; overflow-wrap: anywhere; }
.cause p.next { margin: 14px 0 0; padding: 9px 12px; border-radius: 8px; background: var(--good-tint);
  border: 1.5px solid var(--line); max-width: none; overflow-wrap: anywhere; } .next b { color: var(--good); }
.others { display: grid; grid-template-columns: repeat(auto-fill, minmax(300px, 1fr)); gap: 12px; }
.other { border: 1.5px solid var(--line); border-radius: 10px; padding: 10px 14px; min-width: 0; }
.other h3 { margin: 0 0 4px; font-size: 14px; } .other.seen h3::before { content: "✓ "; color: var(--good); }
.other.unseen { border-style: dashed; color: var(--quiet); } .other.unseen h3::before { content: "– "; }
.other ul { margin: 0; padding-left: 18px; font-size: 13px; } .other li { overflow-wrap: anywhere; }
td { overflow-wrap: anywhere; } td:first-child { white-space: normal; min-width: 9em; }
summary { cursor: pointer; font-weight: 600; padding: 6px 0; } details { border-top: 1px solid var(--line); }
@media (max-width: 620px) {
  .sure { margin-left: 0; width: 100%; } .bar { flex: 1; width: auto; max-width: 220px; }
  .cause { padding: 12px 12px 14px; } .others { grid-template-columns: 1fr; } td:first-child { font-weight: 600; } }
"""


def why_page(result: Result) -> str:
    """The page of one run; it needs nothing else and no network."""
    told = accounts(result)
    known = [account for account in told if account.diagnosis is not None]
    unknown = [account for account in told if account.diagnosis is None]
    sections = [
        ("Why", _causes(known)),
        ("What could not be told", _unknown(unknown)),
        ("What speaks against other causes", _others(against(result))),
        ("What the journey did", _did(result)),
        ("What was seen around", "".join(_folded(table) for table in tables(result.history))),
        ("Left behind", _list(sentence(each.what) for each in result.history.residue if not each.benign)),
    ]
    body = "".join(f"<section><h2>{title}</h2>{each}</section>" for title, each in sections if each)
    return page(f"Why: {what_ran(result.history.heading)}", f"<main>{_head(result)}{body}</main>", _STYLE)


def write_why(result: Result, folder: Path) -> Path | None:
    """Write the page into the folder of a run; None for a run that passed, OSError when the disk refuses it."""
    if result.verdict is Verdict.PASS:
        return None
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / PAGE
    path.write_text(why_page(result), encoding="utf-8")
    return path


def causes_in_short(result: Result) -> str:
    """The causes with how sure they are and what to do next, as HTML without any style."""
    told = []
    for account in accounts(result):
        found = account.diagnosis
        if found is not None:
            about = f", {escape(found.surface)}" if found.surface else ""
            sure = f" ({percent(found.confidence)} sure)" if found.confidence else ""
            next_step = f"<br>Next: {escape(sentence(found.next_step))}" if found.next_step else ""
            told.append(f"<li><b>{escape(found.cause.value)}</b>{sure}{about}{next_step}</li>")
    return f"<p><b>Why</b></p><ol>{''.join(told)}</ol>" if told else ""


def _head(result: Result) -> str:
    heading, of = result.history.heading, result.verdict
    where = f'<p class="quiet">{escape(origin(heading))}</p>'
    title = f'<h1><span class="{of.upper()}">{SYMBOLS[of]} {of.upper()}</span> {escape(what_ran(heading))}</h1>'
    return f'{where}{title}<p class="lead">{escape(_lead(result))}</p>'


def _lead(result: Result) -> str:
    """The whole page in one sentence."""
    if result.verdict is Verdict.PASS:
        return "All is well: there is nothing to explain."
    if not result.diagnoses:
        return "Nothing is known to be wrong with the store, and not all could be told."
    causes = list(dict.fromkeys(each.cause.value for each in result.diagnoses))
    first = result.diagnoses[0]
    sure = f"{how_sure(first.confidence)}, {percent(first.confidence)}" if first.confidence else "which is not known"
    more = f"; also {listed(causes[1:])}" if len(causes) > 1 else ""
    return f"The cause is {causes[0]} ({sure}){more}." if first.confidence else f"The cause is not known{more}."


def _causes(known: Iterable[Account]) -> str:
    told = "".join(map(_cause, known))
    return f'<div class="causes">{told}</div>' if told else ""


def _cause(account: Account) -> str:
    found = account.diagnosis
    assert found is not None
    about = f" <small>{escape(found.surface)}</small>" if found.surface else ""
    parts = [f"<header><h3>{escape(found.cause.value)}{about}</h3>{_sure(found.confidence)}</header>"]
    lines = "".join(f"<li>{_bold(line)}</li>" for line in account.headlines)
    parts.append(f'<h4>Found</h4><ul class="found">{lines}</ul>' if lines else "")
    parts.append(f"<h4>Layers</h4><p>{escape(account.layer)}</p>" if account.layer else "")
    parts.append(f"<h4>Evidence</h4>{_list(map(sentence, account.evidence))}" if account.evidence else "")
    parts.append(f'<p class="next"><b>Next:</b> {escape(sentence(found.next_step))}</p>' if found.next_step else "")
    return f'<article class="cause {"" if found.confidence else "unknown"}">{"".join(parts)}</article>'


def _sure(confidence: float) -> str:
    """How sure it is: a bar, the words and the share."""
    if not confidence:
        return '<div class="sure">not known</div>'
    bar = f'<div class="bar" aria-hidden="true"><i style="width:{confidence * 100:.0f}%"></i></div>'
    return f'<div class="sure">{bar}<span>{escape(how_sure(confidence))}, {percent(confidence)}</span></div>'


def _bold(headline: str) -> str:
    verdict, space, rest = headline.partition(" ")
    return f"<b>{escape(verdict)}</b>{space}{escape(rest)}"


def _unknown(unknown: Iterable[Account]) -> str:
    return _list(line.partition(" ")[2] for account in unknown for line in account.headlines)


def _others(told: Iterable[Against]) -> str:
    cards = "".join(map(_other, told))
    return f'<div class="others">{cards}</div>' if cards else ""


def _other(each: Against) -> str:
    shown = [sentence(why) for why in each.why[:_MOST]]
    if len(each.why) > _MOST:
        shown.append(f"And {len(each.why) - _MOST} more like it.")
    state = "seen" if each.seen else "unseen"
    return f'<div class="other {state}"><h3>{escape(each.cause.value)}</h3>{_list(shown)}</div>'


def _did(result: Result) -> str:
    table = happened(result.history)
    return table.as_html() if table.rows else ""


def _folded(table: Table) -> str:
    """A table that can be opened; it is open when something in it is not well, and it is not long."""
    bad = sum(state in ("stale", "unknown") for state, _ in table.rows)
    state = " open" if bad and len(table.rows) <= _OPEN else ""
    count = f"{len(table.rows)} row{'s' * (len(table.rows) != 1)}{f', {bad} not well' if bad else ''}"
    note = f'<p class="quiet">{escape(sentence(table.note))}</p>' if table.note else ""
    summary = f'<summary>{escape(table.title)} <span class="quiet">({count})</span></summary>'
    return f"<details{state}>{summary}{table.as_html()}{note}</details>"


def _list(lines: Iterable[str]) -> str:
    told = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return f'<ul class="plain">{told}</ul>' if told else ""
