"""How all pages look: one style sheet, light and dark, wide and narrow, without anything from the network."""

from __future__ import annotations

from html import escape
from typing import Final

LIGHT: Final = """--page: #fff; --ink: #1d2330; --line: #8883; --quiet: #667085; --card: #f6f7f9;
  --good: #1c8248; --so: #8a6100; --bad: #c2313f; --good-tint: #1c824814; --bad-tint: #c2313f14; --mark: #4453c8;"""
"""The colours of all pages on a light ground; words on it have a contrast of at least 4.5 to 1."""
DARK: Final = """--page: #16181d; --ink: #e4e6eb; --quiet: #99a1b3; --card: #1f232b; --good: #4cc481; --so: #d9a93d;
  --bad: #ff7a85; --good-tint: #4cc48118; --bad-tint: #ff7a851a; --mark: #9aa5ff;"""
"""The same on a dark ground."""
_COLOURS: Final = f"""
:root {{ color-scheme: light dark; {LIGHT} }}
@media (prefers-color-scheme: dark) {{ :root {{ {DARK} }} }}
"""
_STYLE: Final = (
    _COLOURS
    + """* { box-sizing: border-box; }
body { font: 14px/1.45 system-ui, sans-serif; margin: 0; padding: 12px; background: var(--page); color: var(--ink); }
h1 { font-size: 20px; margin: 4px 0 8px; line-height: 1.25; }
h2 { font-size: 15px; margin: 24px 0 6px; } h2:first-child { margin-top: 0; }
p { margin: 6px 0; max-width: 75ch; } code { font: 13px ui-monospace, monospace; overflow-wrap: anywhere; }
.quiet { color: var(--quiet); }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th { text-align: left; font-weight: 600; color: var(--quiet); border-bottom: 2px solid var(--line); }
th, td { padding: 6px 14px 6px 6px; vertical-align: top; overflow-wrap: break-word; }
td { border-bottom: 1px solid var(--line); } td:first-child, .state, .brief { white-space: nowrap; }
small { display: block; color: var(--quiet); } small.error { color: var(--bad); }
.fresh .state { color: var(--good); } .unknown .state, .late .state { color: var(--so); }
.stale .state { color: var(--bad); font-weight: 600; } tr.stale { background: var(--bad-tint); }
figure.plot { margin: 12px 0; max-width: 760px; background: #fff; border-radius: 8px; padding: 8px; overflow-x: auto; }
figure.plot svg { display: block; width: 100%; height: auto; min-width: 540px; }
@media (max-width: 620px) {
  thead { display: none; } table, tbody, tr, td { display: block; }
  tr { padding: 8px 6px; border-bottom: 1px solid var(--line); }
  tr td { border: 0; padding: 1px 0 1px 8em; min-width: 0; } td:first-child { white-space: normal; }
  td:empty { display: none; }
  td::before { content: attr(data-title); color: var(--quiet); float: left; margin-left: -8em; }
}
"""
)


def page(title: str, body: str, style: str = "") -> str:
    """A page that stands alone; ``body`` and ``style`` are HTML and CSS, ``title`` is text."""
    head = '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
    return (
        f'<!doctype html><html lang="en"><head>{head}<title>{escape(title)}</title>'
        f"<style>{_STYLE}{style}</style></head><body>{body}</body></html>"
    )
