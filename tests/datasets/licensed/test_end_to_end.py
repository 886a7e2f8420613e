"""Every adapter on a miniature of the real layout: check, truth, a baseline's run, its score."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mebench.datasets.frames.frame_folder import FrameFolder
from mebench.datasets.registry import adapter, open_dataset
from tests.datasets.licensed.further_data_sets import MAKERS as FURTHER
from tests.datasets.licensed.long_videos import MAKERS as LONG
from tests.datasets.licensed.making import mark_of
from tests.datasets.licensed.miniatures import Clip, Expression, Miniature, make
from tests.datasets.licensed.running import CommandLine
from tests.datasets.licensed.short_clips import MAKERS as SHORT
from tests.datasets.material import number_in

everyone = pytest.mark.parametrize("name", [*SHORT, *LONG, *FURTHER])

WITH_WORKERS = ("casme2", "meview", "dfme")
"""Whose runs have worker processes: images, video files, and a protocol of one's own."""


def clips(truth: dict[str, Any]) -> list[Clip]:
    """Return what a manifest says, in the words of the miniatures."""
    return [
        Clip(
            video["subject"],
            video["video"],
            video["n_frames"],
            tuple(
                Expression(
                    one["onset"], one.get("apex"), one["offset"], one["kind"], one.get("emotion")
                )
                for one in video["intervals"]
            ),
        )
        for video in truth["videos"]
    ]


def exported(mebench: CommandLine, made: Miniature) -> dict[str, Any]:
    """Export the truth of a miniature."""
    run = mebench("datasets", "export-truth", made.id, "--root", made.root, "-o", "truth.json")
    assert run.status == 0, run.said
    truth: dict[str, Any] = json.loads((mebench.folder / "truth.json").read_text())
    return truth


@everyone
def test_from_copy_to_score(
    mebench: CommandLine, tmp_path: Path, name: str, request: pytest.FixtureRequest
) -> None:
    if name not in WITH_WORKERS:
        request.getfixturevalue("no_workers")
    made = make(name, tmp_path / "copy")
    protocol = made.protocol(tmp_path)
    command = ("datasets", "check", made.id, "--root", made.root)
    checked = mebench(*command, "--protocol", protocol, "--deep")
    assert checked.codes() == set(), checked.out
    assert checked.status == 0
    assert checked.codes("note") | checked.codes("warning") >= made.notes
    # The counts are not those of the complete data set, and nothing else is wrong.
    complete = mebench(*command)
    is_counted = adapter(made.id).extent.expressions is not None or made.shipped != ""
    assert complete.codes() == ({"dataset-incomplete"} if is_counted else set())

    truth = exported(mebench, made)
    assert truth["dataset"] == made.id
    assert clips(truth) == list(made.clips)
    repairs = {one["repair"]: one["rows"] for one in truth.get("repairs", [])}
    assert repairs == made.repairs

    run = mebench(
        *("run-baseline", "random", "--dataset", made.id, "--root", made.root),
        *("--protocol", protocol, "--jobs", "1", "--store", "store", "-o", "run"),
    )
    assert run.status == 0, run.said
    predictions = json.loads((tmp_path / "run" / "predictions.json").read_text())
    assert len(predictions["folds"]) == made.scored[0]
    scored = mebench(
        *("score", "run/predictions.json", "--truth", "truth.json", "--protocol", protocol),
        *("--format", "json", "-o", "report.json"),
    )
    assert scored.status == 0, scored.said
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["metrics"]
    assert "counts-differ" not in scored.said + json.dumps(report)


@everyone
def test_the_frames_are_those_of_the_numbers(tmp_path: Path, name: str) -> None:
    """Each video gives as many frames as it says, in the order of the numbers in their names."""
    made = make(name, tmp_path / "copy")
    dataset = open_dataset(made.id, made.root)
    assert [(one.subject, one.id, one.n_frames) for one in dataset.videos()] == [
        clip[:3] for clip in made.clips
    ]
    for video in dataset.videos():
        shown = [number_in(image) for image in video.frames()]
        if isinstance(video, FrameFolder):
            numbers = range(video.origin, video.origin + video.n_frames)
            assert shown == [mark_of(video.folder, number) for number in numbers]
        else:
            assert shown == list(range(video.n_frames))
