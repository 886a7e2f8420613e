"""The challenge's official list of 442 samples as truth of the composite protocol."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

import mebench
from mebench.diagnostics import Findings
from mebench.evaluation.challenge_files import blind
from mebench.evaluation.convert import convert
from mebench.evaluation.scoring_options import ScoringOptions
from mebench.evaluation.validate import validate
from tests.evaluation.documents import codes, write

LIST = Path(__file__).parents[3] / "shared" / "data" / "megc2019" / "combined_3class_gt.csv"

pytestmark = pytest.mark.skipif(
    not LIST.is_file(), reason=f"the official sample list is not at {LIST}"
)

NAMES = ["negative", "positive", "surprise"]


def rows() -> list[list[str]]:
    return list(csv.reader(LIST.read_text(encoding="utf-8").splitlines()))


def predictions(folder: Path, labels: dict[str, str] | None = None) -> Path:
    """Write a table that predicts the truth, but for labels that are replaced."""
    lines = ["dataset,subject,sample,emotion"]
    for dataset, subject, sample, label in rows():
        name = NAMES[int(label)]
        lines.append(f"{dataset},{subject},{sample},{(labels or {}).get(name, name)}")
    return write(folder, "preds.csv", "\n".join(lines))


def test_the_list_is_the_protocol_s(tmp_path: Path) -> None:
    findings, detected_format = validate(LIST, protocol="megc2019-cde")
    assert (findings.kept, detected_format) == ([], "MEGC2019 sample list")


def test_the_perfect_system(tmp_path: Path) -> None:
    report = mebench.score(predictions(tmp_path), LIST, "megc2019-cde")
    assert report.units.truths == 442 and report.units.subjects == 68
    assert report.metrics["uf1"].value == report.metrics["uar"].value == 1
    assert set(report.groups) >= {"smic-hs-short", "casme2", "samm"}
    assert "counts" not in report.signature


def test_everything_negative(tmp_path: Path) -> None:
    path = predictions(tmp_path, dict.fromkeys(NAMES, "negative"))
    report = mebench.score(path, LIST, "megc2019-cde")
    assert report.metrics["accuracy"].value == 250 / 442
    assert report.metrics["uar"].value == 1 / 3
    assert report.metrics["uf1"].value == pytest.approx(2 * 250 / (442 + 250) / 3, abs=1e-15)
    smic = report.groups["smic-hs-short"]["accuracy"].value
    assert smic == 70 / 164


@pytest.mark.parametrize("allowed", [False, True])
def test_150_samples_left_out(tmp_path: Path, allowed: bool) -> None:
    lines = predictions(tmp_path).read_text(encoding="utf-8").splitlines()
    path = write(tmp_path, "fewer.csv", "\n".join(lines[:-150]))
    if allowed:
        report = mebench.score(path, LIST, "megc2019-cde", allow_missing=True)
        assert report.metrics["accuracy"].value == 292 / 442
        assert "|missing:150|" in report.signature
        return
    with pytest.raises(mebench.MebenchError) as caught:
        mebench.score(path, LIST, "megc2019-cde")
    assert codes(caught.value) == ["sample-missing"] * 150


def test_as_native_truth_and_blind(tmp_path: Path) -> None:
    made = convert("truth", LIST, "megc2019-cde", ScoringOptions(), Findings())
    assert len(made.table.samples) == 442
    native = write(tmp_path, "truth.json", made.text)
    one = mebench.score(predictions(tmp_path), LIST, "megc2019-cde")
    other = mebench.score(predictions(tmp_path), native, "megc2019-cde")
    assert one.signature == other.signature
    hidden = blind(native).to_json()
    assert "emotion" not in json.dumps(hidden)
    findings, _ = validate(
        predictions(tmp_path), truth=write(tmp_path, "b.json", hidden), protocol="megc2019-cde"
    )
    assert not findings.has_errors
