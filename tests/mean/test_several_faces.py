"""Videos that show two faces: runs and `mebench spot` name them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mebench.datasets.frames.images import encode
from tests.cli.running import FINE, mebench
from tests.datasets.material import video_file
from tests.mean.runs import typed
from tests.sharing import compile_flow
from tests.vision.faces.videos import rendered, with_second_face

pytest.importorskip("dlib")

PROTOCOL = """
id = "two@1"
title = "Two"
task = "spot"
targets = ["micro"]
[[datasets]]
id = "two"
"""
RUN = ("run-baseline", "flow-magnitude", "--dataset", "generic", "--root", "two")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a person alone, and one in front of another face."""
    compile_flow()
    folder = tmp_path_factory.mktemp("faces")
    for number, image in enumerate(rendered()):
        for subject, frame in (("alone", image), ("both", with_second_face(image))):
            path = folder / "two" / "frames" / subject / "v1" / f"img{number}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(encode(frame, ".png"))
    (folder / "two" / "dataset.toml").write_text("fps = 10\n")
    (folder / "two" / "protocol.toml").write_text(PROTOCOL)
    (folder / "two" / "truth.csv").write_text(
        "subject,video,onset,apex,offset,kind\nalone,v1,1,3,4,micro\nboth,v1,1,3,4,micro\n"
    )
    return folder


def test_a_run_names_the_videos(folder: Path) -> None:
    """The second run, which is debugged, finds the faces in the store."""
    run = mebench(folder, *RUN, "-o", "first", "--jobs", "1", MEBENCH_CACHE=str(folder / "cache"))
    assert run.status == FINE, run.said
    assert run.err.count("warning [faces-several]") == 1
    assert "two/both/v1: 2 faces were found in frame 0; the largest is used." in run.said
    assert "--box FILE" in run.said
    [warning] = json.loads((folder / "first" / "manifest.json").read_text())["warnings"]
    assert warning["code"] == "faces-several"
    assert (warning["dataset"], warning["subject"], warning["video"]) == ("two", "both", "v1")
    debugged = typed(folder, *RUN, "-o", "debug", "--debug")
    assert "warning [faces-several]" in debugged.err


def test_a_box_ends_the_warning(folder: Path) -> None:
    (folder / "boxes.csv").write_text(
        "subject,video,left,top,right,bottom\nboth,v1,530,130,740,345\n"
    )
    run = typed(folder, *RUN, "-o", "boxed", "--box", "boxes.csv")
    assert not run.codes("warning")
    assert json.loads((folder / "boxed" / "manifest.json").read_text())["warnings"] == []


@pytest.fixture(scope="module")
def spot(folder: Path) -> tuple[str, ...]:
    """Train final weights; return the arguments that use them."""
    final = typed(folder, *RUN, "-o", "final", "--final")
    assert final.err.count("warning [faces-several]") == 1
    return ("--baseline", "flow-magnitude", "--weights", "final", "-o", "own.json")


def test_spotting_names_them(folder: Path, spot: tuple[str, ...]) -> None:
    run = typed(folder, "spot", "two/frames/both/v1", "--fps", "10", "--subject", "me", *spot)
    assert "own/me/v1: 2 faces were found in frame 0; the largest is used." in run.said


def test_spotting_reports_the_frame_rate_and_nothing_else(
    folder: Path, spot: tuple[str, ...]
) -> None:
    import cv2

    video_file(folder / "probe.mp4", 2)  # skips the test where no video can be written
    writer = cv2.VideoWriter(
        str(folder / "face.mp4"), cv2.CAP_FFMPEG, cv2.VideoWriter.fourcc(*"mp4v"), 10, (640, 480)
    )
    for image in rendered():
        writer.write(image[:, :, ::-1].copy())
    writer.release()
    run = typed(folder, "spot", "face.mp4", "--fps", "25", *spot)
    assert run.codes("warning") == {"frame-rate-differs"}
