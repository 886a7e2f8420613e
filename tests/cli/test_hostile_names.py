"""Malicious names do not move the cursor, run in a spreadsheet, or break a table."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest

from mebench.diagnostics.escaping import escape_unprintable
from mebench.evaluation.score import score_with_options
from mebench.evaluation.scoring_options import ScoringOptions
from mebench.models.report import Report
from mebench.tables.rendering import ReportFormat, render_report, render_reports
from tests.cli.running import FINDINGS, mebench
from tests.evaluation.documents import TOY, TOY_TOML, interval, submission, truth, write

NAMES = [
    "\x1b[31mred\x1b[0m",
    "\x9b1m",
    "\u202eevil",
    "a\u2028b\x85c",
    "=cmd|' C'!A0",
    "@SUM(1)",
    "+1",
    "-5",
    "\ttab",
    "a|b`c`[d](http:e)*f*<g>",
    "\\input{x}$_%&#~^",
    "x" * 400,
    "new\nline\r\n",
    'a,b;"q"',
    "日本語",
    "e\u0301\u200b",
    "😀",
    "% comment",
    "${x}",
]


def report() -> Report:
    """Score one video per name; every second one is found."""
    true = truth({f"{index}/a": [interval(10, 20)] for index, _ in enumerate(NAMES)})
    predicted = submission({f"{index}/a": [interval(10, 20)] for index, _ in enumerate(NAMES[::2])})
    predicted["system"]["name"] = NAMES[0] + NAMES[2] + "|\\input_&"
    for document in (true, predicted):
        for video in document["videos"]:
            video["subject"] = video["video"] = NAMES[int(video["subject"])]
    return score_with_options(predicted, true, TOY, ScoringOptions(), by="subject")


REPORT = report()


@pytest.mark.parametrize("layout", ["table", "markdown", "latex"])
def test_nothing_unprintable_reaches_a_reader(layout: ReportFormat) -> None:
    text = render_report(REPORT, layout)
    assert all(line.isprintable() for line in text.split("\n"))
    assert max(map(len, text.split("\n"))) < 400, "long names are cut"


@pytest.mark.parametrize("layout", ["table", "markdown", "latex"])
def test_several_systems(layout: ReportFormat) -> None:
    text = render_reports([REPORT, REPORT], layout, "strs")
    assert all(line.isprintable() for line in text.split("\n"))


def test_json_has_the_unchanged_names() -> None:
    parts = json.loads(render_report(REPORT, "json"))["parts"]
    assert {part["subject"] for part in parts} == set(NAMES)


def test_csv_is_no_program() -> None:
    """Every name is visible, and none starts a formula: those start with an apostrophe."""
    rows = list(csv.reader(io.StringIO(render_report(REPORT, "csv"), newline="")))
    assert len({len(row) for row in rows}) == 1
    names = {row[0] for row in rows[1:]}
    assert {name.removeprefix("'") for name in names} == set(map(escape_unprintable, NAMES))
    for name in names:
        assert not name.startswith(("=", "@", "\t")), name
        if name.startswith(("+", "-")):
            float(name)


def test_markdown_keeps_its_columns() -> None:
    lines = [
        line for line in render_report(REPORT, "markdown").splitlines() if line.startswith("|")
    ]
    assert len(lines) == 2 + len(NAMES)
    columns = {len(re.findall(r"(?<!\\)\|", line)) for line in lines}
    assert len(columns) == 1
    assert not re.search(r"(?<!\\)[`*<\[]", "\n".join(lines[2:])), "no mark-up of a name's own"


def test_latex_escapes_what_is_special() -> None:
    body = [line for line in render_report(REPORT, "latex").splitlines() if line.endswith("\\\\")]
    assert len(body) == 1 + len(NAMES)
    ampersands = {len(re.findall(r"(?<!\\)&", line)) for line in body}
    assert len(ampersands) == 1
    for line in body:
        bare = re.sub(
            r"\\[$_%&#{}~^]|\\textbackslash\{\}|\\(text)?asciitilde\{\}|\\\w+\{\}", "", line
        )
        assert not re.search(r"[$%#~_^]", bare.removesuffix("\\\\")), line


def test_findings_about_hostile_files(tmp_path: Path) -> None:
    write(tmp_path, "toy.toml", TOY_TOML)
    write(tmp_path, "t.json", truth({"1/a": []}))
    document = submission({}, folds=[{"test": [name]} for name in NAMES])
    document["videos"] = [
        {"subject": name, "video": "1", "intervals": [interval(30, 20, name[:100], odd=1)]}
        for name in NAMES
    ]
    document["\x1b[1m"] = 1
    path = write(tmp_path, "\x1b[31m\u202e.json", document)
    options = ("--truth", "t.json", "--protocol", "toy.toml")
    text = mebench(tmp_path, "validate", path.name, *options)
    assert text.status == FINDINGS
    assert all(line.isprintable() for line in text.out.split("\n"))
    assert len(text.out) < 60_000
    plain = mebench(tmp_path, "validate", path.name, *options, "--format", "json")
    subjects = {one["subject"] for one in json.loads(plain.out)["findings"]}
    assert set(NAMES) <= subjects
    refused = mebench(tmp_path, "score", path.name, *options)
    assert all(line.isprintable() for line in refused.err.split("\n"))
