"""The discrepancies of an audit by class, as many of each as a report has room for; they are read once and not kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from journeys.audit.model import Audit, Discrepancy, Flaw
from journeys.model import Cause
from reports.audit.words import flaws_of, stake_of


@dataclass(slots=True, kw_only=True)
class Group:
    """One class: how many there are of it, what they amount to, and the first of them.

    ``causes`` counts the causes of those that were read.
    """

    flaw: Flaw
    count: int
    at_stake: Mapping[str, int]
    shown: list[Discrepancy] = field(default_factory=list)
    causes: Counter[Cause] = field(default_factory=Counter)

    @property
    def left_out(self) -> int:
        """How many are not shown."""
        return self.count - len(self.shown)

    @property
    def cause(self) -> Cause:
        """The cause that most of them have; of several that have as many, the first by name."""
        found = sorted(self.causes.items(), key=lambda each: (-each[1], each[0].value))
        return found[0][0] if found else Cause.UNKNOWN


def gathered(audit: Audit, most: int) -> tuple[Group, ...]:
    """Every class, with at most so many discrepancies in all; rare classes are never crowded out by frequent ones."""
    groups = {
        flaw: Group(flaw=flaw, count=audit.flaws.get(flaw, 0), at_stake=stake_of(audit, flaw))
        for flaw in flaws_of(audit)
    }
    room = shares({flaw: group.count for flaw, group in groups.items()}, most)
    wanted = sum(room.values())
    for each in audit.discrepancies() if wanted else ():
        group = groups[each.flaw]
        if len(group.shown) < room[each.flaw]:
            group.shown.append(each)
            group.causes[each.cause] += 1
            wanted -= 1
            if not wanted:
                break
    return tuple(groups.values())


def shares(counts: Mapping[Flaw, int], most: int) -> dict[Flaw, int]:
    """How many of each class there is room for: what small ones leave free goes to the others, as evenly as can be."""
    shares: dict[Flaw, int] = {}
    left = most
    for place, (flaw, count) in enumerate(sorted(counts.items(), key=lambda each: each[1])):
        shares[flaw] = min(count, left // (len(counts) - place))
        left -= shares[flaw]
    return shares
