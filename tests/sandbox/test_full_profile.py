"""The full profile with a tiny real store behind it: each layer does what it says, faults are planted and mended."""

from __future__ import annotations

import json
import os
import signal
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

import httpx
import pytest

import sandbox
from sandbox import Sandbox, SandboxError, State, StoreStatus, faults, waiting
from sandbox.full import Controls, EdgeRules, LinkRules, programs
from sandbox.recipe import Cachable, Recipe, Site

pytestmark = pytest.mark.xdist_group("full profile")

ASK = """
import os, subprocess
def ask(url, sql):
    command = [os.environ["PSQL"], "-XqAt", "-d", url, "-c", sql]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
"""
SEED = (
    ASK
    + """
ask(os.environ["PRIMARY"], "create table sales (id int); insert into sales values (1)")
"""
)
SERVER = (
    ASK
    + """
import http.server, pathlib, sys, time
class Answer(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        if "X-Revalidating" in self.headers:
            time.sleep(1)
        asked = self.path.partition("?")[0]
        from_replica = asked == "/pages/replica/"
        sales = ask(os.environ["REPLICA" if from_replica else "PRIMARY"], "select count(*) from sales")
        body = f"{sales} sold, {self.headers['Host']}".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Surrogate-Key", asked.strip("/").replace("pages/", "") + " all")
        self.send_header("Cache-Control", "no-store" if "no-store" in asked else "private, no-cache")
        self.send_header("Set-Cookie", "token=1")
        self.send_header("Vary", "Cookie")
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *_):
        pass
http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Answer).serve_forever()
"""
)


def recipe(folder: Path, name: str = "shop") -> Recipe:
    """A store that counts its sales in PostgreSQL, and needs no package for it."""
    (folder / "site").mkdir(parents=True, exist_ok=True)
    (folder / "requirements.txt").write_text("")
    (folder / "constraints.txt").write_text("")
    (folder / "site" / "seed.py").write_text(SEED)
    (folder / "site" / "server.py").write_text(SERVER)

    def environment(site: Site) -> Mapping[str, str]:
        assert site.full is not None
        return {
            "PSQL": programs.find("psql") or "",
            "PRIMARY": site.full.primary,
            "REPLICA": site.full.replica,
            "PGOPTIONS": "-c statement_timeout=10s",
        }

    def prepare(site: Site) -> Sequence[tuple[str, Sequence[str]]]:
        return [("seed", [str(site.python), str(folder / "site" / "seed.py")])]

    def serve(site: Site) -> Sequence[str]:
        return [str(site.python), str(folder / "site" / "server.py"), str(site.bind_port)]

    def describe(site: Site) -> Mapping[str, object]:
        assert site.full is not None
        return {
            "primary": site.full.primary,
            "replica": site.full.replica,
            "redis": site.full.redis,
            "back_office": site.full.back_office,
            "ca": site.full.ca,
        }

    return Recipe(
        name=name,
        platform="tiny",
        folder=folder,
        secrets=(),
        environment=environment,
        prepare=prepare,
        serve=serve,
        ready="/pages/ready/",
        databases=("store.db",),
        folders=(),
        describe=describe,
        cachable=Cachable(paths="^/pages/", personal_cookies=("session",)),
        reads_replica=True,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """The sandbox of one such store, in a folder with a space in its name."""

    folder: Path
    said: list[str] = field(default_factory=list)
    store: list[StoreStatus] = field(default_factory=list)
    """What was said of the store when it was started."""

    @property
    def sandbox(self) -> Sandbox:
        """The same one each time, as another command would see it."""
        return Sandbox(self.folder / ".sandbox", profile="full", say=self.said.append, recipes=[recipe(self.folder)])

    @property
    def controls(self) -> Controls:
        """What stands around the store."""
        return self.sandbox.controls("shop")

    @property
    def home(self) -> Path:
        """The state folder of the store."""
        return self.store[0].home

    def ask(self, sql: str, where: str = "primary") -> str:
        """What the database says, as the store would ask it."""
        url = str(self.store[0].details[where])
        command = [programs.find("psql") or "psql", "-XqAt", "-d", url, "-c", sql]
        return subprocess.run(command, check=True, capture_output=True, text=True, timeout=20).stdout.strip()

    def sell(self) -> None:
        """One more sale."""
        self.ask("insert into sales values (2)")

    def get(self, path: str, edge: str = "", **headers: str) -> httpx.Response:
        """What a customer is answered, or what one edge answers."""
        base = self.controls.edges[edge].url if edge else self.store[0].url
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return httpx.get(f"{base}{path}", headers=sent, trust_env=False, timeout=20, verify=self.trust())

    def trust(self) -> ssl.SSLContext:
        """Trusts the authority of this sandbox and no other."""
        return ssl.create_default_context(cafile=str(self.store[0].details["ca"]))

    def tell(self, method: str, path: str, edge: str, **headers: str) -> int:
        """How an edge answers a purge or a ban."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        url = f"{self.controls.edges[edge].url}{path}"
        return httpx.request(method, url, headers=sent, trust_env=False, timeout=20).status_code

    def processes(self) -> list[str]:
        """The command lines of all processes that work in this folder."""
        found = []
        for entry in Path("/proc").iterdir():
            try:
                if entry.name.isdigit() and str(self.folder) in str((entry / "cwd").readlink()):
                    found.append((entry / "cmdline").read_text().replace("\0", " "))
            except OSError:
                continue
        return found


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    box = Box(folder=tmp_path_factory.mktemp("full") / "a clone")
    box.store.append(box.sandbox.up().stores["shop"])
    yield box
    box.sandbox.down()
    assert box.processes() == []


@pytest.fixture
def box(running: Box) -> Iterator[Box]:
    """A healthy store in its seeded state."""
    running.sandbox.reset()
    yield running


def test_everything_is_up_and_a_second_up_does_nothing(box: Box) -> None:
    now = box.sandbox.status()
    parts = {"mail", "primary", "replica", "redis", "wire", "front", "link", "scripts", "shop-edge-a", "shop-edge-b"}
    parts |= {"calendar", "receiver"}
    assert (now.profile, now.state, {"mail", *now.services}) == ("full", State.UP, parts)
    shown = json.loads(json.dumps(now.as_json()))
    assert {each["state"] for each in shown["services"].values()} == {"up"}
    assert all(each["port"] and each["pid"] for each in shown["services"].values())
    box.said.clear()
    assert (box.sandbox.up(), box.said) == (now, [])


def test_a_request_goes_through_the_edges_in_turn_and_each_keeps_its_own_copy(box: Box) -> None:
    answers = [box.get("/pages/one/") for _ in range(4)]
    assert [(answer.headers["x-edge"], answer.headers["x-cache"]) for answer in answers] in (
        [("edge-a", "miss"), ("edge-b", "miss"), ("edge-a", "hit"), ("edge-b", "hit")],
        [("edge-b", "miss"), ("edge-a", "miss"), ("edge-b", "hit"), ("edge-a", "hit")],
    )
    public = str(box.store[0].url).removeprefix("https://")
    assert {answer.text for answer in answers} == {f"1 sold, {public}"}
    assert {answer.headers["cache-control"] for answer in answers} == {"private, no-cache"}
    hit = answers[-1].headers
    assert not {"set-cookie", "vary"} & set(hit)
    assert 100 < float(hit["x-edge-ttl"]) <= 120
    assert "; hit; ttl=1" in hit["cache-status"]


def test_the_edges_own_address_shares_the_copy_of_the_public_one(box: Box) -> None:
    for _ in range(2):
        box.get("/pages/one/")
    assert box.get("/pages/one/", "edge-a").headers["x-cache"] == "hit"


def test_what_is_personal_static_or_not_public_is_not_kept(box: Box) -> None:
    assert "x-edge" not in box.get("/static/thing/").headers
    for answer in (box.get("/other/"), box.get("/pages/one/", Cookie="a=1; session=2"), box.get("/pages/no-store/")):
        assert (answer.headers["x-cache"], answer.headers["set-cookie"]) == ("pass", "token=1")
    box.get("/pages/one/", "edge-a", Cookie="token=1")
    assert box.get("/pages/one/", "edge-a", Cookie="token=2").headers["x-cache"] == "hit"


def caches(box: Box, *places: tuple[str, str]) -> list[str]:
    """Whether the edges hold these pages; asking fills them."""
    return [box.get(path, edge).headers["x-cache"] for path, edge in places]


def test_a_purge_drops_one_page_on_one_edge(box: Box) -> None:
    places = (("/pages/1/", "edge-a"), ("/pages/12/", "edge-a"), ("/pages/1/", "edge-b"))
    assert caches(box, *places) == ["miss"] * 3
    assert box.tell("PURGE", "/pages/1/", "edge-a") == 200
    assert caches(box, *places) == ["miss", "hit", "hit"]


def test_a_ban_drops_the_pages_with_the_tag_and_no_others(box: Box) -> None:
    places = (("/pages/1/", "edge-a"), ("/pages/12/", "edge-a"), ("/pages/1-2/", "edge-a"), ("/pages/1/", "edge-b"))
    caches(box, *places)
    assert box.tell("BAN", "/", "edge-a", X_Tags="1") == 200
    assert caches(box, *places) == ["miss", "hit", "hit", "hit"]
    assert box.tell("BAN", "/", "edge-a", X_Tags="1 12") == 200
    assert caches(box, *places) == ["miss", "miss", "hit", "hit"]
    assert box.tell("BAN", "/", "edge-a") == 200
    assert caches(box, *places) == ["miss", "miss", "miss", "hit"]
    assert box.tell("BAN", "/", "edge-a", X_Tags=".*") == 400


def test_an_edge_without_purges_obeys_the_tester_alone(box: Box) -> None:
    place = ("/pages/1/", "edge-a")
    box.controls.edges["edge-a"].use(EdgeRules(purges=False))
    caches(box, place)
    for headers in ({"X_Purged_By": "store"}, {"X_Purged_By": "store", "X_Tags": "1"}):
        assert (box.tell("BAN", "/", "edge-a", **headers), *caches(box, place)) == (200, "hit")
    assert (box.tell("PURGE", "/pages/1/", "edge-a", X_Purged_By="store"), *caches(box, place)) == (200, "hit")
    assert (box.tell("PURGE", "/pages/1/", "edge-a"), *caches(box, place)) == (200, "miss")


def test_an_edge_can_keep_what_must_not_be_kept_and_ban_too_much(box: Box) -> None:
    edge = box.controls.edges["edge-a"]
    rules = EdgeRules(keeps_no_store=True, bans_everything=True)
    edge.use(rules)
    edge.use(rules)
    assert edge.rules() == rules
    places = (("/pages/no-store/", "edge-a"), ("/pages/2/", "edge-a"))
    assert caches(box, *places, *places) == ["miss", "miss", "hit", "hit"]
    box.tell("BAN", "/", "edge-a", X_Tags="2", X_Purged_By="store")
    assert caches(box, *places) == ["miss", "miss"]


def test_an_edge_can_answer_from_an_outlived_copy_while_it_fetches_a_new_one(box: Box) -> None:
    box.controls.edges["edge-a"].use(EdgeRules(lifetime_s=0.1, grace_s=60))
    assert box.get("/pages/1/", "edge-a").text.startswith("1 sold")
    box.sell()
    began = monotonic()
    assert waiting.until(lambda: "ttl=-" in stale(box) or monotonic() - began > 0.3, seconds=5)
    assert stale(box).startswith("1 sold")
    assert waiting.until(lambda: stale(box).startswith("2 sold"), seconds=10)
    assert monotonic() - began > 1, "the store was slow only because it was told that this is a revalidation"


def stale(box: Box) -> str:
    """Text and evidence of the page on the first edge."""
    answer = box.get("/pages/1/", "edge-a")
    return f"{answer.text} {answer.headers['cache-status']}"


def test_the_front_can_send_everybody_to_one_edge(box: Box) -> None:
    front = box.controls.front
    for _ in range(2):
        front.only("edge-b")
    assert (front.serving(), {box.get("/pages/1/").headers["x-edge"] for _ in range(3)}) == (("edge-b",), {"edge-b"})
    for _ in range(2):
        front.in_turn()
    assert {box.get("/pages/1/").headers["x-edge"] for _ in range(2)} == {"edge-a", "edge-b"}
    with pytest.raises(SandboxError, match=r"no edge edge-c(.|\n)*edge-a, edge-b"):
        front.only("edge-c")


def test_the_wire_changes_what_matches_and_nothing_once_cleared(box: Box) -> None:
    wire = box.controls.wire
    changes = {"set": {"Cache-Control": "max-age=9"}, "remove": ["Surrogate-Key"], "body": {"sold": "gone"}}
    wire.use([{"path": "^/pages/1/", **changes, "status": 203, "delay_s": 0.3}])
    began = monotonic()
    changed, other = box.get("/pages/1/"), box.get("/pages/2/")
    assert (changed.status_code, changed.headers["cache-control"]) == (203, "max-age=9")
    assert (changed.text[:6], "surrogate-key" in changed.headers) == ("1 gone", False)
    assert monotonic() - began > 0.3
    assert (other.status_code, other.text[:6], other.headers["surrogate-key"]) == (200, "1 sold", "2 all")
    for _ in range(2):
        wire.clear()
    assert (box.get("/pages/1/").status_code, box.get("/pages/1/").text[:6]) == (200, "1 sold")


@pytest.mark.parametrize("rule", [{"path": "("}, {"set": {}}, {"path": "/", "colour": "red"}])
def test_a_rule_that_the_wire_does_not_understand_is_refused(box: Box, rule: dict[str, object]) -> None:
    with pytest.raises(SandboxError, match="a rule of the wire has"):
        box.controls.wire.use([rule])


def test_an_expired_certificate_is_shown_to_whoever_connects_from_now_on(box: Box) -> None:
    front = box.controls.front
    for _ in range(2):
        front.certificate("expired")
        with pytest.raises(httpx.ConnectError, match="certificate has expired"):
            box.get("/pages/1/")
    assert box.sandbox.status().state is State.UP
    for _ in range(2):
        front.certificate("healthy")
        assert box.get("/pages/1/").status_code == 200
    with pytest.raises(SandboxError, match="no certificate is old"):
        front.certificate("old")


def test_an_address_of_the_store_is_not_trusted_without_the_authority_of_the_sandbox(box: Box) -> None:
    with pytest.raises(httpx.ConnectError, match="certificate verify failed"):
        httpx.get(str(box.store[0].url), trust_env=False)


def test_a_store_whose_customers_are_cut_off_is_up_and_left_alone(box: Box) -> None:
    pid = box.sandbox.status().stores["shop"].pid
    box.controls.link.use(LinkRules(refuse=True))
    with pytest.raises(httpx.ConnectError):
        box.get("/pages/1/")
    after = box.sandbox.up()
    assert (after.state, after.stores["shop"].pid) == (State.UP, pid)
    with pytest.raises(httpx.ConnectError):
        box.get("/pages/1/")


def sold(box: Box, where: str) -> str:
    return box.ask("select count(*) from sales", where)


def test_a_healthy_replica_never_shows_less_than_was_committed(box: Box) -> None:
    for number in range(2, 12):
        box.sell()
        assert sold(box, "replica") == str(number)


def test_a_paused_replica_shows_nothing_new_and_holds_up_no_commit(box: Box) -> None:
    replica = box.controls.replica
    for _ in range(2):
        replica.pause()
    box.sell()
    assert (sold(box, "primary"), sold(box, "replica")) == ("2", "1")
    for _ in range(2):
        replica.resume()
    assert waiting.until(lambda: sold(box, "replica") == "2", seconds=10)
    for _ in range(2):
        replica.heal()
    box.sell()
    assert sold(box, "replica") == "3"


def test_a_delayed_replica_shows_each_commit_so_much_later(box: Box) -> None:
    replica = box.controls.replica
    replica.delay(2)
    box.sell()
    began = monotonic()
    assert sold(box, "replica") == "1"
    assert waiting.until(lambda: sold(box, "replica") == "2", seconds=10)
    assert 1.5 < monotonic() - began < 3.5
    replica.delay(600)
    box.sell()
    replica.heal()
    assert sold(box, "replica") == "3"


def plant_everything(controls: Controls) -> None:
    controls.edges["edge-a"].use(EdgeRules(purges=False))
    controls.link.use(LinkRules(latency_ms=1))
    controls.scripts.use({"chat": "overlay"})
    controls.link.second.use(LinkRules(refuse=True))
    controls.front.only("edge-a")
    controls.front.certificate("expired")
    controls.wire.use([{"path": "", "status": 500}])
    controls.replica.pause()
    controls.status.announce(name="All is down", impact="critical")


def assert_healthy(box: Box) -> None:
    controls = box.controls
    assert [edge.rules() for edge in controls.edges.values()] == [EdgeRules()] * 2
    assert (controls.link.rules(), controls.link.second.rules()) == (LinkRules(), LinkRules())
    assert controls.scripts.rules() == {}
    office = httpx.get(f"{box.store[0].details['back_office']}/other/", trust_env=False, verify=box.trust())
    assert office.status_code == 200
    assert (controls.front.serving(), faults.thrown(box.home)) == (("edge-a", "edge-b"), {})
    assert controls.status.incidents() == []
    answers = [box.get("/pages/replica/", edge) for edge in ("edge-a", "edge-b")]
    assert box.get("/pages/replica/").status_code == 200
    assert [(answer.status_code, answer.headers["x-cache"]) for answer in answers] == [(200, "miss")] * 2
    box.sell()
    assert sold(box, "replica") == sold(box, "primary")


def test_heal_mends_everything_empties_the_caches_and_keeps_the_data(box: Box) -> None:
    plant_everything(box.controls)
    faults.switch(box.home, answer_500=True)
    box.get("/pages/replica/", "edge-b")
    box.sell()
    keys = ["-u", str(box.store[0].details["redis"])]
    redis = [programs.find("redis-cli") or "", *keys]
    subprocess.run([*redis, "SET", "a", "1"], check=True, capture_output=True)
    for _ in range(2):
        box.sandbox.heal("shop")
    assert subprocess.run([*redis, "DBSIZE"], check=True, capture_output=True, text=True).stdout.strip() == "0"
    assert sold(box, "replica") == "2"
    assert_healthy(box)


def test_reset_brings_the_seed_back_while_the_store_runs(box: Box) -> None:
    plant_everything(box.controls)
    box.sell()
    before = box.sandbox.status().stores["shop"].pid
    after = box.sandbox.reset("shop")
    assert (after.state, after.stores["shop"].pid, sold(box, "primary"), sold(box, "replica")) == (
        State.UP,
        before,
        "1",
        "1",
    )
    assert_healthy(box)


DRILL = """
import runpy, sys
from pathlib import Path
test = runpy.run_path(sys.argv[1])
test["plant_everything"](test["Box"](folder=Path(sys.argv[2])).controls)
print("planted", flush=True)
sys.stdin.read()
"""


def test_up_mends_what_a_killed_drill_left_and_nothing_of_a_living_one(box: Box) -> None:
    box.sandbox.controls("shop")
    for path in (box.folder / ".sandbox" / "full" / "run").glob("shop.hands.*"):
        path.unlink()
    command = [sys.executable, "-c", DRILL, __file__, str(box.folder)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, env=environment(), text=True, **pipes) as drill:  # type: ignore[call-overload]
        assert drill.stdout.readline() == "planted\n"
        box.sandbox.up()
        with pytest.raises(httpx.ConnectError, match="certificate has expired"):
            box.get("/pages/1/")
        drill.kill()
    box.sandbox.up()
    assert_healthy(box)


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(Path(sandbox.__file__).parent.parent)}


@pytest.mark.parametrize(
    "names", [("shop-edge-a", "redis", "wire", "link"), ("primary",), ("replica", "front", "shop")]
)
def test_up_starts_again_what_was_killed(box: Box, names: tuple[str, ...]) -> None:
    before = box.sandbox.status()
    pids = {name: service.pid for name, service in before.services.items()} | {"shop": before.stores["shop"].pid}
    for name in names:
        os.kill(pids[name] or 0, signal.SIGKILL)
    assert waiting.for_exit([pids[name] or 0 for name in names], seconds=5)
    assert box.sandbox.status().state is State.DEGRADED
    after = box.sandbox.up()
    assert after.state is State.UP
    changed = {name for name, service in after.services.items() if service.pid != pids[name]}
    assert changed | ({"shop"} & set(names)) == set(names)
    assert_healthy(box)


def test_down_ends_everything_and_up_finds_the_data_again(box: Box) -> None:
    box.sell()
    box.sandbox.down()
    assert (box.processes(), box.sandbox.status().state) == ([], State.DOWN)
    began = monotonic()
    assert box.sandbox.up().state is State.UP
    assert monotonic() - began < 60
    assert sold(box, "replica") == "2"


UP = """
import runpy, sys
from pathlib import Path
box = runpy.run_path(sys.argv[1])["Box"](folder=Path(sys.argv[2]))
sys.stdout.reconfigure(line_buffering=True)
class Said(list):
    def append(self, line):
        print(line)
object.__setattr__(box, "said", Said())
box.sandbox.up()
"""


def test_an_interrupted_up_leaves_nothing(tmp_path: Path) -> None:
    box = Box(folder=tmp_path / "a clone")
    command = [sys.executable, "-c", UP, __file__, str(box.folder)]
    with subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE, text=True) as up:
        assert up.stdout is not None
        assert any(line.startswith("redis: ") for line in up.stdout)
        assert box.processes() != []
        up.send_signal(signal.SIGINT)
        up.stdout.read()
    assert box.processes() == []


def test_two_profiles_share_a_home_and_run_side_by_side(running: Box, box: Box) -> None:
    """The other profile's folder, ports and processes are its own."""
    home = box.folder / ".sandbox"
    plain = Sandbox(home, say=box.said.append, recipes=[])
    started = threading.Thread(target=plain.up)
    started.start()
    started.join()
    assert (plain.status().state, plain.status().home, box.sandbox.status().state) == (State.UP, home, State.UP)
    plain.down()
    assert box.sandbox.status().state is State.UP


def test_missing_programs_are_named_with_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(programs.PACKAGES, "no-such-program", "no-such-package")
    with pytest.raises(SandboxError, match=r"needs no-such-package(.|\n)*apt-get install .* no-such-package"):
        Box(folder=tmp_path).sandbox.up()
    assert not (tmp_path / ".sandbox").exists()
