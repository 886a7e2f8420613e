"""Face boxes, and the file of boxes."""

from pathlib import Path

import pytest

from mebench import MebenchError
from mebench_vision.faces.boxes import Box, read_boxes
from tests.vision.faces.videos import ShortVideo, blank

HEADER = "subject,video,left,top,right,bottom\n"


def written(folder: Path, text: str) -> Path:
    path = folder / "boxes.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_box_is_read_and_clipped(tmp_path: Path) -> None:
    boxes = read_boxes(written(tmp_path, HEADER + "s01, v1, -5, 10, 700, 300\n\n"))
    video = ShortVideo([blank()])
    assert boxes.box_of(video) == Box(-5, 10, 700, 300)
    assert boxes.clipped_box_of(video, 480, 640) == Box(0, 10, 640, 300)


def test_another_order_and_other_columns(tmp_path: Path) -> None:
    text = "\ufeffnote,video,subject,right,bottom,left,top\nx,v1,s01,3,4,1,2\n"
    assert read_boxes(written(tmp_path, text)).box_of(ShortVideo([])) == Box(1, 2, 3, 4)


def test_a_video_that_is_not_in_the_file(tmp_path: Path) -> None:
    boxes = read_boxes(written(tmp_path, HEADER + "s02,v1,0,0,9,9\n"))
    assert boxes.clipped_box_of(ShortVideo([]), 10, 10) is None


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("", 1, "does not name the columns subject"),
        ("subject,video,left,top,right\n", 1, "does not name the columns bottom"),
        (HEADER + "s01,v1,1,2,3\n", 2, "5 cells; expected 6"),
        (HEADER + "s01,v1,1,2,3.5,4\n", 2, "four integers"),
        (HEADER + "s01,v1,5,2,5,4\n", 2, "empty"),
        (HEADER + "s01,v1,1,2,3,4\ns01,v1,1,2,3,4\n", 3, "twice"),
    ],
)
def test_what_is_wrong_with_a_file(tmp_path: Path, text: str, line: int, message: str) -> None:
    with pytest.raises(MebenchError, match=message) as caught:
        read_boxes(written(tmp_path, text))
    diagnostic = caught.value.diagnostics[0]
    assert (diagnostic.code, diagnostic.place.line) == ("box-file", line)
    assert diagnostic.place.file == str(tmp_path / "boxes.csv")


def test_no_file_and_no_text(tmp_path: Path) -> None:
    with pytest.raises(MebenchError, match="cannot be opened"):
        read_boxes(tmp_path / "none.csv")
    (tmp_path / "boxes.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(MebenchError, match="UTF-8"):
        read_boxes(tmp_path / "boxes.csv")


def test_a_box_outside_the_images(tmp_path: Path) -> None:
    boxes = read_boxes(written(tmp_path, HEADER + "s01,v1,700,0,800,100\n"))
    with pytest.raises(MebenchError, match=r"set/s01/v1.*outside the images") as caught:
        boxes.clipped_box_of(ShortVideo([]), 480, 640)
    assert caught.value.diagnostics[0].code == "box-file"
