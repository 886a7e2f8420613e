"""Conversion: the new file scores as the old one did, and stands by itself."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import mebench
from mebench.diagnostics import Findings
from mebench.evaluation.convert import ConvertedFile, convert
from mebench.evaluation.score import score_with_options
from mebench.evaluation.scoring_options import ScoringOptions
from mebench.formats.loader import Role
from tests.evaluation.documents import (
    TOY_TOML,
    TWO_KINDS_TOML,
    codes,
    interval,
    submission,
    truth,
    write,
)

PREDICTIONS = """subject,video,onset,offset,emotion,score,apex
1,a,10,19,negative,0.5,12
1,b,,,,,
sub02,a,30,44,surprise,0.25,
"""
TRUTH = """subject,video,onset,offset,emotion,n_frames
1,a,10,20,negative,100
1,b,,,,100
2,a,30,40,surprise,100
"""


def converted(
    role: Role,
    path: Path,
    protocol: Path,
    settings: ScoringOptions | None = None,
    csv: bool = False,
) -> ConvertedFile:
    return convert(role, path, str(protocol), settings or ScoringOptions(), Findings(), as_csv=csv)


@pytest.mark.parametrize("suffix", ["json", "csv"])
def test_converted_files_score_the_same(tmp_path: Path, suffix: str) -> None:
    protocol = write(tmp_path, "toy.toml", TOY_TOML)
    files = {
        "predictions": write(tmp_path, "preds.csv", PREDICTIONS),
        "truth": write(tmp_path, "truth.csv", TRUTH),
    }
    before = mebench.score(files["predictions"], files["truth"], protocol)
    for role, path in list(files.items()):
        made = converted(
            "truth" if role == "truth" else "predictions", path, protocol, csv=suffix == "csv"
        )
        files[role] = write(tmp_path, f"new-{role}.{suffix}", made.text)
    after = mebench.score(files["predictions"], files["truth"], protocol)
    assert before.units.videos_without_predictions == ["1/b"]
    assert after.signature == before.signature
    assert after.metrics == before.metrics
    assert after.findings == before.findings == []


def test_frames_outside_are_refused_without_clip(tmp_path: Path) -> None:
    protocol = write(tmp_path, "toy.toml", TOY_TOML)
    path = write(tmp_path, "p.csv", "subject,video,onset,offset,emotion\n1,a,-3,9,negative\n")
    with pytest.raises(mebench.MebenchError) as caught:
        converted("predictions", path, protocol)
    assert codes(caught.value) == ["frame-outside-video"]
    made = converted("predictions", path, protocol, ScoringOptions(clip=True))
    assert json.loads(made.text)["videos"][0]["intervals"] == [
        {"onset": 0, "offset": 9, "emotion": "negative"}
    ]


def test_kind_is_written_down(tmp_path: Path) -> None:
    protocol = write(tmp_path, "kinds.toml", TWO_KINDS_TOML)
    path = write(tmp_path, "p.csv", "subject,video,onset,offset\n1,a,3,9\n")
    with pytest.raises(mebench.MebenchError) as caught:
        converted("predictions", path, protocol)
    assert codes(caught.value) == ["kind-missing"]
    made = converted("predictions", path, protocol, ScoringOptions(kind="macro"))
    assert json.loads(made.text)["videos"][0]["intervals"][0]["kind"] == "macro"
    # The new file needs no option any more.
    again = converted("predictions", write(tmp_path, "new.json", made.text), protocol)
    assert json.loads(again.text) == json.loads(made.text)


@pytest.mark.parametrize("native", [False, True])
def test_other_emotions_are_refused_whatever_is_asked(tmp_path: Path, native: bool) -> None:
    """A score with a stand-in says so in its signature; a converted file would hide it."""
    protocol = write(tmp_path, "toy.toml", TOY_TOML)
    rows = "subject,video,onset,offset,emotion\n1,a,3,9,contempt\n1,a,40,49,positive\n"
    path = (
        write(tmp_path, "p.json", submission({"1/a": [interval(3, 9, "contempt")]}))
        if native
        else write(tmp_path, "p.csv", rows)
    )
    with pytest.raises(mebench.MebenchError) as caught:
        converted("predictions", path, protocol, ScoringOptions(outside_as="surprise"))
    assert codes(caught.value) == ["unknown-emotion"]
    true = write(tmp_path, "t.json", truth({"1/a": [interval(3, 9)]}))
    scored = score_with_options(path, true, str(protocol), ScoringOptions(outside_as="negative"))
    assert "|outside:negative|" in scored.signature


@pytest.mark.parametrize("option", [ScoringOptions(clip=True), ScoringOptions(kind="micro")])
def test_a_native_file_keeps_all_it_says(tmp_path: Path, option: ScoringOptions) -> None:
    protocol = write(tmp_path, "toy.toml", TOY_TOML)
    told = interval(3, 9, "positive", apex=5, score=0.5, emotion_scores={"positive": 0.5})
    document = submission({"1/a": [told]}, folds=[{"test": ["1"], "seed": 3}])
    made = json.loads(
        converted("predictions", write(tmp_path, "p.json", document), protocol, option).text
    )
    if option.kind is not None:
        assert made["videos"][0]["intervals"][0].pop("kind") == "micro"
    assert made == document


def test_video_formats_get_their_subjects(tmp_path: Path) -> None:
    path = write(tmp_path, "p.csv", "vid,pred_onset,pred_offset,type\n006_1,11,20,me\n")
    made = convert("predictions", path, "megc2020-spot-sammlv", ScoringOptions(), Findings())
    video = json.loads(made.text)["videos"][0]
    assert (video["subject"], video["video"]) == ("006", "006_1")
    assert video["intervals"] == [{"onset": 10, "offset": 19, "kind": "micro"}]
    with pytest.raises(mebench.MebenchError) as caught:
        convert(
            "predictions",
            path,
            str(write(tmp_path, "k.toml", TWO_KINDS_TOML)),
            ScoringOptions(),
            Findings(),
        )
    assert codes(caught.value) == ["subject-needed"]
