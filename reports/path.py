"""The path of a fact as a row of boxes, from the screen to the record: what came out of each, and which is to blame."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from typing import Final

from reports.isolation import SCREEN, Box, Mark, State, state_of
from reports.ladder import RECORD, Rung
from reports.timeline import WORDS

_SIGNS: Final[dict[State, str]] = {"fresh": "✓", "late": "~", "old": "✗", "unknown": "?"}
_BADGES: Final = {"named": "holds the old value", "suspect": "suspect", "refilled": "passed it on"}
BYPASSED: Final = "may not be cleared: judged by reading past it"
PATH_STYLE: Final = """
ol.path { list-style: none; display: flex; gap: 22px; margin: 14px 0; padding: 0; align-items: stretch; }
ol.path > li { position: relative; flex: 1 1 0; min-width: 0; background: var(--card); border: 1.5px solid var(--line);
  border-radius: 10px; padding: 10px 12px 12px; display: flex; flex-direction: column; gap: 8px; }
ol.path > li:not(:last-child)::after { content: "‹"; position: absolute; right: -18px; top: 50%; font-size: 22px;
  line-height: 0; color: var(--quiet); }
ol.path h3 { margin: 0; font-size: 14px; line-height: 1.25; overflow-wrap: break-word; }
ol.path li.named { border: 3px solid var(--bad); padding: 8.5px 10.5px; }
ol.path li.suspect { border: 2px dashed var(--so); }
ol.path li.end { background: none; }
.badge { align-self: flex-start; border-radius: 9px; padding: 1px 9px; font-size: 12px; font-weight: 600; }
.named .badge { background: var(--bad); color: var(--page); }
.refilled .badge { border: 1.5px solid var(--line); color: var(--quiet); }
.suspect .badge { border: 1.5px dashed var(--so); color: var(--so); }
.when { display: block; font-size: 11.5px; color: var(--quiet); margin-bottom: 2px; }
.seen { border-radius: 6px; padding: 4px 8px; border-left: 5px solid var(--line); margin-top: 3px; background: #8881; }
.seen b { font-size: 16px; overflow-wrap: anywhere; } .seen span { font-size: 12.5px; white-space: nowrap; }
.seen.fresh { border-color: var(--good); background: var(--good-tint); } .seen.fresh span { color: var(--good); }
.seen.old { border-color: var(--bad); background: var(--bad-tint); } .seen.old span { color: var(--bad); }
.seen.late { border-color: var(--so); } .seen.late span { color: var(--so); }
.seen.none { color: var(--quiet); }
@media (max-width: 860px) {
  ol.path { flex-direction: column; gap: 18px; }
  ol.path > li { display: grid; grid-template-columns: 1fr 1fr; gap: 6px 10px; }
  ol.path > li > h3, ol.path > li > .badge, ol.path > li > small { grid-column: 1 / -1; justify-self: start; }
  ol.path > li:not(:last-child)::after { content: "⌃"; right: auto; left: 50%; top: auto; bottom: -17px; line-height: 1;
    font-size: 14px; transform: translateX(-50%); }
}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One value that came out of a box; ``through`` names the instance of the layer that it was read through."""

    value: str
    state: State
    through: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """One box; ``seen`` are the values that came out of it, under the word that says when."""

    title: str
    mark: Mark = ""
    note: str = ""
    seen: tuple[tuple[str, tuple[Shown, ...]], ...] = ()


def drawn(stops: Iterable[Stop]) -> str:
    """The boxes as HTML, for a page that has ``PATH_STYLE``."""
    return f'<ol class="path">{"".join(map(_box, stops))}</ol>'


def stop_of(box: Box) -> Stop:
    """What an isolation found out about one stop on the way."""
    return Stop(
        title=box.title,
        mark=box.mark,
        note=BYPASSED if box.bypassed else "",
        seen=(("before", tuple(map(_shown, box.before))), ("after", tuple(map(_shown, box.after)))),
    )


def _box(stop: Stop) -> str:
    end = " end" if stop.title in (SCREEN, RECORD) else ""
    badge = f'<span class="badge">{_BADGES[stop.mark]}</span>' if stop.mark else ""
    note = f"<small>{escape(stop.note)}</small>" if stop.note else ""
    seen = "".join(_seen(when, values) for when, values in stop.seen)
    return f'<li class="{stop.mark}{end}"><h3>{escape(stop.title)}</h3>{badge}{note}{seen}</li>'


def _seen(when: str, values: Iterable[Shown]) -> str:
    told = "".join(map(_value, values)) or '<div class="seen none"><span>– not read</span></div>'
    return f'<div><span class="when">{escape(when)}</span>{told}</div>'


def _value(shown: Shown) -> str:
    through = f"<small>{escape(shown.through)}</small>" if shown.through else ""
    word = "old, in tolerance" if shown.state == "late" else WORDS[shown.state]
    words = f"{through}<b>{escape(shown.value)}</b> <span>{_SIGNS[shown.state]} {word}</span>"
    return f'<div class="seen {shown.state}">{words}</div>'


def _shown(rung: Rung) -> Shown:
    value = rung.value if rung.value is not None else "nothing"
    return Shown(value=value, state=state_of(rung), through=rung.through)
