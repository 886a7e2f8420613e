"""The page of differences: its script writes it, from files that are not part of mebench."""

from __future__ import annotations

import os
import re
from fractions import Fraction
from pathlib import Path

import pytest

from benchmarks import field_evaluators as field
from benchmarks.difference_examples import CLASSES, small_examples, standard
from benchmarks.differences import on_casme2, on_mdmd, page
from tests.oracles.test_ap_vs_pycocotools import Box, coco_precisions

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "differences.md").read_text(encoding="utf-8")
SHARED = Path(os.environ.get("MEBENCH_SHARED", ROOT.parent / "shared")) / "data"
STRS_METRIC = SHARED / "strs-metric"
MDMD = SHARED / "mdmd" / "MDMD_results"


def test_the_page_is_what_its_script_writes() -> None:
    tables = re.findall(r"(?:^\|.*\n)+", PAGE, re.MULTILINE)
    assert page(*(table.removesuffix("\n") for table in tables)) == PAGE


def test_the_small_examples_are_those_of_the_page() -> None:
    assert small_examples() in PAGE


@pytest.mark.skipif(not STRS_METRIC.is_dir(), reason="the released predictions are not installed")
def test_the_numbers_on_casme2_are_those_of_the_page() -> None:
    assert on_casme2(STRS_METRIC / "gt.csv", STRS_METRIC / "pred.csv") in PAGE


@pytest.mark.skipif(not MDMD.is_dir(), reason="the results of MDMD are not installed")
def test_the_numbers_of_mdmd_are_those_of_the_page() -> None:
    assert on_mdmd(MDMD) in PAGE


def test_the_page_has_the_published_number() -> None:
    """AP of Table 5 of the MEAN paper, ranked by the order of rows in the file."""
    assert re.search(r"^\| AP@\[\.5:\.95\], order of rows \s+\|\s+0\.1180 \|", PAGE, re.MULTILINE)


def test_the_page_has_the_published_f1_of_mdmd() -> None:
    """From the table of results that comes with its code: 109 hits, F1 0.11958."""
    assert re.search(r"^\| Hits \s+\|\s+109 \|\s+104 \|$", PAGE, re.MULTILINE)
    assert re.search(r"^\| F1 spotting \s+\|\s+0\.1196 \|", PAGE, re.MULTILINE)


def test_the_released_evaluators_differ_only_where_stated() -> None:
    first, second = [(0, 9)], [(30, 39)]
    assert field.hits_above(first, second) == field.hits_of_reused(first, second) == 0
    assert field.hits_above(first, first) == field.hits_of_reused(first, first) == 1
    assert field.overlap((0, 9), (5, 14)) == Fraction(5, 15)
    assert field.overlap_of_mdmd((0, 9), (5, 14)) == Fraction(5, 15)
    assert field.overlap_of_lengths((0, 9), (5, 14)) == Fraction(4, 14)
    assert field.uf1_of_collapsed(((3, 0), (0, 2))) == 1.0
    assert field.file_order_ap([[True, False, True]], 2) == pytest.approx(0.5 + 0.5 * 2 / 3)
    assert field.mirrored((0, 30), 5) == (0, 30)
    assert field.mirrored((0, 31), 5) == (0, 10)
    assert field.mirrored((4, 4), 4) is None
    assert field.within_tolerance((0, 29), (1, 35), fps=30)
    assert not field.within_tolerance((0, 29), (2, 29), fps=30)


def test_strs_in_file_order_is_that_of_the_standard_where_no_row_is_chosen() -> None:
    first, second, _ = CLASSES
    videos: list[field.Video] = [
        ([(0, 9, first), (20, 29, second)], [(21, 29, first), (0, 8, first), (50, 59, second)]),
        ([(5, 9, second)], [(5, 9, second)]),
        ([], [(0, 9, first)]),
        ([(0, 9, first)], []),
    ]
    expected = standard(videos).metrics["strs"].value
    assert field.strs_in_file_order(videos, CLASSES) == pytest.approx(expected)


@pytest.mark.parametrize("truths", [10, 40, 100])
def test_the_recalls_of_coco_are_those_of_pycocotools(truths: int) -> None:
    boxes = [Box(0, 20 * index, 20 * index + 9, 1 - index / 1000) for index in range(truths)]
    for found in (truths // 2, truths * 7 // 10, truths):
        (released, *_) = coco_precisions(boxes, boxes[:found])
        assert field.ap_at_101_recalls([True] * found, truths) == pytest.approx(released, abs=1e-12)


def test_only_multiples_of_ten_have_a_recall_that_is_rounded_down() -> None:
    affected = {
        truths
        for truths in range(1, 101)
        for found in range(1, truths + 1)
        if 100 * found % truths == 0  # the recall is one of the 101
        and field.ap_at_101_recalls([True] * found, truths)
        < field.ap_at_101_recalls([True] * found, truths, exact=True) - 1e-9
    }
    assert affected == set(range(10, 101, 10))
