"""What is told of incidents: once when they begin, again after a while, once when they end; and what nobody is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from watching import EVERY_S, B, F, P, Told, U, of_one, outcome, probe, said, store

from journeys.probes.alerts.conditions import Usual
from journeys.probes.alerts.incidents import Ending, Kind
from journeys.probes.alerts.standing import Standing
from journeys.probes.alerts.telling import retire
from journeys.probes.probe import AlertRule, Window

HOUR_S = 3600.0
ALERT, RESOLVED = "alert probe checkout", "resolved probe checkout"


def window(since: float, until: float) -> Window:
    """From one run to another, by their numbers."""
    moments = [datetime.fromtimestamp(number * EVERY_S, UTC) for number in (since, until)]
    return Window(since=moments[0], until=moments[1])


def test_an_incident_says_since_when_how_often_why_and_what_to_do() -> None:
    told = Told(store(probe()))
    told.runs([P, F, P, F])
    incident = told.notices[0].incident

    assert (incident.began, incident.opened, incident.failed, incident.runs) == (60.0, 185.0, 2, 3)
    assert (incident.journeys, incident.locations) == (("checkout journey",), ("here",))
    reason = incident.reason
    assert (reason.cause, reason.layers, reason.surface) == ("cache", ("application cache",), "product page")
    assert (reason.evidence, reason.run) == (("20 before clearing, 19 after it",), "run-180")


def test_the_notice_at_the_end_knows_the_whole_incident() -> None:
    told = Told(store(probe()))
    told.runs([F, F, F, P, P])
    last = told.notices[-1].incident

    assert (last.failed, last.runs, last.ended, last.ending) == (3, 5, 245.0, Ending.RESOLVED)


def test_it_is_repeated_while_it_stands_and_not_afterwards() -> None:
    told = Told(store(probe(rule=AlertRule(repeat_s=HOUR_S))))
    told.runs([F, F])
    for minute in range(3, 150):
        told.take(None, minute * 60.0)

    assert [each.says for each in told.notices] == ["alert", "repeated", "repeated"]
    told.runs([P, P], since=9000.0)
    told.take(None, 90_000.0)
    assert [each.says for each in told.notices] == ["alert", "repeated", "repeated", "resolved"]


def test_without_an_interval_it_is_never_repeated() -> None:
    assert of_one(*[F] * 1000, rule=AlertRule(repeat_s=0)) == [ALERT]


def test_a_change_of_cause_is_told_at_most_once_in_the_interval_and_again_with_the_next_repetition() -> None:
    told = Told(store(probe(rule=AlertRule(repeat_s=HOUR_S))))
    told.runs([F, F])
    for minute, cause in enumerate(("database", "network", "cache", "network"), 2):
        told.take(outcome(F, minute * 60.0, cause=cause), minute * 60.0)
    told.take(None, HOUR_S * 2)

    assert [(each.says, each.incident.reason.cause, each.before) for each in told.notices] == [
        ("alert", "cache", ""),
        ("changed", "database", "cache"),
        ("changed", "network", "database"),
    ]
    assert len({each.incident.id for each in told.notices}) == 1


def test_the_end_is_told_with_the_cause_that_the_receivers_know() -> None:
    told = Told(store(probe(rule=AlertRule(repeat_s=HOUR_S))))
    told.runs([F, F])
    for minute, (state, cause) in enumerate(((F, "database"), (F, "network"), (P, ""), (P, "")), 2):
        told.take(outcome(state, minute * 60.0, cause=cause), minute * 60.0)

    assert [each.incident.told_cause for each in told.notices] == ["cache", "database", "database"]
    assert told.notices[-1].incident.reason.cause == "network"


def test_an_incident_that_is_put_into_shadow_mode_is_not_told_to_have_ended() -> None:
    told = Told(store(probe()))
    told.runs([F, F])
    told.standing = store(probe(rule=AlertRule(shadow=True))).replacing(*told.standing.incidents)

    assert told.runs([P, P, P], since=600) == []
    assert told.standing.incidents == ()


def test_a_failure_that_nobody_can_explain_does_not_hide_the_cause_that_is_known() -> None:
    told = Told(store(probe()))
    told.runs([F, F])
    told.take(outcome(F, 600, cause=""), 600)

    assert told.standing.incidents[0].reason.cause == "cache"
    assert len(told.notices) == 1


def test_a_cause_that_becomes_known_is_a_change() -> None:
    told = Told(store(probe()))
    told.take(outcome(F, 0, cause=""), 0)
    told.take(outcome(F, 60, cause=""), 60)
    told.take(outcome(F, 120, cause="database"), 120)

    assert [(each.says, each.incident.reason.cause) for each in told.notices] == [
        ("alert", "unknown"),
        ("changed", "database"),
    ]


def test_shadow_mode_records_without_telling() -> None:
    told = Told(store(probe(rule=AlertRule(shadow=True))))
    told.runs([F, F, F, P, P])

    assert told.notices == []
    assert [(each.silence, each.failed, each.ending) for each in told.incidents.values()] == [
        ("shadow", 3, Ending.RESOLVED)
    ]


def test_maintenance_is_recorded_without_telling() -> None:
    told = Told(store(probe(maintenance=(window(2, 6),))))
    told.runs([P, P, F, F, F, P, P])

    assert told.notices == []
    assert [(each.silence, each.failed) for each in told.incidents.values()] == [("maintenance", 3)]


def test_what_failed_under_maintenance_is_no_reason_to_tell_anybody_after_it() -> None:
    assert of_one(F, F, F, F, F, P, P, maintenance=(window(0, 4),)) == []


def test_what_still_fails_after_maintenance_is_told_when_it_meets_the_rule_again() -> None:
    told = Told(store(probe(maintenance=(window(0, 4),))))

    assert told.runs([F, F, F, F, F, F]) == [ALERT]
    assert (told.notices[0].at, told.notices[0].incident.began) == (305.0, 0.0)


def test_an_incident_that_ends_under_maintenance_is_called_resolved_when_that_is_over() -> None:
    told = Told(store(probe(maintenance=(window(3, 7),))))
    told.runs([F, F, F, P, P, P])
    told.take(None, 419)
    assert said(told.notices) == [ALERT]

    told.take(None, 420)
    told.take(None, 421)
    assert said(told.notices) == [ALERT, RESOLVED]
    assert told.notices[-1].incident.ended == 245.0


def test_nothing_is_repeated_under_maintenance() -> None:
    rule = AlertRule(repeat_s=120)

    assert of_one(*[F] * 8, rule=rule, maintenance=(window(2, 7),)) == [ALERT, "repeated probe checkout"]


def both(told: Told, *pairs: str) -> list[str]:
    """Runs of the probes a and b, a minute apart: ``"FP"`` for one that failed and one that passed; ``-``: not gone."""
    states = {"P": P, "F": F, "U": U, "B": B}
    before = len(told.notices)
    due = max((each.newest for each in told.standing.watched), default=0.0)
    due = max(due, 0.0)
    for pair in pairs:
        for name, state in zip("abcd", pair, strict=False):
            due += EVERY_S
            if state != "-":
                told.take(outcome(states[state], due, name), due + 5)
    return said(told.notices[before:])


def of_several(names: str = "ab", **shadow: bool) -> Told:
    return Told(store(*(probe(each, rule=AlertRule(shadow=shadow.get(each, False))) for each in names)))


def test_when_all_probes_of_a_store_fail_together_one_alert_tells_of_the_store() -> None:
    told = of_several()

    assert both(told, "PP", "FF", "FF", "FF") == ["alert store shop"]
    assert (told.notices[0].incident.watched, told.notices[0].incident.failing) == (2, ("a", "b"))


def test_a_store_is_well_again_when_each_of_its_probes_has_recovered() -> None:
    told = of_several()

    assert both(told, "FF", "FF", "PF", "PF", "PP", "PF", "PP") == ["alert store shop"]
    assert both(told, "PP") == ["resolved store shop"]


def test_an_incident_of_a_probe_becomes_part_of_the_stores_and_is_closed_once() -> None:
    told = of_several()

    assert both(told, "FP", "FP", "FF", "FF") == ["alert probe a", "alert store shop", "taken in probe a"]
    taken = told.notices[-1].incident
    assert (taken.ending, taken.taken_by) == (Ending.TAKEN_IN, told.notices[1].incident.id)
    assert told.notices[1].incident.took_in == (taken.id,)
    assert both(told, "PP", "PP") == ["resolved store shop"]


def test_one_failure_beside_an_incident_that_stands_is_not_yet_the_whole_store() -> None:
    assert both(of_several(), "FP", "FP", "FF", "FP", "FP") == ["alert probe a"]


def test_one_failing_probe_of_two_is_not_the_store() -> None:
    assert both(of_several(), "FP", "FP", "PP", "PP") == ["alert probe a", "resolved probe a"]


def test_a_store_with_one_probe_has_no_incident_of_its_own() -> None:
    assert both(of_several("a"), "F", "F") == ["alert probe a"]


def test_a_probe_that_has_not_run_since_does_not_keep_the_others_apart() -> None:
    assert both(of_several("abc"), "PPP", "FF-", "FF-") == ["alert store shop"]


def test_as_long_as_most_have_not_run_since_it_is_not_called_the_store() -> None:
    assert both(of_several("abcd"), "PPPP", "FF--", "FF--") == ["alert probe a", "alert probe b"]


def test_a_probe_of_which_nothing_is_known_does_not_fail_with_the_others() -> None:
    assert both(of_several(), "FU", "FB", "FU") == ["alert probe a"]


def test_probes_in_shadow_mode_take_no_part_beside_those_that_are_told() -> None:
    told = of_several("abc", c=True)

    assert both(told, "FFP", "FFP") == ["alert store shop"]
    assert told.standing.incidents[0].watched == 2


def test_a_store_that_is_all_in_shadow_mode_is_grouped_and_nobody_is_told() -> None:
    told = of_several("ab", a=True, b=True)

    assert both(told, "FF", "FF") == []
    assert [(each.kind, each.silence) for each in told.incidents.values()] == [(Kind.STORE, "shadow")]


def test_what_went_before_the_end_of_a_stores_incident_counts_no_more() -> None:
    declared = store(*(probe(each, rule=AlertRule(recoveries=1)) for each in "ab"))
    long_known = (replace(each, usual=Usual(runs=500, failures=0)) for each in declared.watched)
    told = Told(declared.remembering(*long_known))

    assert both(told, "FF", "FF", "PP") == ["alert store shop", "resolved store shop"]
    assert both(told, "FP", "PP") == []


def test_probes_under_maintenance_do_not_make_the_failure_of_another_one_that_of_the_store() -> None:
    silenced = (window(3, 30),)
    told = Told(store(probe("a"), probe("b", maintenance=silenced), probe("c", maintenance=silenced)))

    assert both(told, "FPP", "FFF", "FFF", "FFF") == ["alert probe a"]


def test_nothing_is_repeated_about_a_store_of_which_only_what_is_under_maintenance_still_fails() -> None:
    rule = AlertRule(repeat_s=240)
    told = Told(store(probe("a", rule=rule), probe("b", rule=rule, maintenance=(window(5, 30),))))

    assert both(told, "FF", "FF", "PF", "PF", "PF", "PF") == ["alert store shop"]
    assert both(told, "PP", "PP") == ["resolved store shop"]


def test_an_incident_that_was_told_stays_open_for_the_receivers_until_the_stores_is_told() -> None:
    """b failed under maintenance alone, so that nobody is told of the store for its sake; a was unknown meanwhile."""
    told = Told(store(probe("a"), probe("b", maintenance=(window(4, 8.5),))))
    runs = (("a", F, 1), ("a", F, 2), ("b", F, 4), ("a", F, 5), ("a", U, 6), ("a", U, 7), ("b", F, 9))
    for name, state, minute in runs:
        told.take(outcome(state, minute * EVERY_S, name), minute * EVERY_S)
    assert said(told.notices) == ["alert probe a"]
    assert told.standing.whole is not None

    told.take(outcome(F, 10 * EVERY_S, "b"), 10 * EVERY_S)
    assert said(told.notices)[1:] == ["alert store shop", "taken in probe a"]


def test_the_cause_of_a_stores_incident_is_the_one_that_most_of_its_probes_name() -> None:
    told = of_several("abc")
    for due, (name, cause) in enumerate((("a", "network"), ("b", "database"), ("c", "database"), ("a", "network"))):
        told.take(outcome(F, due, name, cause=cause), due)

    assert told.notices[0].incident.reason.cause == "database"


def test_a_taken_in_incident_is_closed_when_the_stores_is_told_and_not_before() -> None:
    silenced = (window(6, 20),)
    told = Told(store(probe("a", maintenance=silenced), probe("b", maintenance=silenced)))

    assert both(told, "FP", "FP", "FF", "FF") == ["alert probe a"]
    assert both(told, "PP", "PP") == []
    told.take(None, 20 * EVERY_S)
    assert said(told.notices) == ["alert probe a", "resolved probe a"]


def test_signals_have_incidents_of_their_own_and_are_no_part_of_the_store() -> None:
    told = Told(store(probe("a"), probe("b"), beside=[probe("sales", rule=AlertRule(failures=1, of=1, recoveries=1))]))
    assert both(told, "PP", "PP") == []
    told.take(outcome(F, 1000, "sales"), 1000)
    told.take(outcome(P, 1060, "sales"), 1060)

    assert said(told.notices) == ["alert signal sales", "resolved signal sales"]


def test_incidents_of_what_is_no_longer_declared_end_when_they_are_retired() -> None:
    told = Told(store(probe("a")))
    told.runs([F, F], name="a")
    rest = Standing(store="shop", watched=(), incidents=told.standing.incidents)
    told.standing = rest
    assert told.take(None, 500) == ()

    _, notices = retire(rest, 600)
    assert said(notices) == ["resolved probe a"]
    assert notices[0].incident.ending is Ending.NOT_WATCHED
