"""`mebench datasets check`: the truth, the counts of protocols, every video, all at once."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Never

import pytest

from mebench.datasets.checking.run_checks import check_copy
from mebench.datasets.contract import Adapter, Dataset, Extent, Video
from mebench.datasets.generic.adapter import GenericAdapter
from mebench.datasets.generic.writer import write_dataset
from mebench.diagnostics import Findings, MebenchError
from tests.cli.running import FINDINGS, FINE, USAGE, mebench
from tests.datasets.material import (
    TRUTH_CSV,
    NumberedDataset,
    NumberedVideo,
    codes,
    generic_folder,
    video_file,
)

SOUND = """\
folder       .
sheet        truth.csv
subjects     2
videos       3, 3 with frames
expressions  2 micro, 1 macro
frames       67

own: no errors; 2 subjects, 3 videos, 3 expressions; counts compared with no protocol.
"""


class InMemory(Adapter):
    """Gives a data set that is there already."""

    id, title, licence, obtain, needs_root = "numbered", "Numbers", "own", "here", False

    def __init__(self, dataset: Dataset, extent: Extent | None = None) -> None:
        self.dataset = dataset
        self.extent = extent or Extent()  # type: ignore[misc]

    def open(self, root: Path | None) -> Dataset:
        return self.dataset


class Lacking(NumberedDataset):
    """A data set that does not give its last video."""

    def videos(self) -> Sequence[Video]:
        return super().videos()[:-1]


def counts(findings: Findings) -> dict[str, int]:
    return {code: number for code, number in findings.counts.items() if number}


def test_a_sound_folder(tmp_path: Path) -> None:
    generic_folder(tmp_path)
    run = mebench(tmp_path, "datasets", "check", "generic", "--root", ".")
    assert run.status == FINE
    assert run.out == SOUND
    assert mebench(tmp_path, "datasets", "check", "generic", "--root", "generic=.").status == FINE


def test_everything_at_once(tmp_path: Path) -> None:
    truth = TRUTH_CSV + "s3,v1,,,,,\ns2,v2,30,20,25,micro,disgust\ns2,v3,,,,,\n"
    generic_folder(tmp_path, truth)
    frames = tmp_path / "frames"
    (frames / "s1" / "v1" / "img30.png").write_bytes(b"")
    (frames / "s1" / "v2" / "img5.png").unlink()
    video_file(tmp_path / "videos" / "s2" / "v2.mp4", 8)
    (frames / "s2" / "v3").mkdir()
    (frames / "s2" / "v4").mkdir()
    run = mebench(tmp_path, "datasets", "check", "generic", "--root", ".")
    assert run.status == FINDINGS
    for code, unit in (
        ("video-without-frames", "s3/v1"),
        ("offset-before-onset", "s2/v2"),
        ("frame-unreadable", "s1/v1"),
        ("frame-file-missing", "s1/v2"),
        ("frames-none", "s2/v3"),
        ("frames-without-truth", "s2/v4"),
        ("frame-outside-video", "s2/v2"),
    ):
        assert f"[{code}]" in run.out, code
        assert unit in run.out
    assert "own: 6 errors; 3 subjects, 6 videos" in run.out


def test_lengths_are_those_of_the_truth(tmp_path: Path) -> None:
    generic_folder(tmp_path, "subject,video,onset,offset,n_frames\ns1,v1,1,3,29\ns1,v2,,,12\n")
    findings = check_copy(GenericAdapter(), tmp_path).findings
    assert counts(findings) == {"frames-without-truth": 1, "frame-count-differs": 1}


def test_counts_of_a_protocol(tmp_path: Path) -> None:
    generic_folder(tmp_path)
    (tmp_path / "dataset.toml").write_text('id = "smic-hs"\nfirst_frame = 1\n')
    run = mebench(tmp_path, "datasets", "check", "generic", "--root", ".")
    assert run.status == FINDINGS
    assert "[dataset-incomplete] smic-hs-str@1: subjects 1 instead of 16." not in run.out
    assert "[dataset-incomplete] smic-hs-str@1: subjects 2 instead of 16." in run.out
    assert "counts compared with smic-hs-str@1." in run.out
    assert "megc2019" not in run.out
    ask = ("datasets", "check", "generic", "--root", ".", "--protocol")
    run = mebench(tmp_path, *ask, "meview-str")
    assert run.out.count("error [") == run.out.count("error [wrong-dataset]") == 1
    assert "smic-hs-str" not in run.out
    assert "[unknown-protocol]" in mebench(tmp_path, *ask, "smic").err


def test_counts_of_its_own_protocol(tmp_path: Path) -> None:
    write_dataset(NumberedDataset(12), tmp_path / "out")
    ask = ("datasets", "check", "generic", "--root", "out")
    run = mebench(tmp_path, *ask)
    assert run.status == FINE
    assert run.out.endswith("counts compared with numbered-str@1.\n")
    protocol = tmp_path / "out" / "protocol.toml"
    protocol.write_text(protocol.read_text().replace("positive = 4", "positive = 5"))
    run = mebench(tmp_path, *ask)
    assert run.status == FINDINGS
    assert "[dataset-incomplete] numbered-str@1: positive 4 instead of 5." in run.out


def test_any_data_set_can_be_checked() -> None:
    done: list[int] = []
    checkup = check_copy(
        InMemory(NumberedDataset(12), Extent(subjects=2, videos=4, expressions=4)),
        None,
        showing=lambda _title, _steps: nullcontext(done.append),
    )
    assert (checkup.compared, checkup.findings.kept, checkup.verdict) == ([], [], "whole")
    assert [one.verdict for one in checkup.counts] == ["same"] * 3
    assert sum(done) == 4
    lacking = check_copy(InMemory(Lacking(7), Extent(subjects=3, videos=1, expressions=4)), None)
    assert counts(lacking.findings) == {
        "frame-outside-video": 3,
        "video-without-frames": 1,
        "dataset-incomplete": 2,
    }
    assert [one.verdict for one in lacking.counts] == ["missing", "extra", "same"]
    assert (lacking.verdict, lacking.exit_status) == ("flawed", 1)


def test_nothing_to_open(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    run = mebench(tmp_path, "datasets", "check", "generic", "--root", "empty")
    assert run.status == FINDINGS
    assert "[truth-file-needed]" in run.out
    assert run.out.endswith("generic: 1 error; the copy could not be opened.\n")
    run = mebench(tmp_path, "datasets", "check", "generic", "--root", "nowhere")
    assert run.status == USAGE
    assert "[root-unreadable]" in run.err


@pytest.mark.parametrize("name", ["generc", "x" * 300])
def test_unknown_data_set(tmp_path: Path, name: str) -> None:
    run = mebench(tmp_path, "datasets", "check", name)
    assert run.status == USAGE
    assert "[unknown-dataset-id]" in run.err


def test_what_is_wrong_with_every_frame_is_said_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def damaged(*_: object) -> Never:
        raise MebenchError.of("asset-corrupt", "The asset is damaged.")

    monkeypatch.setattr(NumberedVideo, "frames", damaged)
    findings = check_copy(InMemory(NumberedDataset()), None).findings
    assert codes(findings.kept) == ["asset-corrupt"]
