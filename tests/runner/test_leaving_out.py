"""Leaving one subject out: what a baseline is shown, and what it is not."""

from __future__ import annotations

import io
import json
import pickle
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mebench.datasets.generic.metadata_files import protocol_for
from mebench.datasets.registry import open_dataset
from mebench.diagnostics import MebenchError
from mebench.protocols.loader import load_protocol, prefer_shipped
from mebench.runner import AnnotatedVideo, Runner, ignore_progress
from mebench.runner.fold_planning import cross_validation_folds
from mebench.runner.locations import DatasetLocation, open_datasets
from mebench.runner.registry import baseline_class
from mebench.runner.run_data import RunData, load_run_data
from mebench.util.array_store import Store
from tests.datasets.material import generic_folder
from tests.runner.distribution import PROTOCOL, expression, samples, simple, truth, write
from tests.runner.distribution import RECOGNITION as NAMING
from tests.runner.running import carried_out, request

pytestmark = pytest.mark.usefixtures("installed")

MAPPED = (
    PROTOCOL
    + """
excluded_labels = ["unsure"]

[datasets.label_map]
disgust = "negative"
joy = "positive"
"""
)


def run_data(data: Path) -> RunData:
    return load_run_data(
        load_protocol(data / "protocol.toml"), open_datasets([DatasetLocation("trials", str(data))])
    )


def seen(name: str, data: Path, folder: Path) -> dict[str, Any]:
    """Run a witness; return what it saw in each fold."""
    out = folder / "seen"
    out.mkdir()
    carried_out(name, data, folder / "run", {"out": str(out)})
    return written(out)


def handed(data: Path, folder: Path) -> dict[str, Any]:
    """Return what a witness is handed in each fold, in this process: it is planned here anyway."""
    out = folder / "seen"
    out.mkdir(parents=True)
    runner = Runner(request("witness", data, folder / "run", {"out": str(out)}))
    for number in runner.chosen:
        runner.fold_task(number).execute(ignore_progress)
    return written(out)


def written(out: Path) -> dict[str, Any]:
    return {file.stem: json.loads(file.read_bytes()) for file in out.iterdir()}


def test_training_has_the_others_and_the_test_videos_no_truth(four: Path, tmp_path: Path) -> None:
    folds = seen("witness", four, tmp_path)
    assert sorted(folds) == ["s0", "s1", "s2", "s3"]
    for name, fold in folds.items():
        assert fold["name"] == name
        assert fold["test"] == [f"{name}/v0", f"{name}/v1"]
        others = [one for one in sorted(folds) if one != name]
        assert list(fold["training"]) == [f"{who}/v{which}" for who in others for which in (0, 1)]
        assert fold["leaks"] == []
        assert fold["frames"] == [50, 50]
        assert fold["sixth"] == [5, 5]
    assert folds["s1"]["training"]["s0/v1"] == [[3, 12, 8, "micro", "positive"]]
    assert len({fold["seed"] for fold in folds.values()}) == 4


def test_needs_truth_shows_it_and_says_so(four: Path, tmp_path: Path) -> None:
    folds = seen("told", four, tmp_path)
    assert all("test.0.0: AnnotatedVideo" in fold["leaks"] for fold in folds.values())
    predictions = json.loads((tmp_path / "run" / "predictions.json").read_bytes())
    assert predictions["system"]["uses_truth"] is True


def test_without_truth_nothing_is_marked(four: Path, tmp_path: Path) -> None:
    carried_out("steady", four, tmp_path / "run")
    assert b"uses_truth" not in (tmp_path / "run" / "predictions.json").read_bytes()


def test_a_job_holds_no_truth_of_its_test_videos(tmp_path: Path) -> None:
    """Onsets are of three digits here, so that they are found wherever they stand."""
    videos = {
        (f"s{who}", f"v{which}"): [
            expression(101 + 10 * (2 * who + which), 108 + 10 * (2 * who + which))
        ]
        for who in range(4)
        for which in range(2)
    }
    data = write(tmp_path / "data", truth(videos, n_frames=300))
    config = request("steady", data, tmp_path / "run")
    for told in (False, True):
        runner = Runner(replace(config, baseline=baseline_class("told" if told else "steady")))
        for number, (_, tested) in enumerate(runner.run_data.subjects):
            content = runner.fold_task(number).pack()
            shown = {
                (video.subject, video.id): [each.onset for each in video.expressions]
                for video in annotated_videos(content)
            }
            for (subject, name), [one] in videos.items():
                assert shown.get((subject, name)) == (
                    [one["onset"]] if told or subject != tested else None
                )
                # Numbers below 256 are one byte in a pickle, after the code `K`.
                number_bytes = bytes([ord("K"), one["onset"], ord("K"), one["offset"]])
                assert (number_bytes in content) == (told or subject != tested)


def annotated_videos(content: bytes) -> list[AnnotatedVideo]:
    """Return every annotated video in a task; videos of data sets stay what travels: ids."""

    class Unpickler(pickle.Unpickler):
        def persistent_load(self, identity: Any) -> Any:
            return identity

    task = Unpickler(io.BytesIO(content)).load()
    return [
        video for video in (*task.fold.training, *task.fold.test) if hasattr(video, "expressions")
    ]


def test_labels_are_mapped_and_left_out(tmp_path: Path) -> None:
    content = truth(
        {
            ("s0", "a"): [expression(1, 5, "disgust"), expression(9, 12, "unsure")],
            ("s1", "a"): [expression(1, 5, "joy"), expression(9, 12, "others")],
            ("s2", "a"): [expression(1, 5, "Negative"), expression(9, 12, None)],
        }
    )
    folds = handed(write(tmp_path / "data", content, MAPPED), tmp_path)
    assert folds["s0"]["training"] == {
        "s1/a": [[1, 5, None, "micro", "positive"], [9, 12, None, "micro", None]],
        "s2/a": [[1, 5, None, "micro", "negative"], [9, 12, None, "micro", None]],
    }
    assert folds["s1"]["training"]["s0/a"] == [[1, 5, None, "micro", "negative"]]


def test_training_has_no_further_expressions_under_the_rule(tmp_path: Path) -> None:
    content = truth(
        {
            ("s0", "a"): [expression(9, 12, "positive", order=2), expression(20, 25, order=1)],
            ("s1", "a"): [expression(1, 5), expression(9, 12, order=3)],
            ("s2", "a"): [expression(1, 5, order=2)],
        }
    )
    everything = handed(write(tmp_path / "data", content), tmp_path / "all")
    assert sorted(everything) == ["s0", "s1", "s2"]
    assert len(everything["s1"]["training"]["s0/a"]) == 2
    rule = 'video_scope = "with-target"\nfirst_expression_only = true\ntargets'
    data = write(tmp_path / "ruled", content, PROTOCOL.replace("targets", rule))
    folds = handed(data, tmp_path / "first")
    assert sorted(folds) == ["s0", "s1"], "no first expression of s2"
    assert folds["s1"]["training"] == {"s0/a": [[20, 25, None, "micro", "negative"]]}
    assert folds["s0"]["training"] == {"s1/a": [[1, 5, None, "micro", "negative"]]}


def test_videos_out_of_scope_are_neither_learnt_from_nor_tested(tmp_path: Path) -> None:
    protocol = PROTOCOL.replace("targets", 'video_scope = "with-target"\ntargets')
    content = truth(
        {
            ("s0", "with"): [expression(1, 5)],
            ("s0", "without"): [],
            ("s1", "with"): [expression(1, 5)],
            ("s2", "without"): [],
        }
    )
    folds = handed(write(tmp_path / "data", content, protocol), tmp_path)
    assert sorted(folds) == ["s0", "s1"]
    assert folds["s0"]["test"] == ["s0/with"]
    assert list(folds["s1"]["training"]) == ["s0/with"]


def test_samples_are_left_out_alike(tmp_path: Path) -> None:
    folds = handed(write(tmp_path / "data", samples(3), NAMING), tmp_path)
    for name, fold in folds.items():
        assert fold["test_samples"] == [f"{name}/c{which}" for which in range(3)]
        assert {one.partition("/")[0] for one in fold["training_samples"]} == set(folds) - {name}
        assert fold["leaks"] == []
    assert folds["s0"]["training_samples"]["s1/c0"] == "positive"


def test_k_fold_by_subject(tmp_path: Path) -> None:
    rule = 'folds = { type = "k-fold", k = 2, seed = 1 }'
    protocol = PROTOCOL.replace('folds = "leave-one-subject-out"', rule)
    data = write(tmp_path / "data", simple(5), protocol)
    planned = cross_validation_folds(run_data(data), 0, Store(tmp_path))
    assert [fold.name for fold in planned] == ["1 of 2", "2 of 2"]
    folds = seen("witness", data, tmp_path)
    assert len(folds) == 2
    submission = json.loads((tmp_path / "run" / "predictions.json").read_bytes())
    stated = [{*fold["test"]} for fold in submission["folds"]]
    assert sorted(map(len, stated)) == [2, 3]
    assert stated == [{subject for _, subject in fold.test_subjects} for fold in planned]
    for fold, test in zip(planned, stated, strict=True):
        shown = folds[fold.name.replace("/", "-")]
        assert {one.partition("/")[0] for one in shown["test"]} == test
        assert {one.partition("/")[0] for one in shown["training"]} == {
            subject for _, subject in run_data(data).subjects
        } - test
    report = json.loads((tmp_path / "run" / "report.json").read_bytes())
    assert report["folds"]["verified"] is True


def test_one_subject_is_too_few(tmp_path: Path) -> None:
    data = write(tmp_path / "data", simple(1))
    with pytest.raises(MebenchError) as caught:
        carried_out("steady", data, tmp_path / "run")
    assert [one.code for one in caught.value.diagnostics] == ["too-few-subjects"]


@pytest.mark.parametrize("seed", [0, 1, 12345])
def test_a_fold_s_seed_does_not_depend_on_the_other_subjects(tmp_path: Path, seed: int) -> None:
    few = run_data(write(tmp_path / "few", simple(3)))
    many = run_data(write(tmp_path / "many", simple(7)))
    store = Store(tmp_path)
    seeds = {fold.name: fold.seed for fold in cross_validation_folds(many, seed, store)}
    assert all(seeds[fold.name] == fold.seed for fold in cross_validation_folds(few, seed, store))
    assert len(set(seeds.values())) == len(seeds)
    assert all(0 <= one < 2**31 for one in seeds.values())


@pytest.mark.parametrize(
    ("row", "code"), [("8,31", "frame-count-differs"), ("30,", "frame-outside-video")]
)
def test_a_copy_must_be_as_long_as_its_truth(tmp_path: Path, row: str, code: str) -> None:
    header = "subject,video,onset,emotion,offset,n_frames"
    generic_folder(tmp_path, f"{header}\ns1,v1,5,joy,{row}\ns2,v1,5,joy,8,\n")
    copy = open_dataset("generic", tmp_path)
    protocol = prefer_shipped(protocol_for(copy.truth(), "own", "Mine"))
    with pytest.raises(MebenchError) as caught:
        load_run_data(protocol, [copy])
    [one] = caught.value.diagnostics
    assert (one.code, one.place.subject, one.place.video) == (code, "s1", "v1")
