"""The studies of the paper: as commands, and the choice of what is explained."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import numpy as np
import pytest

from mebench import UsageError
from mebench.protocols.loader import load_protocol
from mebench.runner import (
    DetectedInterval,
    Expression,
    FoldResult,
    RunConfig,
    Runner,
    UnseenVideo,
    VideoPrediction,
)
from mebench_mean.baseline import Mean
from mebench_mean.options import MeanOptions
from mebench_mean.studies import STUDIES
from mebench_mean.studies.explanations import best_detection, detected, nearest_detection
from tests.cli.running import USAGE, mebench
from tests.mean.folds import people
from tests.mean.runs import UNDISTURBED, finished_run, run_arguments, typed

FILES = {"table.md", "table.tex", "table.csv", "picture.png", "picture.pdf"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two people with one short video each, prepared."""
    return finished_run(tmp_path_factory.mktemp("studies"))


def study(folder: Path, name: str, *more: str) -> list[dict[str, str]]:
    """Make a study of the first person; return the rows of its table."""
    epochs = ("--recognition-epochs", "2", "--store", f"{UNDISTURBED}-store")
    typed(folder, *run_arguments(name, *epochs, "--study", name, *more))
    assert {path.name for path in (folder / name).iterdir() if path.is_file()} >= FILES
    with (folder / name / "table.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_learning_curves(folder: Path) -> None:
    rows = study(folder, "learning", "--folds", "0")
    assert [(row["network"], row["epoch"]) for row in rows] == [
        *(("with transfer", "1"), ("with transfer", "2")),
        *(("without transfer", "1"), ("without transfer", "2")),
    ]
    assert all(float(row["loss"]) > 0 and float(row["test_loss"]) > 0 for row in rows)
    assert "test subject s01" in (folder / "learning" / "table.md").read_text()


def test_an_interval_of_the_chosen_expression_is_explained(folder: Path) -> None:
    truth = json.loads((folder / "people" / "truth.json").read_text())
    video = next(one for one in truth["videos"] if one["subject"] == "s01")
    onset = next(one["onset"] for one in video["intervals"] if one["kind"] == "micro")
    rows = study(folder, "grad-cam", "--sample", f"s01/{video['video']}@{onset}")
    assert [(row["subject"], row["network"]) for row in rows] == [
        ("s01", "spotting"),
        ("s01", "recognition"),
    ]
    for row in rows:
        assert int(row["onset"]) <= int(row["apex"]) <= int(row["offset"])
        assert 0 <= int(row["row"]) < 128 and 0 <= int(row["column"]) < 128


COST = {
    "parameters": {"one": 7},
    "multiplications": 50,
    "frames": 100,
    "training": {"all": 2.0},
    "validation": {"all": 0.5},
    "inference": {"flow": 4.0, "networks": 1.0},
}


def config(protocol: str, folder: Path) -> RunConfig:
    return RunConfig(Mean, MeanOptions(), load_protocol(protocol), (), folder)


def test_costs_are_means_over_folds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    twice = COST | {"inference": {"flow": 9.0, "networks": 1.0}}
    monkeypatch.setattr(Runner, "__init__", lambda *arguments: None)
    monkeypatch.setattr(Runner, "__exit__", lambda *arguments: None)
    monkeypatch.setattr(Runner, "execute", lambda self: [FoldResult(COST), None, FoldResult(twice)])
    result = STUDIES["cost"].make(config("synthetic-str", tmp_path), "Cost", print)
    lines = [line.split() for line in result.grid.as_text()]
    assert ["frames", "per", "second", "all", "steps", "15.0"] in lines
    assert ["without", "flow", "100.0"] in lines
    assert ["floating-point", "operations,", "per", "frame", "pair", "100"] in lines
    assert ["inference,", "seconds", "flow", "6.500"] in lines
    assert "mean of 2 folds" in result.grid.header


def test_given_intervals_are_not_explained(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="study-not-answered"):
        STUDIES["grad-cam"].make(config("megc2019-cde", tmp_path), "", print)


@pytest.mark.parametrize(("threshold", "onset"), [(0.3, 3), (0.5, 30), (0.7, None)])
def test_hits_come_first_and_candidates_are_ignored(threshold: float, onset: int | None) -> None:
    micro = Expression(4, 12, 8, "micro", "negative")
    macro = Expression(40, 60, 50, "macro", None)
    video = UnseenVideo(people()[0])
    spotted = [
        DetectedInterval(30, 39, 35, 0.6),
        DetectedInterval(3, 12, 8, 0.4),
        DetectedInterval(40, 60, 50, 0.55),
    ]
    rows = [
        [video.dataset, video.subject, video.id, one.onset, one.apex, one.offset, one.score, None]
        for _, one in detected([VideoPrediction(video, spotted, threshold)])
    ]
    key = (video.dataset, video.subject, video.id)
    best = (
        best_detection(FoldResult({"detections": rows, "maps": []}), {key: [macro, micro]})
        if rows
        else None
    )
    assert (None if best is None else best.onset) == onset


def test_a_chosen_expression_has_its_nearest_detection() -> None:
    video = UnseenVideo(people()[0])
    key = [video.dataset, video.subject, video.id]
    spans = [(0, 9), (20, 29), (60, 69)]
    rows = [[*key, onset, onset + 5, offset, 0.5, None] for onset, offset in spans]
    arrays = {f"{number}/face": np.full((2, 2), number) for number in range(3)}
    results = [
        FoldResult({"detections": [["d", "s", "v", 20, 22, 25, 0.9, None]], "maps": []}),
        FoldResult({"detections": rows, "maps": ["face"]}, arrays),
    ]
    for (onset, offset), expected in (((24, 40), 20), ((45, 55), 60), ((8, 21), 0)):
        micro = Expression(onset, offset, None, "micro", None)
        found = nearest_detection(results, video, micro)
        assert found.onset == expected
        assert found.maps["face"][0, 0] == [onset for onset, _ in spans].index(expected)
    with pytest.raises(UsageError, match="Nothing was spotted"):
        nearest_detection(results[:1], video, micro)


def test_a_chosen_expression_must_be_annotated(folder: Path) -> None:
    data = ("--dataset", "generic", "--root", "people", "-o", "none")
    for sample, expected in (
        ("s01/v99@3", "SUBJECT/VIDEO@ONSET"),
        ("s01", "SUBJECT/VIDEO@ONSET"),
    ):
        done = mebench(
            folder, "run-baseline", "mean", *data, "--study", "grad-cam", "--sample", sample
        )
        assert done.status == USAGE and "[no-such-sample]" in done.err and expected in done.err
    for more in (["--study", "cost", "--sample", "s01/a@1"], ["--sample", "s01/a@1"]):
        done = mebench(folder, "run-baseline", "mean", *data, *more)
        assert done.status == USAGE and "--sample" in done.err
    assert not (folder / "none").exists()


def test_a_protocol_without_emotions_has_no_learning_curves(folder: Path) -> None:
    text = (folder / "people" / "protocol.toml").read_text()
    text = re.sub(
        r"^classes = .*$", "classes = []", text.partition("[expected]")[0], flags=re.MULTILINE
    )
    (folder / "spot.toml").write_text(text.replace('"spot-then-recognize"', '"spot"'))
    data = ("--dataset", "generic", "--root", "people", "--protocol", "spot.toml", "-o", "none")
    done = mebench(folder, "run-baseline", "mean", *data, "--study", "learning")
    assert done.status == USAGE and "[study-not-answered]" in done.err
    assert not (folder / "none").exists()
