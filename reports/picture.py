"""The picture of an isolation: a page that shows the path, what was tried, when, and how to repeat it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from html import escape
from math import inf
from pathlib import Path
from shlex import quote
from typing import Final

from journeys.checks import agrees
from journeys.model import Bypass, Heading, History, Intervention, Reading, Result, Step, text_of
from reports.isolation import Isolated, isolated, state_of
from reports.ladder import rung_of
from reports.path import PATH_STYLE, drawn, stop_of
from reports.style import page
from reports.timeline import STYLE, timeline, way
from reports.why import write_why
from reports.words import listed, percent, sentence, what_ran

_STYLE: Final = (
    STYLE
    + PATH_STYLE
    + """
main { max-width: 1240px; margin: 0 auto; padding: 4px 8px 32px; }
.lead { font-size: 16px; margin: 2px 0 10px; }
ol.tried { padding-left: 22px; margin: 6px 0; } ol.tried > li { margin: 8px 0; max-width: 85ch; }
ol.tried > li::marker { font-weight: 600; }
.o, .f { white-space: nowrap; } .o { color: var(--bad); font-weight: 600; } .f { color: var(--good); font-weight: 600; }
pre { background: var(--card); padding: 10px 12px; border-radius: 8px; white-space: pre-wrap; overflow-wrap: anywhere;
  font: 13px/1.6 ui-monospace, monospace; margin: 6px 0; }
section { margin-top: 26px; } summary { cursor: pointer; color: var(--quiet); }
.headers { display: flex; flex-wrap: wrap; gap: 0 14px; font-size: 12.5px; }
.headers span { overflow-wrap: anywhere; } .headers i { color: var(--quiet); font-style: normal; }
@media (max-width: 620px) { .headers { flex-direction: column; }
  .headers span { padding-left: 1em; text-indent: -1em; } }
"""
)


def pictures(result: Result) -> Mapping[str, str]:
    """The picture of every isolation of a run, as a page that needs nothing else, by the name of its file."""
    pages: dict[str, str] = {}
    for each in isolated(result):
        stem = "isolation-" + (re.sub(r"[^a-z0-9]+", "-", each.surface.lower()).strip("-") or "surface")
        names = (f"{stem}{'' if again == 1 else f'-{again}'}.html" for again in range(1, len(pages) + 2))
        pages[next(name for name in names if name not in pages)] = picture(each)
    return pages


def write_pictures(result: Result, folder: Path) -> tuple[Path, ...]:
    """Write the pictures of a run into its folder; OSError when the disk refuses them."""
    written = []
    for name, text in pictures(result).items():
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
        written.append(folder / name)
    return tuple(written)


class Pictures:
    """A watcher that leaves why a run is not well, and its pictures, beside its history, where the run keeps one."""

    def began(self, heading: Heading) -> None:
        """A run begins."""

    def step_began(self, name: str) -> None:
        """A step begins."""

    def step_ended(self, step: Step) -> None:
        """A step has ended."""

    def ended(self, result: Result, artifacts: Mapping[str, Path]) -> None:
        """The run is judged: write why, and what was isolated; a disk that is full must not lose what was found."""
        kept = artifacts.get("history.ndjson")
        if kept is not None:
            with suppress(OSError):
                write_why(result, kept.parent)
                write_pictures(result, kept.parent)


def picture(of: Isolated) -> str:
    """The page of one isolation."""
    sections = [
        ("The path, from the screen to the record", _path(of)),
        ("What was tried", _tried(of)),
        ("When", timeline(of)),
        ("How to repeat it", _again(of)),
        ("Evidence that came with the readings", _evidence(of)),
    ]
    body = "".join(f"<section><h2>{title}</h2>{told}</section>" for title, told in sections if told)
    where = escape(f"{what_ran(of.history.heading)} · store {of.history.heading.store} · {of.fact.key}")
    head = f'<p class="quiet">{where}</p><h1>{escape(_headline(of))}</h1>{_lead(of)}'
    return page(f"Isolation of {of.surface}", f"<main>{head}{body}</main>", _STYLE)


def _headline(of: Isolated) -> str:
    found = of.diagnosis
    if found is not None and found.layers:
        holds = "holds" if len(found.layers) == 1 else "hold"
        return f"{of.surface}: {listed([f'the {layer}' for layer in found.layers])} {holds} the old value"
    if found is not None and found.suspects:
        return f"{of.surface}: no layer could be proved"
    return f"{of.surface}: which layer holds the old value is not known"


def _lead(of: Isolated) -> str:
    told = [f'<p class="lead">{escape(sentence(of.finding.explanation))}</p>'] if of.finding else []
    found = of.diagnosis
    if found is not None:
        sure = f", {percent(found.confidence)} sure" if found.layers else ""
        suspects = f" Suspects: {', '.join(found.suspects)}." if found.suspects else ""
        next_step = f" <b>Next:</b> {escape(sentence(found.next_step))}" if found.next_step else ""
        told.append(f"<p><b>Cause:</b> {escape(found.cause.value)}{sure}.{escape(suspects)}{next_step}</p>")
    return "".join(told)


def _path(of: Isolated) -> str:
    return (
        '<p class="quiet">Each box shows what came out of it: read past all that stands outside of it. First untouched,'
        f" then after what was tried.</p>{drawn(map(stop_of, of.boxes))}"
    )


def _tried(of: Isolated) -> str:
    if not of.trials:
        return "<p>Nothing was cleared: the readings alone were compared.</p>"
    steps = [_cleared(of, each) if isinstance(each, Intervention) else _passed(of.history, each) for each in of.trials]
    return f'<ol class="tried">{"".join(f"<li>{step}</li>" for step in steps)}</ol>'


def _cleared(of: Isolated, tried: Intervention) -> str:
    history = of.history
    where = f"{tried.layer} ({tried.instance})" if tried.instance else tried.layer
    told = (
        f"<b>{escape(where)}</b>: {_word(history, tried.control)} in the control just before,"
        f" {_word(history, tried.after)} after clearing <code>{escape(tried.what)}</code>. "
    )
    if tried.vantage is not None:
        left = f" through {escape(tried.vantage.through)}" if tried.vantage.through else ""
        told += f"A second look{left}, left alone, showed {_word(history, tried.vantage)}. "
    only = of.diagnosis is not None and tried.layer in of.diagnosis.refilled
    filled = " It had filled itself after the write from what lies inside of it: it only passed the old value on."
    return told + _lifetime(history, tried) + (filled if only else "")


def _lifetime(history: History, tried: Intervention) -> str:
    """Whether the copy could have gone by itself while the experiment lasted."""
    took = tried.after.received - tried.control.asked
    age = f"The copy had lain there for at least {tried.age_s:.1f} s. " if tried.age_s is not None else ""
    if tried.left_s == inf:
        return f"{age}It would have stayed until something replaced it: it did not go by itself."
    if tried.left_s is None:
        return f"{age}How long it would have lived is not known."
    alone = (
        "it did not expire by itself" if tried.left_s > took else "it may have expired by itself, which proves nothing"
    )
    return f"{age}It would have lived for {tried.left_s:.1f} s more and the experiment took {took:.1f} s: {alone}."


def _passed(history: History, tried: Bypass) -> str:
    where = f"{tried.layer} ({tried.instance})" if tried.instance else tried.layer
    return (
        f"<b>{escape(where)}</b> may not be cleared: {_word(history, tried.before)} through it,"
        f" {_word(history, tried.past)} past it, {_word(history, tried.again)} through it again."
    )


def _word(history: History, reading: Reading) -> str:
    fresh = agrees(history, reading)
    value = escape(text_of(reading.value))
    if fresh is None:
        return f"{value} (not known whether old)"
    return f'<span class="{"f" if fresh else "o"}">{value} ({"fresh" if fresh else "old"})</span>'


def _evidence(of: Isolated) -> str:
    zero = of.write.began if of.write else 0.0
    rows = [_told(of.history, each, zero) for each in (*of.readings[-1:], *of.probes) if each.evidence]
    titles = ("Asked", "Read", "Value", "Evidence")
    head = "".join(f"<th>{title}</th>" for title in titles)
    body = ""
    for state, cells in dict.fromkeys(rows):
        told = (f'<td data-title="{title}">{cell}</td>' for title, cell in zip(titles, cells, strict=True))
        body += f'<tr class="{state}">{"".join(told)}</tr>'
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    said = f"{len(dict.fromkeys(rows))} readings, with what came along: shown, never believed"
    return f"<details><summary>{said}</summary>{table}</details>" if rows else ""


def _told(history: History, reading: Reading, zero: float) -> tuple[str, tuple[str, ...]]:
    headers = " ".join(
        f"<span><i>{escape(name)}:</i> {escape(value)}</span>" for name, value in reading.evidence.items()
    )
    state = "stale" if state_of(rung_of(history, reading)) == "old" else ""
    how = escape(way(reading.past, reading.through, reading.by))
    return state, (
        f"+{reading.asked - zero:.2f} s",
        how,
        _word(history, reading),
        f'<div class="headers">{headers}</div>',
    )


def _again(of: Isolated) -> str:
    heading = of.history.heading
    commands = [_run(heading)] if of.write else []
    about = f" --subject {quote(of.fact.of)}" if of.fact.of else ""
    commands.append(f"journeys isolate {quote(of.surface)} --store {quote(heading.store)}{about}")
    return f"<pre>{escape(chr(10).join(commands))}</pre>"


def _run(heading: Heading) -> str:
    where = f"--store {quote(heading.store)} --caches {heading.caches} --seed {heading.seed}"
    return f"journeys run {quote(heading.journey)} {where}"
