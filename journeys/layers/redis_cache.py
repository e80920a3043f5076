"""The application cache of a store that keeps it in Redis: single keys, fields of hashes, and counted namespaces.

A place writes its keys in one of these forms, each with ``@SECONDS`` after it where entries live that long:

- ``KEY``: a key of its own;
- ``hash:KEY:FIELD``: one field of a hash; with a lifetime, its value ends in ``,`` and when it was stored (Unix time);
- ``prefix:TEXT`` and ``match:PATTERN``: the keys that begin so, or match (``*``, ``?``, ``[...]``); those of one page;
- ``incr:COUNTER``: all keys below a counter, abandoned by counting it up, which is how the store itself clears them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

import redis

from journeys.layers.keys import Entry, Key, copy_of, key
from journeys.layers.permission import demand
from journeys.model import APPLICATION_CACHE, TesterFault
from journeys.run.clock import Clock, SystemClock
from journeys.run.options import only, text
from journeys.run.ports import Clears, Copy, Place, Visitor

_FORM: Final = re.compile(r"(hash|prefix|match|incr):(.+)", re.DOTALL)
_PATIENCE_S: Final = 2.0
_WHOLE_SECONDS: Final = 1.0  # a store writes the moment of storing in whole seconds, rounded down
_AT_A_TIME: Final = 1000
"""Keys that one step of a scan looks at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RedisCache:
    """One database of a Redis server, by its URL (which may carry a password)."""

    url: str = field(repr=False)
    clears: Clears = Clears.NARROW
    name: str = APPLICATION_CACHE
    personal: bool = False
    instances: tuple[str, ...] = ()
    clock: Clock = field(default_factory=SystemClock, repr=False)

    def door(self, instance: str = "") -> str:
        """None: it lies inside the store."""
        return ""

    def copy(self, place: Place, visitor: Visitor, evidence: Mapping[str, str]) -> Copy | None:
        """What Redis says of the place's entries; None when it has none."""
        with self._connected("ask") as server:
            return copy_of([entry for written in self._keys(place) for entry in self._entries(server, written)])

    def holds(self, place: Place) -> None:
        """Nothing: only the store can read its entries."""

    def behind(self) -> bool:
        """It does not know."""
        return False

    def clear(self, place: Place, visitor: Visitor, instance: str = "") -> str:
        """Delete the place's entries; the whole database only where the configuration says ``all``."""
        demand(self.name, self.clears)
        with self._connected("clear") as server:
            if self.clears is Clears.ALL:
                server.flushdb()
                return f"the whole {self.name}"
            keys = self._keys(place)
            for written in keys:
                _delete(server, written.name)
        return ", ".join(written.name for written in keys) or "nothing: no key is known"

    def _keys(self, place: Place) -> tuple[Key, ...]:
        return tuple(key(written) for written in place.keys.get(self.name, ()))

    def _entries(self, server: redis.Redis, written: Key) -> Iterator[Entry]:
        form, name = _parts(written.name)
        if form == "hash":
            yield from self._field(server, written, name)
        else:
            for each in _names(server, form, name):
                milliseconds = int(server.pttl(each))
                if milliseconds >= -1:
                    left = math.inf if milliseconds == -1 else milliseconds / 1000
                    yield Entry(name=_text(each), age_s=written.age_s(left), left_s=left)

    def _field(self, server: redis.Redis, written: Key, name: str) -> Iterator[Entry]:
        value = server.hget(*_hash_and_field(name))
        if value is None:
            return
        stored = _text(value).rpartition(",")[2]
        if written.lifetime_s is None or not stored.isdecimal():
            yield Entry(name=name, age_s=None, left_s=None)
            return
        gone = self.clock.utc().timestamp() - int(stored)
        yield Entry(name=name, age_s=max(0.0, gone - _WHOLE_SECONDS), left_s=max(0.0, written.lifetime_s - gone))

    @contextmanager
    def _connected(self, verb: str) -> Iterator[redis.Redis]:
        try:
            with redis.Redis.from_url(
                self.url, socket_timeout=_PATIENCE_S, socket_connect_timeout=_PATIENCE_S
            ) as server:
                yield server
        except redis.RedisError as error:
            raise TesterFault(f"cannot {verb} the {self.name} in Redis: {error}") from error


def connect(options: Mapping[str, object], clears: Clears) -> RedisCache:
    """A cache by ``redis``, the URL of its database: ``redis://[:PASSWORD@]HOST:PORT/NUMBER``."""
    only(options, "redis")
    url = text(options, "redis")
    if not url.startswith(("redis://", "rediss://", "unix://")):
        raise ValueError("redis: an address begins with redis://, rediss:// or unix://")
    return RedisCache(url=url, clears=clears)


def _delete(server: redis.Redis, written: str) -> None:
    form, name = _parts(written)
    if form == "hash":
        hash_name, member = _hash_and_field(name)
        server.hdel(hash_name, member)
    elif form == "incr":
        if server.exists(name):  # counting up what is not there would make it
            server.incr(name)
    else:
        for each in list(_names(server, form, name)):
            server.delete(each)


def _names(server: redis.Redis, form: str, name: str) -> Iterator[bytes]:
    """The names of the keys that are meant."""
    if form == "":
        yield name.encode()
        return
    if form == "incr":
        stands = server.get(name)
        pattern = "" if stands is None else _literal(f"{name}:{_text(stands)}:") + "*"
    else:
        pattern = name if form == "match" else _literal(name) + "*"
        if not pattern.strip("*?"):
            raise TesterFault(f"{form}:{name} means every key, which is no place's")
    if pattern:
        yield from server.scan_iter(match=pattern, count=_AT_A_TIME)


def _parts(written: str) -> tuple[str, str]:
    form = _FORM.fullmatch(written)
    return (form[1], form[2]) if form else ("", written)


def _hash_and_field(name: str) -> tuple[str, str]:
    """A hash's name may have colons, that of its field has none."""
    hash_name, _, member = name.rpartition(":")
    return hash_name, member


def _literal(prefix: str) -> str:
    return re.sub(r"([\\*?\[\]])", r"\\\1", prefix)


def _text(value: object) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)
