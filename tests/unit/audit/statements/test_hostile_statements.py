"""Files that are cut, damaged or meant to harm: read without a wrong sum, or refused with file and line."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pyarrow import parquet as pq
from statements import CAMT, CSV, EXAMPLES, GERMAN, MAY, MT940, OFX_SGML, rows, sums, written

from journeys.audit.sources import Source, Unreadable
from journeys.audit.statements import camt, csv, mt940, ofx, parquet, told

KINDS: dict[str, tuple[Callable[..., Any], str, dict[str, Any]]] = {
    "camt": (camt.connect, "statement.xml", {}),
    "mt940": (mt940.connect, "statement.sta", {}),
    "bank": (ofx.connect, "bank.ofx", {}),
    "card": (ofx.connect, "card.ofx", {}),
    "csv": (csv.connect, "table.csv", GERMAN),
}
QUICK = settings(max_examples=300, deadline=2000, suppress_health_check=[HealthCheck.function_scoped_fixture])
BILLION_LAUGHS = """<?xml version="1.0"?>
<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<Document>&b;</Document>"""
EXTERNAL = """<?xml version="1.0"?>
<!DOCTYPE Document SYSTEM "file:///etc/passwd" [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<Document>&x;</Document>"""
NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"
ABOVE = f'<Document xmlns="{NAMESPACE}"><BkToCstmrStmt><Stmt>'


def source(kind: str, folder: Path, content: bytes) -> Source:
    connect, _, options = KINDS[kind]
    written(folder, "fuzzed", content)
    found: Source = connect({"file": "fuzzed", **options}, "bank", folder)
    return found


def content_of(kind: str) -> bytes:
    return (EXAMPLES / KINDS[kind][1]).read_bytes()


@pytest.mark.parametrize("kind", ["camt", "mt940", "bank", "card"])
def test_a_statement_that_was_cut_anywhere_is_refused(kind: str, tmp_path: Path) -> None:
    whole = content_of(kind)
    before = rows(source(kind, tmp_path, whole))
    for end in range(0, len(whole.rstrip()), 3):
        try:
            found = rows(source(kind, tmp_path, whole[:end]))
        except Unreadable:
            continue
        # Behind the closing balance of MT940 stands nothing that counts.
        assert (kind, found) == ("mt940", before)
        assert b"\n:62F:C260105EUR260," in whole[:end]


@QUICK
@given(end=st.integers(0, len(CSV.encode())))
def test_a_table_that_was_cut_has_the_rows_before_the_cut(tmp_path: Path, end: int) -> None:
    whole = rows(source("csv", tmp_path, content_of("csv")))
    try:
        found = rows(source("csv", tmp_path, content_of("csv")[:end]))
    except Unreadable:
        return
    assert len(found) <= len(whole)
    assert found[:-1] == whole[: len(found[:-1])]


@QUICK
@given(kind=st.sampled_from(["camt", "mt940"]), place=st.integers(0, 10_000), byte=st.integers(0, 255))
def test_one_byte_that_is_another_changes_no_sum_that_the_balances_do_not_tell(
    tmp_path: Path, kind: str, place: int, byte: int
) -> None:
    whole = bytearray(content_of(kind))
    before = sums(rows(source(kind, tmp_path, bytes(whole))))
    whole[place % len(whole)] = byte
    try:
        found = source(kind, tmp_path, bytes(whole))
        after = sums(rows(found))
    except Unreadable as error:
        assert str(tmp_path / "fuzzed") in str(error)
        return
    assert after == before or any(each.reconciles is not True for each in found.balances(MAY))


@QUICK
@given(
    kind=st.sampled_from([*KINDS]),
    changes=st.lists(
        st.tuples(st.integers(0, 10_000), st.binary(max_size=4), st.integers(0, 40)), min_size=1, max_size=6
    ),
)
@example(kind="csv", changes=[(0, b'"', 0)])
def test_no_damage_is_more_than_unreadable(tmp_path: Path, kind: str, changes: list[tuple[int, bytes, int]]) -> None:
    content = content_of(kind)
    for place, put, gone in changes:
        at = place % (len(content) + 1)
        content = content[:at] + put + content[at + gone :]
    try:
        rows(source(kind, tmp_path, content))
    except Unreadable as error:
        assert str(tmp_path / "fuzzed") in str(error)
        assert "expected is" in str(error)


@QUICK
@given(content=st.binary(max_size=200))
def test_noise_is_unreadable_or_of_some_kind(tmp_path: Path, content: bytes) -> None:
    path = written(tmp_path, "noise", content)
    for kind in KINDS:
        try:
            rows(source(kind, tmp_path, content))
        except Unreadable:
            continue
    try:
        assert told(path) in ("camt", "mt940", "ofx", "csv", "parquet", "ics")
    except Unreadable:
        return


@QUICK
@given(place=st.integers(0, 10_000), byte=st.integers(0, 255))
def test_damage_to_parquet_is_no_more_than_unreadable(tmp_path: Path, place: int, byte: int) -> None:
    path = tmp_path / "may.parquet"
    if not path.exists():
        pq.write_table(pa.table({"day": ["2026-05-04"] * 40, "amount": ["12.50"] * 40}), path)
        path.with_suffix(".whole").write_bytes(path.read_bytes())
    whole = bytearray(path.with_suffix(".whole").read_bytes())
    whole[place % len(whole)] = byte
    path.write_bytes(bytes(whole))
    table = parquet.connect(
        {"file": path.name, "currency": "EUR", "columns": {"day": "day", "amount": "amount"}}, "shop", tmp_path
    )
    try:
        rows(table)
    except Unreadable as error:
        assert str(path) in str(error)


@pytest.mark.parametrize("bomb", [BILLION_LAUGHS, EXTERNAL], ids=["laughs", "external"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused_where_they_are_declared(bomb: str, encoding: str, tmp_path: Path) -> None:
    path = written(tmp_path, "fuzzed", bomb, encoding)
    with pytest.raises(Unreadable, match=r"fuzzed line 2: a document type is declared, which may hide entities"):
        [*camt.parse(path)]
    with pytest.raises(Unreadable, match=r"fuzzed line 2: .* stands before <OFX>"):
        [*ofx.Parser()(path)]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (ABOVE + "<a>" * 100_000, "nested deeper than 60"),
        (ABOVE + "<Ntry>" + "x" * 3_000_000, "a text is longer than"),
        (ABOVE + '<Ntry a="' + "x" * 3_000_000, "a piece of markup is longer than"),
        (ABOVE + "<!--" + "x" * 3_000_000, "a piece of markup is longer than"),
    ],
    ids=["depth", "text", "attribute", "comment"],
)
def test_what_would_fill_the_memory_is_refused(content: str, says: str, tmp_path: Path) -> None:
    began = time.monotonic()
    with pytest.raises(Unreadable, match=says):
        rows(source("camt", tmp_path, content.encode()))
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    ("kind", "content", "says"),
    [
        ("mt940", ":20:A\n:86:" + "x" * 3_000_000, "line is longer than"),
        ("mt940", ":20:A\n:86:" + "x\n" * 3_000, "more than 100 lines"),
        ("bank", "<OFX>" + "<A>" * 100_000, "nested deeper than 60"),
        ("bank", "<OFX><A>" + "x" * 3_000_000, "a piece of markup is longer than"),
        ("csv", "Buchungstag;Zweck;Betrag;Währung\n" + "x" * 200_000, "line 2: 1 fields|line 2: no row"),
    ],
)
def test_what_has_no_end_is_refused(kind: str, content: str, says: str, tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match=says):
        rows(source(kind, tmp_path, content.encode()))


@pytest.mark.parametrize("kind", [*KINDS])
def test_what_is_no_file_is_told(kind: str, tmp_path: Path) -> None:
    connect, _, options = KINDS[kind]
    (tmp_path / "folder").mkdir()
    (tmp_path / "empty").touch()
    for name, says in (
        ("folder", "that is no file"),
        ("empty", "the file is empty"),
        ("missing.xml", "there is no such file"),
        ("*.nothing", "no file fits this pattern"),
        ("a\0b", "cannot be read|no such file|no file"),
    ):
        with pytest.raises(Unreadable, match=says):
            rows(connect({"file": name, **options}, "bank", tmp_path))


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (CAMT, "camt"),
        (CAMT.replace("<?xml", "\N{ZERO WIDTH NO-BREAK SPACE}<?xml", 1), "camt"),
        (f"<Document xmlns='{NAMESPACE}'/>", "camt"),
        (MT940, "mt940"),
        (MT940[MT940.index(":20:") :], "mt940"),
        ("\n" + MT940[MT940.index(":20:") :].replace("\n", "\r\n"), "mt940"),
        (OFX_SGML, "ofx"),
        ("<OFX></OFX>", "ofx"),
        ('<?xml version="1.0"?>\n<?OFX OFXHEADER="200"?><OFX/>', "ofx"),
        (CSV, "csv"),
        ("a,b\n1,2\n", "csv"),
        ("BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "ics"),
        ("PAR1", "parquet"),
    ],
)
def test_a_file_is_told_by_its_content(content: str, kind: str, tmp_path: Path) -> None:
    assert told(written(tmp_path, "anything.txt", content)) == kind


@pytest.mark.parametrize("content", ["hello", "<html>, </html>", "a\0,b", "{}", '<?xml version="1.0"?><a>,</a>'])
def test_what_is_of_no_kind_is_told_too(content: str, tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match=r"tells nothing of what it is; expected is a statement"):
        told(written(tmp_path, "anything.csv", content))
