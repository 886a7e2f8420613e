"""`mebench.datasets` and `mebench.protocols` in programs and notebooks."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

import mebench
from mebench.datasets import (
    ColumnSpec,
    Findings,
    FrameFolder,
    MebenchError,
    VideoFile,
    read_sheet,
)
from tests.cli.running import mebench as run
from tests.datasets.material import NumberedDataset, frame_folder, generic_folder, video_file


def test_the_list_is_that_of_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    generic_folder(tmp_path / "odd")
    (tmp_path / "mebench.toml").write_text('[datasets.odd]\nroot = "odd"\ntitle = "<b>Odd</b>"\n')
    monkeypatch.chdir(tmp_path)
    listed = mebench.datasets.available()
    table = run(tmp_path, "datasets", COLUMNS="300").out.splitlines()[2:]
    assert [each.id for each in listed] == [line.split()[0] for line in table if line.strip()]
    known = {each.id: each for each in listed}
    assert (known["odd"].installed, known["odd"].where) == (True, str(tmp_path / "odd"))
    assert (known["casme2"].installed, known["casme2"].expressions) == (False, 255)
    frame = listed.to_frame().set_index("id")
    assert frame.loc["synthetic", "expressions"] == 52
    assert frame["videos"].isna().any()
    assert "&lt;b&gt;Odd&lt;/b&gt;" in listed._repr_html_()
    assert str(listed).splitlines()[0].split()[:3] == ["id", "title", "installed"]


def test_protocols() -> None:
    listed = mebench.protocols.available()
    [info] = [each for each in listed if each.id == "casme2-str@1"]
    assert (info.datasets, info.subjects, info.samples) == (("casme2",), 26, 244)
    assert mebench.protocols.load("casme2-str").id == info.id
    assert listed.to_frame().set_index("id").loc[info.id, "videos"] == 244
    assert "casme2-str@1" in listed._repr_html_()


def test_a_data_set_in_a_notebook(tmp_path: Path) -> None:
    generic_folder(tmp_path)
    dataset = mebench.datasets.open_dataset("generic", tmp_path)
    assert repr(dataset) == "<OpenedDataset own: 2 subjects, 3 videos, 3 expressions>"
    html = dataset._repr_html_()
    assert html is not None
    assert "2 micro, 1 macro" in html
    assert re.search(r">\s*67<", html), "frames"
    video = dataset.video("s1", "v1")
    assert repr(video) == "<FrameFolder s1/v1 of own>"
    frames = list(video.frames(2, 4))
    assert {(one.shape, one.dtype.name) for one in frames} == {((48, 64, 3), "uint8")}
    assert np.array_equal(frames[1], video.frame(3))
    with pytest.raises(mebench.UsageError, match=r"unknown-video.*no video 'v9'"):
        dataset.video("s1", "v9")


def test_the_summary_of_a_damaged_copy(tmp_path: Path) -> None:
    class Damaged(NumberedDataset):
        def truth(self) -> mebench.TruthManifest:
            raise mebench.MebenchError.of("file-empty", "Nothing is here.")

    assert repr(Damaged()) == "<Damaged numbered>"
    assert Damaged()._repr_html_() is None


def test_check(tmp_path: Path) -> None:
    generic_folder(tmp_path)
    checked = mebench.datasets.check("generic", str(tmp_path))
    printed = run(tmp_path, "datasets", "check", "generic", "--root", tmp_path).out
    assert (bool(checked), str(checked)) == (True, printed)
    assert repr(checked).startswith("<CheckResult own: no errors; 2 subjects, 3 videos")
    assert "<table>" in checked._repr_html_()
    (tmp_path / "frames" / "s1" / "v1" / "img4.png").unlink()
    found = mebench.datasets.check(mebench.datasets.open_dataset("generic", tmp_path))
    assert found.to_frame()["code"].tolist() == ["frame-file-missing"]
    assert "[frame-file-missing]" in found._repr_html_()
    assert not found


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"dataset": 3}, "`dataset`"),
        ({"dataset": "generic", "root": 3}, "`root`"),
        ({"dataset": "generic", "root": ".", "protocols": "casme2-str"}, "`protocols`"),
        ({"dataset": "genric"}, "Did you mean 'generic'"),
        ({"dataset": "generic", "root": "nowhere"}, "root-unreadable"),
    ],
)
def test_wrong_arguments(arguments: dict[str, object], words: str) -> None:
    with pytest.raises(mebench.UsageError, match=words):
        mebench.datasets.check(**arguments)  # type: ignore[arg-type]


def test_videos_take_a_path_as_text(tmp_path: Path) -> None:
    folder = frame_folder(tmp_path / "v1", range(3), first=7)
    video = FrameFolder(str(folder), dataset="d", subject="s", video="v", origin=7)
    assert (video.n_frames, video.frame(2).shape) == (3, (48, 64, 3))
    file = video_file(tmp_path / "v1.avi", 4)
    assert VideoFile(str(file), dataset="d", subject="s", video="v").n_frames == 4


def test_a_sheet(tmp_path: Path) -> None:
    path = tmp_path / "sheet.csv"
    path.write_text(
        "our notes\nSubject;First;Last;Emotion\n1.0;10;12,5;joy\ns2;/;0;\n;9;11;" + "a" * 101 + "\n"
    )
    findings = Findings()
    columns = [ColumnSpec("subject"), ColumnSpec("first"), ColumnSpec("last")]
    emotion = ColumnSpec("label", ("emotion",), required=False)
    one, two, three = read_sheet(str(path), [*columns, emotion], findings).rows
    assert (one.label("subject"), one.frame("first"), one.label("label")) == ("1.0", 9, "joy")
    assert two.frame("first", required=False) is None
    assert (two.label("label", required=False), two.frame("last", 0)) == (None, 0)
    assert not (one.is_bad or two.is_bad)
    assert [one.frame("last"), two.frame("first"), two.frame("last")] == [None] * 3
    assert [three.label("subject"), three.label("label")] == [None] * 2
    assert [
        finding.message.partition(" in the tab 'sheet.csv' is ")[2] for finding in findings.kept
    ] == [
        "'12,5', which is not the number of a frame.",
        "'/', which is not the number of a frame.",
        "'0', which is not the number of a frame.",
        "empty.",
        f"'{'a' * 39}…', which is too long.",
    ]
    with pytest.raises(MebenchError, match="sheet-header-missing"):
        read_sheet(path, [ColumnSpec("clip")], Findings())
