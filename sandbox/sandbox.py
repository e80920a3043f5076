"""The sandbox: both stores and their mailbox on this machine, started, reset and ended together."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Lock

from sandbox import mail, ports, venvs, waiting
from sandbox.errors import SandboxError
from sandbox.recipe import Recipe, Site
from sandbox.services import Service
from sandbox.state import Memory
from sandbox.status import MailStatus, State, Status
from sandbox.store import Store

PROFILES = ("embedded",)
FIRST_PORTS = {"shop": 8710, "booking": 8720, "mail": 8730}
FURTHER_PORTS = 8740
SPACE_NEEDED = 1_500_000_000
"""Bytes: the venvs of both stores and their data, with room for the installer's cache."""
MAIL_WITHIN = 20.0


def own_recipes() -> tuple[Recipe, ...]:
    """The recipes of the stores that the project brings along."""
    from sandbox.booking.recipe import RECIPE as booking
    from sandbox.shop.recipe import RECIPE as shop

    return shop, booking


class Sandbox:
    """Real stores in one state folder; any method may be called at any time, also by two processes at once.

    `ports` may fix the port of a store or of "mail"; the others keep the port of last time or get a free
    one. `say` is told each step with its seconds. Everything expected to go wrong is a SandboxError.
    """

    def __init__(
        self,
        home: Path,
        *,
        ports: Mapping[str, int] | None = None,
        say: Callable[[str], None],
        recipes: Sequence[Recipe] | None = None,
    ) -> None:
        self._memory = Memory(home=home.absolute())
        self._recipes = {recipe.name: recipe for recipe in (own_recipes() if recipes is None else recipes)}
        self._configured = dict(ports or {})
        self._tell, self._telling = say, Lock()
        self._cancelled = Event()
        unknown = set(self._configured) - {*self._recipes, "mail"}
        if unknown:
            known = ", ".join([*self._recipes, "mail"])
            raise SandboxError(f"no port can be set for {sorted(unknown)}", "ports", f"known names: {known}")

    def up(self, *, profile: str = "embedded") -> Status:
        """Leave both stores and the mailbox running with a young seed; quick when they do already.

        After an error or an interrupt, what this call started is stopped.
        """
        if profile not in PROFILES:
            raise SandboxError(f"unknown profile {profile!r}", "profile", f"choose from {', '.join(PROFILES)}")
        with self._memory.locked(self._say):
            self._cancelled.clear()
            self._check_space()
            before = {service.name: service.pid() for service in self._services()}
            try:
                with ports.Reservation() as reservation:
                    self._choose_ports(reservation)
                    self._start_mail()
                    self._each(Store.up)
            except BaseException:
                self._stop([one for one in self._services() if one.pid() != before[one.name]])
                raise
        return self.status()

    def down(self) -> None:
        """End everything that runs, also what an interrupted `up` left; the data stays."""
        if self._memory.home.exists():
            with self._memory.locked(self._say):
                self._stop([*self._works(), *self._services()])

    def reset(self, *names: str) -> Status:
        """Put the seeded state back, also while the stores run: data, search index, no mails, no faults.

        With names only these stores; the mailbox is shared and stays as it is then.
        """
        strange = [name for name in names if name not in self._recipes]
        if strange:
            known = ", ".join(self._recipes)
            raise SandboxError(f"there is no store {', '.join(strange)}", "reset", f"known stores: {known}")
        with self._memory.locked(self._say), self._step(f"reset {' and '.join(names or self._recipes)}"):
            self._cancelled.clear()
            self._each(Store.reset, names)
            if not names:
                mail.empty(self._memory.maildir)
        return self.status()

    def status(self) -> Status:
        """What runs now, where, and what can be done with it."""
        service, port = self._memory.service("mail"), self._memory.ports().get("mail")
        pid = service.pid()
        running = State.UP if port is not None and ports.answers(port) else State.DEGRADED
        return Status(
            profile=PROFILES[0],
            home=self._memory.home,
            stores={store.recipe.name: store.status() for store in self._stores()},
            mail=MailStatus(
                state=State.DOWN if pid is None else running,
                port=port,
                pid=pid,
                maildir=self._memory.maildir,
                log=service.log,
            ),
        )

    def _check_space(self) -> None:
        missing = [one for one in self._stores() if not venvs.is_built(one.venv, one.recipe.folder)]
        free = shutil.disk_usage(self._memory.home).free
        if missing and free < SPACE_NEEDED:
            raise SandboxError(
                f"only {free / 1e9:.1f} GB of disk space are free, {SPACE_NEEDED / 1e9:.1f} GB are needed",
                str(self._memory.home),
                "make room, or put the sandbox's home on another disk",
            )

    def _choose_ports(self, reservation: ports.Reservation) -> None:
        last = self._memory.ports()
        chosen: dict[str, int] = {}
        for name in ("mail", *self._recipes):
            service, wanted = self._memory.service(name), self._configured.get(name)
            if service.pid() is not None and name in last and wanted in (None, last[name]):
                chosen[name] = last[name]
                continue
            service.stop()
            if wanted is not None:
                ports.demand(name, wanted)
                chosen[name] = wanted
            elif name in last and reservation.take(last[name]):
                chosen[name] = last[name]
            else:
                first = FIRST_PORTS.get(name, FURTHER_PORTS)
                others = {*last.values(), *self._configured.values()}
                chosen[name] = reservation.take_from(first, name=name, without=others)
        self._memory.keep_ports(chosen)
        self._memory.generate_secrets({name: recipe.secrets for name, recipe in self._recipes.items()})

    def _start_mail(self) -> None:
        service, port = self._memory.service("mail"), self._memory.ports()["mail"]
        if service.pid() is not None and ports.answers(port):
            return
        service.stop()
        with self._step(f"mail: SMTP sink at 127.0.0.1:{port}"):
            ports.demand("mail", port)
            argv = mail.serve(port, self._memory.maildir)
            service.start(argv, home=self._memory.home, environment=os.environ)
            pid = service.pid()
            if pid is None or not waiting.for_answer(lambda: ports.answers(port), pid=pid, seconds=MAIL_WITHIN):
                words = service.last_words()
                service.stop()
                raise SandboxError(
                    "mail: the SMTP sink does not start",
                    f"127.0.0.1:{port}; last lines of {service.log}:\n{words}",
                    f"see whether aiosmtpd is installed for {sys.executable}",
                )

    def _each(self, action: Callable[[Store], None], names: Sequence[str] = ()) -> None:
        """Do it with all of these stores at the same time; the first error ends the work on the others."""
        stores = [store for store in self._stores() if not names or store.recipe.name in names]
        with ThreadPoolExecutor(max_workers=len(stores)) as pool:
            futures = [pool.submit(action, store) for store in stores]
            try:
                wait(futures, return_when=FIRST_EXCEPTION)
                for future in futures:
                    if future.done():
                        future.result()
            except BaseException:
                self._give_up(futures)
                raise

    def _give_up(self, futures: Sequence[Future[None]]) -> None:
        self._cancelled.set()
        while wait(futures, timeout=waiting.LONGEST_PAUSE).not_done:
            self._stop(self._works())

    def _stop(self, services: Sequence[Service]) -> None:
        with ThreadPoolExecutor(max_workers=len(services) or 1) as pool:
            list(pool.map(self._stop_one, services))

    def _stop_one(self, service: Service) -> None:
        began = time.monotonic()
        if service.stop():
            self._say(f"{service.name}: stopped … {time.monotonic() - began:.1f} s")

    def _services(self) -> list[Service]:
        return [self._memory.service(name) for name in (*self._recipes, "mail")]

    def _works(self) -> list[Service]:
        return [self._memory.service(f"{name}-set-up") for name in self._recipes]

    def _stores(self) -> list[Store]:
        return [self._store(recipe) for recipe in self._recipes.values()]

    def _store(self, recipe: Recipe) -> Store:
        home, known = self._memory.home, self._memory.ports()
        generated = self._memory.secrets().get(recipe.name, {})
        venv = home / "venvs" / recipe.name
        return Store(
            recipe=recipe,
            site=Site(
                home=home / recipe.name,
                python=venvs.interpreter(venv),
                port=known.get(recipe.name, 0),
                mail_port=known.get("mail", 0),
                secrets={name: generated[name] for name in recipe.secrets if name in generated},
            ),
            venv=venv,
            seed=home / "seeds" / recipe.name,
            server=self._memory.service(recipe.name),
            work=self._memory.service(f"{recipe.name}-set-up"),
            say=self._say,
            cancelled=self._cancelled,
        )

    @contextmanager
    def _step(self, what: str) -> Iterator[None]:
        began = time.monotonic()
        yield
        self._say(f"{what} … {time.monotonic() - began:.1f} s")

    def _say(self, line: str) -> None:
        with self._telling:
            self._tell(line)
