"""The sandbox with tiny real stores: started, reset, ended, and what is left when something goes wrong."""

from __future__ import annotations

import json
import os
import signal
import smtplib
import socket
import sqlite3
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

import sandbox
from sandbox import Sandbox, SandboxError, State, Status, faults

if TYPE_CHECKING:
    from conftest import Bench


def sales(status: Status, store: str = "shop") -> str:
    """What the store's page says."""
    return httpx.get(f"{status.stores[store].url}/", trust_env=False).text


def sell(status: Status) -> None:
    """A sale behind the page's back."""
    with sqlite3.connect(status.stores["shop"].home / "store.db") as store:
        store.execute("insert into sales values (2)")
    store.close()


def send_mail(status: Status) -> None:
    """A mail as a store would send it."""
    assert status.mail.port is not None
    with smtplib.SMTP("127.0.0.1", status.mail.port) as smtp:
        smtp.sendmail("a@shop.example", ["b@mail.example"], "Subject: hello\n\nhello")


def test_two_stores_and_the_mailbox_come_up_and_go_down(bench: Bench) -> None:
    stores = bench.sandbox(bench.recipe(), bench.recipe("booking"))
    assert stores.status().state is State.DOWN

    up = stores.up()

    assert (up.state, sales(up, "shop"), sales(up, "booking")) == (State.UP, "1 seeded", "1 seeded")
    assert json.loads(json.dumps(up.as_json()))["stores"]["shop"]["token"]
    assert (bench.home.stat().st_mode & 0o777, (bench.home / "secrets.json").stat().st_mode & 0o777) == (
        0o700,
        0o600,
    )
    stores.down()
    assert (stores.status().state, bench.processes()) == (State.DOWN, [])


def test_a_second_up_changes_nothing(bench: Bench) -> None:
    stores = bench.sandbox(bench.recipe())
    first = stores.up()
    bench.said.clear()
    assert (stores.up(), bench.said) == (first, [])


def test_reset_of_a_running_store_puts_everything_back(bench: Bench) -> None:
    stores = bench.sandbox(bench.recipe())
    up = stores.up()
    home = up.stores["shop"].home
    sell(up)
    (home / "index" / "words").write_text("changed")
    faults.switch(home, answer_500=True)
    send_mail(up)
    assert (sales(up), len(list((up.mail.maildir / "new").iterdir()))) == ("2 changed", 1)

    after = stores.reset()

    assert (sales(after), after.stores["shop"].pid) == ("1 seeded", up.stores["shop"].pid)
    assert (list((up.mail.maildir / "new").iterdir()), faults.thrown(home)) == ([], {})
    send_mail(after)
    assert len(list((up.mail.maildir / "new").iterdir())) == 1


def test_a_server_that_is_started_is_healthy(bench: Bench) -> None:
    stores = bench.sandbox(bench.recipe())
    home = stores.up().stores["shop"].home
    stores.down()
    faults.switch(home, answer_500=True)
    stores.up()
    assert faults.thrown(home) == {}


def test_reset_heals_a_broken_database_of_a_store_that_is_down(bench: Bench) -> None:
    stores = bench.sandbox(bench.recipe())
    home = stores.up().stores["shop"].home
    stores.down()
    (home / "store.db").write_bytes(b"no database at all" * 100)
    stores.reset()
    assert sales(stores.up()) == "1 seeded"


def test_an_old_seed_is_made_anew(bench: Bench) -> None:
    stores = bench.sandbox(bench.recipe())
    sell(stores.up())
    stamp = bench.home / "seeds" / "shop" / "seed.json"
    old = json.loads(stamp.read_text()) | {"seeded_at": (datetime.now(UTC) - timedelta(days=8)).isoformat()}
    stamp.write_text(json.dumps(old))
    assert sales(stores.up()) == "1 seeded"


def test_a_changed_recipe_makes_the_seed_anew_and_restarts_the_server(bench: Bench) -> None:
    stores = bench.sandbox(bench.recipe())
    sell(stores.up())
    server = bench.folder / "shop" / "site" / "server.py"
    server.write_text(server.read_text().replace("{rows}", "{rows} sold,"))
    assert sales(stores.up()) == "1 sold, seeded"


def test_ports_can_be_fixed_and_are_kept(bench: Bench) -> None:
    tiny = bench.recipe()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    assert bench.sandbox(tiny, shop=port).up().stores["shop"].port == port
    assert bench.sandbox(tiny).up().stores["shop"].port == port


def test_a_port_in_use_is_named_with_who_has_it(bench: Bench) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(SandboxError, match=rf"port {port} of shop is in use(.|\n)*pid \d+"):
            bench.sandbox(bench.recipe(), shop=port).up()
    assert bench.processes() == []


def test_a_server_that_dies_is_reported_with_the_end_of_its_log_and_nothing_stays(bench: Bench) -> None:
    good = bench.recipe("booking")
    bad = bench.recipe(server="raise SystemExit('no such table: goods')")
    with pytest.raises(SandboxError, match=r"ended before it answered(.|\n)*no such table: goods"):
        bench.sandbox(bad, good).up()
    assert bench.processes() == []


def test_a_failed_step_is_reported_and_what_ran_before_goes_on(bench: Bench) -> None:
    good = bench.recipe("booking")
    before = bench.sandbox(good).up()
    bad = bench.recipe(seed="raise SystemExit('out of goods')")
    with pytest.raises(SandboxError, match=r"seed ends with exit code 1(.|\n)*out of goods"):
        bench.sandbox(good, bad).up()
    after = bench.sandbox(good).status()
    assert (after.state, after.stores["booking"].pid) == (State.UP, before.stores["booking"].pid)


def test_a_venv_that_cannot_be_built_is_reported(bench: Bench) -> None:
    tiny = bench.recipe()
    (bench.folder / "shop" / "requirements.txt").write_text("./there-is-no-such-folder\n")
    with pytest.raises(SandboxError, match=r"its venv cannot be built(.|\n)*there-is-no-such-folder"):
        bench.sandbox(tiny).up()
    assert bench.processes() == []


def test_two_ups_at_once_make_one_sandbox(bench: Bench) -> None:
    tiny = bench.recipe()
    found: list[Status] = []
    ups = [threading.Thread(target=lambda: found.append(bench.sandbox(tiny).up())) for _ in range(2)]
    for up in ups:
        up.start()
    for up in ups:
        up.join()
    assert (len(found), found[0]) == (2, found[1])
    assert "waits for another command on this sandbox to end" in bench.said


DRIVER = """
import runpy, sys
from pathlib import Path
bench = runpy.run_path(sys.argv[1])["Bench"](folder=Path(sys.argv[2]), say=lambda line: print(line, flush=True))
slow = bench.recipe(seed="import subprocess; subprocess.run(['sleep', '600'])")
bench.sandbox(slow, bench.recipe("booking")).up()
"""


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGKILL])
def test_an_interrupted_up_leaves_nothing_after_a_down(bench: Bench, sign: signal.Signals) -> None:
    command = [sys.executable, "-c", DRIVER, str(Path(__file__).with_name("conftest.py")), str(bench.folder)]
    environment = {**os.environ, "PYTHONPATH": str(Path(sandbox.__file__).parent.parent)}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as up:
        assert up.stdout is not None
        assert any(line.startswith("booking: server") for line in up.stdout)
        assert any("sleep 600" in line for line in bench.processes())
        up.send_signal(sign)
        up.stdout.read()
    if sign is signal.SIGKILL:
        assert bench.processes() != []
        bench.end()
    assert bench.processes() == []


def test_an_unknown_profile_or_port_is_refused(bench: Bench) -> None:
    tiny = bench.recipe()
    with pytest.raises(SandboxError, match="unknown profile"):
        Sandbox(bench.home, profile="moon", say=bench.said.append, recipes=[tiny])
    with pytest.raises(SandboxError, match="known names: shop, mail"):
        bench.sandbox(tiny, shp=1)
