"""Playwright traces without what is secret in them: still to be opened with ``playwright show-trace``."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any, Final
from zipfile import ZIP_DEFLATED, ZipFile, is_zipfile

from journeys.masking import FIELD, MASKED, Mask, is_secret

_EVENTS: Final = (".trace", ".network")
_HEADERS: Final = ("cookie", "set-cookie", "authorization", "proxy-authorization")
_VALUES: Final = ("value", "content", "__playwright_value_")
_INPUT: Final = re.compile(rb"<(?:input|meta)\b[^>]*>", re.IGNORECASE)
_NAME: Final = re.compile(rb"""\bname=["']?([^"'\s>]*)""", re.IGNORECASE)
_VALUE: Final = re.compile(rb"""(\b(?:value|content)=)(?:"[^"]*"|'[^']*'|[^\s"'>]+)""", re.IGNORECASE)
_FORMS: Final = (".dat", ".json")
_SAID: Final = re.compile(rb'"([^"\\]{1,80})"(\s*:\s*)"(?:[^"\\]|\\.)*"')
_PAIR: Final = re.compile(rb"(?:(?<=[?&])|^)([^=&?\s<>\"']{1,80})=([^&\s\"'<>]+)", re.MULTILINE)
_COOKIE: Final = re.compile(r"(?:^|[;,\n]\s*)([^=;,\s]+)=([^;\n]*)")
_TYPED: Final = re.compile(r'^(\s*(?:fill|type|press)\()".*"', re.DOTALL)


def redact(whole: Path, into: Path, mask: Mask) -> None:
    """Write the trace ``whole`` without secrets: those that the mask knows, and those that it shows by their names.

    Cookies, authorisation headers and the values of fields for passwords, cards and tokens are learnt from the traffic
    and taken out wherever they stand. OSError when the disk refuses it; then nothing is left in ``into``.
    """
    try:
        with ZipFile(whole) as source:
            for name in source.namelist():
                if name.endswith(_EVENTS):
                    mask.learn(*_shown(source.read(name)))
            with ZipFile(into, "w", ZIP_DEFLATED) as target:
                for name in source.namelist():
                    target.writestr(mask.text(name), _without(source.read(name), name, mask))
    except BaseException:
        into.unlink(missing_ok=True)
        raise


def _without(content: bytes, name: str, mask: Mask) -> bytes:
    if content.startswith(b"PK") and is_zipfile(BytesIO(content)):
        return _unpacked(content, mask)
    if name.endswith(_EVENTS):
        content = b"\n".join(json.dumps(_blank(event)).encode() for event in _events(content)) + b"\n"
    else:
        content = _INPUT.sub(_blank_input, content)
        if name.endswith(_FORMS):
            content = _SAID.sub(_blank_said, _PAIR.sub(_blank_pair, content))
    return mask.content(content)


def _unpacked(content: bytes, mask: Mask) -> bytes:
    """An archive within the archive."""
    packed = BytesIO()
    with ZipFile(BytesIO(content)) as source, ZipFile(packed, "w", ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(mask.text(name), _without(source.read(name), name, mask))
    return packed.getvalue()


def _events(content: bytes) -> Iterator[Any]:
    """One event a line."""
    return (json.loads(line) for line in content.splitlines() if line.strip())


def _shown(content: bytes) -> Iterator[str]:
    """The secrets that the events show by the names beside them."""
    for event in _events(content):
        yield from _learnt(event)


def _learnt(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for held in _secret_values(value):
            yield held
            if str(value.get("name", "")).lower() in _HEADERS:
                yield from _parts(str(value["name"]), held)
        for key, each in value.items():
            yield from _cookies(each) if key == "cookies" else _learnt(each)
    elif isinstance(value, list):
        for each in value:
            yield from _learnt(each)


def _cookies(told: Any) -> Iterator[str]:
    """Which of the cookies of a request or an answer tell a store who it is."""
    for each in told if isinstance(told, list) else ():
        if is_secret(each["name"], each["value"]):
            yield each["value"]


def _parts(header: str, held: str) -> Iterator[str]:
    """What is secret in a header: the cookies that are, and what follows ``Basic`` or ``Bearer``."""
    if header.lower().endswith("cookie"):
        yield from (value for name, value in _COOKIE.findall(held) if is_secret(name, value))
    else:
        yield held.rpartition(" ")[2]


def _secret_values(value: dict[str, Any]) -> Iterator[str]:
    """Those of a field, header or cookie whose name says that they are secret; of an action, those typed into one."""
    called = " ".join(str(value.get(key, "")) for key in ("selector", "name", "id", "autocomplete"))
    if value.get("type") == "password" or any(FIELD.search(word) for word in re.split(r"[\s#\[\]=>\"']+", called)):
        yield from (value[key] for key in _VALUES if isinstance(value.get(key), str))


def _blank(value: Any) -> Any:
    """The same without the values of secret fields, and without what was typed where that stands alone."""
    if isinstance(value, list):
        return [_blank(each) for each in value]
    if not isinstance(value, dict):
        return value
    secret = set(_secret_values(value))
    if isinstance(value.get("cookies"), list):
        value = {**value, "cookies": [{**each, "value": MASKED} for each in value["cookies"]]}
    blank = {
        key: MASKED if key in _VALUES and held and isinstance(held, str) and held in secret else _blank(held)
        for key, held in value.items()
    }
    if value.get("type") == "log" and isinstance(value.get("message"), str):
        blank["message"] = _TYPED.sub(rf'\1"{MASKED}"', value["message"])
    return blank


def _blank_input(tag: re.Match[bytes]) -> bytes:
    name = _NAME.search(tag[0])
    if name is None or not FIELD.search(name[1].decode(errors="replace")):
        return tag[0]
    return _VALUE.sub(rb'\1"' + MASKED.encode() + b'"', tag[0])


def _blank_said(said: re.Match[bytes]) -> bytes:
    secret = FIELD.search(said[1].decode(errors="replace"))
    return b'"%b"%b"%b"' % (said[1], said[2], MASKED.encode()) if secret else said[0]


def _blank_pair(pair: re.Match[bytes]) -> bytes:
    secret = FIELD.search(pair[1].decode(errors="replace"))
    return pair[1] + b"=" + MASKED.encode() if secret else pair[0]
