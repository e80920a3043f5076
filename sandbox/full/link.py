"""The links: the network between a customer and a store, which can be cut, slowed and made to lose connections."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from sandbox import files
from sandbox.errors import SandboxError
from sandbox.full import runtime
from sandbox.full.front import Way
from sandbox.part import Part
from sandbox.services import Service

PROGRAM = Path(__file__).with_name("relay.py")
PUBLIC_RULES, SECOND_RULES = "link.json", "second.json"
WHOM = "the link"


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRules:
    """How a link behaves; the defaults are the healthy one. Connections that stand already obey as well."""

    refuse: bool = False
    """Nobody listens: new connections are refused, those that stand are reset."""
    stall: bool = False
    """Connections are accepted, and nothing passes in either direction. When this ends they are reset."""
    reset_after_bytes: int | None = None
    """An answer is cut off by a reset after so many bytes; counted from what the customer last sent."""
    latency_ms: float = 0.0
    """Milliseconds by which everything is late, each way; a new connection costs one more way there and back."""
    jitter_ms: float = 0.0
    """Milliseconds by which any piece may be later still, at random."""
    reset_share: float = 0.0
    """The share of connections (0 to 1) that are reset when the customer sends something, which is lost."""
    reset_kept_share: float = 0.0
    """The share of questions on connections that are kept which are lost with a reset; browsers ask again at once."""
    bytes_per_s: int = 0
    """What the line carries each way, all connections together; 0 for as much as they like."""
    seed: int = 0
    """What the choice of connections to reset follows from."""

    def __post_init__(self) -> None:
        """SandboxError for what no link can do."""
        whole = (self.latency_ms, self.jitter_ms, self.bytes_per_s, self.reset_after_bytes or 0)
        if min(whole) < 0 or not all(0 <= share <= 1 for share in (self.reset_share, self.reset_kept_share)):
            raise SandboxError("a rule of the link is out of range", f"{self}", "nothing below 0, a share up to 1")


HEALTHY = LinkRules()


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """The way from one place to one store."""

    folder: Path
    """Where the relay runs."""
    file: Path
    """Its rules."""
    url: str
    """The address that this link leads from, without a slash at its end."""

    def use(self, rules: LinkRules) -> None:
        """Behave by these rules from now on; they are obeyed when this returns."""
        if rules == HEALTHY:
            self.file.unlink(missing_ok=True)
        else:
            self.file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            files.write(self.file, json.dumps(asdict(rules)))
        runtime.ask(self.folder, "read", whom=WHOM)

    def rules(self) -> LinkRules:
        """The rules it behaves by now."""
        try:
            return LinkRules(**json.loads(self.file.read_text()))
        except FileNotFoundError:
            return HEALTHY

    def clear(self) -> None:
        """Make it healthy."""
        self.use(HEALTHY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Links(Link):
    """A store has two addresses: the customers' own, and a second one that its staff and another place use."""

    second: Link

    def clear(self) -> None:
        """Make both healthy."""
        self.use(HEALTHY)
        self.second.clear()


def part(folder: Path, ways: Sequence[Way], links: Mapping[str, Links], python: Path, service: Service) -> Part:
    """How the relay of all stores is started."""
    lines = {
        port: {"to": way.front, "rules": str(link.file)}
        for way in ways
        for port, link in ((way.public, links[way.store]), (way.second, links[way.store].second))
    }
    return Part(
        service=service,
        says="the link at " + " and ".join(links[way.store].url for way in ways),
        argv=[str(python), "-I", "-S", "-B", str(PROGRAM)],
        home=folder,
        ports=tuple(lines),
        ready=lambda: runtime.answers(folder, "read", "obeyed", whom=WHOM),
        environment={"LINK_LINES": json.dumps(lines)},
        depends=(PROGRAM,),
    )
