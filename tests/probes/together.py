"""Processes that use one database at the same time, and one that is killed while it does."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from journeys.probes.history import History
from journeys.probes.outcome import Outcome

_OPEN = """
import sys
from journeys.probes.database import open_database
sys.stdin.readline()
open_database(sys.argv[1])
print("open")
"""
_RECORD = """
import sys
sys.path.insert(0, sys.argv[2])
from itertools import count
from outcomes import NOON, full
from journeys.probes.history import History
history = History.at(sys.argv[1])
for number in count():
    history.record(full(NOON, key=str(number)))
    print(number, flush=True)
"""


def opened_at_once(database: str, many: int) -> list[str]:
    """What processes say that all begin to open the database at the same moment."""
    started = [_start(_OPEN, database) for _ in range(many)]
    for each in started:
        assert each.stdin is not None
        each.stdin.write("go\n")
        each.stdin.flush()
    return [each.communicate()[0] for each in started]


def killed_while_it_recorded(database: str, *, after: int) -> tuple[set[str], dict[str, Outcome]]:
    """Which outcomes a process had recorded when it was killed, and all that are kept."""
    outcomes = Path(__file__).parents[1] / "unit" / "probes"
    process = _start(_RECORD, database, str(outcomes))
    assert process.stdout is not None
    said = [process.stdout.readline() for _ in range(after)]
    process.kill()
    said += process.communicate()[0].splitlines()
    history = History.at(database)
    found = {each.key: history.outcome(each.key) for each in history.outcomes(limit=10_000)}
    (hour,) = history.hours(probe="checkout", since=0)
    assert sum(hour.states.values()) == len(found)
    history.close()
    return {line.strip() for line in said}, {key: each for key, each in found.items() if each is not None}


def _start(program: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", program, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
