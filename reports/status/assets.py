"""What the pages need beside themselves: style sheet, script and icon, each under a name that changes with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Final

from reports.path import PATH_STYLE
from reports.style import DARK, LIGHT

_KINDS: Final = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
_COLOURS: Final = f"""
:root {{ color-scheme: light dark; {LIGHT} }}
@media (prefers-color-scheme: dark) {{ :root:not([data-theme=light]) {{ {DARK} }} }}
:root[data-theme=dark] {{ color-scheme: dark; {DARK} }}
:root[data-theme=light] {{ color-scheme: light; }}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """One file; ``kind`` is its media type."""

    content: bytes
    kind: str


@cache
def assets() -> Mapping[str, Asset]:
    """All of them by the name under which they are served, such as ``status.1a2b3c4d.css``."""
    return dict(_named().values())


def served_as(name: str) -> str:
    """The name under which a file is served; KeyError when there is none."""
    return _named()[name][0]


@cache
def _named() -> Mapping[str, tuple[str, Asset]]:
    found = {}
    for name in ("status.css", "status.js", "icon.svg"):
        text = files(__package__).joinpath("static", name).read_text(encoding="utf-8")
        content = (_COLOURS + PATH_STYLE + text if name == "status.css" else text).encode()
        stem, _, kind = name.partition(".")
        mark = sha256(content).hexdigest()[:10]
        found[name] = (f"{stem}.{mark}.{kind}", Asset(content=content, kind=_KINDS[kind]))
    return found
