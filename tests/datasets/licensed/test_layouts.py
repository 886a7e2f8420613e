"""The layouts in which copies are stored, each with the number of public sources that use it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.datasets.licensed.making import frames
from tests.datasets.licensed.miniatures import Miniature, make
from tests.datasets.licensed.running import CommandLine
from tests.datasets.licensed.test_end_to_end import clips


class Layout(NamedTuple):
    """Where the frames and the sheets of a copy are, below the root."""

    dataset: str
    base: str
    sheets: str = ""
    sources: int = 1
    file: str | None = None
    form: str = "raw"


CASME2 = [
    Layout("casme2", "CASME2-RAW", sources=5),
    Layout("casme2", "CASME2_RAW/CASME2-RAW", sources=2),
    Layout("casme2", "CASME2-RAW/CASME2-RAW", sources=2),
    Layout("casme2", "CASME2/CASME2-RAW", "CASME2"),
    Layout("casme2", "casme2-raw"),
    Layout("casme2", ""),
    Layout("casme2", "CASME2-RAW-cropped"),
    Layout("casme2", "CASME2_RAW_selected", sources=9, form="cut"),
    Layout(
        "casme2", "CASME2_RAW_selected/CASME2_RAW_selected", "CASME2_RAW_selected", 3, form="cut"
    ),
    Layout("casme2", "Cropped", sources=4, form="cut", file="reg_img{}.jpg"),
    Layout("casme2", "Cropped/Cropped", sources=2, form="cut", file="reg_img{}.jpg"),
    Layout("casme2", "Cropped-updated/Cropped", sources=5, form="cut", file="reg_img{}.jpg"),
    Layout("casme2", "Cropped_original", form="cut", file="reg_img{}.jpg"),
    Layout("casme2", "CASME2_RAW_selected_cropped", form="cut"),
    Layout("casme2", "CASME2_preprocessed_Li Xiaobai/Cropped", form="cut", file="reg_img{}.jpg"),
    Layout("casme2", "my clips", form="cut"),
]
SMIC = [
    Layout("smic-hs", "SMIC-E_raw image/HS_long/SMIC-HS-E/HS", "SMIC-E_raw image/HS_long", 4),
    Layout(
        "smic-hs",
        "SMIC-E_raw image/HS_long/SMIC-HS-E",
        "SMIC-E_raw image/HS_long/SMIC-HS-E",
        5,
    ),
    Layout("smic-hs", "HS_long/SMIC_HS_E", "HS_long"),
    Layout("smic-hs", "SMIC-E_raw_image/HS_long/SMIC-HS-E", "SMIC-E_raw_image"),
    Layout("smic-hs", "SMIC_E_raw_image/HS_long/SMIC-HS-E/HS", "SMIC_E_raw_image"),
    Layout("smic-hs", "SMIC_E_HS_crop", "SMIC_E_HS_crop"),
    Layout("smic-hs", "SMIC-HS-E/HS", "SMIC-HS-E/HS"),
    Layout("smic-hs", ""),
    Layout("smic-vis", "VIS_long/SMIC-VIS-E", "VIS_long"),
    Layout("smic-nir", "NIR_long/SMIC-NIR-E/NIR", "NIR_long"),
    Layout("smic-hs-short", "SMIC_all_raw/HS", sources=6, file="image{}.bmp"),
    Layout("smic-hs-short", "SMIC_all_raw/SMIC_all_raw/HS", sources=2, file="image{}.bmp"),
    Layout("smic-hs-short", "SMIC_all_cropped/HS", sources=8),
]
LONG = [
    Layout("casme-sq", "rawpic", sources=4, file="img{:03d}.jpg"),
    Layout("casme-sq", "CASME_sq/rawpic", "CASME_sq", file="img{:03d}.jpg"),
    Layout("casme-sq", "rawpic/rawpic", sources=2, file="img{:03d}.jpg"),
    Layout("casme-sq", "rawpic_crop", sources=3),
    Layout("casme-sq", "longVideoFaceCropped"),
    Layout("samm", "SAMM", sources=7),
    Layout("samm", "SAMM/SAMM", sources=6),
    Layout("samm", "SAMM_CROP", "SAMM_CROP", 4),
    Layout("samm", "SAMM_cropped"),
    Layout("samm", "SAMM_clip"),
    Layout("samm", "SAMM_Cropped", file="crop_{}.jpg"),
    Layout("sammlv", "SAMM_longvideos", sources=6),
    Layout("sammlv", "SAMM long videos/SAMM_longvideos"),
    Layout("sammlv", "SAMM_longvideos/SAMM_longvideos"),
    Layout("sammlv", "SAMM_longvideos_crop", sources=3, file="{:04d}.jpg"),
    Layout("sammlv", "SAMM_longvideos", "SAMM", sources=1),
    Layout("casme3", "part_A/data/part_A", "part_A/annotation", 6),
    Layout("casme3", "part_A/data/Compressed_version1_seperate_compress", "part_A/annotation", 3),
    Layout("casme3", "part_A_split/part_A", "annotation/partA", 3),
    Layout("casme3", "data", sources=3),
    Layout("meview", "MEVIEW/me-cuts/cuts", "MEVIEW"),
    Layout("meview", ""),
]


def placed(layout: Layout, folder: Path) -> Miniature:
    """Make a miniature with the folders of a layout."""
    made = make(layout.dataset, folder / "first")
    root, files = folder / "copy", {"*.xlsx", "*.xls", "*.csv"}
    sheets = [path for pattern in files for path in made.root.rglob(pattern)]
    (root / layout.sheets).mkdir(parents=True)
    (root / layout.base).parent.mkdir(parents=True, exist_ok=True)
    for sheet in sheets:
        shutil.copy(sheet, root / layout.sheets)
        sheet.unlink()
    shutil.copytree(made.base, root / layout.base, dirs_exist_ok=True)
    if layout.file is not None:
        for path in list((root / layout.base).rglob("*.[jb][pm][gp]")):
            number = int("".join(filter(str.isdigit, path.stem.rpartition("_")[2])))
            path.rename(path.with_name(layout.file.format(number)).with_suffix(path.suffix))
    return Miniature(**{**vars(made), "root": root, "base": root / layout.base})


def cut(made: Miniature, file: str) -> Miniature:
    """Replace full videos of CASME II by clips from onset to offset with the same numbers."""
    clips = []
    shutil.rmtree(made.base)
    for clip in made.clips:
        [one] = clip.expressions
        numbers = range(one.onset + 1, one.offset + 2)
        frames(made.base / clip.subject / clip.video, numbers, file)
        apex = None if one.apex is None else one.apex - one.onset
        moved = one._replace(onset=0, apex=apex, offset=one.offset - one.onset)
        clips.append(clip._replace(n_frames=len(numbers), expressions=(moved,)))
    return Miniature(**{**vars(made), "clips": tuple(clips)})


def label(layout: Layout) -> str:
    """Return the name of a test."""
    return f"{layout.dataset} in {layout.base or 'the root'}, {layout.sources} sources"


@pytest.mark.parametrize("layout", [*CASME2, *SMIC, *LONG], ids=label)
def test_a_copy_in_circulation(mebench: CommandLine, tmp_path: Path, layout: Layout) -> None:
    """The truth is that of the annotations, and a baseline runs."""
    made = placed(layout, tmp_path)
    if layout.form == "cut":
        sheet = next(path for path in made.root.rglob("*.xlsx"))
        kept = sheet.read_bytes()
        made = cut(made, layout.file or "img{}.jpg")
        sheet.parent.mkdir(exist_ok=True)
        sheet.write_bytes(kept)
    protocol = made.protocol(tmp_path)
    ask = ("--root", made.root, "--protocol", protocol)
    checked = mebench("datasets", "check", made.id, *ask)
    assert (checked.status, checked.codes()) == (0, set()), checked.said
    assert ("clips-cut" in checked.codes("warning")) == (layout.form == "cut")
    export = ("datasets", "export-truth", made.id, "--root", made.root, "-o", "truth.json")
    assert mebench(*export).status == 0
    assert clips(json.loads((tmp_path / "truth.json").read_text())) == list(made.clips)
    once = ("--folds", "0", "--debug")
    run = mebench("run-baseline", "random", "--dataset", made.id, *ask, *once)
    assert run.status == 0, run.said


def clip_release(folder: Path) -> None:
    for name, last in (
        ("spNO.1_a_2", 8),
        ("spNO.1_a_7", 15),
        ("spNO.2_c_1", 3),
        ("spNO.10_j_3", 12),
    ):
        frames(
            folder / "Part_A_ME_clip/frame" / name,
            range(int(name.split("_")[-1]), last + 1),
            "{}.jpg",
        )


def test_the_clips_of_cas_me_3(mebench: CommandLine, tmp_path: Path) -> None:
    """Eight sources; each clip is a video with one expression from its first to its last frame."""
    made = placed(Layout("casme3", "old", "Part_A_ME_clip"), tmp_path)
    shutil.rmtree(made.base)
    clip_release(made.root)
    checked = mebench("datasets", "check", "casme3", "--root", made.root)
    assert checked.codes() == {"dataset-incomplete"}, checked.said
    assert checked.codes("warning") == {"clips-cut"}
    assert (
        mebench("datasets", "export-truth", "casme3", "--root", made.root, "-o", "t.json").status
        == 0
    )
    truth = json.loads((tmp_path / "t.json").read_text())
    found = [
        (video["video"], video["n_frames"], one["onset"], one["offset"])
        for video in truth["videos"]
        for one in video["intervals"]
    ]
    assert found == [
        ("spNO.1_a_2", 7, 0, 6),
        ("spNO.1_a_7", 9, 0, 8),
        ("spNO.2_c_1", 3, 0, 2),
        ("spNO.10_j_3", 10, 0, 9),
    ]


def only_selected(folder: Path) -> None:
    frames(folder / "selectedpic/s15/anger1_1", range(5, 10), "img{}.jpg")


def extracted(folder: Path) -> None:
    frames(folder / "ME_A/spNO.1/e2/color", range(5, 10), "{}.jpg")


def long_recordings(folder: Path) -> None:
    frames(folder / "HS_long/SMIC-HS-E/s01/s1_ne_01", range(5, 10), "image{}.jpg")


def cuts(folder: Path) -> None:
    shutil.copytree(make("meview", folder / "made").base, folder / "me-cuts" / "cuts")
    shutil.rmtree(folder / "made")


@pytest.mark.parametrize(
    ("dataset", "fill", "code", "words"),
    [
        ("casme-sq", only_selected, "root-wrong", "such as selectedpic/s15/anger1_1/img5.jpg"),
        ("casme3", extracted, "root-wrong", "such as ME_A/spNO.1/e2/color/5.jpg"),
        ("smic-hs-short", long_recordings, "root-wrong", "HS_long/SMIC-HS-E/s01/s1_ne_01"),
        ("smic-vis", long_recordings, "root-wrong", "HS_long/SMIC-HS-E/s01/s1_ne_01"),
        ("meview", cuts, "sheet-missing", "the header subject,video,onset,apex,offset,emotion"),
    ],
)
def test_what_cannot_be_read_is_named(
    mebench: CommandLine,
    tmp_path: Path,
    dataset: str,
    fill: Callable[[Path], None],
    code: str,
    words: str,
) -> None:
    fill(tmp_path / "copy")
    run = mebench("datasets", "check", dataset, "--root", tmp_path / "copy")
    assert run.codes() == {code}, run.said
    assert words in run.said


@pytest.mark.parametrize(
    ("dataset", "old", "new"),
    [("casme2", "sub01", "SUB1"), ("casme-sq", "s15", "S15"), ("smic-hs", "s01", "S1")],
)
def test_case_and_padding_double_no_video(
    mebench: CommandLine, tmp_path: Path, dataset: str, old: str, new: str
) -> None:
    """`S15` on disk and `s15` in the sheet are one subject, whose name is that of the folder."""
    made = make(dataset, tmp_path / "copy")
    (made.base / old).rename(made.base / new)
    assert (
        mebench("datasets", "export-truth", dataset, "--root", made.root, "-o", "t.json").status
        == 0
    )
    truth = json.loads((tmp_path / "t.json").read_text())
    assert len(truth["videos"]) == len(made.clips)
    assert new in {video["subject"] for video in truth["videos"]}
    assert old not in {video["subject"] for video in truth["videos"]}


def copied(made: Miniature, name: str) -> Path:
    """Copy the frames of a miniature beside themselves."""
    return Path(shutil.copytree(made.base, made.root / name))


@pytest.mark.parametrize(
    "other", ["A_OF", "A_OpticalFlow", "A_depth", "A_cropped", "A_aligned/deep/er"]
)
def test_frames_come_before_what_is_derived(
    mebench: CommandLine, tmp_path: Path, other: str
) -> None:
    made = make("casme2", tmp_path / "copy")
    copied(made, other)
    run = mebench("datasets", "check", "casme2", "--root", made.root)
    assert f"Frames are read from {made.base} " in run.said
    assert "frames-elsewhere" in run.codes("note")


def test_the_complete_copy_is_read(mebench: CommandLine, tmp_path: Path) -> None:
    """Not one with some videos, whatever its name; a doubt is a warning."""
    made = make("casme2", tmp_path / "copy")
    shutil.copytree(made.base / "sub01", made.root / "A_demo" / "sub01")
    (made.root / "AAA").symlink_to(made.base)
    (made.root / "again").symlink_to(made.root)
    run = mebench("datasets", "export-truth", "casme2", "--root", made.root, "-o", "t.json")
    assert run.codes("warning") == {"frames-elsewhere"}
    assert "(4 videos, full videos)" in run.said
    assert "A_demo (2 videos, full videos)." in run.said
    assert "again" not in run.said


def test_depth_is_not_read_in_place_of_frames(mebench: CommandLine, tmp_path: Path) -> None:
    made = make("casme3", tmp_path / "copy")
    shutil.copytree(made.base, made.base.with_name("A_depth"))
    run = mebench("datasets", "check", "casme3", "--root", made.root)
    assert "A_depth" not in run.said
    clips = tmp_path / "clips"
    shutil.copytree(made.root / "part_A" / "annotation", clips / "annotation")
    clip_release(clips)
    shutil.copytree(clips / "Part_A_ME_clip/frame", clips / "Part_A_ME_clip/depth")
    run = mebench("datasets", "check", "casme3", "--root", clips)
    assert "frames-elsewhere" not in run.codes("note") | run.codes("warning"), run.said


@pytest.mark.parametrize(
    ("dataset", "upper"), [("samm", "SAMM/224"), ("casme3", "mnt/d"), ("sammlv", "224_224")]
)
def test_upper_folders_named_like_a_subject_or_a_video(
    mebench: CommandLine, tmp_path: Path, dataset: str, upper: str
) -> None:
    made = make(dataset, tmp_path / "first")
    (tmp_path / "root" / upper).parent.mkdir(parents=True)
    shutil.move(made.root, tmp_path / "root" / upper)
    ask = ("--root", tmp_path / "root", "--protocol", made.protocol(tmp_path))
    run = mebench("datasets", "check", dataset, *ask)
    assert (run.status, run.codes()) == (0, set()), run.said


def test_videos_of_samm_long_videos_below_their_subjects(
    mebench: CommandLine, tmp_path: Path
) -> None:
    made = make("sammlv", tmp_path / "copy")
    for video in list(made.base.iterdir()):
        subject = made.base / video.name.partition("_")[0]
        subject.mkdir(exist_ok=True)
        video.rename(subject / video.name)
    ask = ("--root", made.root, "--protocol", made.protocol(tmp_path))
    run = mebench("datasets", "check", "sammlv", *ask)
    assert (run.status, run.codes()) == (0, set()), run.said


def test_a_camera_in_the_name_of_a_folder_above_the_root(
    mebench: CommandLine, tmp_path: Path
) -> None:
    made = make("smic-hs", tmp_path / "Vis-Lab" / "nir" / "smic")
    ask = ("--root", made.root, "--protocol", made.protocol(tmp_path))
    run = mebench("datasets", "check", "smic-hs", *ask)
    assert (run.status, run.codes()) == (0, set()), run.said


def test_frames_of_another_camera(mebench: CommandLine, tmp_path: Path) -> None:
    made = make("smic-hs", tmp_path / "hs")
    other = make("smic-vis", tmp_path / "vis")
    root = tmp_path / "copy"
    shutil.copytree(made.base, root / "long")
    for number, path in enumerate(sorted((root / "long").rglob("*.jpg"))):
        path.rename(path.with_name(f"frame{number + 7_000_000}.jpg"))
    assert other.sheet is not None
    shutil.copy(other.sheet, root)
    for command in ("check", "export-truth"):
        run = mebench("datasets", command, "smic-vis", "--root", root)
        assert "camera-differs" in run.codes(), run.said
        assert run.status == 1


def test_files_numbered_from_0_are_refused(mebench: CommandLine, tmp_path: Path) -> None:
    made = make("casme2", tmp_path / "copy")
    for path in made.base.rglob("img1.jpg"):
        path.with_name("img0.jpg").write_bytes(path.read_bytes())
    ask = ("--dataset", "casme2", "--root", made.root, "--protocol", made.protocol(tmp_path))
    run = mebench("run-baseline", "random", *ask, "-o", "run")
    assert run.codes() == {"frame-number-early"}
    assert "Rename the files so that the first frame has the number 1" in run.said


def test_another_spelling_of_the_subjects_of_cas_me_3(mebench: CommandLine, tmp_path: Path) -> None:
    made = make("casme3", tmp_path / "copy")
    for path in list(made.base.iterdir()):
        path.rename(path.with_name(path.name.replace(".", "")))
    run = mebench("datasets", "export-truth", "casme3", "--root", made.root, "-o", "t.json")
    assert run.status == 0
    videos = json.loads((tmp_path / "t.json").read_text())["videos"]
    assert len(videos) == len(made.clips)
    assert {video["subject"] for video in videos} == {"spNO1", "spNO2", "spNO10"}


def test_clips_without_frames_are_told(mebench: CommandLine, tmp_path: Path) -> None:
    made = make("samm", tmp_path / "copy")
    shutil.rmtree(made.base / "006")
    run = mebench("datasets", "export-truth", "samm", "--root", made.root, "-o", "t.json")
    assert run.codes("warning") == {"clips-unnumbered"}
    assert "006/006_1_2" in run.said


def test_clips_whose_folders_are_the_labels_are_all_read(
    mebench: CommandLine, tmp_path: Path
) -> None:
    made = make("smic-hs-short", tmp_path / "copy")
    (made.base / "s11/micro/s11_po_01").rename(made.base / "s11/s11_po_01")
    run = mebench("datasets", "export-truth", made.id, "--root", made.root, "-o", "t.json")
    assert (run.status, run.codes()) == (1, {"folder-unexpected"})
