"""Frames, folders and links that are missing, damaged, renamed, or lead nowhere."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from mebench.datasets.licensed.build_truth import natural_key
from tests.datasets.licensed.making import frames
from tests.datasets.licensed.miniatures import Miniature, make
from tests.datasets.licensed.running import CommandLine, Run

FOLDERS = ("casme2", "casme3", "casme-sq", "samm", "sammlv", "smic-hs", "smic-hs-short")
folders = pytest.mark.parametrize("name", FOLDERS)
with_sheet = pytest.mark.parametrize("name", FOLDERS[:-1])
LONG = ("casme3", "casme-sq", "sammlv")
"""There a video without expressions belongs to the data set, and needs no row."""


def check(mebench: CommandLine, made: Miniature, *more: str) -> Run:
    """Check a copy with the counts that it has; what it lacks is no reason not to score."""
    protocol = made.protocol(mebench.folder)
    run = mebench("datasets", "check", made.id, "--root", made.root, "--protocol", protocol, *more)
    assert run.status == int(bool(run.codes()))
    exported = mebench("datasets", "export-truth", made.id, "--root", made.root, "-o", "t.json")
    assert (exported.status == 0) == (mebench.folder / "t.json").exists()
    (mebench.folder / "t.json").unlink(missing_ok=True)
    return run


def natural_place(path: Path) -> list[tuple[int, int, str]]:
    """Return what sorts files by their numbers."""
    return natural_key(path.name)


def images(folder: Path) -> list[Path]:
    """Return the frames of a video."""
    return sorted((one for one in folder.rglob("*") if one.is_file()), key=natural_place)


def frames_of(made: Miniature) -> list[Path]:
    """Return the frames of the first video, in the folder in which they lie."""
    color = made.video / "color"
    return images(color if color.exists() else made.video)


@with_sheet
def test_a_video_of_the_sheet_without_folder(
    mebench: CommandLine, tmp_path: Path, name: str
) -> None:
    made = make(name, tmp_path / "copy")
    first = made.clips[0]
    shutil.rmtree(made.video)
    run = check(mebench, made)
    assert run.codes() == {"video-without-frames"}, run.said
    assert first.subject in run.said
    assert first.video.partition("disgust")[0] in run.said


@with_sheet
def test_a_renamed_folder(mebench: CommandLine, tmp_path: Path, name: str) -> None:
    made = make(name, tmp_path / "copy")
    slip = {
        "casme2": "EP02_01",
        "casme3": "k",
        "casme-sq": "15_0110disgustingteeth",
        "samm": "006_1_22",
        "sammlv": "006_11",
        "smic-hs": "s1_ne_011",
    }[name]
    made.video.rename(made.video.with_name(slip))
    run = check(mebench, made)
    expected = (
        {"video-without-frames"}
        if name in LONG
        else {"video-without-frames", "frames-without-truth"}
    )
    assert run.codes() - {"dataset-incomplete"} == expected, run.said
    assert "Did you mean" in run.said
    if name != "casme-sq":  # where other videos of the subject are as near
        assert slip in run.said


@pytest.mark.parametrize("name", ["casme2", "samm", "smic-hs"])
def test_a_folder_that_no_row_names(mebench: CommandLine, tmp_path: Path, name: str) -> None:
    made = make(name, tmp_path / "copy")
    other = {"casme2": "EP99_09", "samm": "006_9_9", "smic-hs": "s1_ne_09"}[name]
    frames(made.video.with_name(other), range(1, 5), "img{}.jpg")
    run = check(mebench, made)
    assert run.codes() == {"frames-without-truth"}
    assert other in run.said


@pytest.mark.parametrize("name", ["casme2", "casme3", "casme-sq", "samm", "smic-hs"])
def test_a_missing_subject(mebench: CommandLine, tmp_path: Path, name: str) -> None:
    made = make(name, tmp_path / "copy")
    gone = made.clips[-1].subject
    shutil.rmtree(made.base / gone)
    run = check(mebench, made)
    assert run.codes() == {"video-without-frames"}
    assert gone in run.said


def test_a_folder_of_no_name_that_the_data_set_gives(mebench: CommandLine, tmp_path: Path) -> None:
    made = make("casme2", tmp_path / "copy")
    (made.base / "sub01" / "notes of mine").mkdir()
    (made.base / "subject 3").mkdir()
    run = check(mebench, made)
    assert run.codes() == {"folder-unexpected"}
    assert "notes of mine" in run.said
    assert "subject 3" in run.said
    assert "a typical path is CASME2-RAW/sub01/EP02_01f/img1.jpg" in run.said


@folders
def test_damaged_frames(mebench: CommandLine, tmp_path: Path, name: str) -> None:
    made = make(name, tmp_path / "copy")
    first, second, third = frames_of(made)[1:4]
    first.write_bytes(b"")
    second.write_bytes(second.read_bytes()[:-20])
    third.write_bytes(b"no image at all")
    run = check(mebench, made, "--deep")
    assert "frame-unreadable" in run.codes(), run.said
    for path in (first, second, third):
        assert str(path) in run.said
    assert "Copy the file again" in run.said


@folders
def test_a_missing_frame_moves_no_other(mebench: CommandLine, tmp_path: Path, name: str) -> None:
    made = make(name, tmp_path / "copy")
    found = frames_of(made)
    number = int("".join(one for one in found[3].stem.split("_")[-1] if one.isdigit()))
    found[3].unlink()
    run = check(mebench, made)
    assert run.codes() == {"frame-file-missing"}
    assert f"number {number}." in run.said


@folders
def test_a_video_without_an_image(mebench: CommandLine, tmp_path: Path, name: str) -> None:
    made = make(name, tmp_path / "copy")
    for path in frames_of(made):
        path.unlink()
    run = check(mebench, made)
    assert "frames-none" in run.codes()
    assert str(made.video) in run.said


@folders
def test_links_that_lead_nowhere(mebench: CommandLine, tmp_path: Path, name: str) -> None:
    made = make(name, tmp_path / "copy")
    videos = made.video.parent
    subjects = made.base
    names = {
        "casme2": ("sub77", "EP77_77"),
        "casme3": ("spNO.77", "a77"),
        "casme-sq": ("s77", "15_0777x"),
        "samm": ("077", "006_7_77"),
        "sammlv": ("077_7", "077_8"),
        "smic-hs": ("s77", "s1_ne_77"),
        "smic-hs-short": ("s77", "s1_ne_77"),
    }[name]
    (subjects / names[0]).symlink_to(names[0])
    (videos / names[1]).symlink_to("nowhere")
    frame = frames_of(made)[2]
    frame.unlink()
    frame.symlink_to("nowhere.jpg")
    last = frames_of(made)[4]
    last.unlink()
    last.symlink_to(last.name)
    run = check(mebench, made, "--deep")
    assert run.codes() == {"link-broken", "frame-unreadable"}, run.said
    assert str(subjects / names[0]) in run.said
    assert str(videos / names[1]) in run.said
    assert str(frame) in run.said
    assert str(last) in run.said


def test_a_link_back_to_a_folder_above(mebench: CommandLine, tmp_path: Path) -> None:
    """It has no end, and looking through it must have one."""
    made = make("smic-hs-short", tmp_path / "copy")
    (made.base / "s1" / "micro" / "positive").symlink_to(made.base / "s1")
    (made.base / "s3").symlink_to(made.base)
    (made.base / "s1" / "micro" / "negative" / "s1_ne_03").symlink_to("..")
    run = check(mebench, made)
    assert run.codes() == {"folder-unexpected", "frames-none"}


@folders
def test_links_are_followed(mebench: CommandLine, tmp_path: Path, name: str) -> None:
    made = make(name, tmp_path / "copy")
    ask = ("datasets", "export-truth", made.id, "--root", made.root)
    before = mebench(*ask)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    frame = frames_of(made)[0]
    for place, path in enumerate((frame, made.video, made.base, made.sheet)):
        if path is not None:
            path.rename(elsewhere / str(place))
            path.symlink_to(elsewhere / str(place))
    run = check(mebench, made, "--deep")
    assert (run.status, run.codes()) == (0, set()), run.said
    assert mebench(*ask).out == before.out


def test_two_folders_of_one_video(mebench: CommandLine, tmp_path: Path) -> None:
    made = make("casme-sq", tmp_path / "copy")
    frames(made.base / "s15" / "15_0101again", range(1, 9), "img{}.jpg")
    run = check(mebench, made)
    assert "frames-ambiguous" in run.codes()
    assert "15_0101disgustingteeth" in run.said
    assert "15_0101again" in run.said


def test_numbers_before_the_first(mebench: CommandLine, tmp_path: Path) -> None:
    made = make("smic-hs", tmp_path / "copy")
    frames(made.video, range(559690, 559700), "image{}.jpg")
    run = check(mebench, made)
    assert run.codes() == {"frame-before-first"}
    assert "559700" in run.said


def test_frames_that_were_numbered_anew(mebench: CommandLine, tmp_path: Path) -> None:
    made = make("smic-hs", tmp_path / "copy")
    for number, path in enumerate(images(made.video), start=1):
        path.rename(path.with_name(f"image{number}.jpg"))
    run = check(mebench, made)
    assert "frame-before-first" in run.codes()
    assert "559700" in run.said
