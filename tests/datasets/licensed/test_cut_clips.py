"""CASME II as clips cut from onset to offset, whose files keep the numbers of the videos."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.datasets.licensed.making import frames
from tests.datasets.licensed.miniatures import make
from tests.datasets.licensed.running import CommandLine


@pytest.mark.parametrize("base", ["CASME2_RAW_selected", "Cropped-updated/Cropped", "mine"])
def test_frames_count_from_the_first_file(mebench: CommandLine, tmp_path: Path, base: str) -> None:
    made = make("casme2", tmp_path / "copy")
    shutil.rmtree(made.base)
    for name, onset, offset in (
        ("sub01/EP02_01f", 3, 10),
        ("sub01/EP03_02", 1, 7),
        ("sub09/EP09f", 4, 9),
        ("sub26/EP18_49", 2, 12),
    ):
        frames(made.root / base / name, range(onset, offset + 1), "reg_img{}.jpg")
    protocol = made.protocol(tmp_path)
    ask = ("datasets", "check", "casme2", "--protocol", protocol, "--deep", "--root")
    run = mebench(*ask, made.root)
    assert (run.status, run.codes()) == (0, set()), run.said
    assert run.codes("warning") == {"clips-cut"}
    assert mebench("datasets", "export-truth", "casme2", "--root", made.root, "-o", "t.json")
    truth = json.loads((tmp_path / "t.json").read_text())
    spans = [(one["intervals"][0], one["n_frames"]) for one in truth["videos"]]
    assert [(one["onset"], one["offset"], length) for one, length in spans] == [
        (0, 7, 8),
        (0, 6, 7),
        (0, 5, 6),
        (0, 10, 11),
    ]
    assert spans[0][0]["apex"] == 3
    assert {one["repair"]: one["rows"] for one in truth["repairs"]} == {
        "clip-numbers": 4,
        "apex-marked": 1,
        "apex-outside": 1,
    }
    # The sheet above the folder of the clips is found.
    again = mebench(*ask, made.root / base)
    assert (again.status, again.codes("warning")) == (0, {"clips-cut"})
