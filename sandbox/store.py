"""One store of the sandbox: from an empty folder to a seeded server that answers, and back to its seed."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from threading import Event

import httpx

from sandbox import files, ports, processes, seeds, venvs, waiting
from sandbox.errors import SandboxError
from sandbox.faults import FAULTS_FILE
from sandbox.full.postgresql import Database
from sandbox.full.vcl import PROBE
from sandbox.part import minimal_environment
from sandbox.recipe import Recipe, Site
from sandbox.seeds import Holdings
from sandbox.services import Service
from sandbox.status import State, StoreStatus

READY_WITHIN = 90.0
ANSWER_WITHIN = 10.0
SEED_LASTS = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """One recipe at its site, with the folders that belong to it below the sandbox's home."""

    recipe: Recipe
    site: Site
    venv: Path
    seed: Path
    server: Service
    work: Service
    """The step of the set-up that runs now, so that an interrupted set-up leaves no process."""
    say: Callable[[str], None]
    cancelled: Event
    database: Database | None = None
    """Where its data is in the full profile; else it is in files of its home."""
    forget: Callable[[], object] = lambda: None
    """Makes its neighbours forget its orders; called whenever its data is put back or made anew."""

    def build(self) -> None:
        """Leave its venv built from the requirements as they are now."""
        self.work.stop()
        if not venvs.is_built(self.venv, self.recipe.folder):
            self.server.stop()
            self._build_venv()

    def up(self) -> None:
        """Leave the store seeded with a young seed, running and answering; does only what is missing.

        Its venv is built. A server that is started here is healthy: faults that were left planted are mended.
        """
        self.work.stop()
        if not seeds.is_current(self.seed, self._seed_key(), lasts=SEED_LASTS):
            self.server.stop()
            self._seed()
        if self.server.pid() is not None and not self.answers():
            self.server.stop()
        if self.server.pid() is None:
            self._serve()

    def reset(self) -> None:
        """Put the seeded data back and mend all faults, also while the store runs."""
        if not seeds.exists(self.seed):
            raise SandboxError(f"{self.recipe.name} has no seed", str(self.seed), "start the sandbox first")
        self.mend()
        if self.database:
            self.database.restore()
        seeds.restore(self.seed, self._holdings(), self.site.home, running=self.server.pid() is not None)
        self.forget()

    def mend(self) -> None:
        """Put all switches back that were thrown."""
        (self.site.home / FAULTS_FILE).unlink(missing_ok=True)

    def status(self) -> StoreStatus:
        """What it is, where it is, and whether it answers now."""
        pid = self.server.pid()
        running = State.UP if pid is not None and self.answers() else State.DEGRADED
        return StoreStatus(
            platform=self.recipe.platform,
            state=State.DOWN if pid is None else running,
            home=self.site.home,
            log=self.server.log,
            url=self.site.url if self.site.port else None,
            port=self.site.port or None,
            pid=pid,
            details=dict(self.recipe.describe(self.site)) if seeds.exists(self.seed) else {},
        )

    def answers(self) -> bool:
        """Whether this very server answers 200 at its ready path; in the full profile also from the wire inwards."""
        if not processes.listeners(self.site.bind_port, among=self.server.members()):
            return False
        own = f"http://127.0.0.1:{self.site.bind_port}"
        return all(self._is_ready(address) for address in dict.fromkeys((own, self.site.probe_url)))

    def _is_ready(self, address: str) -> bool:
        headers = {"Host": f"127.0.0.1:{self.site.port}", PROBE: "1"}
        try:
            # Plain HTTP on this machine: neither a proxy nor certificates, whose loading takes a while.
            reply = httpx.get(
                address + self.recipe.ready, headers=headers, timeout=ANSWER_WITHIN, trust_env=False, verify=False
            )
        except httpx.HTTPError:
            return False
        return reply.status_code == httpx.codes.OK

    def _build_venv(self) -> None:
        def perform(argv: Sequence[str]) -> int:
            return self._perform(argv, self.venv.parent, venvs.installer_environment())

        self.work.log.unlink(missing_ok=True)
        with self._step("its own venv"):
            if not venvs.build(self.venv, self.recipe.folder, perform):
                raise self._failure("its venv cannot be built")

    def _seed(self) -> None:
        self.work.log.unlink(missing_ok=True)
        seeds.forget(self.seed)
        shutil.rmtree(self.site.home, ignore_errors=True)
        self.site.home.mkdir(mode=0o700)
        if self.database:
            self.database.create()
        self.forget()
        key = self._seed_key()
        for what, argv in self.recipe.prepare(self.site):
            with self._step(what):
                code = self._perform(argv, self.site.home, self._environment())
                if code:
                    raise self._failure(f"{what} ends with exit code {code}")
        with self._step("keep the seed for resets"):
            if self.database:
                self.database.keep()
            seeds.keep(self.seed, self._holdings(), self.site.home, key)

    def _serve(self) -> None:
        self._go_on()
        ports.demand(self.recipe.name, self.site.bind_port)
        self.mend()
        with self._step(f"server at {self.site.url}"):
            self.server.start(self.recipe.serve(self.site), home=self.site.home, environment=self._environment())
            pid = self.server.pid()
            if pid is None or not waiting.for_answer(self.answers, pid=pid, seconds=READY_WITHIN):
                self._go_on()
                words, ended = self.server.last_words(), self.server.pid() is None
                self.server.stop()
                raise SandboxError(
                    f"{self.recipe.name}: the server "
                    + ("ended before it answered" if ended else f"did not answer in {READY_WITHIN:.0f} s"),
                    f"{self.site.url}{self.recipe.ready}; last lines of {self.server.log}:\n{words}",
                    "mend what the log says, then start the sandbox again",
                )

    def _perform(self, argv: Sequence[str], home: Path, environment: Mapping[str, str]) -> int:
        self._go_on()
        code = self.work.perform(argv, home=home, environment=environment)
        self._go_on()
        return code

    def _go_on(self) -> None:
        if self.cancelled.is_set():
            raise SandboxError(f"{self.recipe.name}: given up", str(self.site.home), "start the sandbox again")

    def _environment(self) -> dict[str, str]:
        return minimal_environment() | dict(self.recipe.environment(self.site))

    def _holdings(self) -> Holdings:
        databases = () if self.database else self.recipe.databases
        return Holdings(databases=databases, folders=self.recipe.folders)

    def _seed_key(self) -> str:
        where = [str(self.site.home), str(self.site.port), str(self.site.mail_port)]
        if self.site.full:
            full = self.site.full
            where += [
                str(full.origin_port),
                full.back_office,
                full.primary,
                full.replica,
                full.redis,
                *full.edges.values(),
                *full.third_parties.values(),
            ]
            where += [full.webhooks]
            where += [full.payments.url] if full.payments else []
        secrets = (f"{name}={value}" for name, value in sorted(self.site.secrets.items()))
        return files.digest(files.sources(self.recipe.folder), *where, *secrets)

    def _failure(self, what: str) -> SandboxError:
        return SandboxError(
            f"{self.recipe.name}: {what}",
            f"last lines of {self.work.log}:\n{self.work.last_words()}",
            "mend what the log says, then start the sandbox again; what is done already is kept",
        )

    @contextmanager
    def _step(self, what: str) -> Iterator[None]:
        began = time.monotonic()
        yield
        self.say(f"{self.recipe.name}: {what} … {time.monotonic() - began:.1f} s")
