"""The journal of compensations survives crashes, is shared by processes, and forgets nothing that is open."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from journeys.model import errors
from journeys.run.journal import Compensation, Journal, process_name


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "journal.ndjson"


@pytest.fixture
def journal(path: Path) -> Journal:
    return Journal(path)


def plan(journal: Journal, target: str) -> Compensation:
    return journal.plan(run="1", store="shop", kind="orders", target=target)


def targets(compensations: tuple[Compensation, ...]) -> list[str]:
    return [each.target for each in compensations]


def owned_by(path: Path, owner: str) -> Compensation:
    """What somebody else has promised in the same journal."""
    entry = replace(plan(Journal(path), "theirs"), owner=owner)
    text = path.read_text().splitlines(keepends=True)
    path.write_text("".join(text[:-1]) + text[-1].replace(process_name(os.getpid()), owner))
    return entry


def test_a_journal_that_was_never_written_is_empty(journal: Journal) -> None:
    assert (journal.open(), journal.orphans()) == ((), ())


def test_what_is_promised_is_open_until_it_is_done(journal: Journal) -> None:
    first, second = plan(journal, "a"), plan(journal, "b")
    journal.done(first)

    assert (second,) == journal.open()


def test_the_latest_promise_comes_first(journal: Journal) -> None:
    for target in "abc":
        plan(journal, target)

    assert targets(journal.open()) == ["c", "b", "a"]


def test_a_promise_is_on_disk_before_anything_is_done(journal: Journal, path: Path) -> None:
    promised = plan(journal, "a")

    assert (promised,) == Journal(path).open()
    assert path.read_bytes().endswith(b"\n")


@pytest.mark.parametrize("cut", [1, 2, 20, 60])
def test_a_line_cut_short_by_a_crash_loses_only_itself(journal: Journal, path: Path, cut: int) -> None:
    first = plan(journal, "a")
    plan(journal, "b")
    path.write_bytes(path.read_bytes()[: -cut - 1])
    third = plan(journal, "c")

    assert (third, first) == journal.open()


@pytest.mark.parametrize("line", ["[]", "3", "{}", '{"id": 1}', "", "\x00\x00", '{"id": "x", "further": "field"}'])
def test_a_line_that_is_no_promise_is_passed_over(journal: Journal, path: Path, line: str) -> None:
    first = plan(journal, "a")
    with path.open("a") as file:
        file.write(line + "\n")

    assert (plan(journal, "b"), first) == journal.open()


def promise_many(path: Path, name: str, times: int) -> None:
    journal = Journal(path)
    for i in range(times):
        promised = plan(journal, f"{name}-{i}")
        if i % 2:
            journal.done(promised)
        if i % 5 == 0:
            journal.prune()


def test_several_processes_write_and_prune_at_the_same_time_and_lose_nothing(path: Path) -> None:
    forked = multiprocessing.get_context("fork")
    writers = [forked.Process(target=promise_many, args=(path, name, 20)) for name in "abcd"]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(30)

    assert [writer.exitcode for writer in writers] == [0] * 4
    assert sorted(f"{name}-{i}" for name in "abcd" for i in range(0, 20, 2)) == sorted(targets(Journal(path).open()))


def test_what_a_living_run_promised_is_no_orphan(journal: Journal) -> None:
    plan(journal, "mine")

    assert journal.orphans() == ()


def test_what_a_dead_run_promised_is_an_orphan(journal: Journal, path: Path) -> None:
    program = f"from journeys.run.journal import Journal; from pathlib import Path; Journal(Path({str(path)!r}))"
    subprocess.run(
        [sys.executable, "-c", f"{program}.plan(run='0', store='shop', kind='cart', target='theirs')"], check=True
    )
    plan(journal, "mine")

    assert (targets(journal.orphans()), targets(journal.open())) == (["theirs"], ["mine", "theirs"])


def test_a_later_process_with_the_same_pid_is_not_the_owner(journal: Journal, path: Path) -> None:
    owned_by(path, f"{os.getpid()}@1")

    assert targets(journal.orphans()) == ["theirs"]


@pytest.mark.parametrize("owner", ["", "nobody", "999999999@7"])
def test_an_owner_who_cannot_be_found_is_dead(journal: Journal, path: Path, owner: str) -> None:
    owned_by(path, owner)

    assert targets(journal.orphans()) == ["theirs"]


def test_a_killed_run_that_nobody_has_buried_yet_is_dead(journal: Journal, path: Path) -> None:
    killed = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    owned_by(path, process_name(killed.pid))
    alive = journal.orphans()
    killed.kill()
    os.waitid(os.P_PID, killed.pid, os.WEXITED | os.WNOWAIT)
    dead = journal.orphans()
    killed.communicate()

    assert (targets(alive), targets(dead)) == ([], ["theirs"])


def test_a_crash_while_pruning_loses_nothing(path: Path) -> None:
    """The process is killed before it first touches the disk, before the second time, and so on."""
    open_ = plan(Journal(path), "a")
    Journal(path).done(plan(Journal(path), "b"))
    before = path.read_bytes()
    forked = multiprocessing.get_context("fork")
    for times in range(100):
        path.write_bytes(before)
        pruning = forked.Process(target=prune_and_die, args=(path, times))
        pruning.start()
        pruning.join(30)
        assert (open_,) == Journal(path).open(), f"killed after {times} times"
        if pruning.exitcode == 0:
            break
    assert 5 < times < 99


def prune_and_die(path: Path, times: int) -> None:
    def count(frame: object, event: str, called: object) -> None:
        nonlocal times
        touching = {"open", "write", "writelines", "truncate", "flush", "fsync", "replace", "rename", "unlink"}
        times -= event == "c_call" and getattr(called, "__name__", "") in touching
        if times < 0:
            os._exit(9)

    journal = Journal(path)
    sys.setprofile(count)
    journal.prune()
    sys.setprofile(None)
    os._exit(0)


def test_pruning_keeps_what_is_open_in_its_order(journal: Journal, path: Path) -> None:
    first, second, third = (plan(journal, target) for target in "abc")
    journal.done(second)
    journal.prune()

    assert (third, first) == journal.open()
    assert len(path.read_text().splitlines()) == 2


def test_pruning_what_is_all_done_leaves_nothing(journal: Journal, path: Path) -> None:
    journal.done(plan(journal, "a"))
    journal.prune()

    assert (journal.open(), path.read_text()) == ((), "")


def test_a_folder_that_cannot_be_written_is_a_fault_of_the_tester(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file where a folder should be")

    with pytest.raises(errors.TesterFault, match=r"cannot write the journal .*; without it nothing is bought"):
        plan(Journal(tmp_path / "state" / "journal.ndjson"), "a")


def test_a_journal_that_cannot_be_read_is_a_fault_of_the_tester(tmp_path: Path) -> None:
    with pytest.raises(errors.TesterFault, match="cannot read the journal"):
        Journal(tmp_path).open()
