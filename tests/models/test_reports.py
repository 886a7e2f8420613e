"""Reports pass their own validator, and JSON gives back what was scored."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

import mebench
from mebench.evaluation.build_report import PartUnit
from mebench.evaluation.conformance import list_vectors
from mebench.models.report import ConfidenceInterval, Report


@pytest.mark.parametrize("by", [None, "subject", "video", "dataset"])
@pytest.mark.parametrize("path", list_vectors(), ids=lambda path: path.stem)
def test_report_passes_its_validator(path: Path, by: PartUnit | None) -> None:
    vector = json.loads(path.read_text(encoding="utf-8"))
    report = mebench.score(
        vector["predictions"],
        vector["truth"],
        mebench.Protocol.model_validate(vector["protocol"]),
        by=by,
        allow_missing=True,
    )
    text = json.dumps(report.to_json(), allow_nan=False)
    read = Report.model_validate(json.loads(text))
    assert read.to_json() == report.to_json()
    assert read.signature == report.signature


def test_undefined_values_stay_in_the_json_with_their_reason(tmp_path: Path) -> None:
    path = next(path for path in list_vectors() if path.stem == "both-empty")
    vector = json.loads(path.read_text(encoding="utf-8"))
    protocol = mebench.Protocol.model_validate(vector["protocol"])
    data: dict[str, Any] = mebench.score(vector["predictions"], vector["truth"], protocol).to_json()
    undefined = {"value": None, "reason": "no-truth-and-no-prediction", "ci95": None}
    assert data["metrics"]["strs"] == undefined
    assert set(data["metrics"]["ap"]) == {"value", "reason", "ci95"}
    assert set(data["units"]) == {
        "subjects",
        "effective_subjects",
        "videos",
        "truths",
        "predictions",
        "videos_without_predictions",
        "subjects_left_out",
    }
    assert set(data["counts"]["spotting"]) == {"tp", "fp", "fn"}
    assert set(data["counts"]["analysis"]) == {"tp", "total", "confusion", "absent_classes"}
    assert set(data["counts"]["analysis"]["confusion"]) == {"classes", "matrix"}


def test_a_report_prints_its_values_and_its_signature() -> None:
    path = next(path for path in list_vectors() if path.stem == "perfect")
    vector = json.loads(path.read_text(encoding="utf-8"))
    protocol = mebench.Protocol.model_validate(vector["protocol"])
    report = mebench.score(vector["predictions"], vector["truth"], protocol)
    lines = str(report).splitlines()
    assert any(line.split()[:2] == ["STRS", "1.0000"] for line in lines)
    assert report.signature in lines
    assert repr(report).startswith("<Report vector@1: ") and "strs 1.000" in repr(report)
    assert mebench.render(report).splitlines()[0] == "A conformance vector  (vector@1)"
    assert json.loads(mebench.render(report, "json")) == report.to_json()


@pytest.mark.parametrize("few", [[], [1], [1, 1, 1]])
def test_a_class_with_too_few_expressions_has_two_numbers(few: list[int]) -> None:
    """A report with another list of numbers once ended in a traceback."""
    interval = {"reason": "few-in-class", "few": {"negative": few}}
    with pytest.raises(ValidationError):
        ConfidenceInterval.model_validate(interval)
    ConfidenceInterval.model_validate(interval | {"few": {"negative": [2, 1]}})
