"""Verification: a report holds, or every tampered part is named."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import mebench
from mebench.evaluation.score import score_with_options
from mebench.evaluation.scoring_options import ScoringOptions
from mebench.evaluation.verify import read_report, verify
from tests.evaluation.documents import TOY_TOML, interval, submission, truth, write


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    """Write a case and its report, made with settings that matter."""
    paths = {
        "protocol": write(tmp_path, "toy.toml", TOY_TOML),
        "truth": write(
            tmp_path, "t.json", truth({"1/a": [interval(10, 20)], "2/a": [interval(5, 9)]})
        ),
        "predictions": write(
            tmp_path,
            "p.json",
            submission(
                {
                    "1/a": [interval(95, 120, score=0.9), interval(10, 20, score=0.8)],
                    "2/a": [interval(5, 9, "contempt", score=0.2)],
                }
            ),
        ),
    }
    settings = ScoringOptions(clip=True, outside_as="surprise", score_threshold={"micro": 0.5})
    report = score_with_options(
        paths["predictions"], paths["truth"], str(paths["protocol"]), settings
    )
    paths["report"] = write(tmp_path, "report.json", report.to_json())
    return paths


def differences(files: dict[str, Path]) -> list[str]:
    return verify(
        read_report(files["report"]), files["predictions"], files["truth"], files["protocol"]
    )


def test_a_true_report_holds(files: dict[str, Path]) -> None:
    assert differences(files) == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("metrics", "strs", "value"), 0.9),
        (("groups", "micro", "uf1", "value"), 0.9),
        (("counts", "spotting", "tp"), 2),
        (("units", "subjects"), 3),
        (("mean_over_folds", "strs", "value"), 0.9),
        (("folds", "verified"), True),
    ],
)
def test_every_tampered_part_is_named(
    files: dict[str, Path], path: tuple[str, ...], value: Any
) -> None:
    document = json.loads(files["report"].read_text(encoding="utf-8"))
    inner = document
    for key in path[:-1]:
        inner = inner[key]
    assert inner[path[-1]] != value
    inner[path[-1]] = value
    files["report"].write_text(json.dumps(document), encoding="utf-8")
    found = differences(files)
    assert len(found) == 1
    assert found[0].startswith(".".join(path).removesuffix(".value") + ":")


def test_other_predictions_and_another_truth_are_noticed(files: dict[str, Path]) -> None:
    text = files["predictions"].read_text(encoding="utf-8")
    files["predictions"].write_text(text.replace('"offset": 20', '"offset": 21'), encoding="utf-8")
    assert [line.split(" is ")[0] for line in differences(files)][:1] == ["signature: preds"]
    files["predictions"].write_text(text, encoding="utf-8")
    text = files["truth"].read_text(encoding="utf-8")
    files["truth"].write_text(text.replace('"offset": 20', '"offset": 21'), encoding="utf-8")
    assert [line.split(" is ")[0] for line in differences(files)][:1] == ["signature: truth"]


def test_a_report_under_ones_own_protocol_needs_it(files: dict[str, Path]) -> None:
    with pytest.raises(mebench.MebenchError) as caught:
        verify(read_report(files["report"]), files["predictions"], files["truth"])
    assert [one.code for one in caught.value.diagnostics] == ["protocol-needed"]
