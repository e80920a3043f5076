"""Looking for secrets in files, however they are written there; it decodes, and does not know how they are masked."""

from __future__ import annotations

import base64
import html
import re
import zlib
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path
from urllib.parse import unquote_to_bytes
from zipfile import ZipFile, is_zipfile

_BASE64 = re.compile(rb"(?:[A-Za-z0-9+/_-]|%2[BbFf]){8,}")
_ESCAPED = re.compile(rb'\\(?:u([0-9a-fA-F]{4})|(["\\/]))')
_DEEP = 2  # how many encodings may lie within each other


def leaks(folder: Path, secrets: Iterable[str]) -> set[tuple[str, str]]:
    """Which secret stands in which file, at whatever depth of archives and encodings; as ``(file, secret)``."""
    wanted = sorted(set(secrets))
    found: set[tuple[str, str]] = set()
    known: set[bytes] = set()  # an attachment is the copy of an artifact
    for path in sorted(folder.rglob("*")):
        content = path.read_bytes() if path.is_file() else b""
        if content not in known:
            known.add(content)
            found.update(_within(str(path.relative_to(folder)), content, wanted))
    return found


def in_text(text: str, secrets: Iterable[str]) -> set[str]:
    """Which of the secrets a text holds."""
    return {secret for _, secret in _within("", text.encode(), list(secrets))}


def _within(name: str, content: bytes, secrets: list[str]) -> Iterator[tuple[str, str]]:
    if content.startswith(b"PK") and is_zipfile(BytesIO(content)):
        with ZipFile(BytesIO(content)) as archive:
            for each in archive.namelist():
                yield from _within(f"{name}!{each}", archive.read(each), secrets)
                yield from ((f"{name}!{each}", secret) for secret in secrets if secret in each)
        return
    for reading in _readings(_inflated(content), _DEEP):
        yield from ((name, secret) for secret in secrets if _holds(reading, secret))


def _holds(content: bytes, secret: str) -> bool:
    if secret.encode() in content or secret.encode() in content.replace(b"\\", b""):
        return True
    # The number of a card is a secret with spaces or dashes in it as well.
    return secret.isdigit() and len(secret) >= 12 and secret.encode() in re.sub(rb"(?<=\d)[ -](?=\d)", b"", content)


def _inflated(content: bytes) -> bytes:
    try:
        return zlib.decompress(content, wbits=47)  # gzip or zlib
    except zlib.error:
        return content


def _readings(content: bytes, deep: int) -> Iterator[bytes]:
    """The content as it stands, and as it reads once decoded in each way."""
    yield content
    if deep:
        for decoded in {*_decoded(content)} - {content}:
            yield from _readings(decoded, deep - 1)


def _decoded(content: bytes) -> Iterator[bytes]:
    plain = html.unescape(_ESCAPED.sub(_unescaped, content).decode(errors="replace")).encode()
    yield unquote_to_bytes(plain)
    yield unquote_to_bytes(plain.replace(b"+", b" "))
    yield b"\n".join(_base64(content))


def _unescaped(escape: re.Match[bytes]) -> bytes:
    return chr(int(escape[1], 16)).encode(errors="replace") if escape[1] else escape[2]


def _base64(content: bytes) -> Iterator[bytes]:
    """Every run of its letters, which may begin in the middle of a group."""
    for run in _BASE64.findall(content):
        letters = unquote_to_bytes(run).replace(b"-", b"+").replace(b"_", b"/")
        for first in range(4):
            part = letters[first:]
            yield base64.b64decode(part + b"A" * (-len(part) % 4))
