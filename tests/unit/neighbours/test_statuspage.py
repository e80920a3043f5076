"""What the status page says, and what is made of one that says nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest
from service import Service

from journeys.neighbours.statuspage import connect


def summary(indicator: str, *incidents: dict[str, Any], **more: Any) -> str:
    status = {"indicator": indicator, "description": "As we say"}
    return json.dumps({"page": {}, "components": [], "incidents": incidents, "status": status, **more})


SLOW = {"name": "Slow", "impact": "minor", "status": "monitoring", "components": [{"name": "API"}, {"name": "Mail"}]}
OVER = {**SLOW, "status": "resolved"}
DOWN = [{"name": "API", "status": "major_outage"}, {"name": "Mail", "status": "operational"}]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (summary("none"), (True, "As we say")),
        (summary("none", OVER), (True, "As we say")),
        (summary("none", SLOW), (False, "Slow (impact minor, monitoring), about API, Mail")),
        (summary("critical", components=DOWN), (False, "critical: As we say, about API")),
    ],
)
def test_a_page_is_well_when_nothing_is_announced(service: Service, answer: str, said: tuple[bool, str]) -> None:
    service.answers = {"GET /store/api/v2/summary.json": answer}
    assert connect({"url": f"{service.url}/store/"}).ask() == said


@pytest.mark.parametrize(
    ("status", "body", "said"), [(503, "", "503"), (200, "<html>", "cannot be read"), (200, "[]", "")]
)
def test_a_page_that_cannot_be_read_says_nothing(service: Service, status: int, body: str, said: str) -> None:
    service.status, service.answers = status, {"": body}
    well, words = connect({"url": service.url}).ask()
    assert (well, said in words) == (None, True)
