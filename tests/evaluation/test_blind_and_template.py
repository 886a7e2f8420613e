"""What is handed out: a truth without answers, a submission without predictions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import mebench
from mebench.evaluation.challenge_files import blind, template
from mebench.evaluation.validate import validate
from mebench.protocols.loader import load_protocol, shipped_protocol_ids
from tests.evaluation.documents import TOY, codes, interval, submission, truth, write

ANSWERS = ("onset", "offset", "apex", "kind", "emotion")


def keys_in(data: Any) -> set[str]:
    if isinstance(data, dict):
        return set(data) | {key for one in data.values() for key in keys_in(one)}
    return {key for one in data for key in keys_in(one)} if isinstance(data, list) else set()


def open_truth() -> dict[str, Any]:
    document = truth({"1/a": [interval(10, 20, apex=15, kind="micro")], "1/b": []})
    document["$comment"] = document["videos"][0]["$comment"] = "a happy one at 15"
    document["videos"][0]["fps"] = 200.0
    return document


def test_blind_truth_has_no_answers(tmp_path: Path) -> None:
    made = blind(write(tmp_path, "t.json", open_truth())).to_json()
    assert made["blind"] is True
    assert not keys_in(made) & {*ANSWERS, "intervals", "$comment"}
    assert [(one["subject"], one["video"], one["n_frames"]) for one in made["videos"]] == [
        ("1", "a", 100),
        ("1", "b", 100),
    ]
    assert made["videos"][0]["fps"] == 200.0
    again = blind(write(tmp_path, "b.json", made)).to_json()
    assert again == made


def test_blind_samples(tmp_path: Path) -> None:
    document = {
        "format": "mebench-truth/1",
        "samples": [
            {
                "subject": "1",
                "sample": "a",
                "onset": 3,
                "apex": 5,
                "offset": 9,
                "emotion": "negative",
            }
        ],
    }
    made = blind(write(tmp_path, "t.json", document)).to_json()
    assert made["samples"] == [{"subject": "1", "sample": "a", "onset": 3, "apex": 5, "offset": 9}]


def test_blind_truth_validates_and_does_not_score(tmp_path: Path) -> None:
    true = write(tmp_path, "b.json", blind(write(tmp_path, "t.json", open_truth())).to_json())
    with pytest.raises(mebench.MebenchError) as caught:
        mebench.score(submission({}), true, TOY)
    assert codes(caught.value) == ["truth-blind"]
    good = write(tmp_path, "p.json", submission({"1/a": [interval(0, 99)]}))
    [left_out] = validate(good, truth=true, protocol=TOY)[0].kept
    assert left_out.code == "videos-not-listed" and "'1/b'" in left_out.message
    bad = write(tmp_path, "p.json", submission({"1/a": [interval(0, 100)], "9/a": []}))
    found = [one.code for one in validate(bad, truth=true, protocol=TOY)[0].kept]
    assert sorted(found) == ["frame-outside-video", "unknown-subject"]


def test_blind_does_not_tell_the_scope(tmp_path: Path) -> None:
    """Which videos bear an expression is an answer too: folds cannot be held against it."""
    rules = TOY.model_copy(update={"video_scope": "with-target"})
    document = truth({"1/a": [interval(10, 20)], "2/b": []})
    true = write(tmp_path, "b.json", blind(write(tmp_path, "t.json", document)).to_json())
    path = write(tmp_path, "p.json", submission({}, folds=[{"test": ["1"]}]))
    assert validate(path, truth=true, protocol=rules)[0].kept == []


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("vid,onset,offset,type\n006_1,11,20,me\n", "subject-needed"),
        ("2\na 11 20 12 21 TP\n", "subject-needed"),
        (
            {"format": "mebench-truth/1", "videos": [{"subject": "1", "video": "a", "fps": 0}]},
            "value-out-of-range",
        ),
        (submission({}), "wrong-file"),
        ("subject,video,onset,offset\n1,a,x,2\n", "frame-not-integer"),
    ],
)
def test_what_cannot_be_blinded(tmp_path: Path, content: Any, code: str) -> None:
    with pytest.raises(mebench.MebenchError) as caught:
        blind(write(tmp_path, "t", content))
    assert codes(caught.value) == [code]


@pytest.mark.parametrize("name", shipped_protocol_ids())
def test_template_is_an_empty_submission(tmp_path: Path, name: str) -> None:
    document = template(load_protocol(name))
    path = write(tmp_path, "template.json", document)
    findings, detected_format = validate(path)
    # The synthetic truths come with mebench, and blind challenges list their videos.
    expected = [] if name.startswith("synthetic") else ["truth-not-given"]
    listed = 16 if name.startswith("synthetic") else 0
    if name.startswith("synthetic-recog"):  # the emotions are left to fill in
        listed, expected = 52, ["unknown-emotion"] * 52
    if load_protocol(name).is_blind:
        expected = ["frames-unchecked"]
        listed = sum(len(dataset.blind_videos) for dataset in load_protocol(name).datasets)
    assert (detected_format, [one.code for one in findings.kept]) == (
        "mebench submission",
        expected,
    )
    assert len(document["videos" if "videos" in document else "samples"]) == listed
    remarks = " ".join(document["$comment"])
    assert all(name in remarks for name in load_protocol(name).classes)


def test_template_s_example_rows_are_valid(tmp_path: Path) -> None:
    for name in shipped_protocol_ids():
        document = template(load_protocol(name))
        begins = ("A video: ", "A sample: ")
        examples = [one for one in document["$comment"] if one.startswith(begins)]
        (example,) = (one.partition(": ")[2] for one in examples)
        rows = "videos" if "videos" in document else "samples"
        document[rows] = [json.loads(example)]
        found, _ = validate(write(tmp_path, "example.json", document))
        left_out = ["subjects-not-listed", "videos-not-listed"]
        expected = left_out if name.startswith("synthetic") else ["truth-not-given"]
        if load_protocol(name).is_blind:
            expected = ["blind-videos-missing", "blind-dataset-missing"]
        elif name.startswith("synthetic-recog"):
            expected = ["sample-missing"]
        assert list(dict.fromkeys(one.code for one in found.kept)) == expected, (name, found.kept)


@pytest.mark.parametrize("is_blind", [False, True])
def test_template_of_a_truth_lists_every_video(tmp_path: Path, is_blind: bool) -> None:
    path = write(tmp_path, "t.json", open_truth())
    if is_blind:
        path = write(tmp_path, "b.json", blind(path).to_json())
    document = template(TOY, path)
    named = [(one["subject"], one["video"], one["intervals"]) for one in document["videos"]]
    assert named == [("1", "a", []), ("1", "b", [])]
    report = mebench.score(document, open_truth(), TOY)
    assert report.units.videos_without_predictions == ["1/a", "1/b"]
