"""Template, blind and validate: what one hands out, the other takes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import mebench
from mebench.evaluation.challenge_files import blind, template
from mebench.evaluation.validate import validate
from mebench.protocols.loader import load_protocol, shipped_protocol_ids
from tests.evaluation.documents import TOY_TOML, codes, interval, submission, truth, write


@pytest.mark.parametrize("name", shipped_protocol_ids())
def test_a_template_is_a_valid_submission(name: str, tmp_path: Path) -> None:
    path = write(tmp_path, "t.json", template(load_protocol(name)))
    findings, detected_format = validate(path)
    # Where the samples are listed, their emotions are left to fill in.
    left = {"unknown-emotion"} if name.startswith("synthetic-recog") else set()
    assert {one.code for one in findings.kept if one.severity == "error"} == left
    assert detected_format == "mebench submission"
    assert "$comment" in json.loads(path.read_text(encoding="utf-8"))


def test_a_template_from_a_blind_truth_lists_every_video(tmp_path: Path) -> None:
    rules = load_protocol(write(tmp_path, "toy.toml", TOY_TOML))
    true = write(tmp_path, "t.json", truth({"1/a": [interval(1, 5)], "2/b": []}))
    handed_out = write(tmp_path, "blind.json", blind(true).to_json())
    made = template(rules, handed_out)
    assert [(one["subject"], one["video"]) for one in made["videos"]] == [("1", "a"), ("2", "b")]
    path = write(tmp_path, "filled.json", made)
    findings, _ = validate(path, truth=handed_out, protocol=rules)
    assert not findings.has_errors
    assert mebench.score(path, true, rules).units.predictions == 0


def test_a_recognition_template_must_be_filled_in(tmp_path: Path) -> None:
    samples = [{"dataset": "samm", "subject": "6", "sample": "006_1_2", "emotion": "anger"}]
    true = write(tmp_path, "t.json", {"format": "mebench-truth/1", "samples": samples})
    path = write(tmp_path, "p.json", template(load_protocol("megc2019-cde"), true))
    findings, _ = validate(path)
    assert [one.code for one in findings.kept if one.severity == "error"] == ["unknown-emotion"]


def test_blind_keeps_names_and_lengths_and_no_answer(tmp_path: Path) -> None:
    whole = truth({"1/a": [interval(10, 20, "secret-label", apex=12)], "1/b": []})
    whole["videos"][0]["$comment"] = "one secret-label at 10"
    whole["samples"] = [
        {"subject": "1", "sample": "s", "onset": 3, "offset": 9, "emotion": "secret-label"}
    ]
    text = json.dumps(blind(write(tmp_path, "t.json", whole)).to_json())
    assert "secret" not in text
    assert '"intervals"' not in text
    made = json.loads(text)
    assert made["blind"] is True
    assert [one["n_frames"] for one in made["videos"]] == [100, 100]
    assert made["samples"] == [{"subject": "1", "sample": "s", "onset": 3, "offset": 9}]


def test_a_blind_truth_validates_and_does_not_score(tmp_path: Path) -> None:
    rules = load_protocol(write(tmp_path, "toy.toml", TOY_TOML))
    true = write(tmp_path, "t.json", truth({"1/a": [interval(10, 20)]}))
    handed_out = write(tmp_path, "blind.json", blind(true).to_json())
    bad = write(tmp_path, "p.json", submission({"1/a": [interval(90, 100)], "1/z": []}))
    findings, _ = validate(bad, truth=handed_out, protocol=rules)
    assert sorted(one.code for one in findings.kept if one.severity == "error") == [
        "frame-outside-video",
        "unknown-video",
    ]
    good = write(tmp_path, "g.json", submission({"1/a": [interval(90, 99)]}))
    assert not validate(good, truth=handed_out, protocol=rules)[0].has_errors
    with pytest.raises(mebench.MebenchError) as caught:
        mebench.score(good, handed_out, rules)
    assert codes(caught.value) == ["truth-blind"]


def test_validate_says_everything_at_once(tmp_path: Path) -> None:
    rules = load_protocol(write(tmp_path, "toy.toml", TOY_TOML))
    true = write(tmp_path, "t.json", truth({"1/a": [], "2/a": []}))
    document = submission(
        {
            "1/a": [
                interval(20, 10),
                interval(1.5, 9),  # type: ignore[arg-type]
                interval(95, 105),
                interval(3, 9, "joy"),
                interval(3, 9, scoer=1),
            ],
            "3/a": [],
        },
        folds=[{"test": ["1"], "training": ["1"]}, {"test": ["2"]}],
        model="x",
    )
    findings, _ = validate(write(tmp_path, "p.json", document), truth=true, protocol=rules)
    assert sorted(one.code for one in findings.kept if one.severity == "error") == [
        "fold-leakage",
        "frame-not-integer",
        "frame-outside-video",
        "offset-before-onset",
        "unknown-emotion",
        "unknown-field",
        "unknown-field",
        "unknown-subject",
    ]
    assert all(one.place.line is not None for one in findings.kept if one.severity == "error")


def test_a_protocol_named_in_a_file_is_never_a_path(tmp_path: Path) -> None:
    own = write(tmp_path, "own.toml", TOY_TOML)
    document = {**submission({}), "protocol": str(own)}
    with pytest.raises(mebench.MebenchError) as caught:
        mebench.score(document, truth({}))
    assert codes(caught.value) == ["unknown-protocol"]


def test_a_protocol_named_without_its_version_is_the_newest(tmp_path: Path) -> None:
    named = {**submission({}), "protocol": "casme2-str"}
    true = {"format": "mebench-truth/1", "videos": []}
    alone = mebench.score(named, true)
    assert alone.protocol == "casme2-str@1"
    assert mebench.score(named, true, "casme2-str").signature == alone.signature
    with pytest.raises(mebench.MebenchError) as caught:
        mebench.score(named, true, "casme3-str")
    assert codes(caught.value) == ["wrong-protocol"]
