"""Conversion: the new file scores as the old one did, and stands by itself."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import mebench
from mebench.diagnostics import Findings
from mebench.formats.reading import Role
from mebench.scoring.convert import Converted, convert
from mebench.scoring.score import score_with
from mebench.scoring.settings import Settings
from tests.scoring.documents import (
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
    role: Role, path: Path, protocol: Path, settings: Settings | None = None, csv: bool = False
) -> Converted:
    return convert(role, path, str(protocol), settings or Settings(), Findings(), as_csv=csv)


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
    made = converted("predictions", path, protocol, Settings(clip=True))
    assert json.loads(made.text)["videos"][0]["intervals"] == [
        {"onset": 0, "offset": 9, "emotion": "negative"}
    ]


def test_kind_is_written_down(tmp_path: Path) -> None:
    protocol = write(tmp_path, "kinds.toml", TWO_KINDS_TOML)
    path = write(tmp_path, "p.csv", "subject,video,onset,offset\n1,a,3,9\n")
    with pytest.raises(mebench.MebenchError) as caught:
        converted("predictions", path, protocol)
    assert codes(caught.value) == ["kind-missing"]
    made = converted("predictions", path, protocol, Settings(kind="macro"))
    assert json.loads(made.text)["videos"][0]["intervals"][0]["kind"] == "macro"
    # The new file needs no option any more.
    again = converted("predictions", write(tmp_path, "new.json", made.text), protocol)
    assert json.loads(again.text) == json.loads(made.text)


@pytest.mark.parametrize("native", [False, True])
def test_stand_in_for_other_emotions_is_written_down(tmp_path: Path, native: bool) -> None:
    protocol = write(tmp_path, "toy.toml", TOY_TOML)
    rows = "subject,video,onset,offset,emotion\n1,a,3,9,contempt\n1,a,20,29,\n1,a,40,49,positive\n"
    intervals = [
        interval(3, 9, "contempt", emotion_scores={"positive": 0.5}),
        interval(20, 29, None),
        interval(40, 49, "positive"),
    ]
    path = (
        write(tmp_path, "p.json", submission({"1/a": intervals}))
        if native
        else write(tmp_path, "p.csv", rows)
    )
    made = converted("predictions", path, protocol, Settings(outside_as="surprise"))
    new = json.loads(made.text)["videos"][0]["intervals"]
    assert [one["emotion"] for one in new] == ["surprise", "surprise", "positive"]
    assert ("emotion_scores" in new[0]) is native


def test_scoring_with_and_converting_with_a_stand_in_agree(tmp_path: Path) -> None:
    protocol = write(tmp_path, "toy.toml", TOY_TOML)
    path = write(tmp_path, "p.csv", "subject,video,onset,offset,emotion\n1,a,10,20,contempt\n")
    true = write(tmp_path, "t.json", truth({"1/a": [interval(10, 20)]}))
    settings = Settings(outside_as="negative")
    scored = score_with(path, true, str(protocol), settings)
    made = converted("predictions", path, protocol, settings)
    again = mebench.score(json.loads(made.text), true, str(protocol))
    assert scored.metrics == again.metrics
    assert "|outside:negative|" in scored.signature
    assert "outside" not in again.signature


def test_video_formats_get_their_subjects(tmp_path: Path) -> None:
    path = write(tmp_path, "p.csv", "vid,pred_onset,pred_offset,type\n006_1,11,20,me\n")
    made = convert("predictions", path, "megc2020-spot-sammlv", Settings(), Findings())
    video = json.loads(made.text)["videos"][0]
    assert (video["subject"], video["video"]) == ("006", "006_1")
    assert video["intervals"] == [{"onset": 10, "offset": 19, "kind": "micro"}]
    with pytest.raises(mebench.MebenchError) as caught:
        convert(
            "predictions",
            path,
            str(write(tmp_path, "k.toml", TWO_KINDS_TOML)),
            Settings(),
            Findings(),
        )
    assert codes(caught.value) == ["subject-needed"]
