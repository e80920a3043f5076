"""What must never be written down, and texts without it, however it is written in them; pure."""

from __future__ import annotations

import html
import json
import re
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, Final, TypeVar
from urllib.parse import quote, quote_plus, unquote, urlsplit

V = TypeVar("V")

MASKED: Final = "[masked]"
SHORTEST: Final = 6
"""A shorter secret is left as it is: it would be found in what is none."""
FIELD: Final = re.compile(
    r"passw|passphrase|secret|token|csrf|session|authori[sz]ation|cookie$|api.?key"
    r"|gift.?card|card.?(num|no|code)|^cc-|^number$|cvc|cvv|ccv",
    re.IGNORECASE,
)
"""How fields, cookies and headers are called whose values are secret."""
KEY: Final = re.compile(r"password|secret|token|(^|[ _-])key$|card$", re.IGNORECASE)
"""How secrets are called in a configuration."""
_UNGUESSED: Final = 16
_CARD: Final = re.compile(r"\d{12,19}")


class Mask:
    """Takes the secrets that it knows out of texts: as they are, and JSON-escaped, URL-encoded, HTML-escaped, base64.

    It may learn more while a run is on, such as the session that a store gave to a customer.
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._known: frozenset[str] = frozenset()
        self._forms: tuple[tuple[str, bytes], ...] = ()
        self.learn(*secrets)

    def learn(self, *secrets: str) -> None:
        """Know these as well; those that are too short are forgotten."""
        known = self._known | {secret for secret in secrets if len(secret) >= SHORTEST}
        if known != self._known:
            found = {form for secret in known for form in forms(secret)}
            # The longest first: what is left of one that was cut in two would be half a secret.
            self._forms = tuple((form, form.encode()) for form in sorted(found, key=lambda form: (-len(form), form)))
            self._known = known

    def text(self, text: str) -> str:
        """The text without them."""
        for form, _ in self._forms:
            if form in text:
                text = text.replace(form, MASKED)
        return text

    def content(self, content: bytes) -> bytes:
        """The content of a file (UTF-8, or binary) without them."""
        for _, form in self._forms:
            if form in content:
                content = content.replace(form, MASKED.encode())
        return content

    def pattern(self) -> re.Pattern[str] | None:
        """What finds them as people would read them; None when it knows none."""
        plain = {each for secret in self._known for each in (secret, *_grouped(secret))}
        return re.compile("|".join(re.escape(each) for each in sorted(plain, key=len, reverse=True))) if plain else None

    def of(self, value: V) -> V:
        """A frozen value without them, all that it holds included; words of the project itself stay."""
        masked: V = _masked(value, self.text)
        return masked


def _masked(value: Any, text: Callable[[str], str]) -> Any:
    if type(value) is str:  # a word of an enumeration is none of theirs
        return text(value)
    if isinstance(value, tuple):
        return tuple(_masked(each, text) for each in value)
    if isinstance(value, Mapping):
        return {key: _masked(each, text) for key, each in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        now = {each.name: getattr(value, each.name) for each in fields(value) if "Literal" not in str(each.type)}
        new = {name: _masked(held, text) for name, held in now.items()}
        return value if new == now else replace(value, **new)
    return value


def forms(secret: str) -> frozenset[str]:
    """All the ways in which a secret may stand in a text."""
    plain = {secret, *_grouped(secret)}
    written = {form for each in plain for form in _encoded(each)}
    twice = {form for each in written for form in _encoded(each)}
    return frozenset(plain | written | twice | {form for each in plain for form in _base64(each)})


def _grouped(secret: str) -> Iterator[str]:
    """The number of a card is also written in groups of four."""
    if _CARD.fullmatch(secret):
        groups = [secret[i : i + 4] for i in range(0, len(secret), 4)]
        yield from (between.join(groups) for between in (" ", "-"))


def _encoded(text: str) -> Iterator[str]:
    for quoted in (quote(text, safe=""), quote(text), quote_plus(text)):
        yield quoted
        yield re.sub("%..", lambda found: found[0].lower(), quoted)
    for escaped in (json.dumps(text), json.dumps(text, ensure_ascii=False)):
        yield escaped[1:-1]
        # As frameworks write JSON into a page.
        yield re.sub("[<>&']", lambda found: f"\\u{ord(found[0]):04X}", escaped[1:-1])
    yield re.escape(text)
    yield html.escape(text)
    yield html.escape(text).replace("&#x27;", "&#39;")


def _base64(text: str) -> Iterator[str]:
    """What base64 (RFC 4648) makes of it wherever it begins in a longer text: the letters that it alone decides."""
    content = text.encode()
    for before in range(3):
        first = -(-before * 8 // 6)
        last = (before + len(content)) * 8 // 6
        for encode in (b64encode, urlsafe_b64encode):
            letters = encode(b"\0" * before + content).decode()[first:last]
            yield letters
            yield quote(letters, safe="")


def is_secret(cookie: str, value: str) -> bool:
    """Whether a cookie tells a store who somebody is: by its name, or because nobody would guess its value."""
    return bool(FIELD.search(cookie)) or len(value) >= _UNGUESSED


def secrets_in(told: object, name: str = "") -> Iterator[str]:
    """The secrets of a configuration: what is called so, and the passwords in addresses."""
    if isinstance(told, Mapping):
        for key, value in told.items():
            yield from secrets_in(value, str(key))
    elif isinstance(told, (list, tuple)):
        for value in told:
            yield from secrets_in(value, name)
    elif isinstance(told, str):
        if KEY.search(name):
            yield told
        yield from _password(told)


def _password(address: str) -> Iterator[str]:
    try:
        password = urlsplit(address).password if "://" in address and "@" in address else None
    except ValueError:
        return
    if password:
        yield from {password, unquote(password)}
