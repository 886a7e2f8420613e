"""What a page contains: the same numbers as a score, every interval once, curves, frames."""

from __future__ import annotations

import base64
import html
import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

import mebench
from mebench.report import thumbnails
from mebench.report import timelines as module
from tests.cli.running import files
from tests.cli.running import mebench as command
from tests.datasets.material import generic_folder, number_in
from tests.evaluation.documents import TOY_TOML, interval, submission, truth, write
from tests.oracles.test_casme2_vs_paper import DATA
from tests.report.making import DEMO, demo_report, embedded, outcomes, report, scored

needs_casme2 = pytest.mark.skipif(
    not (DATA / "pred.csv").is_file(), reason=f"the CASME II files are missing: {DATA}"
)


def test_the_saved_report_is_that_of_score(tmp_path: Path) -> None:
    page = demo_report(tmp_path)
    assert embedded(page, "saved") == [scored(tmp_path, "demo/predictions.json", *DEMO)]


def test_every_interval_is_on_the_page_with_its_outcome(tmp_path: Path) -> None:
    page = demo_report(tmp_path)
    run = command(tmp_path, "diagnose", "demo/predictions.json", *DEMO, "--format", "json")
    diagnosis = json.loads(run.out)
    found = outcomes(page)
    assert found.pop("hit")[0] + found.pop("wrong emotion")[0] == diagnosis["hits"] == 21
    assert found.pop("candidate") == [0, diagnosis["candidates"]]
    causes = {cause["cause"]: cause for cause in diagnosis["causes"] if not cause["direction"]}
    for outcome, (misses, wrong) in found.items():
        cause = causes[outcome]
        assert [misses, wrong] == [cause["misses"], cause["false_positives"]], outcome
    text = page.read_text()
    assert "0.4545" in text and "[.287, .632]" in text and "STRS" in text


@needs_casme2
def test_the_errors_of_casme2(tmp_path: Path) -> None:
    arguments = (DATA / "pred.csv", "--truth", DATA / "gt.csv", "--protocol", "casme2-str@1")
    page = report(tmp_path, *arguments)
    found = outcomes(page)
    hits = [sum(found[name][side] for name in ("hit", "wrong emotion")) for side in (0, 1)]
    assert hits == [159, 159]
    assert [sum(counts[side] for counts in found.values()) - 159 for side in (0, 1)] == [85, 85]
    saved = embedded(page, "saved")[0]
    assert saved == scored(tmp_path, *arguments)
    assert round(saved["metrics"]["strs"]["value"], 4) == 0.3862


def test_frames_iou_score_and_emotion_of_an_interval(tmp_path: Path) -> None:
    files(tmp_path)
    page = report(tmp_path, "p.json", "--truth", "t.json", "--protocol", "toy.toml")
    [first, empty, second] = embedded(page, "data")["timelines"]["videos"]
    assert (first["name"], first["frames"]) == ("1/a", 100)
    assert first["truths"] == [
        {
            "onset": 10,
            "offset": 20,
            "emotion": "negative",
            "of": [{"outcome": "hit", "iou": 10 / 11, "other": ["prediction", 11, 20, "negative"]}],
        }
    ]
    [predicted] = second["predictions"][0]
    assert (predicted["score"], predicted["emotion"]) == (0.4, "positive")
    assert predicted["other"] == ["truth", 30, 40, "positive"] and predicted["iou"] == 10 / 12
    assert empty["truths"] == [] and empty["predictions"] == [[], []]


def test_curves_keep_their_peaks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files(tmp_path)
    scores = np.zeros(100)
    scores[13], scores[50], scores[99] = 2.0, np.nan, -2.0
    mebench.write_curves(tmp_path / "curves.npz", {("1", "a"): scores})
    arguments = ("p.json", "--truth", "t.json", "--protocol", "toy.toml", "--curves", "curves.npz")
    data = embedded(report(tmp_path, *arguments, "--score-threshold", "0.3"), "data")["timelines"]
    [curve] = data["videos"][0]["curves"]
    assert (curve["low"], curve["high"], data["step"]) == (-2, 2, 1)
    assert [curve["values"][frame] for frame in (0, 13, 50, 99)] == [500, 1000, None, 0]
    assert data["videos"][0]["thresholds"] == [0.3] and "curves" not in data["videos"][1]
    monkeypatch.setattr(module, "MAX_POINTS", 30)
    page = report(tmp_path, *arguments)
    data = embedded(page, "data")["timelines"]
    [curve] = data["videos"][0]["curves"]
    assert (data["step"], len(curve["values"])) == (4, 25) and curve["values"][3] == 1000
    assert "Each point of a curve is the highest score of 4 frames." in page.read_text()


def test_absurd_sizes_are_refused(tmp_path: Path) -> None:
    write(tmp_path, "toy.toml", TOY_TOML)
    write(tmp_path, "t.json", truth({f"1/{number}": [] for number in range(20_001)}))
    write(tmp_path, "p.json", submission({}))
    arguments = ("p.json", "--truth", "t.json", "--protocol", "toy.toml", "-o", "r.html")
    run = command(tmp_path, "report", *arguments)
    assert (run.status, run.codes()) == (1, {"report-too-large"})
    assert not (tmp_path / "r.html").exists()


def test_candidates_beyond_the_limit_are_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_CANDIDATES", 4)
    page = demo_report(tmp_path)
    assert "candidate" not in outcomes(page)
    assert "5 candidates below the threshold that would be no hits are not shown." in (
        page.read_text()
    )


def test_two_systems_have_outcomes_on_the_same_truths(tmp_path: Path) -> None:
    files(tmp_path)
    write(tmp_path, "other.csv", "subject,video,onset,offset,emotion\n1,a,10,20,positive\n")
    common = ("--truth", "t.json", "--protocol", "toy.toml")
    page = report(tmp_path, "p.json", *common, "--compare", "other.csv")
    data = embedded(page, "data")
    assert [system["letter"] for system in data["systems"]] == ["A", "B"]
    [first, _, second] = data["timelines"]["videos"]
    assert [one["outcome"] for one in first["truths"][0]["of"]] == ["hit", "wrong emotion"]
    assert [one["outcome"] for one in second["truths"][0]["of"]] == ["hit", "missed"]
    assert [len(predictions) for predictions in first["predictions"]] == [1, 1]
    assert embedded(page, "saved")[1] == scored(tmp_path, "other.csv", *common)
    run = command(tmp_path, "compare", "p.json", "other.csv", *common, "--format", "json")
    comparison = json.loads(run.out)
    assert comparison["conclusion"] in html.unescape(page.read_text())
    difference = comparison["pairs"][0]["metrics"]["spotting_f1"]["difference"]
    assert f"{difference:+.4f}".replace("-", "−") in page.read_text()
    bad = command(tmp_path, "report", "p.json", *common, "--compare", "bad.json", "-o", "x.html")
    assert (bad.status, bad.codes()) == (1, {"offset-before-onset", "unknown-emotion"})


def test_a_recognition_protocol(tmp_path: Path) -> None:
    toml = TOY_TOML.replace("spot-then-recognize", "recognize").replace('targets = ["micro"]\n', "")
    samples = [("1", "a", "negative"), ("1", "b", "positive"), ("2", "c", "surprise")]

    def rows(labels: list[str]) -> list[dict[str, str]]:
        return [
            {"subject": subject, "sample": name, "emotion": label}
            for (subject, name, _), label in zip(samples, labels, strict=True)
        ]

    document: dict[str, Any] = {
        "format": "mebench-truth/1",
        "dataset": "toy",
        "samples": rows([label for *_, label in samples]),
    }
    write(tmp_path, "toy.toml", toml)
    write(tmp_path, "t.json", document)
    predictions = submission({}, samples=rows(["negative", "negative", "surprise"]))
    del predictions["videos"]
    write(tmp_path, "p.json", predictions)
    arguments = ("p.json", "--truth", "t.json", "--protocol", "toy.toml")
    page = report(tmp_path, *arguments)
    assert embedded(page, "data")["timelines"] is None
    assert embedded(page, "saved") == [scored(tmp_path, *arguments)]
    text = page.read_text()
    assert 'id="samples-A"' in text and 'id="timelines"' not in text
    write(tmp_path, "curves.csv", "subject,video,frame,score\n1,a,0,1\n")
    run = command(tmp_path, "report", *arguments, "--curves", "curves.csv", "-o", "r.html")
    assert run.codes() == {"wrong-task"}


OWN_TOML = TOY_TOML.replace('id = "toy"\nsubjects', 'id = "own"\nsubjects').replace(
    '["negative", "positive", "surprise"]', '["happiness", "disgust"]'
)


def test_frames_are_those_of_onset_apex_and_offset(tmp_path: Path) -> None:
    generic_folder(tmp_path / "copy")
    write(tmp_path, "toy.toml", OWN_TOML)
    rows = {"s1/v1": [interval(2, 8, "happiness", apex=5, score=1.0)], "s2/v1": []}
    write(tmp_path, "p.json", submission(rows))
    arguments = ["p.json", "--protocol", "toy.toml", "--truth", "copy/truth.csv"]
    arguments += ["--truth-first-frame", "1"]
    page = report(tmp_path, *arguments, "--frames", "--root", "own=copy")
    videos = embedded(page, "data")["timelines"]["videos"]
    for video in videos:
        numbers = {int(number) for number in video.get("images", {})}
        every = [*video["truths"], *video["predictions"][0]]
        assert numbers == {
            row[name] for row in every for name in ("onset", "apex", "offset") if name in row
        }
        for number, uri in video.get("images", {}).items():
            content = base64.b64decode(uri.removeprefix("data:image/jpeg;base64,"))
            image = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
            assert image is not None and image.shape == (90, 120, 3)
            assert number_in(cv2.resize(image, (64, 48)).astype(np.uint8)) == int(number)
    assert len(videos[0]["images"]) == 5
    assert "all of them." in page.read_text()
    absent = command(tmp_path, "report", *arguments, "--frames", "-o", "r.html")
    assert (absent.status, absent.codes()) == (2, {"root-needed"})
    useless = command(tmp_path, "report", *arguments, "--root", "own=copy", "-o", "r.html")
    assert useless.status == 2 and "--root is for --frames" in useless.said


def test_the_number_of_frames_is_limited_and_stated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(thumbnails, "MAX_EXPRESSIONS", 1)
    generic_folder(tmp_path / "copy")
    write(tmp_path, "toy.toml", OWN_TOML)
    rows = {"s1/v1": [interval(4, 13, "happiness")], "s2/v1": [interval(0, 3, "disgust")]}
    write(tmp_path, "p.json", submission(rows))
    arguments = ("p.json", "--protocol", "toy.toml", "--truth", "copy/truth.csv", "--frames")
    page = report(tmp_path, *arguments, "--root", "own=copy", "--truth-first-frame", "1")
    videos = embedded(page, "data")["timelines"]["videos"]
    assert [sorted(video.get("images", {}), key=int) for video in videos] == [
        [],
        [],
        ["9", "13", "18"],
    ], "the missed expression"
    assert "1 interval of 4: missed expressions first" in page.read_text()
