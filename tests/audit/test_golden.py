"""The published rows that come with mebench: what the audit finds, and where it is silent."""

from __future__ import annotations

from dataclasses import replace
from operator import add
from pathlib import Path

import pytest

from mebench.audit import AuditFinding, AuditResult, audit
from mebench.audit.run_audit import audit_rows
from mebench.metrics.ratios import mean_ratio
from mebench.models.published_rows import PublishedRow
from mebench.published.loader import read_published, shipped_files
from mebench.published.rounded_numbers import parse_rounded_number

SETS = ("casme2", "smic-hs", "smic-vis", "smic-nir", "casme-sq", "sammlv")

EXPECTED = [
    ("casme2-str@1", "mean-2023", "uf1-above-f1", "headline", "uf1"),
    ("megc2019-cde@1", "lbp-top", "uf1-below-uar", "smic-hs-short", "uf1"),
    ("megc2019-cde@1", "ststnet", "matrix-unreachable", "casme2", "uar"),
    ("meview-str@1", "mean-2023", "uar-unreachable", "headline", "uar_all"),
    ("meview-str@1", "gan-2022", "matrix-unreachable", "headline", "uar_all"),
    ("sammlv-str@1", "mean-2023", "majority-accuracy", "headline", "accuracy"),
    ("smic-vis-str@1", "liong-2016", "f1-like-accuracy", "headline", "analysis_all_f1"),
    ("casme-sq-str@1", "casme-sq", "subjects-videos", "headline", "subjects"),
    ("sammlv-str@1", "sammlv", "subjects-videos", "headline", "subjects"),
    ("megc2020-spot-sammlv@1", "sp-fd-2020", "repeat-differs", "micro", "spotting_f1"),
    ("casme2-str@1", "k-05", "spotting-unreachable", "headline", "spotting_f1"),
    ("casme2-str@1", "with-itl-casme2", "repeat-differs", "headline", "analysis_f1"),
    ("smic-hs-str@1", "with-itl-smic-hs", "repeat-differs", "headline", "analysis_f1"),
    ("smic-vis-str@1", "with-itl-smic-vis", "repeat-differs", "headline", "analysis_f1"),
    ("smic-nir-str@1", "with-itl-smic-nir", "repeat-differs", "headline", "analysis_f1"),
    ("casme3-str@1", "optical-flow", "strs-product", "headline", "strs"),
]


@pytest.fixture(scope="module")
def done() -> AuditResult:
    return audit(shipped_files())


def key(one: AuditFinding) -> tuple[str, str, str, str, str]:
    violation = one.violation
    return one.row.protocol.id, one.row.row.id, one.rule.id, violation.group, violation.metrics[0]


def test_it_finds_what_is_known_and_nothing_else(done: AuditResult) -> None:
    assert [key(one) for one in done.findings] == EXPECTED
    assert len(done.rows) == 98
    assert done.has_contradictions
    assert done.remarks == ()


@pytest.mark.parametrize(
    ("place", "words"),
    [
        (0, ["uf1 is .6755, but analysis_f1 is .5927"]),
        (1, [".2000", ".5280", "70, 51, 43"]),
        (2, ["88, 32, 25", "uar .8686 and uf1 .8382"]),
        (3, [".4620", "9, 6, 6", "nearest are .4630 (25/54)"]),
        (4, ["9, 6, 6", "uar_all .6852, analysis_all_f1 .6758 and uf1_all .6575"]),
        (5, ["14/19", "14 of 19"]),
        (7, ["9 subjects and 22 videos", "57 samples: 14 subjects and 33 videos"]),
        (8, ["28 subjects and 70 videos", "29 subjects and 79 videos"]),
        (9, [".0725", ".1331", "equals macro spotting_f1 .0725"]),
        (10, [".6398", "244", ".6393 (156 hits)", ".6434 (157 hits)"]),
        (11, ["Table 9", "Table 5", "equals analysis_all_f1 .5723 in liong-2023, Table 2"]),
        (13, [".5958", "equals analysis_all_f1 .5957"]),
        (14, [".4490", "equals analysis_all_f1 .449 ", "its caption says true positives"]),
        (15, [".0149", ".0591 × analysis_f1 .4156", "strs .0245 to .0246"]),
    ],
)
def test_the_numbers_are_said(done: AuditResult, place: int, words: list[str]) -> None:
    violation = done.findings[place].violation
    text = f"{violation.message} {violation.consistent}"
    assert [one for one in words if one not in text] == []


def test_findings_stand_where_the_number_does(done: AuditResult) -> None:
    for one in done.findings:
        assert one.place.file is not None and one.place.line is not None
        lines = Path(one.place.file).read_text(encoding="utf-8").splitlines()
        line = lines[one.place.line - 1]
        name = one.violation.metrics[0]
        wanted = name if one.rule.id != "majority-accuracy" else "[rows.counts.headline]"
        assert line.startswith(wanted), (line, name)


def test_the_correction_of_casme2_is_consistent(done: AuditResult) -> None:
    """With the number that the released predictions give, the row has no finding left."""
    first = done.findings[0]
    assert first.correction.startswith("uf1 .5766: ")
    row = first.row.row
    values = {"headline": row.values["headline"] | {"uf1": row.corrections["uf1"].value}}
    mended = replace(first.row, row=row.model_copy(update={"values": values}))
    assert audit_rows([mended]) == []


def rows_of(name: str) -> dict[str, PublishedRow]:
    [path] = [one for one in shipped_files() if one.parent.name == f"{name}-str@1"]
    return {one.id: one for one in read_published(path)}


@pytest.mark.parametrize("name", SETS)
def test_table_5_is_whole(name: str) -> None:
    """Silence of the other columns counts only where there was enough to look at."""
    mean = rows_of(name)["mean-2023"]
    assert {
        *("spotting_precision", "spotting_recall", "spotting_f1", "ap", "analysis_precision"),
        *("analysis_recall", "analysis_f1", "uf1", "uar", "strs"),
    } <= set(mean.values["headline"])
    counts = mean.counts["headline"]
    assert None not in (counts.tp, counts.fp, counts.fn, counts.analysed, counts.right)
    assert mean.values["headline"]["analysis_recall"] == mean.values["headline"]["uar"]


def test_rows_keep_their_source_and_no_year_is_made_up() -> None:
    years = set()
    for path in shipped_files():
        for one in read_published(path):
            assert one.source and one.link_text
            years.add(one.year)
    assert years == {None, 2016, 2017, 2018, 2020, 2021, 2022, 2023}


def test_one_row_has_rounded_and_truncated_numbers() -> None:
    """The counts of CapsuleNet's log for SAMM, of 92, 26 and 15: correct, and predicted."""
    correct, predicted, truths = (87, 10, 7), (105, 13, 15), (92, 26, 15)
    uar = mean_ratio(correct, truths)
    uf1 = mean_ratio([2 * hits for hits in correct], list(map(add, truths, predicted)))
    [board] = [path for path in shipped_files() if path.parent.name == "megc2019-cde@1"]
    values = {row.id: row for row in read_published(board)}["capsulenet"].values["samm"]
    for metric, value, by_rounding in (("uar", uar, ".5990"), ("uf1", uf1, ".6209")):
        number = parse_rounded_number(values[metric])
        assert number is not None and number.contains(value)
        assert number.format_like(value) == by_rounding
    assert values["uar"] == ".5989", "truncated"
