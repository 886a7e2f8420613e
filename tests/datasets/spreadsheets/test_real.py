"""The sheets that the field passes on, where they are at hand."""

from __future__ import annotations

import os
from collections import Counter
from fractions import Fraction
from pathlib import Path

import pytest

from mebench.diagnostics import Findings
from mebench.spreadsheets.table import ColumnSpec, find_table, positional_table
from mebench.spreadsheets.workbook_file import read_workbook
from mebench.spreadsheets.workbook_model import Workbook

SHARED = Path(os.environ.get("MEBENCH_SHARED", Path(__file__).parents[4] / "shared")) / "data"
REAL = SHARED / "megc2021-annotations"
MOCK = SHARED / "mock-annotations"
needs_real = pytest.mark.skipif(not REAL.is_dir(), reason="no real annotation sheet is at hand")
needs_mock = pytest.mark.skipif(not MOCK.is_dir(), reason="no mock annotation sheet is at hand")

SAMM = [
    *(ColumnSpec(one) for one in ("Subject", "Filename")),
    *(ColumnSpec(one, (f"{one} Frame",)) for one in ("Onset", "Apex", "Offset")),
]
CASME_SQ = [
    ColumnSpec(one)
    for one in ("subject", "code", "onset", "apex", "offset", "AU", "emotion", "kind", "felt")
]


def opened(path: Path) -> tuple[Workbook, Findings]:
    findings = Findings()
    workbook = read_workbook(path, findings)
    assert findings.kept == []
    return workbook, findings


@needs_real
def test_cas_me_2() -> None:
    workbook, findings = opened(REAL / "CASME_sq_gt.xlsx")
    table = positional_table(workbook, CASME_SQ, findings)
    assert table is not None
    assert (table.header_row, len(table.rows), table.ignored) == (None, 357, ())
    kinds = Counter(row.text("kind") for row in table.rows)
    assert kinds == {"macro-expression": 300, "micro-expression": 57}
    assert len({row.text("subject") for row in table.rows}) == 22
    frames = [row.count(one) for row in table.rows for one in ("onset", "apex", "offset")]
    assert all(isinstance(one, int) for one in frames)
    # Facts of the data set: 44 offsets and one apex are not known.
    assert frames.count(0) == 45
    assert any(row.cells[:2] == ("0101", "disgust1") for row in workbook.tabs[2].rows)
    assert not any(row.is_bad for row in table.rows)
    assert findings.kept == []


@needs_real
def test_samm_long_videos() -> None:
    workbook, findings = opened(REAL / "SAMMLV_gt.xlsx")
    table = find_table(workbook, [*SAMM, ColumnSpec("Type")], findings)
    assert table is not None
    assert (table.header_row, len(table.rows), table.ignored) == (10, 502, ())
    first = table.rows[0]
    assert (first.number, first.text("Subject"), first.text("Filename")) == (11, "006", "006_1_1")
    assert (first.count("Onset"), first.count("Offset")) == (Fraction("566.4"), Fraction("743.2"))
    assert sum(row.count("Apex") == -1 for row in table.rows) == 6
    fractional = [
        row
        for row in table.rows
        if any(isinstance(row.count(one), Fraction) for one in ("Onset", "Offset"))
    ]
    assert len(fractional) == 171
    assert {row.text("Type") for row in fractional} == {"Macro"}
    assert findings.kept == []


@needs_mock
@pytest.mark.parametrize(
    ("name", "header", "rows"),
    [
        ("SAMM_LongVideos_V3_Release.xlsx", 10, 10),
        ("SAMM_Micro_FACS_Codes_v2.xlsx", 14, 10),
        ("casme3_label.xlsx", 1, 20),
    ],
)
def test_mock_sheets(name: str, header: int, rows: int) -> None:
    workbook, findings = opened(MOCK / name)
    table = find_table(workbook, SAMM, findings)
    assert table is not None
    assert (table.header_row, len(table.rows), table.ignored) == (header, rows, ())
    assert {row.count("Onset") for row in table.rows} == {1}
    assert findings.kept == []
