"""Cells of a CSV that a spreadsheet would execute."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mebench.tables.grid import Grid
from mebench.util.text import disarm_formula, restore_formula

FORMULAS = [
    *("=1", "+x", "-x", "@x", "\t=1", "\r=1", "\n=1", "\nx", "\tx", "\rx"),
    *("＝1", "＋1", "－1", "＠x", " =1", "\u00a0=1", "\u200b=1", "\ufeff＝1", "﹢1", "'=1"),
]


@pytest.mark.parametrize("text", FORMULAS)
@pytest.mark.parametrize("side", ["l", "r"])
def test_a_formula_gets_an_apostrophe(text: str, side: str) -> None:
    grid = Grid([text], side, [[text]])
    for row in csv.reader(io.StringIO(grid.as_csv(), newline="")):
        assert row[0].startswith("'")


@pytest.mark.parametrize("text", ["-0.5", "+1", "1e-3", "-1e-3"])
def test_a_number_in_a_column_of_numbers_is_unchanged(text: str) -> None:
    assert Grid(["x"], "r", [[text]]).as_csv() == f"x\n{text}\n"


@pytest.mark.parametrize("text", ["", "x", "'", "'x", "a=b", "x\n=1", "–", "1-2", "#", "’=1"])
def test_other_text_is_unchanged(text: str) -> None:
    assert disarm_formula(text) == text


@given(st.text(st.sampled_from("'=+-@＝ \t\r\n\u200bx1")) | st.text())
def test_what_was_disarmed_is_restored(text: str) -> None:
    assert restore_formula(disarm_formula(text)) == text
