"""``mebench audit``: layouts, exit status, and what the page says."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from mebench.audit.audit_report import update_page
from mebench.audit.run_audit import RULES
from mebench.util import resources
from tests.cli.running import FINDINGS, FINE, USAGE, mebench

PAGE = Path(__file__).parents[2] / "docs" / "audit.md"

BAD = "method,protocol,uf1,analysis_f1\nA method,casme2-str@1,.6755,.5927\n"
UNUSUAL = "method,protocol,ap,spotting_recall\nA method,casme-sq-str@1,.31,.2982\n"
GOOD = "method,protocol,uf1,analysis_f1\nA method,casme2-str@1,.5766,.5927\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, content in (("bad", BAD), ("unusual", UNUSUAL), ("good", GOOD), ("none", "x\n")):
        (tmp_path / f"{name}.csv").write_text(content, encoding="utf-8")
    return tmp_path


def test_exit_status(folder: Path) -> None:
    assert mebench(folder, "audit", "good.csv").status == FINE
    assert mebench(folder, "audit", "unusual.csv").status == FINE
    assert mebench(folder, "audit", "good.csv", "bad.csv").status == FINDINGS
    assert mebench(folder, "audit", "none.csv").status == FINDINGS
    assert mebench(folder, "audit", "missing.csv").status == USAGE
    assert mebench(folder, "audit").status == USAGE
    assert mebench(folder, "audit", "good.csv", "--format", "latex").status == USAGE


def test_text(folder: Path) -> None:
    lines = mebench(folder, "audit", "bad.csv", "good.csv").out.splitlines()
    assert lines[0].startswith("bad.csv:2: impossible [uf1-above-f1] uf1 is .6755")
    assert lines[-1] == f"2 rows, {len(RULES)} rules: 1 impossible."
    assert mebench(folder, "audit", "good.csv").out.endswith("rules: no findings.\n")


def test_json(folder: Path) -> None:
    document = json.loads(mebench(folder, "audit", "bad.csv", "--format", "json").out)
    assert document["rows"] == 1
    assert document["counts"] == {"impossible": 1, "inconsistent": 0, "unclear": 0, "unusual": 0}
    [one] = document["findings"]
    assert (one["rule"], one["file"], one["line"]) == ("uf1-above-f1", "bad.csv", 2)
    assert one["metrics"] == ["uf1", "analysis_f1"]


def test_markdown_to_a_file(folder: Path) -> None:
    run = mebench(folder, "audit", "bad.csv", "--format", "markdown", "-o", "found.md")
    assert (run.status, run.out) == (FINDINGS, "")
    text = (folder / "found.md").read_text(encoding="utf-8")
    assert "**A method**, `casme2-str@1`" in text
    assert r"analysis\_f1 is .5927" in text


def test_what_a_file_says_cannot_move_the_cursor(folder: Path) -> None:
    content = BAD.replace("A method", "\x1b[2J\u202eevil")
    (folder / "evil.csv").write_text(content, encoding="utf-8")
    for layout in ("text", "markdown"):
        out = mebench(folder, "audit", "evil.csv", "--format", layout).out
        assert "\x1b" not in out and "\u202e" not in out


def test_everything_that_ships(folder: Path) -> None:
    before = time.perf_counter()
    run = mebench(folder, "audit", "--all", "--format", "json")
    assert time.perf_counter() - before < 6, "about a second on an idle machine"
    assert run.status == FINDINGS
    assert len(json.loads(run.out)["findings"]) == 16


PERCENT = """method,protocol,spotting_f1,analysis_f1,strs,apex_mae
one,casme2-str@1,65.16,59.27,38.62,3.2
two,casme2-str@1,0.82,59.27,0.48,40.5
three,casme2-str@1,28.69,38.74,12.11,
"""


def test_percentages_are_asked_about_once(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text(PERCENT, encoding="utf-8")
    asked = mebench(tmp_path, "audit", "rows.csv")
    assert asked.status == FINDINGS
    assert asked.out.splitlines() == [
        "rows.csv:2: unclear [percent-unclear] spotting_f1 is 65.16. Are the rates in spotting_f1, "
        "analysis_f1, strs percentages? Those of 3 rows are not checked until this is clear.",
        "    one, casme2-str@1; rows.csv, line 2",
        "    Consistent: spotting_f1 65.16 %. Pass --percent if all rates of the file are "
        "percentages.",
        "",
        f"3 rows, {len(RULES)} rules: 1 unclear.",
    ]
    told = mebench(tmp_path, "audit", "rows.csv", "--percent").out
    assert told.startswith("rows.csv:4: inconsistent [strs-product] strs is 12.11 %, but ")
    assert "spotting_f1 28.69 % × analysis_f1 38.74 % is 11.1" in told
    assert told.endswith(f"3 rows, {len(RULES)} rules: 1 inconsistent.\n")
    (tmp_path / "signed.csv").write_text(
        PERCENT.replace("65.16,59.27,38.62", "65.16 %,59.27 %,38.62 %"), encoding="utf-8"
    )
    part = mebench(tmp_path, "audit", "signed.csv").out
    assert "signed.csv:3: unclear" in part and "analysis_f1, spotting_f1, strs perc" in part
    assert "Those of 2 rows" in part


ROWS_TOML = """format = "mebench-published/1"

[[rows]]
id = "a"
method = "A"
source = "Table 1"
link_text = "Table 1"

[rows.values.headline]
uar_all = ".4620"

[[rows]]
id = "b"
protocol = "ours@1"
method = "B"
source = "Table 1"
link_text = "Table 1"
values.headline.uar_all = ".4620"
"""


def test_a_protocol_of_ones_own(tmp_path: Path) -> None:
    """With the counts of one's own protocol, for rows that name it or none."""
    own = resources.shared_folder("protocols") / "meview-str@1.toml"
    text = own.read_text(encoding="utf-8").replace("meview-str@1", "ours@1")
    (tmp_path / "ours.toml").write_text(text, encoding="utf-8")
    (tmp_path / "rows.csv").write_text("method,uar_all\na,.4620\nb,.4630\n", encoding="utf-8")
    (tmp_path / "named.csv").write_text(
        "method,protocol,uar_all\na,ours,.4620\nb,casme2-str@1,.4620\nc,ours@1,.4620\n",
        encoding="utf-8",
    )
    (tmp_path / "rows.toml").write_text(ROWS_TOML, encoding="utf-8")
    for name, lines in (("rows.csv", [2]), ("named.csv", [2, 4]), ("rows.toml", [10, 18])):
        found = mebench(tmp_path, "audit", name, "--protocol", "ours.toml", "--format", "json")
        findings = json.loads(found.out)["findings"]
        assert [one["line"] for one in findings] == lines
        assert {(one["rule"], one["protocol"]) for one in findings} == {
            ("uar-unreachable", "ours@1")
        }
        without = mebench(tmp_path, "audit", name)
        assert without.status == FINDINGS and "--protocol" in without.err


def test_rules_are_listed_and_explained(folder: Path) -> None:
    listed = mebench(folder, "audit", "--rules")
    assert listed.status == FINE
    assert [line.split()[0] for line in listed.out.splitlines()] == [rule.id for rule in RULES]
    told = mebench(folder, "explain", "uf1-above-f1")
    assert told.status == FINE and "concave" in told.out
    slip = mebench(folder, "explain", "uf1-abov-f1")
    assert slip.status == USAGE and "'uf1-above-f1'" in slip.err


def test_the_page_is_in_sync() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert update_page(text) == text, "python -m mebench.audit.audit_report docs/audit.md"
    with pytest.raises(ValueError, match="no marks"):
        update_page("# Nothing\n")
