"""What is answered at each address."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from asking import Visitor
from isolations import isolation
from watched import NOW, MemoryHistory, outcome, probe, troubled, well

from journeys.probes.outcome import Outcome
from journeys.serving import KeptRuns, Sources, application
from reports.tried import tried

WELL, TROUBLED = well(hours=3.0), troubled()


def client(sources: Sources, clock: Callable[[], float] = lambda: NOW) -> Visitor:
    return Visitor(application(sources, clock=clock, refresh_s=0.0))


def test_every_link_of_the_overview_leads_somewhere() -> None:
    here = client(TROUBLED)
    page = here.get("/").text
    links = {part.partition('"')[0] for part in page.split('href="')[1:]} - {"#main"}
    links = {link for link in links if not link.startswith("#")}
    assert len(links) > 200
    assert {here.get(link).status_code for link in sorted(links)[::7]} == {200}


@pytest.mark.parametrize(
    "path",
    [
        "/probes/nobody",
        "/probes/checkout?state=odd",
        "/probes/checkout?before=x",
        "/runs/checkout@1",
        "/runs/checkout@1/kept/why.html",
        "/incidents/none",
        "/assets/none.css",
        "/nowhere",
    ],
)
def test_what_is_not_there_is_a_page_that_says_so(path: str) -> None:
    answer = client(WELL).get(path)
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "text/html; charset=utf-8")
    assert '<main id="main"' in answer.text


def test_a_probe_whose_name_needs_quoting_is_found() -> None:
    history = MemoryHistory()
    history.record(outcome("a/b ü?&#"))
    here = client(Sources(history=history))
    link = here.get("/").text.partition('<h4><a href="')[2].partition('"')[0]
    assert "a/b ü?&amp;#" in here.get(link).text


def test_the_same_page_is_not_sent_twice() -> None:
    here = client(WELL)
    first = here.get("/")
    again = here.get("/", headers={"If-None-Match": first.headers["ETag"]})
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert first.headers["Cache-Control"] == "private, no-cache"


def test_a_page_changes_with_the_minute_and_not_before() -> None:
    now = [NOW]
    here = client(WELL, lambda: now[0])
    marks = []
    for gone in (0, 54, 1):
        now[0] += gone
        marks.append(here.get("/").headers["ETag"])
    assert (marks[0] == marks[1], marks[1] == marks[2]) == (True, False)


def test_pages_are_compressed() -> None:
    answer = client(WELL).get("/", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert int(answer.headers["Content-Length"]) < len(answer.content) / 4


def test_assets_are_kept_for_ever() -> None:
    here = client(WELL)
    script = here.get("/").text.partition('<script src="')[2].partition('"')[0]
    answer = here.get(script)
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Content-Type"].startswith("text/javascript")


def test_without_a_database_the_page_says_that_nothing_is_known() -> None:
    here = client(Sources(history=MemoryHistory(away="password 'secret' was refused")))
    for path in ("/", "/probes/checkout", "/metrics", "/api/v2/summary.json"):
        answer = here.get(path)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
        assert "secret" not in answer.text


def test_health_is_ill_without_database_or_worker_and_says_why_without_names() -> None:
    away = client(Sources(history=MemoryHistory(away="password 'secret' was refused"))).get("/healthz")
    assert (away.status_code, away.json()) == (503, {"status": "ill", "reasons": ["the database cannot be used"]})
    beats: list[tuple[float | None, int, list[str]]] = [
        (NOW - 119, 200, []),
        (NOW - 130, 503, ["no worker has said for 130 s that it lives"]),
        (None, 503, ["no worker has said ever that it lives"]),
    ]
    for beat, status, reasons in beats:
        answer = client(replace(WELL, heartbeat=lambda beat=beat: beat)).get("/healthz")
        assert (answer.status_code, answer.json()["reasons"]) == (status, reasons)


def test_an_error_that_nobody_expected_is_told_without_its_insides() -> None:
    class Broken(MemoryHistory):
        def latest(self) -> tuple[Outcome, ...]:
            raise ZeroDivisionError("inside")

    answer = client(Sources(history=Broken())).get("/")
    assert (answer.status_code, "inside" in answer.text, "X-Frame-Options" in answer.headers) == (500, False, True)


def test_both_summaries_are_one_and_others_pages_may_read_it() -> None:
    one, two = (client(TROUBLED).get(f"/api/v{version}/summary.json") for version in (1, 2))
    assert (one.content == two.content, one.headers["Access-Control-Allow-Origin"]) == (True, "*")
    assert json.loads(one.content)["page"]["url"] == "http://127.0.0.1:8765"


def kept(tmp_path: Path, **files: str) -> tuple[Path, Outcome]:
    """A run whose history lies here, beside these pages."""
    folder = tmp_path / "runs" / "r1"
    folder.mkdir(parents=True)
    (folder / "history.ndjson").write_text("{}\n")
    for name, text in files.items():
        (folder / f"{name.replace('_', '-')}.html").write_text(text)
    return folder, outcome(run="r1", history=str(folder / "history.ndjson"))


def served(run: Outcome) -> Visitor:
    history = MemoryHistory()
    history.record(run)
    return client(Sources(history=history, probes=(probe(),), kept=KeptRuns()))


def test_the_pages_that_a_run_left_here_are_linked_and_can_run_no_script(tmp_path: Path) -> None:
    _, run = kept(tmp_path, isolation_product_page="the picture", why="the reason", secret="not for others")
    here = served(run)
    page = here.get(f"/runs/{run.key}").text
    assert f'<a href="/runs/{run.key}/kept/why.html">Why it is not well</a>' in page
    assert ">The isolation: product page</a>" in page
    answer = here.get(f"/runs/{run.key}/kept/why.html")
    assert (answer.text, answer.headers["Content-Type"]) == ("the reason", "text/html; charset=utf-8")
    policy = answer.headers["Content-Security-Policy"]
    assert ("sandbox" in policy, "script-src" in policy, "default-src 'none'" in policy) == (True, False, True)


@pytest.mark.parametrize(
    "name", ["secret.html", "history.ndjson", "..%2F..%2Fwhy.html", "why.html%00", "isolation-..html"]
)
def test_nothing_else_of_the_folder_is_served(tmp_path: Path, name: str) -> None:
    _, run = kept(tmp_path, why="the reason", secret="not for others")
    (tmp_path / "why.html").write_text("not for others")
    assert served(run).get(f"/runs/{run.key}/kept/{name}").status_code == 404


def test_the_same_path_on_another_machine_is_another_run(tmp_path: Path) -> None:
    _, run = kept(tmp_path, why="the reason")
    other = replace(run, run="r2")
    assert served(other).get(f"/runs/{other.key}/kept/why.html").status_code == 404


def test_the_whole_path_is_drawn_wherever_the_history_of_the_run_lies() -> None:
    blamed = next(iter(troubled().history.outcomes(probe="checkout", limit=1))).diagnoses
    run = outcome(run="r1", worker="far away", history="/elsewhere/r1/history.ndjson", diagnoses=blamed)
    page = served(replace(run, isolations=tried(isolation()))).get(f"/runs/{run.key}").text
    assert 'class="seen old"' in page and "Only the layers that were blamed are drawn" not in page


def test_of_a_path_on_which_nothing_was_tried_the_blamed_layers_are_drawn() -> None:
    blamed = next(iter(troubled().history.outcomes(probe="checkout", limit=1))).diagnoses
    run = outcome(run="r1", diagnoses=blamed)
    assert "Only the layers that were blamed are drawn" in served(run).get(f"/runs/{run.key}").text
