"""How often a probe that fails in 10 % of its runs by chance cries wolf, and how soon an outage is told then.

Run it with ``python tests/bench/alerting_flapping.py [SEEDS]``. A month has 8640 runs, one each five minutes, and an
outage of 48 runs in its middle. For comparison: the rule alone, by its Markov chain, exactly.
"""

from __future__ import annotations

import itertools
import random
import sys
from pathlib import Path
from statistics import median

import numpy

sys.path.insert(0, str(Path(__file__).parents[1] / "unit" / "probes"))

from watching import F, P, Told, outcome, probe, store

from journeys.probes.alerts.incidents import Says
from journeys.probes.probe import AlertRule

RUNS, OUTAGE, LASTS = 30 * 288, 15 * 288, 48
SHARE = 0.1
EARLY = 50


def main() -> int:
    """Print a line for each rule."""
    seeds = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    for rule in (AlertRule(failures=2, of=3), AlertRule(failures=3, of=5)):
        false, early, months, waited, missed = 0, 0, 0, [], 0
        for seed in range(seeds):
            began = _month(rule, seed)
            real = [each for each in began if OUTAGE <= each < OUTAGE + LASTS]
            wrong = [each for each in began if each not in real[:1]]
            false, early, months = false + len(wrong), early + sum(e < EARLY for e in wrong), months + bool(wrong)
            waited += [real[0] - OUTAGE + 1] if real else []
            missed += not real
        alone = RUNS / _runs_between(rule, SHARE)
        print(
            f"{rule.failures} of {rule.of}: {false} false alerts in {seeds} months ({early} of them within the first "
            f"{EARLY} runs), {months} months with one; the rule alone: {alone:.0f} a month. Outages missed: {missed}; "
            f"told after {median(waited):.0f} runs in the median, {max(waited)} at most."
        )
    return 0


def _month(rule: AlertRule, seed: int) -> list[int]:
    """The numbers of the runs after which an alert was told."""
    chance, told, alerts = random.Random(seed), Told(store(probe(rule=rule))), []
    for number in range(RUNS):
        fails = OUTAGE <= number < OUTAGE + LASTS or chance.random() < SHARE
        notices = told.take(outcome(F if fails else P, 300.0 * number), 300.0 * number)
        alerts += [number for each in notices if each.says is Says.ALERT]
    return alerts


def _runs_between(rule: AlertRule, share: float) -> float:
    """How many runs go by until the rule is met, if each fails by chance in this share of cases."""
    calm = [past for past in itertools.product((0, 1), repeat=rule.of) if sum(past) < rule.failures]
    steps = numpy.eye(len(calm))
    for past, (failed, likely) in itertools.product(calm, ((0, 1 - share), (1, share))):
        after = (*past[1:], failed)
        if after in calm:
            steps[calm.index(past), calm.index(after)] -= likely
    waits = numpy.linalg.solve(steps, numpy.ones(len(calm)))
    return float(waits[calm.index((0,) * rule.of)])


if __name__ == "__main__":
    sys.exit(main())
