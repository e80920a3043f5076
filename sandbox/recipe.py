"""What the orchestration knows of one store: how to prepare, serve, reset and describe it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Payments:
    """Where a store takes payments, over Stripe's API, and as whom."""

    url: str
    """The processor's address, without a slash at its end; its script for browsers is at /js.stripe.com/v3/."""
    secret_key: str = field(repr=False)
    """The store's own."""
    public_key: str
    """For browsers."""
    ledger_key: str = field(repr=False)
    """Another secret key, for who looks at the payments from outside."""
    webhook_secret: str = field(repr=False)
    """What events are signed with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Full:
    """What stands around a store in the full profile."""

    origin_port: int
    """Where the store's own server listens on 127.0.0.1; the site's port is then the public address."""
    probe: str
    """Where one looks whether all answers, such as "http://127.0.0.1:8752": behind what cuts off customers."""
    back_office: str
    """The store's second address, such as "https://127.0.0.1:8753"; it does not share the customers' link."""
    ca: str
    """The file (PEM) of the authority that signed the certificates of both addresses."""
    primary: str = field(repr=False)
    """The store's database, such as "postgresql://user:password@127.0.0.1:5433/shop"."""
    replica: str = field(repr=False)
    """The same database on the streaming replica."""
    redis: str
    """The store's own Redis database, such as "redis://127.0.0.1:6390/1"."""
    third_parties: Mapping[str, str]
    """The origins of scripts that pages may include by name, such as "http://chat.localhost:8754"."""
    edges: Mapping[str, str]
    """This store's door of each edge by its name, such as "http://127.0.0.1:8751"; they take PURGE and BAN."""
    webhooks: str = ""
    """Where the store announces what happens to its bookings; "" for one that does not."""
    neighbours: Mapping[str, Mapping[str, str]] = field(default_factory=dict, repr=False)
    """What holds the store's sales and bookings as well, by its name in reports: its kind, and how it is asked."""
    organs: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """What says how the store is, by its name in reports: its kind, and how it is asked."""
    payments: Payments | None = None
    """Of a store that has a `webhook`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Where one store lives on this machine."""

    home: Path
    """The store's own state folder; it exists."""
    python: Path
    """The interpreter of the store's own venv."""
    port: int
    """Where the store listens on 127.0.0.1."""
    mail_port: int
    """The SMTP sink on 127.0.0.1."""
    secrets: Mapping[str, str] = field(repr=False)
    """What `Recipe.secrets` asked for, generated once per sandbox."""
    full: Full | None = None
    """What stands around the store; None in the embedded profile."""

    @property
    def bind_port(self) -> int:
        """Where the store's own server listens."""
        return self.full.origin_port if self.full else self.port

    @property
    def probe_url(self) -> str:
        """Where one looks whether the store answers, whatever cuts off its customers."""
        return self.full.probe if self.full else self.url

    @property
    def url(self) -> str:
        """The address of the store, without a slash at its end."""
        return f"{'https' if self.full else 'http'}://127.0.0.1:{self.port}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cachable:
    """What the edges of the full profile may keep of a store; by default nothing."""

    paths: str = ""
    """A regular expression that finds the public pages by path and query; without quotation marks."""
    personal_cookies: tuple[str, ...] = ()
    """The names of cookies (regular expressions) that make any page personal; by default every cookie does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """One store software: from an empty folder to a seeded store that answers.

    `prepare` gives (what it does, argv) pairs that lead from an empty home to the seeded store; every
    command runs with the home as its working directory and with `environment` over a minimal one (PATH,
    HOME, locale). `serve` is the argv of the server in the foreground, `ready` the path that answers 200
    when the store is ready. `databases` (SQLite files) and `folders`, relative to the home, are what a
    reset restores; in the full profile the PostgreSQL database of the store's name stands for `databases`.
    `describe` gives what `status` prints of a seeded store. The rest is for the full profile. `cachable` and
    `reads_replica`: what its edges may keep, and whether the store reads from the replica. `webhook` is the path where
    it takes the events of the payment processor; one without that path has no processor, and only one store of a
    sandbox may have it. `receiver_secret` names the one among `secrets` that is the API token of whoever receives its
    webhooks; a store without one sends none.
    """

    name: str
    platform: str
    folder: Path
    """Holds requirements.txt, constraints.txt and site/; a change in it makes the store be seeded anew."""
    secrets: tuple[str, ...]
    environment: Callable[[Site], Mapping[str, str]]
    prepare: Callable[[Site], Sequence[tuple[str, Sequence[str]]]]
    serve: Callable[[Site], Sequence[str]]
    ready: str
    databases: tuple[str, ...]
    folders: tuple[str, ...]
    describe: Callable[[Site], Mapping[str, object]]
    cachable: Cachable = Cachable()
    reads_replica: bool = False
    receiver_secret: str = ""
    webhook: str = ""
