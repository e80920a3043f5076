"""What the configuration lets the tester clear, asked once more at the last moment."""

from __future__ import annotations

from journeys.model import TesterFault
from journeys.run.ports import Clears


def demand(name: str, clears: Clears) -> None:
    """Nothing, where the layer may be cleared; TesterFault where the configuration says ``never``."""
    if clears is Clears.NEVER:
        raise TesterFault(f"the {name} was about to be cleared, and its configuration says never: nothing was sent")
