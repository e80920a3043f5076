"""A rehearsal goes again without third parties, buys nothing, and harms the run in nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from fakes import FakeClock
from histories import euro, step
from rehearsing import GUEST, TAGS, FakeSession, Rehearsed, request, script

from journeys.checks.minimal import proven
from journeys.model import Money, PageChanged, PageError, Rehearsal, StepOutcome, StoreFault, TesterFault
from journeys.run.rehearse import leave_out, rehearse
from journeys.run.symptoms import Broke, Showed, Slow

BROKE = Broke(step="take")
BROKEN = replace(step("take", 0.0, 3.0), outcome=StepOutcome.BROKEN, error="something stands before the button")


@pytest.fixture
def gone(clock: FakeClock) -> Rehearsed:
    return Rehearsed(clock)


def together(*culprits: str) -> Callable[[FakeSession], None]:
    """They get in the way when all of them are there."""

    def take(session: FakeSession) -> None:
        if set(culprits) <= session.present():
            raise PageChanged("something stands before the button")

    return take


def rehearsals(gone: Rehearsed) -> tuple[Rehearsal, ...]:
    return gone.recorder.history().rehearsals


def named(gone: Rehearsed) -> frozenset[str] | None:
    return proven((frozenset(each.present), each.symptom) for each in rehearsals(gone))


def test_nothing_is_bought_and_what_is_left_is_promised_to_be_undone(gone: Rehearsed) -> None:
    sight = gone.theatre.rehearse(Broke(step="order"), TAGS, ())

    assert (sight.symptom, gone.bought, gone.recorder.history().writes) == (False, 0, ())
    assert gone.promised == [("cart", "jrn-1r1@example.org")]


def test_each_rehearsal_has_a_customer_and_a_session_of_its_own(gone: Rehearsed) -> None:
    for _ in range(2):
        gone.theatre.rehearse(BROKE, TAGS[:1], TAGS[1:])

    assert [session.email for session in gone.sessions] == ["jrn-1r1@example.org", "jrn-1r2@example.org"]
    assert GUEST.email not in {session.email for session in gone.sessions}
    assert {(TAGS[:1], 3.0, True)} == {(each.blocked, each.patience_s, each.closed) for each in gone.sessions}


def test_what_a_rehearsal_does_stays_out_of_the_history_but_for_what_came_of_it(gone: Rehearsed) -> None:
    gone.take = together(TAGS[0])
    gone.theatre.rehearse(BROKE, TAGS[1:], TAGS[:1])

    assert gone.recorder.history().events == (
        Rehearsal(
            left_out=TAGS[1:],
            present=TAGS[:1],
            symptom=True,
            said="take broken: something stands before the button",
            loads=2,
            began=0.0,
            ended=0.0,
        ),
    )


def test_it_ends_as_soon_as_it_is_known_whether_the_symptom_shows(gone: Rehearsed) -> None:
    gone.theatre.rehearse(Broke(step="look"), TAGS, ())
    gone.theatre.rehearse(Showed(source="price tag", value=euro("9.99")), TAGS, ())

    assert [(each.symptom, each.said, each.loads) for each in rehearsals(gone)] == [
        (False, "look passed", 1),
        (False, "price tag showed 12.50 EUR", 1),
    ]


def test_other_trouble_is_no_sign_that_the_symptom_is_gone(gone: Rehearsed) -> None:
    def look(session: FakeSession) -> Money:
        raise StoreFault("HTTP 500")

    gone.look = look
    sight = gone.theatre.rehearse(BROKE, TAGS, ())

    assert sight.symptom is None
    assert [(each.symptom, each.said) for each in rehearsals(gone)] == [(True, "look failed: HTTP 500")]


@pytest.mark.parametrize("culprits", [TAGS[:1], TAGS[5:6], (TAGS[0], TAGS[1]), (TAGS[2], TAGS[7])])
def test_the_smallest_set_that_is_enough_is_found(gone: Rehearsed, culprits: tuple[str, ...]) -> None:
    gone.take = together(*culprits)
    leave_out(gone.theatre, BROKE, TAGS)

    assert named(gone) == set(culprits)
    assert (rehearsals(gone)[0].present, len(rehearsals(gone)) <= 9) == ((), True)


def test_a_wrong_amount_is_followed_to_who_shows_it(gone: Rehearsed) -> None:
    gone.look = lambda session: euro("9.99") if TAGS[3] in session.present() else euro("12.50")
    leave_out(gone.theatre, Showed(source="price tag", value=euro("9.99")), TAGS)

    assert named(gone) == {TAGS[3]}


def test_a_slow_step_is_followed_to_who_keeps_it_waiting(gone: Rehearsed) -> None:
    def take(session: FakeSession) -> None:
        gone.clock.now += 4.0 if TAGS[6] in session.present() else 0.5

    gone.take = take
    leave_out(gone.theatre, Slow(step="take", than_s=2.5), TAGS)

    assert named(gone) == {TAGS[6]}
    assert rehearsals(gone)[0].said == "take took 0.5 s"


def test_one_third_party_alone_is_named(gone: Rehearsed) -> None:
    gone.take = together(TAGS[0])
    leave_out(gone.theatre, BROKE, TAGS[:1])

    assert (named(gone), len(rehearsals(gone))) == ({TAGS[0]}, 2)


def test_trouble_that_shows_without_any_is_rehearsed_once(gone: Rehearsed) -> None:
    gone.take = together()
    leave_out(gone.theatre, BROKE, TAGS)

    assert [(each.present, each.symptom) for each in rehearsals(gone)] == [((), True)]


def test_trouble_that_does_not_come_again_names_nobody(gone: Rehearsed) -> None:
    leave_out(gone.theatre, BROKE, TAGS)

    assert [each.symptom for each in rehearsals(gone)] == [False] * 5
    assert (rehearsals(gone)[0].present, rehearsals(gone)[-1].present) == ((), TAGS)
    assert named(gone) is None


def test_a_store_that_stumbles_meanwhile_ends_the_search(gone: Rehearsed) -> None:
    def take(session: FakeSession) -> None:
        if session.present():
            session.told.append(request(status=0, failure="pending"))
            raise StoreFault("the store did not answer within 3 s at /")

    gone.take = take
    leave_out(gone.theatre, BROKE, TAGS)

    assert [(each.present, each.symptom) for each in rehearsals(gone)] == [((), False)]


def test_a_browser_that_ends_in_the_same_step_is_no_sign_of_the_symptom(gone: Rehearsed) -> None:
    def take(session: FakeSession) -> None:
        raise TesterFault("the browser has ended")

    gone.take = take
    leave_out(gone.theatre, BROKE, TAGS)

    assert (rehearsals(gone), len(gone.sessions)) == ((), 1)


def test_a_rival_is_there_and_nobody_races(gone: Rehearsed) -> None:
    gone.theatre.journey = gone.racing
    sight = gone.theatre.rehearse(Broke(step="race"), TAGS, ())

    assert (sight.symptom, gone.bought, gone.promised) == (False, 0, [])
    assert [session.email for session in gone.sessions] == ["jrn-1r1@example.org", "jrn-1r1-rival@example.org"]
    assert {(TAGS, True)} == {(session.blocked, session.closed) for session in gone.sessions}


def test_the_search_ends_after_three_quarters_of_a_minute(gone: Rehearsed) -> None:
    def take(session: FakeSession) -> None:
        gone.clock.now += 20.0
        together(*TAGS[:2])(session)

    gone.take = take
    leave_out(gone.theatre, BROKE, TAGS)

    assert len(rehearsals(gone)) == 3


@pytest.mark.parametrize("error", [TesterFault("the browser has ended"), OSError("gone"), RuntimeError("closed")])
def test_a_rehearsal_that_cannot_be_is_none(gone: Rehearsed, error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    def block(session: FakeSession, origins: object) -> None:
        raise error

    monkeypatch.setattr(FakeSession, "block", block)
    leave_out(gone.theatre, BROKE, TAGS)

    assert gone.recorder.history().events == ()
    assert [session.closed for session in gone.sessions] == [True]


def test_who_interrupts_a_rehearsal_ends_the_run(gone: Rehearsed) -> None:
    def take(session: FakeSession) -> None:
        raise KeyboardInterrupt

    gone.take = take
    with pytest.raises(KeyboardInterrupt):
        leave_out(gone.theatre, BROKE, TAGS)

    assert [session.closed for session in gone.sessions] == [True]


def test_a_run_that_third_parties_may_have_spoilt_is_rehearsed(gone: Rehearsed) -> None:
    gone.take = together(TAGS[4])
    began: list[str] = []
    for origin in TAGS:
        gone.recorder.add(script(origin))
    gone.recorder.add(PageError(what="oops", origin=TAGS[4], page="", at=0.0))
    gone.recorder.add(BROKEN)
    rehearse(gone.theatre, began.append)

    assert began == ["rehearse without third parties"]
    assert [(), TAGS[4:5]] == [rehearsals(gone)[0].present, rehearsals(gone)[-1].present]
    assert (named(gone), len(rehearsals(gone))) == ({TAGS[4]}, 4)


def test_a_sound_run_is_not(gone: Rehearsed) -> None:
    gone.recorder.add(script(TAGS[0]))
    gone.recorder.add(step("take", 0.0, 1.0))
    rehearse(gone.theatre, lambda name: None)

    assert (rehearsals(gone), gone.sessions) == ((), [])


def test_who_watches_cannot_spoil_a_run_by_failing(gone: Rehearsed) -> None:
    def fail(name: str) -> None:
        raise OSError("no terminal")

    gone.recorder.add(script(TAGS[0]))
    gone.recorder.add(BROKEN)
    rehearse(gone.theatre, fail)

    assert rehearsals(gone) == ()
