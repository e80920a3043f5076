"""All services around the stores: laid out, started side by side, and found again by whoever wants to use them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

from sandbox import venvs
from sandbox.errors import SandboxError
from sandbox.full import front, link, neighbours, payment, programs, redis, scripts, wire
from sandbox.full.certificates import Certificates
from sandbox.full.controls import Controls
from sandbox.full.edge import Edge
from sandbox.full.front import Front, Way
from sandbox.full.link import Link, Links
from sandbox.full.neighbours import Neighbours
from sandbox.full.payment import Payment
from sandbox.full.postgresql import Cluster, Database
from sandbox.full.redis import Keys
from sandbox.full.replica import Replica
from sandbox.full.scripts import Scripts
from sandbox.full.trouble import Trouble
from sandbox.full.vcl import Place
from sandbox.full.wire import Wire
from sandbox.part import Part, minimal_environment
from sandbox.recipe import Full, Recipe
from sandbox.services import Service
from sandbox.state import Memory
from sandbox.status import ServiceStatus

FOLDER = Path(__file__).parent
EDGES = ("edge-a", "edge-b")
PRIMARY, REPLICA, REDIS, WIRE, FRONT, LINK, SCRIPTS = "primary", "replica", "redis", "wire", "front", "link", "scripts"
PAYMENT = "payment"
SET_UP = "services-set-up"
Together = Callable[[Sequence[Callable[[], object]]], None]
"""Does these at the same time; the first error ends the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What stands around the stores of one sandbox. Ports are those of last time, 0 before the first `up`."""

    memory: Memory
    recipes: Sequence[Recipe]
    venv: Path
    """Where mitmproxy, Radicale and localstripe are installed."""
    say: Callable[[str], None]
    cancelled: Event
    troubles: dict[str, Trouble] = field(default_factory=dict)
    """What ails the databases, by store."""

    def demand_programs(self) -> None:
        """Nothing when all programs are there; SandboxError names the packages when they are not."""
        packages = programs.missing()
        if packages:
            raise SandboxError(
                f"the full profile needs {', '.join(packages)}, not installed here",
                "packages of Debian and its relatives",
                f"run `make services`, or as root `{programs.command(packages)}`",
            )

    def doors(self) -> dict[str, str]:
        """All ports by name, and which service listens there."""
        doors = {PRIMARY: PRIMARY, REPLICA: REPLICA, REDIS: REDIS, **neighbours.DOORS}
        for recipe in self.recipes:
            store = recipe.name
            doors |= {store: LINK, f"{store}-second": LINK, f"{store}-front": FRONT, f"{store}-edges": FRONT}
            doors |= {f"{store}-wire": WIRE, f"{store}-origin": store, f"{store}-scripts": SCRIPTS}
            doors |= {f"{store}-{edge}": f"{store}-{edge}" for edge in EDGES}
            doors |= {PAYMENT: PAYMENT} if recipe.webhook else {}
        return doors

    def secrets(self) -> dict[str, tuple[str, ...]]:
        """The passwords that have to be generated."""
        passwords = {"postgresql": ("administrator", *(recipe.name for recipe in self.recipes)), **neighbours.SECRETS}
        return passwords | ({PAYMENT: payment.SECRETS} if any(recipe.webhook for recipe in self.recipes) else {})

    def services(self) -> list[Service]:
        """All long-lived ones."""
        return [part.service for part in self._parts().values()]

    def work(self) -> Service:
        """The step of the set-up that runs now."""
        return self.memory.service(SET_UP)

    def build_venv(self) -> None:
        """Install mitmproxy, Radicale and localstripe, when they are not yet there."""
        if venvs.is_built(self.venv, FOLDER):
            return
        work = self.work()
        work.log.unlink(missing_ok=True)

        def perform(argv: Sequence[str]) -> int:
            self._go_on()
            return work.perform(argv, home=self.venv.parent, environment=venvs.installer_environment())

        if not venvs.build(self.venv, FOLDER, perform):
            raise self._failure("the wire's venv cannot be built")
        self.say("wire: its own venv")

    def up(self, together: Together) -> bool:
        """Leave all running; whether the databases were made anew, so that the stores' seeds are gone."""
        self.work().stop()
        certificates = self._certificates()
        if not certificates.whole():
            self._service(FRONT).stop()
            self._perform("making certificates", certificates.making(venvs.interpreter(self.venv)))
        made: list[bool] = []
        parts = self._parts()
        others = [part for name, part in parts.items() if name not in (PRIMARY, REPLICA)]
        together([lambda: made.append(self._databases_up(parts)), *(self._starter(part) for part in others)])
        return any(made)

    def status(self) -> dict[str, ServiceStatus]:
        """Every service by its name."""
        return {name: part.status() for name, part in self._parts().items()}

    def full(self, store: str) -> Full:
        """What the recipe of a store is told."""
        database, way, processor = self.database(store), self._way(store), self._payment(store)
        return Full(
            origin_port=way.origin,
            probe=f"http://127.0.0.1:{way.wire}",
            back_office=self._links(store).second.url,
            ca=str(self._certificates().authority),
            primary=database.primary,
            replica=database.replica,
            redis=self._keys(store).url,
            third_parties=scripts.addresses(way.scripts),
            edges={edge.place.edge: edge.url for edge in self._edges(store).values()},
            webhooks=self._neighbours().receiver(store).webhooks,
            neighbours=self._neighbours().asked(store),
            organs=self._neighbours().organs(store),
            payments=processor.keys if processor else None,
        )

    def forget(self, store: str) -> None:
        """Make the neighbours of a store forget its orders, whose numbers it is about to give again."""
        self._neighbours().receiver(store).empty()
        processor = self._payment(store)
        if processor:
            processor.forget()

    def database(self, store: str) -> Database:
        """The database of a store."""
        password = self.memory.secrets().get("postgresql", {}).get(store, "")
        return Database(store=store, cluster=self._cluster(), password=password)

    def controls(self, store: str) -> Controls:
        """What a drill can take hold of around a store."""
        return Controls(
            link=self._links(store),
            edges=self._edges(store),
            scripts=self._scripts(store),
            front=Front(store=store, edges=EDGES, folder=self._folder(FRONT), certificates=self._certificates()),
            wire=self._wire(store),
            replica=Replica(cluster=self._cluster()),
            keys=self._keys(store),
            trouble=self._trouble(store),
            receiver=self._neighbours().receiver(store),
            status=self._neighbours().status_feed(store),
            reads_replica=self._recipe(store).reads_replica,
            payment=self._payment(store),
        )

    def _trouble(self, store: str) -> Trouble:
        """Always the same, since it may hold connections."""
        url = self.database(store).primary
        known = self.troubles.get(store)
        if known is None or known.url != url:
            known = self.troubles[store] = Trouble(store=store, cluster=self._cluster(), url=url)
        return known

    def _databases_up(self, parts: Mapping[str, Part]) -> bool:
        cluster = self._cluster()
        made = cluster.make(self._perform)
        parts[PRIMARY].up(say=self.say, cancelled=self.cancelled)
        cluster.copy(self._perform)
        parts[REPLICA].up(say=self.say, cancelled=self.cancelled)
        if not cluster.follows():
            parts[REPLICA].service.stop()
            cluster.copy(self._perform, anew=True)
            parts[REPLICA].up(say=self.say, cancelled=self.cancelled)
        Replica(cluster=cluster).heal()
        return made

    def _starter(self, part: Part) -> Callable[[], object]:
        return lambda: part.up(say=self.say, cancelled=self.cancelled)

    def _perform(self, what: str, argv: Sequence[str]) -> None:
        self._go_on()
        work = self.work()
        work.log.unlink(missing_ok=True)
        environment = minimal_environment()
        if work.perform(argv, home=self.memory.home, environment=environment):
            self._go_on()
            raise self._failure(f"{what} fails")

    def _go_on(self) -> None:
        if self.cancelled.is_set():
            raise SandboxError("the services were given up", str(self.memory.home), "start the sandbox again")

    def _failure(self, what: str) -> SandboxError:
        work = self.work()
        return SandboxError(
            what, f"last lines of {work.log}:\n{work.last_words()}", "mend what the log says, then start again"
        )

    def _parts(self) -> dict[str, Part]:
        cluster, ways = self._cluster(), [self._way(recipe.name) for recipe in self.recipes]
        wires = {way.store: self._wire(way.store) for way in ways}
        links = {way.store: self._links(way.store) for way in ways}
        vendors = {way.store: self._scripts(way.store) for way in ways}
        python = venvs.interpreter(self.venv)
        processor = next((found for way in ways if (found := self._payment(way.store))), None)
        return {
            PRIMARY: cluster.primary(self._service(PRIMARY)),
            REPLICA: cluster.replica(self._service(REPLICA)),
            REDIS: redis.part(self._folder(REDIS), self._port(REDIS), self._service(REDIS)),
            **{
                f"{way.store}-{name}": edge.part(self._service(f"{way.store}-{name}"))
                for way in ways
                for name, edge in self._edges(way.store).items()
            },
            **self._neighbours().parts(ways, python),
            WIRE: wire.part(self._folder(WIRE), ways, wires, python, self._service(WIRE)),
            FRONT: front.part(self._folder(FRONT), ways, self._certificates(), self._service(FRONT)),
            **({PAYMENT: processor.part(python, self._service(PAYMENT))} if processor else {}),
            SCRIPTS: scripts.part(self._folder(SCRIPTS), ways, vendors, python, self._service(SCRIPTS)),
            LINK: link.part(self._folder(LINK), ways, links, python, self._service(LINK)),
        }

    def _edges(self, store: str) -> dict[str, Edge]:
        way, cachable = self._way(store), self._recipe(store).cachable
        return {
            name: Edge(
                place=Place(edge=name, origin_port=way.origin, public_port=way.public, cachable=cachable),
                port=port,
                folder=self._folder(f"{store}-{name}"),
            )
            for name, port in way.edge.items()
        }

    def _way(self, store: str) -> Way:
        return Way(
            store=store,
            public=self._port(store),
            second=self._port(f"{store}-second"),
            front=self._port(f"{store}-front"),
            wire=self._port(f"{store}-wire"),
            edges=self._port(f"{store}-edges"),
            edge={edge: self._port(f"{store}-{edge}") for edge in EDGES},
            origin=self._port(f"{store}-origin"),
            scripts=self._port(f"{store}-scripts"),
        )

    def _cluster(self) -> Cluster:
        return Cluster(
            folder=self._folder("postgresql"),
            port=self._port(PRIMARY),
            replica_port=self._port(REPLICA),
            password=self.memory.secrets().get("postgresql", {}).get("administrator", ""),
        )

    def _keys(self, store: str) -> Keys:
        return Keys(port=self._port(REDIS), number=1 + [recipe.name for recipe in self.recipes].index(store))

    def _payment(self, store: str) -> Payment | None:
        """The processor of a store that takes payments."""
        path = self._recipe(store).webhook
        if not path:
            return None
        return Payment(
            port=self._port(PAYMENT),
            folder=self._folder(PAYMENT),
            endpoint=f"http://127.0.0.1:{self._way(store).origin}{path}",
            secrets=self.memory.secrets().get(PAYMENT, {}),
        )

    def _wire(self, store: str) -> Wire:
        return Wire(folder=self.memory.home / store)

    def _neighbours(self) -> Neighbours:
        return Neighbours(memory=self.memory, recipes=self.recipes, folder=self._folder(""))

    def _links(self, store: str) -> Links:
        way, home, folder = self._way(store), self.memory.home / store, self._folder(LINK)
        second = Link(folder=folder, file=home / link.SECOND_RULES, url=f"https://127.0.0.1:{way.second}")
        public = f"https://127.0.0.1:{way.public}"
        return Links(folder=folder, file=home / link.PUBLIC_RULES, url=public, second=second)

    def _certificates(self) -> Certificates:
        return Certificates(folder=self._folder("certificates"), stores=[recipe.name for recipe in self.recipes])

    def _scripts(self, store: str) -> Scripts:
        return Scripts(file=self.memory.home / store / scripts.RULES_FILE)

    def _recipe(self, store: str) -> Recipe:
        return next(recipe for recipe in self.recipes if recipe.name == store)

    def _service(self, name: str) -> Service:
        return self.memory.service(name)

    def _folder(self, name: str) -> Path:
        """Hidden behind one folder, so that a store may have any name."""
        return self.memory.home / "services" / name

    def _port(self, name: str) -> int:
        return self.memory.ports().get(name, 0)
