"""No secret in any artifact: what is known to be secret is planted, and then looked for in every file."""

from __future__ import annotations

import base64
import html
import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus
from zipfile import ZipFile

import pytest
from commands import ROOT, configured, journeys
from leaks import in_text, leaks

from journeys.customers import make_customer
from sandbox import Status, mend, switch

SPECIAL = "Kana\"rie'n & <1+1>%/é\\9"
"""A password that no encoding leaves as it is."""
PYTEST_RUN = f"""
from dataclasses import replace
import pytest
from journeys.shop import account_checkout

@pytest.mark.store("shop")
def test_a_sale(run):
    replace(run, customer=replace(run.customer, password={SPECIAL!r}))(account_checkout)
"""


def of_the_sandbox(sandbox: Status) -> set[str]:
    """What the sandbox made up for its stores, their cards, and the sessions that they know."""
    made_up = json.loads((sandbox.home / "secrets.json").read_text())
    shop, booking = sandbox.stores["shop"], sandbox.stores["booking"]
    cards = {*shop.details["cards"].values(), booking.details["gift_card"]["code"]}
    databases = (shop.home / "shop.sqlite3", booking.home / "data" / "db.sqlite3")
    return {*_texts(made_up), *cards, *(key for path in databases for key in _sessions(path))}


def _texts(told: Any) -> Iterator[str]:
    if isinstance(told, dict):
        for each in told.values():
            yield from _texts(each)
    elif isinstance(told, str):
        yield told


def _sessions(database: Path) -> tuple[str, ...]:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as store:
        return tuple(key for (key,) in store.execute("select session_key from django_session"))


def passwords(report: Path) -> set[str]:
    """Those of the customers whose runs lie there: they follow from seed, run and locale."""
    runs = [json.loads(each.read_text().partition("\n")[0]) for each in report.glob("runs/*/history.ndjson")]
    locales = {"shop": "de_DE", "booking": "en_GB"}
    return {make_customer(seed=each["seed"], run=each["run"], locale=locales[each["store"]]).password for each in runs}


@pytest.mark.xdist_group("shop")
@pytest.mark.parametrize(
    "fault", [{"order_total_off_by_minor": 1}, {"checkout_500": True}], ids=lambda fault: next(iter(fault))
)
def test_the_report_of_a_failed_sale_holds_no_secret(sandbox: Status, tmp_path: Path, fault: dict[str, Any]) -> None:
    home = sandbox.stores["shop"].home
    switch(home, **fault)
    try:
        result = journeys("run", "account_checkout", "--store", "shop", "--report", str(tmp_path))
    finally:
        mend(home)
    secrets = of_the_sandbox(sandbox)
    assert result.code == 1, result.out + result.err
    assert_clean(tmp_path, secrets | passwords(tmp_path), result.out + result.err)


@pytest.mark.xdist_group("booking")
def test_the_report_of_a_failed_booking_holds_no_secret(
    sandbox: Status, planted: Callable[[str], Any], tmp_path: Path
) -> None:
    with planted("booking_total"):
        result = journeys("run", "book_paid_slot", "--store", "booking", "--report", str(tmp_path))
        secrets = of_the_sandbox(sandbox)
    assert result.code == 1, result.out + result.err
    assert_clean(tmp_path, secrets | passwords(tmp_path), result.out + result.err)


@pytest.mark.xdist_group("shop")
def test_what_pytest_leaves_of_a_failed_sale_holds_no_secret(
    sandbox: Status, planted: Callable[[str], Any], tmp_path: Path
) -> None:
    tests, report = tmp_path / "tests", tmp_path / "report"
    tests.mkdir()
    (tests / "test_sale.py").write_text(PYTEST_RUN, encoding="utf-8")
    (tests / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    configuration = configured(
        tmp_path, sandbox, '[stores.shop]\nplatform = "oscar"\nsandbox = true\nlocale = "de_DE"\n'
    )
    with planted("order_total"):
        done = subprocess.run(
            [
                *(sys.executable, "-m", "pytest", str(tests), "-p", "no:cacheprovider", "--showlocals"),
                *(f"--journeys-config={configuration}", f"--journeys-report={report}"),
                *(f"--alluredir={report / 'allure-results'}", f"--junitxml={report / 'junit.xml'}"),
            ],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        secrets = of_the_sandbox(sandbox)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "FAIL money" in done.stdout
    assert_clean(report, secrets | {SPECIAL}, done.stdout + done.stderr)


def assert_clean(report: Path, secrets: set[str], said: str) -> None:
    """The artifacts are there, can be used, and hold none of these."""
    (trace,) = report.glob("runs/*/trace.zip")
    assert len(actions(trace)) > 5
    assert list(report.glob("runs/*/screenshot.png"))
    assert list(report.glob("allure-results/*-attachment.zip"))
    assert leaks(report, secrets) == set()
    assert in_text(said, secrets) == set()


def actions(trace: Path) -> list[str]:
    """What the customer did, as the trace viewer lists it; every file that the trace names is there."""
    with ZipFile(trace) as archive:
        names = set(archive.namelist())
        events = [json.loads(line) for line in archive.read("trace.trace").splitlines()]
        traffic = [json.loads(line)["snapshot"] for line in archive.read("trace.network").splitlines()]
    bodies = [each["response"]["content"].get("_file") for each in traffic]
    bodies += [each["request"].get("postData", {}).get("_file") for each in traffic]
    assert {each for each in bodies if each} <= names
    return [each["method"] for each in events if each["type"] == "before"]


@pytest.mark.xdist_group("shop")
def test_a_store_that_cannot_be_reached_is_named_without_its_password(sandbox: Status, tmp_path: Path) -> None:
    configuration = tmp_path / "journeys.toml"
    keys = ("api_user", "api_password", "staff_user", "staff_password")
    address = 'url = "http://guest:${CANARY}@127.0.0.1:1"\nsubjects.plenty = ["mug-red_1"]\n'
    credentials = "".join(f'credentials.{key} = "${{CANARY}}"\n' for key in keys)
    configuration.write_text(f'[stores.shop]\nplatform = "oscar"\n{address}{credentials}')
    report, canary = tmp_path / "report", "c4n4ry-0f-th3-4ddr3ss"
    command = ("run", "browse", "--config", str(configuration), "--report", str(report))
    result = journeys(*command, env={"CANARY": canary})
    assert result.code == 1, result.out + result.err
    assert list(report.glob("allure-results/*-result.json"))
    assert (leaks(report, {canary}), in_text(result.out + result.err, {canary})) == (set(), set())


@pytest.mark.xdist_group("shop")
def test_the_search_finds_what_is_not_masked(
    sandbox: Status, planted: Callable[[str], Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same sale with masking switched off: the trace holds password, card and sessions."""
    program = (
        "import journeys.masking, journeys.browser.traces, shutil, journeys.browser.sessions as sessions\n"
        "journeys.masking.Mask.learn = lambda self, *secrets: None\n"
        "sessions.redact = lambda whole, into, mask: shutil.copy(whole, into)\n"
        "from journeys.cli import main\n"
        f"main(['run', 'account_checkout', '--store', 'shop', '--report', {str(tmp_path)!r}])\n"
    )
    with planted("order_total"):
        subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, check=False)
        sessions, card = (
            _sessions(sandbox.stores["shop"].home / "shop.sqlite3"),
            sandbox.stores["shop"].details["cards"],
        )
    found = {secret for _, secret in leaks(tmp_path, {*sessions, *card.values(), *passwords(tmp_path)})}
    assert {card["accepted"], *passwords(tmp_path)} <= found
    assert found.intersection(sessions)


def _packed(content: bytes) -> bytes:
    packed = BytesIO()
    with ZipFile(packed, "w") as archive:
        archive.writestr("inner.txt", content)
    return packed.getvalue()


@pytest.mark.parametrize(
    "written",
    [
        pytest.param(lambda secret: secret.encode(), id="as it is"),
        pytest.param(lambda secret: json.dumps({"said": f"it is {secret}"}).encode(), id="JSON"),
        pytest.param(lambda secret: json.dumps(json.dumps(secret)).encode(), id="JSON in JSON"),
        pytest.param(lambda secret: f"a=1&password={quote(secret, safe='')}".encode(), id="URL-encoded"),
        pytest.param(lambda secret: f"password={quote_plus(secret)}&b=2".encode(), id="a form"),
        pytest.param(lambda secret: f'<p title="{html.escape(secret)}">'.encode(), id="HTML"),
        pytest.param(lambda secret: b"Basic " + base64.b64encode(f"user:{secret}".encode()), id="base64"),
        pytest.param(lambda secret: base64.urlsafe_b64encode(f"!{secret}??>".encode()), id="base64 for URLs"),
        pytest.param(lambda secret: quote(base64.b64encode(secret.encode())).encode(), id="base64 in a URL"),
        pytest.param(lambda secret: _packed(_packed(secret.encode())), id="an archive in an archive"),
    ],
)
@pytest.mark.parametrize("secret", ["c4n4ry", "4242424242424242", SPECIAL])
def test_the_search_finds_a_secret_in_every_way_it_can_be_written(
    tmp_path: Path, written: Callable[[str], bytes], secret: str
) -> None:
    with ExitStack() as stack:
        archive = stack.enter_context(ZipFile(tmp_path / "trace.zip", "w"))
        archive.writestr("resources/one.dat", written(secret))
    assert {found for _, found in leaks(tmp_path, {secret, "somebody else"})} == {secret}
