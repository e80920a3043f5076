"""What the surfaces of a run were seen to show."""

from __future__ import annotations

from journeys.model import History, Shows, text_of


def presence(history: History) -> dict[str, tuple[str, str]]:
    """For each surface that shows only whether there is any: what it showed first, and what last."""
    names = [s.name for s in history.heading.surfaces if s.fact == "availability" and s.shows is Shows.PRESENCE]
    shown = {name: [text_of(r.value) for r in history.readings if r.surface == name] for name in names}
    return {name: (values[0], values[-1]) for name, values in shown.items()}
