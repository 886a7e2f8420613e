"""Rows in memory: dicts and data frames are audited like a CSV."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import mebench
from mebench.audit import audit
from mebench.diagnostics import MebenchError, UsageError
from tests.audit.test_files import TOML

CSV = """\
method,protocol,spotting_f1,analysis_f1,uf1,strs,tp,fp,fn
Ours,casme2-str@1,.6516,.5927,.6755,.3862,159,85,85
Ours without smoothing,casme2-str@1,28.69 %,.3874,.3701,.1211,,174,174
"""
RULES = ["uf1-above-f1", "strs-product"]
ROW = {"method": "Ours", "protocol": "casme2-str", "uf1": ".5"}


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "rows.csv"
    path.write_text(CSV)
    return path


def rules(rows: Any, **options: Any) -> list[str]:
    return [finding.rule.id for finding in audit(rows, **options).findings]


def test_all_forms_give_the_same(table: Path) -> None:
    text = pd.read_csv(table, dtype=str)
    assert rules(table) == rules([str(table)]) == rules(text) == RULES
    assert rules(text.to_dict("records")) == RULES
    numbers = text.replace("28.69 %", "0.2869").apply(pd.to_numeric, errors="coerce")
    assert rules(text.assign(**{name: numbers[name] for name in ("uf1", "strs", "tp")})) == RULES
    assert rules(text.rename(columns=str.upper).drop(columns="PROTOCOL"), protocol="casme2-str")
    assert rules([table, text.to_dict("records")[0]]) == [*RULES, RULES[0]]


def test_places_are_rows_and_columns(table: Path) -> None:
    frame = pd.read_csv(table, dtype=str, index_col="method")
    result = audit(frame)
    assert [str(finding.place) for finding in result.findings] == [
        "<memory> row 'Ours', column 'uf1'",
        "<memory> row 'Ours without smoothing', column 'strs'",
    ]
    shown = result.to_frame()
    assert shown["rule"].tolist() == RULES
    assert shown["method"].tolist() == frame.index.tolist()
    assert repr(result) == "<AuditResult 2 rows, 24 rules: 1 impossible, 1 inconsistent.>"
    assert "row 'Ours', column 'uf1': impossible [uf1-above-f1]" in str(result)
    assert "uf1-above-f1" in result._repr_html_()
    assert mebench.audit.audit([]).to_frame().empty


def test_a_row_with_the_fields_of_a_file() -> None:
    values = {"headline": {"spotting_f1": ".2906", "analysis_f1": ".6882", "strs": ".2200"}}
    row = {"method": "Ours", "protocol": "sammlv-str", "values": values}
    assert rules(row) == ["strs-product"]
    assert rules([row, {"method": "b", "protocol": "sammlv-str", "strs": ".2"}]) == ["strs-product"]
    assert values == {"headline": {"spotting_f1": ".2906", "analysis_f1": ".6882", "strs": ".2200"}}


@pytest.mark.parametrize(
    ("rows", "error", "words"),
    [
        (3, UsageError, "wrong-argument"),
        ([ROW, 3], UsageError, "wrong-argument"),
        (b"rows.csv", UsageError, "wrong-argument"),
        ({"method": "x"}, MebenchError, "csv-missing-column.*pass protocol=ID"),
        (ROW | {"uff1": 1}, MebenchError, "Did you mean 'uf1'"),
        (ROW | {"uf1": [0.5]}, MebenchError, "row 0, column 'uf1': error .wrong-type"),
        ([ROW, ROW | {"uf1": True}], MebenchError, "row 1, column 'uf1': error .wrong-type"),
        (ROW | {"uf1": float("inf")}, MebenchError, "row 0, column 'uf1': error .number-unread"),
        (ROW | {"protocol": "casm2-str"}, MebenchError, "unknown-protocol"),
        ([ROW | {"id": "a"}, ROW | {"id": "a"}], MebenchError, "row-doubled.*used by row 0"),
        (ROW | {"classes": [1, 2]}, MebenchError, "column 'classes': error .inconsistent"),
        (ROW | {"values": {"headline": {"uf1": 0.5}}}, MebenchError, "row 0: error .wrong-type"),
    ],
)
def test_wrong_rows(rows: Any, error: type[MebenchError], words: str) -> None:
    with pytest.raises(error, match=words):
        audit(rows)


def test_a_file_beside_rows_with_errors(tmp_path: Path) -> None:
    (tmp_path / "rows.toml").write_text(TOML.replace("uf1 = ", "uf2 = "))
    with pytest.raises(MebenchError) as raised:
        audit([tmp_path / "rows.toml", ROW | {"uff1": 1}])
    assert [one.code for one in raised.value.diagnostics] == [
        "unknown-metric",
        "csv-unknown-column",
    ]
