"""The receiver's process: told by its environment, it listens until it is ended."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from threading import Thread
from typing import Any

from sandbox.full.receiver.control import SETTINGS
from sandbox.full.receiver.desk import Announcer, Desk
from sandbox.full.receiver.entries import Entries
from sandbox.full.receiver.feed import FILE
from sandbox.full.receiver.notebook import Notebook
from sandbox.full.receiver.orders import Orders
from sandbox.full.receiver.rules import RULES, RulesFile, Watched
from sandbox.full.receiver.server import Answers, Server


def main(told: Mapping[str, Any]) -> None:
    """Listen, and handle what comes."""
    notebook = Notebook(Path(told["database"]))
    stores: Mapping[str, Mapping[str, Any]] = told["stores"]
    desk = Desk(
        {name: _announcer(name, each, notebook) for name, each in stores.items() if "api" in each},
        notebook,
    )
    answers = Answers(
        base=f"http://127.0.0.1:{told['port']}",
        desk=desk,
        notebook=notebook,
        incidents={name: Watched(Path(each["folder"]) / FILE, []) for name, each in stores.items()},
    )
    server = Server(told["port"], answers)
    Thread(target=desk.work, name="desk", daemon=True).start()
    server.serve_forever()


def _announcer(name: str, told: Mapping[str, Any], notebook: Notebook) -> Announcer:
    return Announcer(
        rules=RulesFile(Path(told["folder"]) / RULES),
        orders=Orders(api=told["api"], host=told["host"], token=told["token"]),
        entries=Entries(name, **told["calendar"], notebook=notebook),
    )


if __name__ == "__main__":
    main(json.loads(os.environ[SETTINGS]))
