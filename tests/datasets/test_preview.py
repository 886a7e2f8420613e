"""Contact sheets and clips: sizes, and the right frames at the right positions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from mebench.datasets.contract import Dataset, Video
from mebench.datasets.frames.images import decode
from mebench.datasets.frames.video_file import VideoFile
from mebench.datasets.generic.adapter import GenericAdapter
from mebench.datasets.preview import (
    BORDER,
    CAPTION,
    COLUMNS,
    FOOTER,
    FRAME_COLORS,
    GAP,
    INK,
    KIND_COLORS,
    LABELS,
    THUMBNAIL,
    TITLE,
    draw_captioned_frame,
    draw_contact_sheet,
    frame_positions,
    make_preview,
)
from mebench.diagnostics import UsageError
from mebench.models.truth import TruthInterval
from tests.cli.running import FINE, USAGE, mebench
from tests.datasets.material import NumberedVideo, generic_folder, number_in, small_files, tree

if TYPE_CHECKING:
    from mebench.datasets.contract import Image

MICRO: TruthInterval = {
    "onset": 5,
    "apex": 9,
    "offset": 14,
    "kind": "micro",
    "emotion": "joy",
}
MACRO: TruthInterval = {"onset": 20, "offset": 28, "kind": "macro", "emotion": "joy"}
HEIGHT = 150  # a thumbnail of a picture of 64×48
CELL = THUMBNAIL + 2 * BORDER + GAP
STEP = HEIGHT + 2 * BORDER + CAPTION + GAP
VIDEO: Video = NumberedVideo("s1", "v1", 30)


def small(picture: Image) -> Image:
    return cv2.resize(picture, (64, 48), interpolation=cv2.INTER_NEAREST).astype(np.uint8)


def loaded(path: Path) -> Image:
    image = decode(path.read_bytes())
    assert image is not None
    return image


def thumbnail(picture: Image, row: int, column: int) -> Image:
    top, left = TITLE + row * STEP + BORDER, LABELS + column * CELL + BORDER
    return small(picture[top : top + HEIGHT, left : left + THUMBNAIL])


def border(picture: Image, row: int, column: int) -> tuple[int, ...]:
    return tuple(
        int(value) for value in picture[TITLE + row * STEP + 1, LABELS + column * CELL + 60]
    )


def test_positions() -> None:
    assert frame_positions(MICRO) == [
        *((5, "onset"), (6, ""), (8, ""), (9, "apex"), (11, ""), (12, ""), (14, "offset"))
    ]
    assert [frame for frame, _ in frame_positions(MACRO)] == [20, 21, 23, 24, 25, 27, 28]
    assert frame_positions({"onset": 4, "apex": 4, "offset": 5}) == [(4, "apex"), (5, "offset")]
    assert frame_positions({"onset": 4, "offset": 4}) == [(4, "onset")]


def test_sheet_shows_the_frames() -> None:
    picture = draw_contact_sheet(VIDEO, [MICRO, MACRO], [MICRO, MACRO])
    assert picture.shape == (TITLE + 2 * STEP + FOOTER, LABELS + COLUMNS * CELL, 3)
    for row, expression in enumerate((MICRO, MACRO)):
        for column, (frame, mark) in enumerate(frame_positions(expression)):
            assert number_in(thumbnail(picture, row, column)) == frame
            assert border(picture, row, column) == FRAME_COLORS[mark]
    bar = picture[-FOOTER + 24, LABELS:-GAP]
    per_frame = bar.shape[0] / 30
    assert tuple(bar[round(7 * per_frame)]) == KIND_COLORS["micro"]
    assert tuple(bar[round(24 * per_frame)]) == KIND_COLORS["macro"]
    assert tuple(bar[round(17 * per_frame)]) == FRAME_COLORS[""]


def test_an_expression_that_is_shown_alone_keeps_its_number() -> None:
    both, alone = (
        draw_contact_sheet(VIDEO, [MICRO, MACRO], [MICRO, MACRO]),
        draw_contact_sheet(VIDEO, [MACRO], [MICRO, MACRO]),
    )
    label = slice(None), slice(0, LABELS)
    assert (
        both[TITLE + STEP : TITLE + 2 * STEP][label] == alone[TITLE : TITLE + STEP][label]
    ).all()


def test_sheet_without_expressions() -> None:
    picture = draw_contact_sheet(VIDEO, [], [])
    assert picture.shape[0] == TITLE + STEP + FOOTER
    shown = [number_in(thumbnail(picture, 0, column)) for column in range(COLUMNS)]
    assert (shown[0], shown[-1], len(set(shown))) == (0, 29, 7)
    assert draw_contact_sheet(NumberedVideo("s", "v", 1), [], []).shape == picture.shape


def test_sheet_leaves_out_frames_beyond_the_end() -> None:
    long: TruthInterval = {"onset": 25, "offset": 60}
    assert draw_contact_sheet(VIDEO, [long], [long]).shape[0] == TITLE + STEP + FOOTER


def test_caption_shows_where_in_the_video_it_is() -> None:
    picture = draw_captioned_frame(VIDEO.frame(7), 7, VIDEO, [MICRO, MACRO])
    assert picture.shape[0] % 2 == picture.shape[1] % 2 == 0
    column = 8 + round((480 - 16) / 30 * 7.5)
    assert tuple(picture[-17, column]) == INK
    assert (picture[360:385] == KIND_COLORS["micro"]).all(axis=2).any()
    other = draw_captioned_frame(VIDEO.frame(16), 16, VIDEO, [MICRO, MACRO])
    assert not (other[360:385] == KIND_COLORS["micro"]).all(axis=2).any()


def test_files(tmp_path: Path) -> None:
    generic_folder(tmp_path)
    ask = ("datasets", "preview", "generic", "--root", ".", "--subject", "s1", "--video", "v1")
    assert mebench(tmp_path, *ask, "-o", "sheet.png").status == FINE
    picture = loaded(tmp_path / "sheet.png")
    assert number_in(thumbnail(picture, 0, 3)) == 9
    assert picture.shape[0] == TITLE + 2 * STEP + FOOTER
    assert mebench(tmp_path, *ask, "-o", "one.png", "--expression", "2").status == FINE
    assert loaded(tmp_path / "one.png").shape[0] == TITLE + STEP + FOOTER

    assert mebench(tmp_path, *ask, "-o", "clip.mp4").status == FINE
    clip = VideoFile(tmp_path / "clip.mp4", dataset="d", subject="s", video="v")
    assert (clip.count(), clip.fps) == (30, 25)
    assert number_in(small(clip.frame(11)[:360])) == 11
    assert mebench(tmp_path, *ask, "-o", "one.mp4", "--expression", "1").status == FINE
    around = VideoFile(tmp_path / "one.mp4", dataset="d", subject="s", video="v")
    assert around.count() == 27
    assert not [name for name in tree(tmp_path) if ".mebench-" in name]


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    return GenericAdapter().open(generic_folder(tmp_path_factory.mktemp("own")))


@pytest.mark.parametrize(
    ("subject", "video", "number", "message"),
    [
        ("S1", "v1", None, "[unknown-subject] own has no subject 'S1'. Did you mean 's1'?"),
        ("s1", "v11", None, "[unknown-video] Subject 's1' of own has no video 'v11'. Did you"),
        ("s1", "v1", 3, "[unknown-expression] There is no expression 3"),
    ],
)
def test_unknown_ids(
    dataset: Dataset, tmp_path: Path, subject: str, video: str, number: int | None, message: str
) -> None:
    with pytest.raises(UsageError) as caught:
        make_preview(dataset, subject, video, tmp_path / "x.png", number)
    assert message in str(caught.value)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["no/where.png", "no/where.mp4"])
def test_where_nothing_can_be_written(dataset: Dataset, tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="cannot-write"):
        make_preview(dataset, "s1", "v1", tmp_path / name)


@pytest.mark.parametrize("name", ["x.png", "x.mp4"])
def test_a_full_disk(tmp_path: Path, name: str) -> None:
    generic_folder(tmp_path / "own")
    ask = ("datasets", "preview", "generic", "--root", "own", "--subject", "s1", "--video", "v1")
    with small_files(4000):
        run = mebench(tmp_path, *ask, "-o", name)
    assert run.status == USAGE
    assert "[cannot-write]" in run.err
    assert [path.name for path in tmp_path.iterdir()] == ["own"]


@pytest.mark.parametrize("change", [("-o", "clip.gif"), ("-o", "x.png", "--expression", "0")])
def test_options_that_make_no_sense(tmp_path: Path, change: tuple[str, ...]) -> None:
    ask = ("datasets", "preview", "generic", "--root", ".", "--subject", "s1", "--video", "v1")
    run = mebench(tmp_path, *ask, *change)
    assert run.status == USAGE
    assert change[-2] in run.err
