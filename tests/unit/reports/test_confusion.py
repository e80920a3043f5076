"""The confusion matrix of a drill as a picture; without the packages that draw there is none."""

from __future__ import annotations

import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from journeys.model import Cause
from reports import write_confusion
from reports.confusion import confusion_picture

COUNTED = {
    (Cause.CACHE, Cause.CACHE): 30,
    (Cause.NETWORK, Cause.NETWORK): 5,
    (Cause.NETWORK, Cause.PLATFORM): 2,
    (Cause.DATABASE, Cause.UNKNOWN): 3,
}


def words(svg: str) -> list[str]:
    return [each.text or "" for each in ET.fromstring(svg).iter() if each.tag.endswith("text")]


def test_every_cause_has_its_row_and_what_was_said_its_column() -> None:
    told = words(confusion_picture(COUNTED))
    assert [told.count(str(cause)) for cause in Cause if cause is not Cause.UNKNOWN] == [2] * 7
    assert told.count("unknown") == 1
    assert {"30", "5", "2", "3"} <= set(told) and "0" not in told
    assert "35 of 40 causes right (88 %)" in told


def test_it_lies_where_it_is_wanted(tmp_path: Path) -> None:
    path = write_confusion(COUNTED, tmp_path / "output")
    assert path == tmp_path / "output" / "confusion.svg"
    assert path.read_text(encoding="utf-8").startswith("<svg")


def test_without_anything_counted_there_is_none(tmp_path: Path) -> None:
    assert write_confusion({}, tmp_path) is None
    assert list(tmp_path.iterdir()) == []


def test_without_the_packages_that_draw_there_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "altair", None)
    assert write_confusion(COUNTED, tmp_path) is None
