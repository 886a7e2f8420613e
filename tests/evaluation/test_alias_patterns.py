"""Patterns among the alias rules, and the spellings that the protocols that ship take for one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

import mebench
from mebench.models.protocol import AliasRule
from mebench.protocols.id_matching import canonical_id
from mebench.protocols.loader import load_protocol
from tests.evaluation.documents import codes, interval, submission, truth, write

CASME_SQ = "casme-sq-str@1"
ROWS = [interval(10, 20)]

# The data set's own names, and every other spelling in circulation.
SUBJECTS = ("s15", "15", "015")
VIDEOS = {
    "15_0101disgustingteeth": ("15_0101", "15_101", "0101", "101", "disgust1", "disgust1_4"),
    "15_0401girlcrashing": ("15_0401", "0401", "401", "anger1", "anger1_1"),
    "15_0502funnyerrors": ("15_0502", "0502", "502", "happy1", "happy1_12"),
}


def true(dataset: str, *names: str) -> dict[str, Any]:
    """Return a truth with one expression a video, and a second subject."""
    return truth(dict.fromkeys(names, ROWS)) | {"dataset": dataset}


def sent(protocol: str, *names: str) -> dict[str, Any]:
    """Return a submission with the right answer for each video."""
    return submission(dict.fromkeys(names, ROWS)) | {"protocol": protocol}


def tp_of(report: mebench.Report) -> int:
    """Return how many expressions were spotted."""
    assert report.counts.spotting is not None
    return report.counts.spotting.tp


def test_patterns_come_first_and_the_first_that_fits_counts() -> None:
    rule = AliasRule(
        patterns=["v([a-z]*[0-9]+)x*", "(v)[0-9]+y", "w(.*)"],
        prefixes=["p"],
        numbers=True,
        names={"n7": "p0012"},
    )
    assert canonical_id(rule, "vn007xx") == "n007"  # `names` lists n7, not n007
    assert canonical_id(rule, "v007xx") == "7"
    assert canonical_id(rule, "vn7") == "12"
    assert canonical_id(rule, "v7y") == "v"
    assert canonical_id(rule, "wp03") == "3"
    assert canonical_id(rule, "av7") == "av7"
    assert canonical_id(rule, "v7\n") == "v7\n"
    assert canonical_id(rule, "w") == "w"  # an empty group is no id


@pytest.mark.parametrize(
    ("pattern", "words"),
    [("[0-9]+", "needs a group"), ("([0-9]+", "invalid regular expression"), ("", "needs a group")],
)
def test_a_pattern_has_a_group(tmp_path: Path, pattern: str, words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        AliasRule(patterns=[pattern])
    text = f"""
id = "own@1"
title = "Own"
task = "spot"
targets = ["micro"]

[[datasets]]
id = "own"
videos = {{ patterns = ['{pattern}'] }}
"""
    with pytest.raises(mebench.MebenchError) as caught:
        load_protocol(write(tmp_path, "own.toml", text))
    assert any(words in one.message for one in caught.value.diagnostics)


@pytest.mark.parametrize("protocol", [CASME_SQ, "megc2020-spot-casme-sq@1"])
@pytest.mark.parametrize("video", VIDEOS)
def test_names_of_cas_me_2(protocol: str, video: str) -> None:
    others = ("s15/15_0402x", "s16/16_0101disgustingteeth")
    answers = true("casme-sq", f"s15/{video}", *others)
    for one in answers["videos"]:
        one["intervals"] = [one["intervals"][0] | {"kind": "micro"}]

    def scored(name: str) -> mebench.Report:
        document = sent(protocol, name)
        for one in document["videos"]:
            kind = {"onset": 10, "offset": 20, "kind": "micro"}
            one["intervals"] = [kind | ({"emotion": "negative"} if protocol == CASME_SQ else {})]
        return mebench.score(document, answers, protocol)

    exact = scored(f"s15/{video}")
    assert tp_of(exact) == 1
    for subject in SUBJECTS:
        for spelling in VIDEOS[video]:
            found = scored(f"{subject}/{spelling}")
            assert found.signature == exact.signature, (subject, spelling)
            assert found.metrics == exact.metrics


def test_other_videos_stay_others() -> None:
    answers = true("casme-sq", "s15/15_0101disgustingteeth", "s15/15_0102eatingworms")
    answers["videos"][1]["intervals"] = [interval(40, 50)]
    for name in ("s15/disgust2", "15/0102", "15/15_0102"):
        document = submission({name: [interval(40, 50)]}) | {"protocol": CASME_SQ}
        assert tp_of(mebench.score(document, answers, CASME_SQ)) == 1
    for name in ("s15/disgust11", "s15/1101", "s15/15_01011", "s15/disgust1_", "s15/16_0101"):
        with pytest.raises(mebench.MebenchError) as caught:
            mebench.score(sent(CASME_SQ, name), answers, CASME_SQ)
        assert codes(caught.value) == ["unknown-video"], name


def test_the_truth_may_be_spelled_in_any_way_too() -> None:
    first = mebench.score(
        sent(CASME_SQ, "s15/15_0101"), true("casme-sq", "s15/15_0101disgustingteeth"), CASME_SQ
    )
    other = mebench.score(sent(CASME_SQ, "15/0101"), true("casme-sq", "15/disgust1"), CASME_SQ)
    assert first.signature == other.signature


def without_subjects(folder: Path, video: str, answers: dict[str, Any]) -> mebench.Report:
    """Score a file that names no subject but in the video's name."""
    for one in answers["videos"]:
        one["intervals"] = [{"onset": 10, "offset": 20, "kind": "micro"}]
    rows = f"vid,pred_onset,pred_offset,type\n{video},11,21,me\n"
    return mebench.score(write(folder, "p.csv", rows), answers, "megc2020-spot-casme-sq@1")


@pytest.mark.parametrize(
    "spelling",
    ["15_0101disgustingteeth", "15_0101", "s15_0101disgustingteeth", "15_disgust1", "s15_disgust1"],
)
def test_a_file_without_subjects(tmp_path: Path, spelling: str) -> None:
    """Everybody watched 0101: the rule takes the subject off, and yet it is not forgotten."""
    names = ("s15/15_0101disgustingteeth", "s16/16_0101disgustingteeth")
    assert tp_of(without_subjects(tmp_path, spelling, true("casme-sq", *names))) == 1
    # Nor is the one video of its name taken for that of somebody else.
    with pytest.raises(mebench.MebenchError) as caught:
        without_subjects(tmp_path, spelling, true("casme-sq", names[1]))
    assert codes(caught.value) == ["unknown-video"]


def test_a_name_without_subject_that_several_have(tmp_path: Path) -> None:
    names = ("s15/15_0101disgustingteeth", "s16/16_0101disgustingteeth")
    assert tp_of(without_subjects(tmp_path, "0101", true("casme-sq", names[0]))) == 1
    with pytest.raises(mebench.MebenchError) as caught:
        without_subjects(tmp_path, "0101", true("casme-sq", *names))
    assert codes(caught.value) == ["ambiguous-video"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("s15/15_0101", "s15/disgust1"),
        ("s15/0101", "15/101"),
        ("s15/anger1_1", "s15/anger1_2"),
        ("s15/anger1_1", "s15/0401"),
    ],
)
def test_two_spellings_of_one_video_are_an_error(first: str, second: str) -> None:
    answers = true("casme-sq", "s15/15_0101disgustingteeth", "s15/15_0401girlcrashing")
    with pytest.raises(mebench.MebenchError) as caught:
        mebench.score(sent(CASME_SQ, first, second), answers, CASME_SQ)
    assert "alias-collision" in codes(caught.value)
    with pytest.raises(mebench.MebenchError) as caught:
        mebench.score(
            sent(CASME_SQ), true("casme-sq", first.replace("s15", "15"), second), CASME_SQ
        )
    assert "alias-collision" in codes(caught.value)


@pytest.mark.parametrize("camera", ["hs", "vis", "nir"])
def test_names_of_smic(camera: str) -> None:
    protocol = f"smic-{camera}-str@1"
    answers = true(f"smic-{camera}", "s01/s1_ne_01", "s11/s11_sur_02")
    exact = mebench.score(sent(protocol, "s01/s1_ne_01"), answers, protocol)
    assert tp_of(exact) == 1
    for subject in ("s01", "s1", "1", "01"):
        for video in ("s1_ne_01", "s01_ne_01"):
            found = mebench.score(sent(protocol, f"{subject}/{video}"), answers, protocol)
            assert found.signature == exact.signature
    for video in ("s1_ne_1", "s1_po_01", "s11_ne_01", "1_ne_01x"):
        with pytest.raises(mebench.MebenchError) as caught:
            mebench.score(sent(protocol, f"s01/{video}"), answers, protocol)
        assert codes(caught.value) == ["unknown-video"]


COMPOSITE = [
    ("smic-hs-short", "s1", "s1_ne_01", "negative"),
    ("casme2", "sub01", "EP02_01f", "happiness"),
    ("samm", "006", "006_1_2", "Anger"),
]
SPELLED = [
    ("smic", "s01", "s01_ne_01", "negative"),
    ("casme-ii", "1", "EP02_01f", "positive"),
    ("samm", "6", "006_1_2", "negative"),
]


def samples(rows: list[tuple[str, str, str, str]]) -> list[dict[str, str]]:
    """Return samples as JSON data."""
    return [
        dict(zip(("dataset", "subject", "sample", "emotion"), row, strict=True)) for row in rows
    ]


@pytest.mark.parametrize("spelled", [COMPOSITE, SPELLED])
def test_names_of_the_composite(tmp_path: Path, spelled: list[tuple[str, str, str, str]]) -> None:
    answers = {"format": "mebench-truth/1", "samples": samples(COMPOSITE)}
    lines = [",".join(("dataset", "subject", "sample", "emotion"))]
    lines += [",".join((*row[:3], answer[3])) for row, answer in zip(spelled, SPELLED, strict=True)]
    path = write(tmp_path, "p.csv", "\n".join(lines) + "\n")
    report = mebench.score(path, answers, "megc2019-cde@1")
    assert report.metrics["accuracy"].value == 1
    assert report.units.truths == 3


@pytest.mark.parametrize("subject", ["006", "6", "06"])
def test_subjects_of_samm(subject: str) -> None:
    answers = true("sammlv", "006/006_1", "007/007_1")
    for video in answers["videos"]:
        video["intervals"] = [interval(10, 20, "Anger")]
    report = mebench.score(sent("sammlv-str@1", f"{subject}/006_1"), answers, "sammlv-str@1")
    assert tp_of(report) == 1
    assert report.counts.analysis is not None
    assert report.counts.analysis.tp == 1
