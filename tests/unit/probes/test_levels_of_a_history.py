"""Service levels measured on a real history."""

from __future__ import annotations

from dataclasses import replace

from outcomes import NOON, arrival, plain

from journeys.model import Verdict
from journeys.probes.history import History
from journeys.probes.levels import Urgency
from journeys.probes.measuring import levels_of
from journeys.probes.outcome import State
from journeys.probes.probe import Objective, Probe

SUCCESS = Objective(name="customers can buy", share=0.9)
VISIBLE = Objective(name="stock is shown", share=0.9, surface="product page", within_s=5.0)
PROBE = Probe(name="checkout", store="shop", journey="guest checkout", every_s=300.0, objectives=(SUCCESS, VISIBLE))


def test_levels_are_measured_on_what_a_history_has_counted(history: History) -> None:
    """Thirty hours of runs; the last hour's failed, and their changes were late, or never seen."""
    for back in range(360):
        due = NOON - 300.0 * back
        failed = back < 12
        late = replace(arrival(30.0 if back % 2 else None, due), low_s=20.0)
        state = State.FAILED if failed else State.BROKEN if back % 60 == 20 else State.PASSED
        history.record(plain(due, state=state, arrivals=(late if failed else arrival(2.0, due),)))
    success, visible = levels_of(history, PROBE, NOON + 1)
    assert (success.good, success.bad, success.verdict) == (342, 12, Verdict.PASS)
    assert (visible.good, visible.bad, visible.unsure) == (348, 12, 0)
    # Of a budget of 10 % nothing burns more than ten times as fast; and six times is not kept up for six hours.
    assert (success.urgency, visible.urgency) == (None, None)
    strict = replace(PROBE, objectives=(replace(SUCCESS, share=0.95), replace(VISIBLE, share=0.95)))
    assert [each.urgency for each in levels_of(history, strict, NOON + 1)] == [Urgency.PAGE, Urgency.PAGE]
