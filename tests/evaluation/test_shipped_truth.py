"""The truths that come with mebench are found; oracles are called so."""

from __future__ import annotations

from typing import Any

import pytest

from mebench import score
from mebench.diagnostics import Findings, UsageError
from mebench.evaluation.validate import validate
from mebench.util.resources import shipped_truth_path


def submission(protocol: str = "synthetic-str@1", **system: Any) -> dict[str, Any]:
    return {
        "format": "mebench-submission/1",
        "protocol": protocol,
        "system": {"name": "somebody", **system},
        "videos": [
            {
                "subject": "s01",
                "video": "v1",
                "intervals": [{"onset": 55, "offset": 65, "score": 1.0, "emotion": "surprise"}],
            }
        ],
    }


@pytest.mark.parametrize("name", ["synthetic", "synthetic-easy", "synthetic-hard"])
def test_no_truth_has_to_be_given(name: str) -> None:
    given = submission(f"{name}-str@1")
    report = score(given)
    assert "truth-shipped" in [one.code for one in report.findings]
    assert report.signature == score(given, shipped_truth_path(name)).signature
    assert report.counts.spotting is not None
    assert report.counts.spotting.fn == 52 - report.counts.spotting.tp
    assert report.counts.spotting.tp == (name == "synthetic")
    assert "counts-differ" not in [one.code for one in report.findings]


def test_other_protocols_still_need_one() -> None:
    with pytest.raises(UsageError, match="truth-needed"):
        score(submission("casme-sq-str@1"))


def test_validate_knows_it_too(tmp_path: Any) -> None:
    import json

    path = tmp_path / "p.json"
    wrong = submission()
    wrong["videos"][0]["video"] = "v9"
    path.write_text(json.dumps(wrong))
    findings: Findings = validate(path)[0]
    assert [one.code for one in findings.kept if one.severity == "error"] == ["unknown-video"]


def test_an_oracle_is_called_one() -> None:
    assert "uses-truth" not in [one.code for one in score(submission()).findings]
    report = score(submission(uses_truth=True))
    assert [one.severity for one in report.findings if one.code == "uses-truth"] == ["warning"]
    assert report.system is not None and report.system.uses_truth
