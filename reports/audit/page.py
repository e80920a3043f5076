"""An audit as a page that stands alone: nothing from the network, and no JavaScript needed to read it."""

from __future__ import annotations

from base64 import b64encode
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from journeys.audit.model import Audit
from reports.audit import words
from reports.audit.gathered import gathered
from reports.audit.waterfall import waterfall
from reports.style import DARK, LIGHT
from reports.words import sentence

MOST: Final = 1000
"""So many discrepancies are on the page; the CSV has all."""
_COLOURS: Final = f"""
:root {{ color-scheme: light dark; {LIGHT} }}
@media (prefers-color-scheme: dark) {{ :root {{ {DARK} }} }}
"""


def audit_page(audit: Audit, csv: str = "") -> str:
    """The page; ``csv`` is the name of the file beside it that holds all discrepancies."""
    groups = gathered(audit, MOST)
    shown = sum(len(group.shown) for group in groups)
    style, script = _COLOURS + _static("audit.css"), _static("audit.js")
    return (
        _environment()
        .get_template("audit.html")
        .render(
            audit=audit,
            groups=groups,
            shown=shown,
            total=words.discrepancies(audit),
            most=max((group.count for group in groups), default=0),
            waterfalls=[waterfall(each) for each in audit.balances],
            causes=sorted({cause.value for group in groups for cause in group.causes}),
            csv=csv,
            style=Markup(style),
            script=Markup(script),
            policy=f"default-src 'none'; style-src 'sha256-{_digest(style)}'; script-src 'sha256-{_digest(script)}'",
        )
    )


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("reports.audit"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    told = (
        words.amount, words.bare, words.counted, words.cutoff, words.day, words.headline, words.number, words.place,
        words.reconciles, words.title,
    )  # fmt: skip
    made.globals |= {each.__name__: each for each in told}
    made.globals |= {"MEANS": words.MEANS, "NEXT": words.NEXT, "PARTS": words.PARTS, "VERDICTS": words.VERDICTS}
    made.filters["slug"] = lambda text: str(text).replace(" ", "-")
    made.filters["drawn"] = Markup
    made.filters["sentence"] = sentence
    made.filters["moment"] = _moment
    return made


def _moment(at: datetime) -> str:
    return f"{words.day(at.astimezone(UTC))}, {at.astimezone(UTC):%H:%M} UTC"


def _static(name: str) -> str:
    return files(__package__).joinpath("static", name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    """As a content security policy names what may be used (CSP Level 3, 6.7.2.4)."""
    return b64encode(sha256(text.encode()).digest()).decode()
