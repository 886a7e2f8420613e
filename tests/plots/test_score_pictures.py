"""Pictures of a score, as users draw them: the numbers in them are those of the score."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from mebench.diagnostics import Findings
from mebench.evaluation.build_report import EvaluationResult
from mebench.evaluation.score import evaluate_predictions
from mebench.evaluation.scoring_options import ScoringOptions
from mebench.matching.iou import THRESHOLDS
from mebench.plots.f1_by_iou import f1_by_iou
from mebench.plots.forest import forest, wilson
from mebench.plots.scored import NO_CAPTION, signature_lines
from mebench.plots.timeline import STYLES
from mebench.plots.timelines_of_result import timelines
from tests.cli.running import FINDINGS, FINE, USAGE, mebench
from tests.evaluation.documents import interval, submission, truth, write
from tests.plots.pictures import size_of, texts_of
from tests.plots.scored_material import PREDICTED, SCORED, TRUTHS, write_material

DRAWN: dict[str, set[str]] = {
    "timeline": {"hit (3)", "localization (1)", "duplicate (1)", "wrong kind (1)", "score"}
    | {"background (1)", "below threshold (1)", "missed (2)", "macro (no target)", "3/a", "100"},
    "pr": {"0.50   {ap50:.3f}", "0.75   {ap75:.3f}", "operating point", "AP@[.5:.95] {ap}"},
    "f1-iou": {"precision", "recall", "95 % interval of F1", "IoU ≥ 0.5: F1 {spotting_f1}"},
    "confusion": {"Spotted expressions (3)", "negative", "100%"},
    "forest": {"all 3", "2 / 2 / 4", "0 / 1 / 0", "Spotting: F1", "TP / FN / FP"}
    | {"all subjects: {spotting_f1}, 95 %, subject as unit"},
    "diagnosis": {"localization", "late", "wrong kind", "1 + 1", "STRS, now {strs:.3f}", "missed"},
    "durations": {"truth 7 (median 10), spotted 7 (median 9)", "Duration (frames)"},
}
"""Texts of each picture, with the values of the score; a metric with an interval has no format."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_material(tmp_path_factory.mktemp("scored"))


@pytest.fixture(scope="module")
def report(made: Path) -> dict[str, Any]:
    done = mebench(made, "score", "p.json", *SCORED, "--curves", "curves.npz", "--format", "json")
    assert done.status == FINE, done.err
    found: dict[str, Any] = json.loads(done.out)
    return found


class Shown:
    """A metric of the report, as pictures show it."""

    def __init__(self, value: float, ci95: dict[str, float] | None = None, **_: Any) -> None:
        self.value, self.ci95 = value, ci95 or {}

    def __format__(self, layout: str) -> str:
        if layout:
            return format(self.value, layout)
        return f"{self.value:.3f} [{self.ci95['low']:.3f}, {self.ci95['high']:.3f}]"


@pytest.mark.parametrize("kind", DRAWN)
def test_every_picture_of_a_score(made: Path, report: dict[str, Any], kind: str) -> None:
    more = ("--curves", "curves.npz") if kind == "timeline" else ()
    for name in ("one.svg", "two.svg"):
        done = mebench(made, "plot", kind, "p.json", *SCORED, *more, "-o", name)
        assert (done.status, done.out) == (FINE, ""), done.err
    drawn = (made / "one.svg").read_bytes()
    assert drawn == (made / "two.svg").read_bytes()
    texts = texts_of(drawn)
    values = {name: Shown(**metric) for name, metric in report["metrics"].items()}
    assert {text.format_map(values) for text in DRAWN[kind]} <= set(texts), sorted(texts)
    assert "a method, toy@1" in texts
    # The complete signature, in lines.
    assert report["signature"] in "".join(text for text in texts if "|" in text)


def evaluated(folder: Path, predictions: str = "p.json", true: str = "t.json") -> EvaluationResult:
    paths = (folder / predictions, folder / true, folder / "toy.toml")
    return evaluate_predictions(*paths, ScoringOptions(), Findings())


def test_f1_at_the_threshold_of_the_standard_is_that_of_the_score(
    made: Path, report: dict[str, Any]
) -> None:
    rows = {row.hundredths: row for row in f1_by_iou(evaluated(made))}
    at, scored = rows[50], report["metrics"]
    assert at.f1 == pytest.approx(scored["spotting_f1"]["value"])
    assert at.precision == pytest.approx(scored["spotting_precision"]["value"])
    assert at.low == pytest.approx(scored["spotting_f1"]["ci95"]["low"])
    assert set(THRESHOLDS) <= set(rows)
    values = [row.f1 for row in rows.values()]
    assert values == sorted(values, reverse=True)
    # The prediction with IoU 6/14 is a hit up to .4.
    assert rows[40].f1 > rows[45].f1


def test_below_half_a_prediction_is_still_one_hit(tmp_path: Path) -> None:
    write_material(tmp_path)
    write(tmp_path, "two.json", truth({"1/a": [interval(10, 19), interval(20, 29)]}))
    write(tmp_path, "long.json", submission({"1/a": [interval(10, 29), interval(0, 40)]}))
    rows = {row.hundredths: row for row in f1_by_iou(evaluated(tmp_path, "long.json", "two.json"))}
    # Each of both predictions overlaps both expressions.
    assert rows[20].recall == 1
    assert rows[50].recall == 0.5
    assert rows[55].recall == 0


def test_a_subject_has_the_interval_of_a_proportion(made: Path) -> None:
    from scipy.stats import binomtest

    for hits, number in ((0, 1), (1, 3), (7, 7), (5, 12)):
        known = binomtest(hits, number).proportion_ci(method="wilson")
        assert wilson(hits, number) == pytest.approx((known.low, known.high), abs=1e-9)
    assert wilson(0, 0) is None
    rows = {row.label: row for row in forest(evaluated(made), NO_CAPTION).rows}
    # Two hits of 4 true and 6 predicted expressions: 2 of 8 distinct ones.
    known = binomtest(2, 8).proportion_ci(method="wilson")
    assert rows["1"].value == pytest.approx(0.4)
    assert rows["1"].low == pytest.approx(2 * known.low / (1 + known.low))
    assert all(row.low is None for row in forest(evaluated(made), NO_CAPTION, "strs").rows)


def test_timelines_have_the_videos_with_misses_alone(made: Path) -> None:
    drawn = timelines(evaluated(made), {})
    assert list(drawn) == list(TRUTHS)
    assert [bar.outcome for bar in drawn["3/a"].truths] == ["missed"]
    assert not drawn["3/a"].predictions
    labels = {bar.outcome: bar.label for bar in drawn["1/b"].predictions}
    assert labels == {"hit": "positive ✗", "wrong kind": "negative"}
    assert drawn["1/a"].threshold == 0.5
    bars = [bar for video in drawn.values() for bar in video.predictions]
    assert len(bars) == sum(map(len, PREDICTED.values()))


def test_one_picture_per_video(made: Path, tmp_path: Path) -> None:
    chosen = ("--video", "1/a", "--video", "3/a", "--curves", "curves.npz", "--format", "svg")
    done = mebench(made, "plot", "timeline", "p.json", *SCORED, *chosen, "-o", tmp_path / "out")
    assert done.status == FINE, done.err
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"1_a.svg", "3_a.svg"}
    texts = texts_of((tmp_path / "out" / "1_a.svg").read_bytes())
    assert {"1/a, a method, toy@1", "true", "spotted", "Frame", "threshold", "positive"} <= set(
        texts
    )
    one = mebench(
        made, "plot", "timeline", "p.json", *SCORED, *chosen[:2], "-o", tmp_path / "a.png"
    )
    assert one.status == FINE, one.err
    assert size_of((tmp_path / "a.png").read_bytes())[0] == 1400


def test_the_folder_of_a_run_brings_its_curves(made: Path, tmp_path: Path) -> None:
    shutil.copytree(made, tmp_path / "run")
    (tmp_path / "run" / "p.json").rename(tmp_path / "run" / "predictions.json")
    given = ("--truth", "run/t.json", "--protocol", "run/toy.toml", "-o", "x.svg")
    assert mebench(tmp_path, "plot", "timeline", "run", *given).status == FINE
    assert "score" in texts_of((tmp_path / "x.svg").read_bytes())


def test_what_cannot_be_drawn(made: Path, tmp_path: Path) -> None:
    no_scores = {name: [] for name in PREDICTED} | {"1/a": [interval(10, 19)]}
    write(made, "plain.json", submission(no_scores))
    write(made, "right.json", submission({name: rows[:0] for name, rows in TRUTHS.items()}))

    def refused(code: str, status: int, *arguments: str) -> None:
        done = mebench(made, "plot", *arguments, *SCORED, "-o", tmp_path / "x.png")
        assert f"[{code}]" in done.err, done.err
        assert done.status == status
        assert not (tmp_path / "x.png").exists()

    refused("nothing-to-draw", FINDINGS, "pr", "plain.json")
    refused("unknown-metric", USAGE, "forest", "p.json", "--metric", "f2")
    refused("unknown-video", USAGE, "timeline", "p.json", "--video", "1/aa")
    refused("file-unreadable", USAGE, "durations", "none.json")
    recognition = ("--protocol", "megc2019-cde@1", "-o", str(tmp_path / "x.png"))
    for kind in ("timeline", "pr", "f1-iou", "durations"):
        assert mebench(made, "plot", kind, "p.json", "--truth", "t.json", *recognition).status != 0


def test_outcomes_differ_without_colors() -> None:
    looks = [(style.hatch, round(luminance(style.face), 1)) for style in STYLES.values()]
    assert len(set(looks)) == len(looks)
    filled = [style for style in STYLES.values() if not style.hatch]
    assert len(filled) == 2, "hits and misses"
    assert abs(luminance(filled[0].face) - luminance(filled[1].face)) > 0.5


def luminance(color: str) -> float:
    red, green, blue = (int(color[start : start + 2], 16) / 255 for start in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_a_signature_is_broken_between_its_parts() -> None:
    signature = "|".join(f"part{number}:{'x' * 20}" for number in range(8))
    lines = signature_lines(signature, 3.0)
    assert len(lines) > 1
    assert "".join(lines) == signature
    assert all(line.startswith("|") for line in lines[1:])
    assert not signature_lines("", 3.0)
