"""The MEAN predictions for CASME II, scored as the STRS paper scored them.

The two files are those of the paper's authors (genbing99/STRS-Metric): 244 samples of 26 subjects,
one prediction per video, without scores. They are stored in ``../shared/data``, outside the
repository.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Callable
from pathlib import Path

import pytest

import mebench
from mebench.models.report import Report

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "strs-metric"
PROTOCOL = "casme2-str@1"

pytestmark = pytest.mark.skipif(
    not (DATA / "pred.csv").is_file() or not (DATA / "gt.csv").is_file(),
    reason=f"the CASME II files are missing: {DATA}",
)

Row = dict[str, str]

SUBJECTS = [str(number) for number in range(1, 27)]


def rows_of(name: str) -> list[Row]:
    with (DATA / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def written(path: Path, rows: list[Row]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, ["subject", "video", "onset", "offset", "emotion"])
        writer.writeheader()
        writer.writerows(rows)
    return path


def scored(predictions: Path = DATA / "pred.csv", truth: Path = DATA / "gt.csv") -> Report:
    return mebench.score(predictions, truth, PROTOCOL)


def four_digits(report: Report) -> dict[str, float | None]:
    return {
        name: None if metric.value is None else round(metric.value, 4)
        for name, metric in report.metrics.items()
    }


def test_counts() -> None:
    report = scored()
    spotting, analysis, everyone = (
        report.counts.spotting,
        report.counts.analysis,
        report.counts.analysis_all,
    )
    assert spotting is not None
    assert analysis is not None
    assert everyone is not None
    assert (spotting.tp, spotting.fp, spotting.fn) == (159, 85, 85)
    assert (analysis.tp, analysis.total) == (96, 159)
    assert everyone.total == 244
    assert (report.units.subjects, report.units.videos, report.units.truths) == (26, 244, 244)
    assert "counts:" not in report.signature


def test_metrics() -> None:
    report = scored()
    found = four_digits(report)
    assert report.metrics["accuracy"].value == pytest.approx(96 / 159)
    assert found | {"accuracy": None} == found | {
        "spotting_precision": 0.6516,
        "spotting_recall": 0.6516,
        "spotting_f1": 0.6516,
        "asr": 0.8443,
        "accuracy": None,
        "analysis_precision": 0.5983,
        "analysis_recall": 0.5872,
        "analysis_f1": 0.5927,
        "uf1": 0.5766,
        "uar": 0.5872,
        "strs": 0.3862,
        "analysis_all_f1": 0.5723,
        "uf1_all": 0.5647,
        "accuracy_all": 0.5779,
    }


def test_classes() -> None:
    """Correct, predicted and true expressions per class: spotted, and of every video."""
    report = scored()
    spotted = [(18, 28, 43), (8, 19, 12), (17, 18, 19), (4, 10, 17), (49, 84, 68)]
    everyone = [(26, 42, 61), (17, 32, 32), (22, 26, 25), (7, 18, 27), (69, 126, 99)]
    for rows, mean, expected in (
        (report.classes, "uf1", spotted),
        (report.classes_all, "uf1_all", everyone),
    ):
        assert [(row.hits, row.predictions, row.truths) for row in rows] == expected
        assert sum(row.f1 for row in rows) / 5 == pytest.approx(report.metrics[mean].value)


def test_without_scores_there_is_no_ap_and_without_annotated_apexes_no_apex_error() -> None:
    metrics = scored().metrics
    assert {name: one.reason for name, one in metrics.items() if one.value is None} == {
        **dict.fromkeys(("ap", "ap50", "ap75", "ap_coco101"), "unranked"),
        "apex_mae": "no-apex",
    }


def test_the_subjects_are_those_of_the_file() -> None:
    assert {row["subject"] for row in rows_of("gt.csv")} == set(SUBJECTS)


@pytest.mark.parametrize("subject", SUBJECTS)
def test_dropping_a_subject_from_the_predictions(subject: str, tmp_path: Path) -> None:
    kept = [row for row in rows_of("pred.csv") if row["subject"] != subject]
    assert 0 < len(kept) < 244
    report = scored(written(tmp_path / "pred.csv", kept))
    spotting = report.counts.spotting
    assert spotting is not None
    assert spotting.tp + spotting.fn == 244
    assert spotting.tp <= 159
    assert report.units.subjects == 26
    assert len(report.units.videos_without_predictions) == 244 - len(kept)
    if subject == "17":
        assert four_digits(report)["strs"] == 0.3658


@pytest.mark.parametrize("seed", range(3))
def test_shuffled_rows_change_no_digit(seed: int, tmp_path: Path) -> None:
    shuffle = random.Random(seed).shuffle
    paths = []
    for name in ("pred.csv", "gt.csv"):
        rows = rows_of(name)
        shuffle(rows)
        paths.append(written(tmp_path / name, rows))
    before, after = scored(), scored(*paths)
    assert after.metrics == before.metrics
    assert after.counts == before.counts
    assert after.signature == before.signature


@pytest.mark.parametrize(
    ("change", "code"),
    [
        pytest.param(lambda row: {"video": "EP99_99"}, "unknown-video", id="video"),
        pytest.param(lambda row: {"subject": "99"}, "unknown-subject", id="subject"),
        pytest.param(lambda row: {"emotion": "joy"}, "unknown-emotion", id="label"),
        pytest.param(lambda row: {"emotion": ""}, "emotion-missing", id="no label"),
    ],
)
def test_what_the_truth_or_the_protocol_does_not_know_is_an_error(
    change: Callable[[Row], Row], code: str, tmp_path: Path
) -> None:
    rows = rows_of("pred.csv")
    rows[100] |= change(rows[100])
    with pytest.raises(mebench.MebenchError) as caught:
        scored(written(tmp_path / "pred.csv", rows))
    errors = [one for one in caught.value.diagnostics if one.severity == "error"]
    assert [(one.code, one.place.line) for one in errors] == [(code, 102)]
