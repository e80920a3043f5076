"""What a database complains of, in words: what is wrong with it, and what to do next."""

from __future__ import annotations

import re
from typing import Final

from journeys.model import TesterFault


class DatabaseAway(TesterFault):
    """The database cannot be had at this moment; the same may go well a little later."""


_AWAY: Final = "wait until it is back, or start it"
_DISK: Final = "its disk is full", "make room there; nothing that was recorded is lost"
_READ_ONLY: Final = "it takes no writes", "let this user write to it, or give another database"
_PERMITTED: Final = "this user may not use it", "give its user the rights to make and use tables there"
_BROKEN: Final = "its file is not a database, or is damaged", "restore a copy of it, or move it away to begin a new one"

# The beginnings of codes: of SQLite's result codes by name, and of PostgreSQL's SQLSTATE.
_LASTING: Final = {
    "SQLITE_FULL": _DISK,
    "SQLITE_READONLY": _READ_ONLY,
    "SQLITE_CANTOPEN": ("its file cannot be opened", "see that its folder is there and this user may write to it"),
    "SQLITE_PERM": _PERMITTED,
    "SQLITE_IOERR": ("its disk fails", "see what the system's log says of the disk"),
    "SQLITE_NOTADB": _BROKEN,
    "SQLITE_CORRUPT": _BROKEN,
    "53100": _DISK,
    "25006": (_READ_ONLY[0], "give the address of the primary, not of a replica"),
    "28": ("it does not know this user or password", "see user and password in its address"),
    "3D000": ("there is no such database", "make it with createdb, or see its name in the address"),
    "42501": _PERMITTED,
}
_PASSING: Final = {
    "SQLITE_BUSY": ("another process has kept it locked for too long", "end what holds its file open"),
    "SQLITE_LOCKED": ("another process has kept it locked for too long", "end what holds its file open"),
    "08": ("it cannot be reached", _AWAY),
    "53300": ("it takes no more connections", "raise max_connections, or run fewer workers"),
    "57P": ("it is stopping or starting", _AWAY),
    "40": ("it gave up a transaction in favour of another", "try again"),
    "55P03": ("what is asked for stays locked", "try again"),
}
_UNREACHED: Final = "it cannot be reached", "start it, or see host and port in its address"
# What PostgreSQL says while it is connected to comes without a code.
_REFUSALS: Final = {
    r"password authentication failed|no password supplied|role .* does not exist|pg_hba\.conf": "28",
    r"database .* does not exist": "3D000",
    r"too many (clients|connections)|connection slots": "53300",
    r"the database system is": "57P",
}


def complaint(error: BaseException, where: str) -> TesterFault | None:
    """What an exception of a driver means for the database at ``where``; None for a mistake of the program's own.

    It is a ``DatabaseAway`` when it may pass by itself.
    """
    code = str(getattr(error, "sqlite_errorname", None) or getattr(error, "sqlstate", None) or "")
    if not code and type(error).__name__ == "OperationalError":
        code = next((code for words, code in _REFUSALS.items() if re.search(words, str(error))), "")
        if not code:
            return _fault(DatabaseAway, where, _UNREACHED, error)
    for kind, known in ((DatabaseAway, _PASSING), (TesterFault, _LASTING)):
        for beginning, words in known.items():
            if code.startswith(beginning):
                return _fault(kind, where, words, error)
    return None


def _fault(kind: type[TesterFault], where: str, words: tuple[str, str], error: BaseException) -> TesterFault:
    said = " ".join(str(error).split())
    return kind(f"the probes' database {where}: {words[0]} ({said}); {words[1]}")
