"""Conversion: the new file scores as the old one did, and stands by itself."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import mebench
from mebench.diagnostics import Findings
from mebench.evaluation.convert import ConvertedFile, convert
from mebench.evaluation.score import score_with_options
from mebench.evaluation.scoring_options import ScoringOptions
from mebench.formats.external_formats import Role
from mebench.formats.loader import read_truth
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


def findings_of(
    role: Role, folder: Path, document: Any, *, csv: bool = True, toml: str = TOY_TOML
) -> tuple[str, list[mebench.Diagnostic]]:
    """Convert a document; return the new text and all findings."""
    found = Findings()
    path, protocol = write(folder, "old.json", document), write(folder, "toy.toml", toml)
    text = convert(role, path, str(protocol), ScoringOptions(), found, as_csv=csv).text
    return text, found.kept


@pytest.mark.parametrize("name", ["x ", " x", "\u00a0x", "\t", " ", "a\rb", "x\r", "a\u0000b"])
@pytest.mark.parametrize("field", ["subject", "video"])
@pytest.mark.parametrize("role", ["predictions", "truth"])
def test_ids_that_a_csv_cannot_contain_are_refused(
    tmp_path: Path, role: Role, field: str, name: str
) -> None:
    row = {"subject": "1", "video": "a", field: name, "intervals": []}
    document = (truth if role == "truth" else submission)({}) | {"videos": [row]}
    with pytest.raises(mebench.MebenchError) as caught:
        findings_of(role, tmp_path, document)
    assert codes(caught.value) == ["csv-unfit-text"]
    (found,) = caught.value.diagnostics
    assert found.place.pointer == f"/videos/0/{field}" and repr(name) in found.message
    text, _ = findings_of(role, tmp_path, document, csv=False)
    assert json.loads(text)["videos"][0][field] == name


@pytest.mark.parametrize("label", [" ", "\n", "a\rb", "a\r"])
def test_emotions_that_a_csv_cannot_contain_are_refused(tmp_path: Path, label: str) -> None:
    document = truth({"1/a": [interval(1, 9), interval(20, 30, label)]})
    with pytest.raises(mebench.MebenchError) as caught:
        findings_of("truth", tmp_path, document)
    assert codes(caught.value) == ["csv-unfit-text"]


RECOGNIZE_TOML = TOY_TOML.replace("spot-then-recognize", "recognize").replace(
    'targets = ["micro"]', ""
)


def test_samples_that_a_csv_cannot_contain_are_refused(tmp_path: Path) -> None:
    samples = [{"subject": "1", "sample": name, "emotion": "negative"} for name in ("a", "b\r")]
    document = {"format": "mebench-truth/1", "dataset": "toy", "samples": samples}
    with pytest.raises(mebench.MebenchError) as caught:
        findings_of("truth", tmp_path, document, toml=RECOGNIZE_TOML)
    assert codes(caught.value) == ["csv-unfit-text"]


FORMULAS = ["=1+1", "+1", "-1", "@x", "\n=x", "＝1", "＋1", "－1", "＠x", "'=1", "''+1", "\u200b=1"]


@pytest.mark.parametrize("name", [name for name in FORMULAS if name == name.strip()])
def test_formulas_are_disarmed_and_read_back(tmp_path: Path, name: str) -> None:
    document = truth({f"{name}/{name}": [interval(1, 9, f"{name} emotion"), interval(20, 29)]})
    text, _ = findings_of("truth", tmp_path, document)
    for row in text.splitlines()[1:]:
        assert f"toy,'{name},'{name},".casefold() in row.casefold()
    again = json.loads(
        converted("truth", write(tmp_path, "t.csv", text), tmp_path / "toy.toml").text
    )
    (video,) = again["videos"]
    assert (video["subject"], video["video"]) == (name, name)
    assert video["intervals"][0]["emotion"] == f"{name} emotion"


def test_an_apostrophe_alone_is_no_defense(tmp_path: Path) -> None:
    text, _ = findings_of("truth", tmp_path, truth({"'s/'": [interval(1, 9)]}))
    assert "toy,'s,',1,9,negative" in text


@pytest.mark.parametrize(
    ("folds", "code"),
    [
        ([{"test": ["1"], "training": ["1", "2"]}], "fold-leakage"),
        ([{"test": ["1"]}, {"test": ["sub01"]}], "fold-tested-twice"),
        ([{"test": ["1", "2"]}], "fold-not-loso"),
    ],
)
@pytest.mark.parametrize("csv", [False, True])
def test_contradictory_folds_are_findings(
    tmp_path: Path, folds: list[Any], code: str, csv: bool
) -> None:
    document = submission({"1/a": [], "2/a": []}, folds=folds)
    with pytest.raises(mebench.MebenchError) as caught:
        findings_of("predictions", tmp_path, document, csv=csv)
    assert codes(caught.value) == [code]


def test_every_lost_field_is_named(tmp_path: Path) -> None:
    row = interval(1, 9, score=0.5, emotion_scores={"negative": 1})
    document = submission({"1/a": [row]}, score_threshold=0.1, folds=[{"test": ["1"]}])
    document["videos"][0] |= {"$comment": "seen", "score_threshold": 0.2}
    _, (found,) = findings_of("predictions", tmp_path, document)
    assert (found.code, found.severity) == ("convert-loses", "warning")
    assert found.message.endswith(": $comment, emotion_scores, folds, score_threshold, system.")
    assert findings_of("predictions", tmp_path, document, csv=False)[1] == []


def test_a_truth_of_both_tasks_keeps_the_rows_of_the_protocol(tmp_path: Path) -> None:
    sample = {"subject": "1", "sample": "a", "emotion": "positive", "onset": 1, "offset": 9}
    document = truth({"1/a": [interval(1, 9)]}) | {"samples": [sample]}
    document["videos"][0]["fps"] = 200.0
    text, (found,) = findings_of("truth", tmp_path, document)
    assert text.splitlines()[0].startswith("dataset,subject,video,onset")
    assert found.message.endswith(": fps, samples.")
    text, (found,) = findings_of("truth", tmp_path, document, toml=RECOGNIZE_TOML)
    assert text == "dataset,subject,sample,emotion\ntoy,1,a,positive\n"
    assert found.message.endswith(": offset, onset, videos.")


def test_lengths_in_predictions_and_scores_in_a_truth_are_lost_with_a_warning(
    tmp_path: Path,
) -> None:
    head = "subject,video,onset,offset,emotion,score,n_frames\n"
    path = write(tmp_path, "p.csv", head + "1,a,1,9,negative,.5,100\n")
    protocol = str(write(tmp_path, "toy.toml", TOY_TOML))
    roles: list[tuple[Role, str]] = [("predictions", ": n_frames."), ("truth", ": score.")]
    for role, ending in roles:
        found = Findings()
        convert(role, path, protocol, ScoringOptions(), found)
        (lost,) = [one for one in found.kept if one.code == "convert-loses"]
        assert lost.message.endswith(ending)


@pytest.mark.parametrize("csv", [False, True])
def test_options_change_a_native_truth(tmp_path: Path, csv: bool) -> None:
    path = write(tmp_path, "t.json", truth({"1/a": [interval(90, 120, apex=110)]}))
    protocol = str(write(tmp_path, "toy.toml", TOY_TOML))
    options = ScoringOptions(clip=True, kind="micro")
    text = convert("truth", path, protocol, options, Findings(), as_csv=csv).text
    new = read_truth(write(tmp_path, "new", text), Findings()).intervals
    assert (new.onset[0], new.offset[0], new.apex[0], new.kind_name(0)) == (90, 99, 99, "micro")
