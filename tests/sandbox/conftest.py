"""A tiny store that is real: an HTTP server of the standard library over a SQLite file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import pytest

from sandbox import Sandbox
from sandbox.recipe import Recipe, Site

SERVER = """
import http.server, pathlib, sqlite3, sys
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        rows = sqlite3.connect("store.db").execute("select count(*) from sales").fetchone()[0]
        self.send_response(200)
        self.end_headers()
        self.wfile.write(f"{rows} {pathlib.Path('index/words').read_text()}".encode())
http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Answer).serve_forever()
"""
SEED = """
import os, pathlib, sqlite3
with sqlite3.connect("store.db") as store:
    store.execute("pragma journal_mode=wal")
    store.execute("create table sales (id integer)")
    store.execute("insert into sales values (1)")
pathlib.Path("index").mkdir()
pathlib.Path("index/words").write_text("seeded")
pathlib.Path("secret").write_text(os.environ["TINY_SECRET"])
"""


def recipe(folder: Path, *, name: str = "shop", seed: str = SEED, server: str = SERVER) -> Recipe:
    """A recipe in a folder of its own, with what its seed and its server do."""
    (folder / "site").mkdir(parents=True)
    (folder / "requirements.txt").write_text("")
    (folder / "constraints.txt").write_text("")
    (folder / "site" / "seed.py").write_text(seed)
    (folder / "site" / "server.py").write_text(server)

    def environment(site: Site) -> Mapping[str, str]:
        return {"TINY_SECRET": site.secrets["token"]}

    def prepare(site: Site) -> Sequence[tuple[str, Sequence[str]]]:
        return [("seed", [str(site.python), str(folder / "site" / "seed.py")])]

    def serve(site: Site) -> Sequence[str]:
        return [str(site.python), str(folder / "site" / "server.py"), str(site.port)]

    return Recipe(
        name=name,
        platform="tiny",
        folder=folder,
        secrets=("token",),
        environment=environment,
        prepare=prepare,
        serve=serve,
        ready="/",
        databases=("store.db",),
        folders=("index",),
        describe=lambda site: {"token": site.secrets["token"]},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """A folder with a space in its name, and what the sandbox said."""

    folder: Path
    said: list[str] = field(default_factory=list)
    say: Callable[[str], None] | None = None

    @property
    def home(self) -> Path:
        """The state folder."""
        return self.folder / ".sandbox"

    def recipe(self, name: str = "shop", *, seed: str = SEED, server: str = SERVER) -> Recipe:
        """A store in a folder of its own; what its seed and its server do can be given."""
        return recipe(self.folder / name, name=name, seed=seed, server=server)

    def sandbox(self, *recipes: Recipe, **ports: int) -> Sandbox:
        """The sandbox of these recipes; the same folder each time."""
        return Sandbox(self.home, ports=ports, say=self.say or self.said.append, recipes=recipes)

    def end(self) -> None:
        """End all that runs, whatever started it."""
        tiny = [recipe(self.folder / f"ender {uuid4()}", name=name) for name in ("shop", "booking")]
        self.sandbox(*tiny).down()

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


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """A bench that is left without processes."""
    folder = tmp_path / "a clone"
    folder.mkdir()
    bench = Bench(folder=folder)
    yield bench
    bench.end()
