"""Frame folders: order, numbers, and damaged or unusual image files."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from mebench.datasets.checking.frame_content_check import decode_all_frames
from mebench.datasets.frames.frame_folder import FrameFolder
from mebench.datasets.frames.images import encode
from mebench.datasets.frames.scan_directory import number_files
from mebench.diagnostics import Findings, MebenchError
from mebench.util.text import format_ranges
from tests.datasets.material import codes, frame_folder, number_in, picture


def video(folder: Path, origin: int | None = None) -> FrameFolder:
    return FrameFolder(folder, dataset="d", subject="s", video="v", origin=origin)


@pytest.fixture(autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEBENCH_CACHE", str(tmp_path_factory.mktemp("cache")))


def found(one: FrameFolder, deep: bool = False) -> Findings:
    findings = Findings()
    try:
        one.inspect(findings)
    except MebenchError as error:
        findings.extend_from(error)
    else:
        if deep:
            decode_all_frames([one], findings, 1, lambda _: None)
    return findings


def refusal(one: FrameFolder, number: int) -> MebenchError:
    with pytest.raises(MebenchError) as caught:
        one.frame(number)
    place = caught.value.diagnostics[0].place
    assert (place.subject, place.video) == ("s", "v")
    assert place.file is not None
    return caught.value


@pytest.mark.parametrize("name", ["img{}.png", "reg_img{}.bmp", "006_1_{:04d}.png", "{}.PNG"])
def test_frames_come_in_natural_order(tmp_path: Path, name: str) -> None:
    one = video(frame_folder(tmp_path / "f", range(12), first=1, name=name))
    assert one.n_frames == 12
    assert [number_in(image) for image in one.frames()] == list(range(12))
    assert number_in(one.frame(9)) == 9
    assert [number_in(image) for image in one.frames(3, 6)] == [3, 4, 5]
    assert not found(one, deep=True).kept


def test_jpeg_is_rgb(tmp_path: Path) -> None:
    red = np.zeros((40, 40, 3), np.uint8)
    red[:, :, 0] = 255
    (tmp_path / "img559700.jpg").write_bytes(encode(red, ".jpg"))
    image = video(tmp_path).frame(0)
    assert image.dtype == np.uint8
    assert image[20, 20, 0] > 240
    assert image[20, 20, 1:].max() < 15


def test_origin_shifts_and_is_counted(tmp_path: Path) -> None:
    folder = frame_folder(tmp_path, range(100, 110))
    assert video(folder).n_frames == 10
    assert number_in(video(folder).frame(0)) == 100
    shifted = video(folder, origin=98)
    assert shifted.n_frames == 12
    assert number_in(shifted.frame(2)) == 100
    assert codes(refusal(shifted, 0).diagnostics) == ["frame-file-missing"]
    assert codes(found(video(folder, origin=105)).kept) == ["frame-before-first"]
    assert "frame-before-first" in codes(found(video(folder, origin=500)).kept)


def test_missing_number_moves_no_other_frame(tmp_path: Path) -> None:
    folder = frame_folder(tmp_path, [0, 1, 2, 4, 5, 9], first=1)
    one = video(folder)
    assert one.n_frames == 10
    assert number_in(one.frame(4)) == 4
    error = refusal(one, 3)
    assert "Frame 3 is missing: no file has the number 4" in error.diagnostics[0].message
    kept = found(one).kept
    assert codes(kept) == ["frame-file-missing"]
    assert "4 of 10 files are missing: number 4, 7 to 9" in kept[0].message


def test_dates_are_not_frame_numbers(tmp_path: Path) -> None:
    folder = frame_folder(tmp_path, [0, 10**9], name="{}.png")
    assert codes(found(video(folder)).kept) == ["frames-scattered"]


def test_other_files_in_the_folder(tmp_path: Path) -> None:
    folder = frame_folder(tmp_path, range(4))
    frame_folder(folder, [2], name="copy{}.png")
    (folder / "Thumbs.db").write_bytes(b"x")
    (folder / "._img1.png").write_bytes(b"x")
    (folder / "cover.png").write_bytes(b"x")
    assert codes(found(video(folder)).kept) == ["frame-unnumbered", "frame-numbers-collide"]


def test_empty_or_missing_folder(tmp_path: Path) -> None:
    assert codes(found(video(tmp_path)).kept) == ["frames-none"]
    assert codes(found(video(tmp_path / "nowhere")).kept) == ["video-unreadable"]


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".bmp"])
@pytest.mark.parametrize("keep", [0, 30, 0.5, -4])
def test_damaged_files_are_named(tmp_path: Path, suffix: str, keep: float) -> None:
    folder = frame_folder(tmp_path, range(5), name="img{}" + suffix)
    path = folder / f"img2{suffix}"
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * keep) if 0 < keep < 1 else int(keep)])
    one = video(folder)
    assert "Frame 2 cannot be read" in refusal(one, 2).diagnostics[0].message
    shallow = found(one)
    assert shallow.has_errors == (keep == 0), "an empty file is found without decoding"
    kept = found(one, deep=True).kept
    assert codes(kept) == ["frame-unreadable"]
    assert kept[0].place.file == str(path)


def test_text_and_flipped_bits_are_not_images(tmp_path: Path) -> None:
    folder = frame_folder(tmp_path, range(3))
    (folder / "img0.png").write_bytes(b"this is a text, and not an image at all")
    content = bytearray((folder / "img1.png").read_bytes())
    content[len(content) // 2] ^= 0xFF
    (folder / "img1.png").write_bytes(bytes(content))
    assert codes(found(video(folder), deep=True).kept) == ["frame-unreadable"] * 2


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".bmp"])
@pytest.mark.parametrize("keep", [0, 0.5, -4])
@pytest.mark.parametrize("number", [0, 4])
def test_first_and_last_file_are_checked_without_decoding(
    tmp_path: Path, suffix: str, keep: float, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = frame_folder(tmp_path, range(5), name="img{}" + suffix)
    path = folder / f"img{number}{suffix}"
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * keep) if 0 < keep < 1 else int(keep)])
    monkeypatch.setattr(cv2, "imdecode", None)
    kept = found(video(folder)).kept
    assert codes(kept) == ["frame-unreadable"]
    assert kept[0].place.file == str(path)
    assert f"Frame {number} cannot be read: the file is" in kept[0].message


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".bmp"])
def test_sizes_of_first_and_last_file_are_compared_without_decoding(
    tmp_path: Path, suffix: str
) -> None:
    folder = frame_folder(tmp_path, range(4), name="img{}" + suffix)
    (folder / f"img3{suffix}").write_bytes(_encoded(picture(3, 60, 70), suffix))
    kept = found(video(folder)).kept
    assert codes(kept) == ["frame-size-differs"]
    assert "Frame 3 is 70×60, but frame 0 is 64×48" in kept[0].message


def _encoded(image: np.ndarray, suffix: str) -> bytes:
    return cv2.imencode(suffix, image)[1].tobytes()


@pytest.mark.parametrize("suffix", [".jpg", ".bmp"])
def test_gray_files_are_recognized_by_their_header(tmp_path: Path, suffix: str) -> None:
    (tmp_path / f"1{suffix}").write_bytes(_encoded(picture(5)[:, :, 0], suffix))
    kept = found(video(tmp_path)).kept
    assert codes(kept) == ["frames-converted"]
    assert "gray to RGB" in kept[0].message


@pytest.mark.parametrize(
    ("image", "message"),
    [
        (picture(5)[:, :, 0], "gray to RGB"),
        (picture(5).astype(np.uint16) * 257, "16 bits per channel cut to 8"),
        (np.dstack([picture(5), np.full((48, 64), 99, np.uint8)]), "transparency dropped"),
        (picture(5)[:, :, 0].astype(np.uint16) * 257, "16 bits per channel cut to 8, gray to RGB"),
    ],
)
def test_other_images_are_converted_with_a_note(
    tmp_path: Path, image: np.ndarray, message: str
) -> None:
    (tmp_path / "1.png").write_bytes(cv2.imencode(".png", image)[1].tobytes())
    one = video(tmp_path)
    assert np.array_equal(one.frame(0), picture(5))
    kept = found(one).kept
    assert [(item.code, item.severity) for item in kept] == [("frames-converted", "note")]
    assert message in kept[0].message


def test_size_changes_within_a_video(tmp_path: Path) -> None:
    folder = frame_folder(tmp_path, range(4))
    (folder / "img2.png").write_bytes(encode(picture(2, 60, 70), ".png"))
    kept = found(video(folder), deep=True).kept
    assert codes(kept) == ["frame-size-differs"]
    assert "Frame 2 is 70×60, but frame 0 is 64×48" in kept[0].message
    with pytest.raises(MebenchError, match="frame-size-differs"):
        list(video(folder).frames())


def test_content_key_follows_the_files(tmp_path: Path) -> None:
    folder = frame_folder(tmp_path, range(3))
    key = video(folder).content_key()
    assert key == video(folder).content_key()
    assert key != video(folder, origin=-1).content_key()
    (folder / "img1.png").write_bytes(encode(picture(7), ".png"))
    assert key != video(folder).content_key()


def test_ranges_as_text() -> None:
    files = number_files(f"{number}.png" for number in (1, 3, 4, 9))
    assert format_ranges(files.gaps(0)) == "0, 2, 5 to 8"
    assert format_ranges(((number, number) for number in range(9)), most=2) == "0, 1, …"
