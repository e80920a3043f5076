"""Reading the options of layers, neighbours and organs; every mistake is a ValueError that names its option first."""

from __future__ import annotations

from collections.abc import Mapping


def only(options: Mapping[str, object], *names: str) -> None:
    """Nothing, where all the options are of these names; ValueError names one that is not."""
    for name in options:
        if name not in names:
            raise ValueError(f"{name}: no such option; known are {', '.join(names) or 'none'}")


def text(options: Mapping[str, object], name: str, default: str | None = None) -> str:
    """The text of that name, or the default; ValueError where it is missing, empty or no text."""
    value = options.get(name, default)
    if value is None:
        raise ValueError(f"{name}: missing")
    if not isinstance(value, str) or (not value and default is None):
        raise ValueError(f"{name}: a text is wanted")
    return value


def address(options: Mapping[str, object], name: str, default: str | None = None) -> str:
    """An address over HTTP, without a slash at its end."""
    return _http(name, text(options, name, default)).rstrip("/")


def addresses(options: Mapping[str, object], name: str) -> dict[str, str]:
    """Addresses over HTTP by the names of those who answer there; at least one."""
    value = options.get(name)
    if not isinstance(value, Mapping) or not value:
        raise ValueError(f"{name}: missing; wanted is a table of names and their addresses")
    return {str(each): _http(f"{name}.{each}", str(url)).rstrip("/") for each, url in value.items()}


def seconds(options: Mapping[str, object], name: str, default: float) -> float:
    """A number of seconds above 0, or the default."""
    value = options.get(name, default)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value <= 0:
        raise ValueError(f"{name}: a number of seconds above 0 is wanted")
    return float(value)


def texts(options: Mapping[str, object], name: str) -> dict[str, str]:
    """Texts by their names; none where the option is missing."""
    value = options.get(name, {})
    if not isinstance(value, Mapping) or not all(isinstance(each, str) for each in value.values()):
        raise ValueError(f"{name}: a table of names and texts is wanted")
    return {str(each): str(said) for each, said in value.items()}


def _http(name: str, url: str) -> str:
    if url and not url.startswith(("http://", "https://")):
        raise ValueError(f"{name}: an address begins with http:// or https://")
    return url
