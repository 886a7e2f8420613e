"""Published rows: the record, its schema, and numbers as they were printed."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from pydantic import ValidationError

from mebench.diagnostics import Findings
from mebench.metrics.registry import METRICS_BY_ID
from mebench.models.published_rows import ALL_INTERVAL_METRICS, TRUE_POSITIVE_METRICS, PublishedFile
from mebench.protocols.loader import shipped_protocol_ids
from mebench.published.loader import read_located, shipped_files
from mebench.published.rounded_numbers import parse_rounded_number

ROW: dict[str, Any] = {"id": "a", "method": "A", "source": "A paper", "link_text": "A paper"}


def file(**row: Any) -> dict[str, Any]:
    return {
        "format": "mebench-published/1",
        "protocol": "casme2-str@1",
        "rows": [ROW | row],
    }


def test_what_is_left_out_is_not_known() -> None:
    [row] = PublishedFile.model_validate(file()).rows
    assert (row.year, row.scope, row.system, row.paper, row.table) == (None,) * 5
    assert row.model_selection == "unknown"
    assert row.label == "literature"
    assert row.values == {} and row.counts == {} and row.corrections == {}


@pytest.mark.parametrize(
    "wrong",
    [
        {"values": {"headline": {"uf1": 0.5}}},
        {"year": "2023"},
        {"scope": "some"},
        {"model_selection": "train"},
        {"source": ""},
        {"corrections": {"uf1": {"value": ".5"}}},
        {"analysis": "true-positives", "values": {"headline": {"analysis_all_f1": ".5"}}},
        {"analysis": "all-intervals", "values": {"headline": {"uf1": ".5"}}},
    ],
)
def test_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        PublishedFile.model_validate(file(**wrong))


def test_a_row_has_a_protocol_of_its_own_or_the_files() -> None:
    document = file() | {"protocol": None}
    with pytest.raises(ValidationError, match="has a `protocol`"):
        PublishedFile.model_validate(document)
    document["rows"] = [ROW | {"protocol": "sammlv-str@1"}]
    assert PublishedFile.model_validate(document).rows[0].protocol == "sammlv-str@1"


def test_captions_speak_of_metrics_that_there_are() -> None:
    assert set(METRICS_BY_ID) >= ALL_INTERVAL_METRICS | TRUE_POSITIVE_METRICS


def test_every_board_is_named_after_its_protocol() -> None:
    files = shipped_files()
    boards = [path for path in files if path.name == "published.toml"]
    assert len(boards) == 11 and len(files) == 18
    for path in boards:
        assert path.parent.name in shipped_protocol_ids()
        findings = Findings()
        rows = read_located(path, findings)
        assert {row.protocol.id for row in rows} == {path.parent.name}
        assert not findings.kept


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        (".6516", "0.65155", "0.6517"),
        ("0,6516", "0.65155", "0.6517"),
        ("53.52 %", "0.53515", "0.5353"),
        ("53.52%", "0.53515", "0.5353"),
        ("1", "0.5", "2"),
        ("-.1", "-0.2", "-0.05"),
    ],
)
def test_a_number_stands_for_what_is_rounded_or_truncated_to_it(
    text: str, low: str, high: str
) -> None:
    number = parse_rounded_number(text)
    assert number is not None
    assert (number.low, number.high) == (Fraction(low), Fraction(high))


@pytest.mark.parametrize(
    "text", ["", ".", "%", "nan", "1e3", "1.2.3", "0x1", "½", "1_0", "٣", "- 1"]
)
def test_no_number(text: str) -> None:
    assert parse_rounded_number(text) is None
