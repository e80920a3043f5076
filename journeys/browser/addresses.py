"""Addresses without what may be secret in them: where something lies, never what it was asked with."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

_QUERY: Final = re.compile(r"(\b[a-z][a-z0-9+.-]*://[^\s?#'\"()<>]*)[?#][^\s'\")>]*", re.IGNORECASE)
_USER: Final = re.compile(r"(\b[a-z][a-z0-9+.-]*://)[^\s/@'\"]*@", re.IGNORECASE)


def origin_of(url: str) -> str:
    """Scheme, host and port (RFC 6454); "" for what comes from nowhere, such as ``about:blank``."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2].lower()
    return f"{parts.scheme}://{host}" if host else ""


def path_of(url: str) -> str:
    """The path alone."""
    return urlsplit(url).path or "/"


def bare(text: str) -> str:
    """A text whose addresses have lost their queries, fragments and passwords."""
    return _USER.sub(r"\1", _QUERY.sub(r"\1", text))
