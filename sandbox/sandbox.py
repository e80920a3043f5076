"""The sandbox: both stores and their mailbox on this machine, started, reset and ended together."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from threading import Event, Lock

from sandbox import hands, mail, ports, seeds, together, venvs
from sandbox.doors import Doors
from sandbox.errors import SandboxError
from sandbox.full.controls import Controls
from sandbox.full.surroundings import Surroundings
from sandbox.part import Part
from sandbox.recipe import Recipe, Site
from sandbox.services import Service
from sandbox.state import Memory
from sandbox.status import MailStatus, Status
from sandbox.store import Store

EMBEDDED, FULL = "embedded", "full"
PROFILES = (EMBEDDED, FULL)
FIRST_PORTS = {
    EMBEDDED: {"shop": 8710, "booking": 8720, "mail": 8730},
    FULL: {"shop": 8810, "booking": 8820, "mail": 8830},
}
FURTHER_PORTS = {EMBEDDED: 8740, FULL: 8840}
SPACE_NEEDED = 1_500_000_000
"""Bytes: the venvs of both stores and their data, with room for the installer's cache."""


def own_recipes() -> tuple[Recipe, ...]:
    """The recipes of the stores that the project brings along."""
    from sandbox.booking.recipe import RECIPE as booking
    from sandbox.shop.recipe import RECIPE as shop

    return shop, booking


class Sandbox:
    """Real stores in one state folder; any method may be called at any time, also by two processes at once.

    The profile says what stands before and behind the stores: nothing ("embedded"), or edges, caches and a
    replicated database ("full", which lives in a folder of its own and may run beside the other). `ports` may fix
    the port of a store or of "mail"; the others keep the port of last time or get a free one. `say` is told each
    step with its seconds. Everything expected to go wrong is a SandboxError.
    """

    def __init__(
        self,
        home: Path,
        *,
        profile: str = EMBEDDED,
        ports: Mapping[str, int] | None = None,
        say: Callable[[str], None],
        recipes: Sequence[Recipe] | None = None,
    ) -> None:
        if profile not in PROFILES:
            raise SandboxError(f"unknown profile {profile!r}", "profile", f"choose from {', '.join(PROFILES)}")
        self._profile, self._shared = profile, Memory(home=home.absolute())
        self._memory = self._shared if profile == EMBEDDED else Memory(home=home.absolute() / FULL)
        self._recipes = {recipe.name: recipe for recipe in (own_recipes() if recipes is None else recipes)}
        self._configured = dict(ports or {})
        self._tell, self._telling = say, Lock()
        self._cancelled = Event()
        self._around = self._surroundings() if profile == FULL else None
        unknown = set(self._configured) - {*self._recipes, "mail"}
        if unknown:
            known = ", ".join([*self._recipes, "mail"])
            raise SandboxError(f"no port can be set for {sorted(unknown)}", "ports", f"known names: {known}")

    def up(self) -> Status:
        """Leave both stores and all that belongs to them running with a young seed; quick when they do already.

        A store is mended when its server had to be started, or when somebody ended with its controls in hand.
        After an error or an interrupt, what this call started is stopped.
        """
        if self._around:
            self._around.demand_programs()
        with self._memory.locked(self._say):
            self._cancelled.clear()
            self._check_space()
            before = {service.name: service.pid() for service in self._services()}
            try:
                self._build()
                with ports.Reservation() as reservation:
                    self._choose_ports(reservation)
                    self._mail().up(say=self._say, cancelled=self._cancelled)
                    if self._around and self._around.up(self._together):
                        for store in self._stores():
                            seeds.forget(store.seed)
                    self._each(self._store_up)
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
        """Put the seeded state back, also while the stores run: data, search index, caches, no mails, no faults,
        nothing at the neighbours.

        With names only these stores; the mailbox is shared and stays as it is then. The full profile has to run.
        """
        for name in names:
            self._known(name)
        with self._memory.locked(self._say), self._step(f"reset {' and '.join(names or self._recipes)}"):
            self._cancelled.clear()
            self._each(self._reset, names)
            if not names:
                mail.empty(self._memory.maildir)
        return self.status()

    def heal(self, name: str) -> None:
        """Make the store and all around it healthy, and empty its caches; its data stays."""
        self._heal(self._store(self._known(name)))

    def halt(self, name: str) -> None:
        """End the server of one store alone, as a crash would; `up` starts it again."""
        with self._memory.locked(self._say):
            self._stop([self._store(self._known(name)).server])

    def controls(self, name: str) -> Controls:
        """What stands around the store, to be changed by a drill. SandboxError in the embedded profile.

        While this process lives, `up` leaves alone what it changes.
        """
        recipe = self._known(name)
        if self._around is None:
            raise SandboxError("the embedded profile has no layers to control", name, "use the full profile")
        hands.take(self._memory.run, recipe.name)
        return self._around.controls(recipe.name)

    def status(self) -> Status:
        """What runs now, where, and what can be done with it."""
        now = self._mail().status()
        return Status(
            profile=self._profile,
            home=self._memory.home,
            stores={store.recipe.name: store.status() for store in self._stores()},
            mail=MailStatus(state=now.state, port=now.port, pid=now.pid, maildir=self._memory.maildir, log=now.log),
            services=self._around.status() if self._around else {},
        )

    def _store_up(self, store: Store) -> None:
        left = hands.dead(self._memory.run, store.recipe.name)
        before = store.server.pid()
        if self._around and (left or before is None):
            self._around.controls(store.recipe.name).heal()
        store.up()
        if left or store.server.pid() != before:
            self._heal(store)
        for path in left:
            path.unlink(missing_ok=True)

    def _reset(self, store: Store) -> None:
        store.reset()
        self._heal(store)

    def _heal(self, store: Store) -> None:
        store.mend()
        if self._around:
            controls = self._around.controls(store.recipe.name)
            controls.heal()
            controls.drop_copies()

    def _build(self) -> None:
        """The venvs belong to both profiles."""
        actions = [store.build for store in self._stores()]
        if self._around is None:
            self._together(actions)
        else:
            with self._shared.locked(self._say):
                self._together([*actions, self._around.build_venv])

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
        owner = {"mail": "mail", **{name: name for name in self._recipes}}
        doors = Doors(
            owner=owner | (self._around.doors() if self._around else {}),
            configured=self._configured,
            first=FIRST_PORTS[self._profile],
            further=FURTHER_PORTS[self._profile],
        )
        services = {service.name: service for service in self._services()}
        self._memory.keep_ports(doors.choose(self._memory.ports(), services, reservation))
        wanted = {name: recipe.secrets for name, recipe in self._recipes.items()}
        self._memory.generate_secrets(wanted | (self._around.secrets() if self._around else {}))

    def _mail(self) -> Part:
        port, maildir = self._memory.ports().get("mail", 0), self._memory.maildir
        return mail.part(self._memory.service("mail"), home=self._memory.home, port=port, maildir=maildir)

    def _each(self, action: Callable[[Store], None], names: Sequence[str] = ()) -> None:
        """Do it with all of these stores at the same time."""
        stores = [store for store in self._stores() if not names or store.recipe.name in names]
        self._together([partial(action, store) for store in stores])

    def _together(self, actions: Sequence[Callable[[], object]]) -> None:
        together.do(actions, give_up=self._give_up)

    def _give_up(self) -> None:
        self._cancelled.set()
        self._stop(self._works())

    def _stop(self, services: Sequence[Service]) -> None:
        with ThreadPoolExecutor(max_workers=len(services) or 1) as pool:
            list(pool.map(self._stop_one, services))

    def _stop_one(self, service: Service) -> None:
        began = time.monotonic()
        if service.stop():
            self._say(f"{service.name}: stopped … {time.monotonic() - began:.1f} s")

    def _services(self) -> list[Service]:
        own = [self._memory.service(name) for name in (*self._recipes, "mail")]
        return [*own, *(self._around.services() if self._around else ())]

    def _works(self) -> list[Service]:
        own = [self._memory.service(f"{name}-set-up") for name in self._recipes]
        return [*own, *([self._around.work()] if self._around else ())]

    def _surroundings(self) -> Surroundings:
        return Surroundings(
            memory=self._memory,
            recipes=tuple(self._recipes.values()),
            venv=self._shared.home / "venvs" / "wire",
            say=self._say,
            cancelled=self._cancelled,
        )

    def _known(self, name: str) -> Recipe:
        if name not in self._recipes:
            known = ", ".join(self._recipes)
            raise SandboxError(f"there is no store {name}", "names of stores", f"known stores: {known}")
        return self._recipes[name]

    def _stores(self) -> list[Store]:
        return [self._store(recipe) for recipe in self._recipes.values()]

    def _store(self, recipe: Recipe) -> Store:
        home, known, name = self._memory.home, self._memory.ports(), recipe.name
        generated = self._memory.secrets().get(name, {})
        venv = self._shared.home / "venvs" / name
        return Store(
            recipe=recipe,
            site=Site(
                home=home / name,
                python=venvs.interpreter(venv),
                port=known.get(name, 0),
                mail_port=known.get("mail", 0),
                secrets={secret: generated[secret] for secret in recipe.secrets if secret in generated},
                full=self._around.full(name) if self._around else None,
            ),
            venv=venv,
            seed=home / "seeds" / name,
            server=self._memory.service(name),
            work=self._memory.service(f"{name}-set-up"),
            say=self._say,
            cancelled=self._cancelled,
            database=self._around.database(name) if self._around else None,
            forget=partial(self._around.forget, name) if self._around else lambda: None,
        )

    @contextmanager
    def _step(self, what: str) -> Iterator[None]:
        began = time.monotonic()
        yield
        self._say(f"{what} … {time.monotonic() - began:.1f} s")

    def _say(self, line: str) -> None:
        with self._telling:
            self._tell(line)
