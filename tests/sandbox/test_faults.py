"""Switches are thrown and put back one by one, and the stores know every switch of the catalogue."""

from __future__ import annotations

from pathlib import Path

import pytest

import sandbox
from sandbox import CATALOGUE, Fault, faults, mend, switch


def test_switches_add_up_until_all_are_mended(tmp_path: Path) -> None:
    switch(tmp_path, mail_lost=True)
    switch(tmp_path, browser_cache_seconds=300)
    assert faults.thrown(tmp_path) == {"mail_lost": True, "browser_cache_seconds": 300}
    mend(tmp_path)
    mend(tmp_path)
    assert (faults.thrown(tmp_path), list(tmp_path.iterdir())) == ({}, [])


def test_a_fault_puts_back_only_its_own_switches(tmp_path: Path) -> None:
    one = Fault(name="one", store="shop", switches={"a": True}, says="a")
    two = Fault(name="two", store="shop", switches={"b": 1}, says="b")
    one.plant(tmp_path)
    two.plant(tmp_path)
    one.mend(tmp_path)
    assert faults.thrown(tmp_path) == {"b": 1}
    two.mend(tmp_path)
    assert not (tmp_path / faults.FAULTS_FILE).exists()


def test_names_are_unique() -> None:
    assert len({fault.name for fault in CATALOGUE}) == len(CATALOGUE)


@pytest.mark.parametrize("fault", CATALOGUE, ids=lambda fault: fault.name)
def test_the_store_knows_the_switches_of(fault: Fault) -> None:
    site = Path(sandbox.__file__).parent / fault.store / "site"
    code = "".join(path.read_text() for path in site.rglob("*.py"))
    assert [name for name in fault.switches if name not in code] == []
