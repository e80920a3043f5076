"""The configuration: one TOML file, secrets only as ${ENV}, and every mistake in it named at once."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from journeys.config_audit import AuditSettings, Book
from journeys.config_probes import Alerting, HistorySettings, Level, Maintenance, ProbeSettings, Sales, probes_of
from journeys.probes.probe import Probe

FILE: Final = "journeys.toml"
DATABASE: Final = "probes.sqlite3"
_VARIABLE: Final = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_SECRET: Final = re.compile(r"password|secret|token|key$|\.database$")
_SECRET_PLACE: Final = re.compile(r"\.(credentials|layers|neighbours|organs|receivers|books)\.|\.database$")


Profile = Literal["embedded", "full"]


class ConfigError(Exception):
    """The configuration cannot be used; the text names file and every mistake: key, what it holds, what is allowed."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Sandbox(_Strict):
    """Where the sandbox lives, and what stands before and behind its stores."""

    profile: Profile = Field(
        "embedded", description="embedded: the stores alone; full: with edges, caches and a replicated database."
    )
    home: Path = Field(Path(".sandbox"), description="Folder for the sandbox's state, relative to the file.")
    ports: Mapping[str, Annotated[int, Field(ge=1024, le=65535)]] = Field(
        default_factory=dict, description="Ports by name (shop, booking, mail); others are chosen free."
    )


class Browser(_Strict):
    """Which browser is driven."""

    executable: str = Field("", description="Path of a Chromium; empty: Playwright's own, or one on this machine.")
    headed: bool = Field(False, description="Show the browser's window.")


class LayerSettings(BaseModel):
    """What may be done to one layer of a store, and how it is reached: the keys besides these are its kind's own."""

    model_config = ConfigDict(extra="allow", frozen=True)

    clears: Literal["never", "narrow", "all"] = Field("narrow", description="What may be cleared of it.")
    kind: str = Field("", description="How it is reached; empty: as the sandbox says, or as is usual for such a layer.")

    @property
    def options(self) -> Mapping[str, object]:
        """What only its kind understands."""
        return self.model_extra or {}


class Beside(BaseModel):
    """One service beside a store: its kind, and how it is reached; the keys besides are its kind's own."""

    model_config = ConfigDict(extra="allow", frozen=True)

    kind: str = Field(description="How it is asked: stripe, caldav, crm, statuspage, ...")

    @property
    def options(self) -> Mapping[str, object]:
        """What only its kind understands."""
        return self.model_extra or {}


class Credentials(_Strict):
    """How the tester proves who it is; every value as ${ENV}."""

    api_user: str = ""
    api_password: str = Field("", repr=False)
    api_token: str = Field("", repr=False)
    staff_user: str = ""
    staff_password: str = Field("", repr=False)


class StoreSettings(_Strict):
    """One store."""

    platform: str = Field(description="The store's software, such as oscar or pretix.")
    sandbox: bool = Field(False, description="Addresses, credentials and subjects come from the running sandbox.")
    url: str = Field("", description="Where customers find it.")
    writes: bool | None = Field(
        None, description="Whether journeys may buy and book there; default: only in the sandbox."
    )
    locale: str = Field("en_GB", description="The customers' locale, such as de_DE.")
    currency: str = Field("EUR", pattern="^[A-Z]{3}$", description="ISO 4217.")
    timezone: str = Field("Europe/Berlin", description="IANA name of the store's time zone.")
    credentials: Credentials = Credentials()
    subjects: Mapping[str, tuple[str, ...]] = Field(
        default_factory=dict, description="Products or slots by role: plenty, sold out, free, paid, ..."
    )
    means: Mapping[str, str] = Field(
        default_factory=dict, description="What customers may use: card, declined card, voucher, gift card, ..."
    )
    options: Mapping[str, str] = Field(default_factory=dict, description="What only this platform needs.")
    maildir: Path | None = Field(None, description="Where the store's mails to synthetic customers arrive (Maildir).")
    layers: Mapping[str, LayerSettings] = Field(default_factory=dict)
    back_office: str = Field(
        "", description="A second address of the store, by which the tester asks its APIs; default: the customers'."
    )
    ca: Path | None = Field(
        None, description="PEM file of the authority that signed its certificate; default: those of the system."
    )
    database: str = Field(
        "", description="URL of its PostgreSQL primary as ${ENV}, to be asked how it is; empty: none."
    )
    neighbours: Mapping[str, Beside] = Field(
        default_factory=dict, description="Services that sales or bookings are passed on to, by name."
    )
    organs: Mapping[str, Beside] = Field(
        default_factory=dict, description="What says how the store is, by name, such as a status page."
    )
    books: Mapping[str, Book] = Field(
        default_factory=dict, description="What its sales and bookings are held against in audits, by name."
    )
    audit: AuditSettings = AuditSettings.model_validate({})
    intent: Mapping[str, str] = Field(
        default_factory=dict, description="What its settings are meant to be, by name, such as 'price of mug-red_1'."
    )
    tolerance: Mapping[str, Annotated[float, Field(ge=0)]] = Field(
        default_factory=dict, description="Seconds an old value may stand at a surface after a write."
    )

    levels: Mapping[str, Level] = Field(
        default_factory=dict, description="Service levels that are promised of the store, by name."
    )
    sales: Sales = Field(Sales.model_validate({}), description="Whether it is watched that the store sells.")
    maintenance: tuple[Maintenance, ...] = Field((), description="When nobody is told of what its probes find.")

    @model_validator(mode="after")
    def _addressed(self) -> StoreSettings:
        if not self.sandbox and not self.url:
            raise ValueError("url is missing (or sandbox = true)")
        if self.url and not self.url.startswith(("http://", "https://")):
            raise ValueError(f"url is {self.url!r}; it begins with http:// or https://")
        return self

    @property
    def may_write(self) -> bool:
        """A store is read-only until its configuration says otherwise; the sandbox is there to be written to."""
        return self.sandbox if self.writes is None else self.writes


class Config(_Strict):
    """The whole configuration."""

    state: Path = Field(Path(".journeys"), description="Folder of the journal of compensations.")
    modules: tuple[str, ...] = Field((), description="Modules with journeys of your own (a JOURNEYS tuple each).")
    sandbox: Sandbox = Sandbox()
    browser: Browser = Browser()
    stores: Mapping[str, StoreSettings] = Field(default_factory=dict)
    probes: Mapping[str, ProbeSettings] = Field(default_factory=dict, description="Journeys on a schedule, by name.")
    history: HistorySettings = HistorySettings.model_validate({})
    alerting: Alerting = Alerting.model_validate({})
    folder: Path = Field(Path(), exclude=True, description="The folder of the file; set when it is read.")

    @field_validator("stores")
    @classmethod
    def _some(cls, stores: Mapping[str, StoreSettings]) -> Mapping[str, StoreSettings]:
        if not stores:
            raise ValueError("no store is configured: add [stores.NAME]")
        return stores

    @model_validator(mode="after")
    def _known(self) -> Config:
        strange = {f"probes.{name}.store: {each.store}" for name, each in self.probes.items()}
        strange = {each for each in strange if each.rpartition(": ")[2] not in self.stores}
        if strange:
            raise ValueError(f"{', '.join(sorted(strange))}: no such store; configured are {', '.join(self.stores)}")
        return self

    def declared_probes(self) -> tuple[Probe, ...]:
        """The probes, one for each location."""
        return probes_of(
            self.probes,
            {name: store.levels for name, store in self.stores.items()},
            {name: store.maintenance for name, store in self.stores.items()},
            shadow=self.alerting.shadow,
        )

    def database_url(self) -> str:
        """Where the probes' history is kept."""
        from journeys.probes.database import in_file  # only who watches needs what it needs

        return self.history.database or in_file(self.path(self.state) / DATABASE)

    def in_profile(self, profile: Profile) -> Config:
        """The same with this profile of the sandbox."""
        return self.model_copy(update={"sandbox": self.sandbox.model_copy(update={"profile": profile})})

    def path(self, path: Path) -> Path:
        """A path of the configuration, which is relative to the file."""
        return path if path.is_absolute() else self.folder / path


DEFAULT: Final = {
    "stores": {
        "shop": {"platform": "oscar", "sandbox": True, "locale": "de_DE"},
        "booking": {"platform": "pretix", "sandbox": True},
    }
}


def load(path: Path | None, environment: Mapping[str, str] = os.environ) -> Config:
    """Read the configuration; without a file, that of the sandbox. ConfigError names every mistake."""
    named = path is not None
    file = (path or Path(environment.get("JOURNEYS_CONFIG") or FILE)).absolute()
    if not file.exists() and not named and "JOURNEYS_CONFIG" not in environment:
        return _checked(dict(DEFAULT), file, [])
    try:
        raw = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{file}: cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file}: not valid TOML: {error}") from error
    mistakes: list[str] = []
    raw = _overridden(_filled(raw, "", environment, mistakes), environment)
    return _checked(raw, file, mistakes)


def _checked(raw: dict[str, Any], file: Path, mistakes: list[str]) -> Config:
    try:
        config = Config.model_validate(raw | {"folder": file.parent})
    except ValidationError as error:
        mistakes = mistakes + [_in_words(each) for each in error.errors()]
        config = None
    if mistakes or config is None:
        raise ConfigError("\n".join([f"{file}: {len(mistakes)} mistake(s)", *(f"  {mistake}" for mistake in mistakes)]))
    return config


def _filled(value: Any, key: str, environment: Mapping[str, str], mistakes: list[str]) -> Any:
    """Values with ${NAME} filled in; a secret written out in the file is a mistake."""
    if isinstance(value, dict):
        return {name: _filled(v, f"{key}.{name}" if key else name, environment, mistakes) for name, v in value.items()}
    if isinstance(value, list):
        return [_filled(each, f"{key}[{i}]", environment, mistakes) for i, each in enumerate(value)]
    if not isinstance(value, str):
        return value
    if _SECRET_PLACE.search(key) and _SECRET.search(key) and value and not _VARIABLE.search(value):
        mistakes.append(f'{key}: a secret is written out; allowed: "${{NAME}}" of an environment variable')

    def fill(match: re.Match[str]) -> str:
        if match[1] not in environment:
            mistakes.append(f"{key}: ${{{match[1]}}} is not set in the environment")
        return environment.get(match[1], "")

    return _VARIABLE.sub(fill, value)


def _overridden(raw: dict[str, Any], environment: Mapping[str, str]) -> dict[str, Any]:
    """The environment goes before the file: JOURNEYS_BROWSER, JOURNEYS_SANDBOX, JOURNEYS_PROFILE, JOURNEYS_STATE."""
    if environment.get("JOURNEYS_BROWSER"):
        raw["browser"] = dict(raw.get("browser", {})) | {"executable": environment["JOURNEYS_BROWSER"]}
    if environment.get("JOURNEYS_SANDBOX"):
        raw["sandbox"] = dict(raw.get("sandbox", {})) | {"home": environment["JOURNEYS_SANDBOX"]}
    if environment.get("JOURNEYS_PROFILE"):
        raw["sandbox"] = dict(raw.get("sandbox", {})) | {"profile": environment["JOURNEYS_PROFILE"]}
    if environment.get("JOURNEYS_STATE"):
        raw["state"] = environment["JOURNEYS_STATE"]
    return raw


def _in_words(error: Any) -> str:
    key = ".".join(str(part) for part in error["loc"])
    got = error.get("input")
    message = str(error["msg"]).removeprefix("Value error, ")
    if error["type"] == "extra_forbidden":
        return f"{key}: no such key"
    shown = "" if isinstance(got, (dict, list)) or _SECRET.search(key) else f" (it is {got!r})"
    return f"{key}: {message}{shown}"
