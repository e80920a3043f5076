"""A home folder in which Chromium finds authorities to trust, made with the NSS that it uses itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from journeys.browser.trust import DATABASE, TrustError, home_that_trusts


def test_what_is_no_certificate_is_named(tmp_path: Path) -> None:
    strange = tmp_path / "strange.pem"
    strange.write_text("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    with pytest.raises(TrustError, match=r"strange\.pem is no certificate"):
        home_that_trusts([str(strange)], tmp_path / "home")
    with pytest.raises(TrustError, match="No such file"):
        home_that_trusts([str(tmp_path / "missing.pem")], tmp_path / "other home")


def test_what_the_present_home_trusts_is_taken_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    present = tmp_path / "present"
    (present / DATABASE).mkdir(parents=True)
    (present / DATABASE / "note.txt").write_text("mine")
    monkeypatch.setenv("HOME", str(present))
    environment = home_that_trusts([], tmp_path / "home")
    assert environment["HOME"] == str(tmp_path / "home")
    assert {path.name for path in (tmp_path / "home" / DATABASE).iterdir()} >= {"note.txt", "cert9.db", "key4.db"}
