"""Challenges whose truth is not public: a submission is checked against the protocol's videos."""

from __future__ import annotations

from pathlib import Path

import pytest

import mebench
from mebench.diagnostics import Findings
from mebench.evaluation.challenge_files import template
from mebench.evaluation.convert import convert
from mebench.evaluation.scoring_options import ScoringOptions
from mebench.evaluation.validate import validate
from mebench.protocols.loader import load_protocol
from tests.datasets.licensed.shared import SHARED, needs
from tests.evaluation.documents import write

CCS = "megc2023-ccs@1"
SAMM = [video.video for video in load_protocol(CCS).datasets[0].blind_videos]
CAS = [video.video for video in load_protocol(CCS).datasets[1].blind_videos]


def ccs(videos: list[str], kind: str = "mae", last: int = 60) -> str:
    """Return a file of MEGC2023 with one interval in each video."""
    return "vid,onset,offset,type\n" + "".join(f"{one},10,{last},{kind}\n" for one in videos)


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("samm_pred.csv", ccs(SAMM), {"blind-dataset-missing"}),
        ("any.csv", ccs(CAS), {"blind-dataset-missing", "frames-unchecked"}),
        ("any.csv", ccs([*SAMM, *CAS]), {"frames-unchecked"}),
        ("samm_pred.csv", ccs(SAMM[:-1]), {"blind-dataset-missing", "blind-videos-missing"}),
        ("samm_pred.csv", ccs([*SAMM, "001_9"]), {"blind-dataset-missing", "unknown-video"}),
        ("samm_pred.csv", ccs([*SAMM, "009_1"]), {"blind-dataset-missing", "unknown-video"}),
        ("samm_pred.csv", ccs(SAMM, "xx"), {"unknown-kind"}),
        ("samm_pred.csv", ccs(SAMM, last=5317), {"blind-dataset-missing", "frames-kept"}),
        ("samm_pred.csv", ccs(SAMM[:1]) + "002_4,6000,6010,me\n", {"interval-outside-video"}),
        (
            "cas_pred.csv",
            ccs([*CAS, "wy_a1", "wy_h2"]),
            {"blind-dataset-missing", "frames-unchecked", "blind-video-unlisted"},
        ),
        ("cas_pred.csv", ccs([*CAS, "wy_a1", "wy_h2", "wy_h3"]), {"unknown-video"}),
        ("cas_pred.csv", ccs([CAS[0]]) + f"{CAS[0]},70,60,me\n", {"offset-before-onset"}),
    ],
)
def test_a_submission_is_checked_without_the_truth(
    tmp_path: Path, name: str, content: str, expected: set[str]
) -> None:
    findings, detected = validate(write(tmp_path, name, content), protocol=CCS)
    found = {one.code for one in findings.kept}
    if any(one.severity == "error" for one in findings.kept):
        assert found >= expected, findings.kept
    else:
        assert found == expected, findings.kept
    assert "truth-not-given" not in found
    assert detected == "MEGC2023 CSV"


def test_the_classes_and_the_ids_of_str(tmp_path: Path) -> None:
    header = "subject,video,onset,offset,emotion\n"
    rows = "dzw,a1,10,20,negative\nwy,wy_f1,10,20,Surprise\n"
    findings, _ = validate(write(tmp_path, "cas_pred.csv", header + rows), protocol="megc2025-str")
    assert not findings.has_errors, findings.kept
    bad = write(tmp_path, "cas_pred.csv", header + "dzw,a1,10,20,anger\n")
    findings, _ = validate(bad, protocol="megc2025-str")
    assert {one.code for one in findings.kept if one.severity == "error"} == {"unknown-emotion"}


def test_score_says_that_nobody_has_the_truth(tmp_path: Path) -> None:
    with pytest.raises(mebench.UsageError) as caught:
        mebench.score(write(tmp_path, "samm_pred.csv", ccs(SAMM)), None, CCS)
    assert [one.code for one in caught.value.diagnostics] == ["truth-withheld"]
    assert f"mebench validate FILE --protocol {CCS}" in str(caught.value)


def test_organizers_score_with_their_truth(tmp_path: Path) -> None:
    rows = [
        {
            **video.model_dump(exclude={"n_frames"}),
            "dataset": dataset.id,
            "intervals": [{"onset": 9, "offset": 59, "kind": "macro"}],
        }
        for dataset in load_protocol(CCS).datasets
        for video in dataset.blind_videos
    ]
    true = write(tmp_path, "truth.json", {"format": "mebench-truth/1", "videos": rows})
    report = mebench.score(write(tmp_path, "samm_pred.csv", ccs(SAMM)), true, CCS)
    assert report.groups["megc2023-samm"]["spotting_f1"].value == 1
    assert report.metrics["spotting_recall"].value == 10 / 28


def test_template_and_convert_use_the_list(tmp_path: Path) -> None:
    document = template(load_protocol("megc2022-spot"))
    assert len(document["videos"]) == 10
    findings, _ = validate(write(tmp_path, "t.json", document), protocol="megc2022-spot")
    assert [one.code for one in findings.kept] == ["frames-unchecked"]
    path = write(tmp_path, "samm_pred.csv", "vid,pred_onset,pred_offset,type\n001_2,2,9,me\n")
    made = convert("predictions", path, "megc2022-spot", ScoringOptions(), Findings())
    assert '"dataset": "megc2022-samm"' in made.text and '"subject": "001"' in made.text


SUBMITTED = SHARED / "submissions"


@needs(SUBMITTED / "megc2022", SUBMITTED / "megc2023")
@pytest.mark.parametrize(
    ("file", "protocol"),
    [
        ("megc2022/cas_pred.csv", "megc2022-spot"),
        ("megc2022/samm_pred.csv", "megc2022-spot"),
        ("megc2023/cas_pred.csv", "megc2023-ccs"),
    ],
)
def test_submissions_as_people_wrote_them(file: str, protocol: str) -> None:
    findings, _ = validate(SUBMITTED / file, protocol=protocol)
    codes = {one.code for one in findings.kept}
    assert codes <= {"blind-dataset-missing", "frames-unchecked"}, findings.kept
