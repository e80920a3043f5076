"""One run of a probe that goes nowhere: it reads its task and tells an outcome with readings, in a few milliseconds.

It knows the standard library alone, for it is started a thousand times.
"""

import json
import os
import sys
import time
from pathlib import Path

task = json.loads(sys.stdin.readline())
now = time.time()
seen = {"fact": "availability:mug", "at": now, "value": "9", "fresh": True}
outcome = {
    "key": task["key"],
    "probe": task["probe"]["name"],
    "store": task["probe"]["store"],
    "journey": task["probe"]["journey"],
    "location": task["probe"]["location"],
    "state": "passed",
    "due": task["due"],
    "began": now,
    "ended": time.time(),
    "readings": [{**seen, "surface": f"surface {number}"} for number in range(12)],
}
(Path(os.environ["JOURNEYS_RUN_FOLDER"]) / "outcome.json").write_text(json.dumps(outcome), encoding="utf-8")
