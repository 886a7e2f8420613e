"""The page of differences: its script writes it, from files that are not part of mebench."""

from __future__ import annotations

import os
import re
from fractions import Fraction
from pathlib import Path

import pytest

from benchmarks import field_evaluators as field
from benchmarks.differences import page, small_examples

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "differences.md").read_text(encoding="utf-8")
SHARED = Path(os.environ.get("MEBENCH_SHARED", ROOT.parent / "shared")) / "data" / "strs-metric"


def test_the_small_examples_are_those_of_the_page() -> None:
    assert small_examples() in PAGE


@pytest.mark.skipif(not SHARED.is_dir(), reason="the released predictions are not installed")
def test_the_page_is_what_its_script_writes() -> None:
    assert page(SHARED / "gt.csv", SHARED / "pred.csv") == PAGE


def test_the_page_has_the_published_number() -> None:
    """AP of Table 5 of the MEAN paper, ranked by the order of rows in the file."""
    assert re.search(r"^\| AP@\[\.5:\.95\], order of rows \s+\|\s+0\.1180 \|", PAGE, re.MULTILINE)


def test_the_released_evaluators_differ_only_where_stated() -> None:
    first, second = [(0, 9)], [(30, 39)]
    assert field.hits_above(first, second) == field.hits_of_reused(first, second) == 0
    assert field.hits_above(first, first) == field.hits_of_reused(first, first) == 1
    assert field.overlap((0, 9), (5, 14)) == Fraction(5, 15)
    assert field.overlap_of_neighbors((0, 9), (5, 14)) == Fraction(5, 15)
    assert field.uf1_of_collapsed(((3, 0), (0, 2))) == 1.0
    assert field.file_order_ap([[True, False, True]], 2) == pytest.approx(0.5 + 0.5 * 2 / 3)
