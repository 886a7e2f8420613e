"""Images and videos from strangers: nothing large is decoded, no other file is opened."""

from __future__ import annotations

import os
import sys
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest

from mebench.datasets import open_dataset
from mebench.datasets.dataset_paths import read_config_table
from mebench.datasets.frames import images
from mebench.datasets.frames.frame_folder import FrameFolder
from mebench.datasets.frames.images import BadImageError, decode, encode, load_image
from mebench.datasets.frames.video_container import HEAD, VIDEO_SUFFIXES, is_container
from mebench.datasets.frames.video_file import VideoFile
from mebench.diagnostics import MebenchError
from tests.datasets.material import generic_folder, picture, video_file


def chunk(name: bytes, content: bytes) -> bytes:
    checksum = zlib.crc32(name + content).to_bytes(4, "big")
    return len(content).to_bytes(4, "big") + name + content + checksum


def png(width: int, height: int) -> bytes:
    """Return a valid black image of one byte per pixel: 1/1000 of its size."""
    header = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\0\0\0\0"
    packer = zlib.compressobj(9)
    rows = b"".join(packer.compress(bytes(width + 1)) for _ in range(height)) + packer.flush()
    chunks = ((b"IHDR", header), (b"IDAT", rows), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*one) for one in chunks)


def jpeg(width: int, height: int) -> bytes:
    content = bytearray(encode(picture(1), ".jpg"))
    at = content.index(b"\xff\xc0") + 5
    content[at : at + 4] = height.to_bytes(2, "big") + width.to_bytes(2, "big")
    return bytes(content)


def bmp(width: int, height: int) -> bytes:
    content = bytearray(cv2.imencode(".bmp", picture(1))[1].tobytes())
    content[18:26] = width.to_bytes(4, "little") + height.to_bytes(4, "little", signed=True)
    return bytes(content)


@pytest.mark.parametrize(
    "content",
    [png(40_001, 1_000), jpeg(65_500, 65_500), bmp(2**31 - 1, 1), bmp(20_000, -20_000)],
    ids=["png", "jpeg", "bmp wide", "bmp upside down"],
)
def test_large_images_are_not_decoded(
    tmp_path: Path, content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "1.png").write_bytes(content)
    monkeypatch.setattr(cv2, "imdecode", None)
    with pytest.raises(BadImageError, match="limit is 40 million pixels"):
        load_image(tmp_path / "1.png")
    with pytest.raises(MebenchError, match="frame-unreadable"):
        FrameFolder(tmp_path, dataset="d", subject="s", video="v").frame(0)
    assert decode(content) is None


@pytest.mark.parametrize("length", [1000, 2**30, 2**31 - 1, 2**32 - 1])
def test_a_png_with_a_chunk_longer_than_the_file_is_not_decoded(
    tmp_path: Path, length: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = bytearray(png(64, 48))
    content[33:37] = length.to_bytes(4, "big")
    (tmp_path / "1.png").write_bytes(content)
    monkeypatch.setattr(cv2, "imdecode", None)
    with pytest.raises(BadImageError, match="longer than the file"):
        load_image(tmp_path / "1.png")


def test_an_image_of_8k_is_decoded(tmp_path: Path) -> None:
    (tmp_path / "1.png").write_bytes(png(7680, 4320))
    assert load_image(tmp_path / "1.png").shape == (4320, 7680, 3)


@pytest.mark.parametrize("suffix", [".tiff", ".webp", ".ppm", ".hdr", ".gif", ".jp2"])
def test_other_formats_under_the_name_of_an_image_are_refused(tmp_path: Path, suffix: str) -> None:
    image = picture(1).astype(np.float32) if suffix == ".hdr" else picture(1)
    (tmp_path / "1.png").write_bytes(cv2.imencode(suffix, image)[1].tobytes())
    with pytest.raises(BadImageError, match="not a PNG, JPEG or BMP"):
        load_image(tmp_path / "1.png")


def test_a_jpeg_of_many_scans_is_refused() -> None:
    settings = [cv2.IMWRITE_JPEG_PROGRESSIVE, 1]
    content = cv2.imencode(".jpg", picture(1), settings)[1].tobytes()
    assert decode(content) is not None
    last = content[content.rindex(b"\xff\xda") : -2]
    assert decode(content[:-2] + last * images.MAX_SCANS + content[-2:]) is None


def test_a_bmp_with_the_oldest_header(tmp_path: Path) -> None:
    pixels = bytes(range(24))  # 2 rows of 4 pixels
    header = b"\x0c\0\0\0" + b"\4\0\2\0\1\0\x18\0"
    content = b"BM" + (14 + 12 + 24).to_bytes(4, "little") + bytes(4) + b"\x1a\0\0\0"
    (tmp_path / "1.bmp").write_bytes(content + header + pixels)
    assert load_image(tmp_path / "1.bmp").shape == (2, 4, 3)


def test_a_large_file_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "1.png").open("wb") as stream:
        stream.truncate(images.MAX_IMAGE_BYTES + 1)
    with pytest.raises(BadImageError, match="larger than 512 MiB"):
        load_image(tmp_path / "1.png")


@pytest.mark.skipif(sys.platform == "win32", reason="no named pipes in folders there")
def test_pipes_are_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "1.png")
    os.mkfifo(tmp_path / "clip.mp4")
    with pytest.raises(MebenchError, match="named pipe"):
        FrameFolder(tmp_path, dataset="d", subject="s", video="v").frame(0)
    with pytest.raises(MebenchError, match="named pipe"):
        VideoFile(tmp_path / "clip.mp4", dataset="d", subject="s", video="v").count()


@pytest.mark.skipif(sys.platform == "win32", reason="no named pipes in folders there")
@pytest.mark.parametrize("name", ["truth.csv", "dataset.toml", "frames/s1/v1/img1.png"])
@pytest.mark.parametrize("kind", ["pipe", "device"])
def test_a_folder_of_pipes_and_devices_is_refused(tmp_path: Path, name: str, kind: str) -> None:
    path = generic_folder(tmp_path) / name
    path.unlink()
    if kind == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to("/dev/zero")
    with pytest.raises(MebenchError, match=r"named pipe|a device"):
        [video.content_key() for video in open_dataset("generic", tmp_path).videos()]


@pytest.mark.skipif(sys.platform == "win32", reason="no named pipes in folders there")
def test_settings_in_a_pipe_are_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(MebenchError, match="roots-syntax"):
        read_config_table(tmp_path / "pipe", "roots")


LISTS = {
    "ffconcat": "ffconcat version 1.0\nfile 'real.mp4'\n",
    "concat": "file 'real.mp4'\n",
    "HLS": "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nreal.mp4\n#EXT-X-ENDLIST\n",
    "HLS of an address": "#EXTM3U\n#EXTINF:9,\nhttp://127.0.0.1:9/x.mp4\n#EXT-X-ENDLIST\n",
    "SDP": "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nm=video 5004 RTP/AVP 96\n",
    "DASH": '<?xml version="1.0"?><MPD profiles="urn:mpeg:dash:profile:isoff-main:2011"/>',
}


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("suffix", VIDEO_SUFFIXES)
def test_lists_of_other_files_are_refused(tmp_path: Path, name: str, suffix: str) -> None:
    video_file(tmp_path / "real.mp4", 9)
    (tmp_path / f"list{suffix}").write_text(LISTS[name])
    video = VideoFile(tmp_path / f"list{suffix}", dataset="d", subject="s", video="v")
    with pytest.raises(MebenchError, match="not a file of the type AVI, MP4, MOV"):
        video.count()


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize(
    "head",
    [
        *(b"RIFF\x99\x99\x99\x99AVI LIST\n", b"\x99\x99\x99\x99ftypisom\n", b"\x1aE\xdf\xa3\n"),
        *(b"FLV\x01\n", b"OggS\n", b"\0\0\x01\xba\n", b"0&\xb2u\x8ef\xcf\x11\xa6\xd9\0\xaa\n"),
        *(3 * (b"G" + b"\n" * 187), 3 * (b"\n\n\n\nG" + b"\n" * 187)),
    ],
)
def test_lists_behind_the_beginning_of_a_container_are_not_followed(
    tmp_path: Path, name: str, head: bytes
) -> None:
    video_file(tmp_path / "real.mp4", 9)
    (tmp_path / "list.mp4").write_bytes(head + LISTS[name].encode() * 200)
    with pytest.raises(MebenchError, match=r"OpenCV cannot read|contains no frame"):
        VideoFile(tmp_path / "list.mp4", dataset="d", subject="s", video="v").count()


@pytest.mark.parametrize("protocol", ["concat:", "file:", "subfile,,start,0,end,0,,:"])
def test_names_that_look_like_addresses_are_names_of_files(
    tmp_path: Path, protocol: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    video_file(tmp_path / "real.mp4", 9)
    monkeypatch.chdir(tmp_path)
    path = Path(f"{protocol}real.mp4")
    with pytest.raises(MebenchError, match="No such file"):
        VideoFile(path, dataset="d", subject="s", video="v").count()
    if sys.platform != "win32":
        video_file(tmp_path / "other.mp4", 4).rename(path)
        assert VideoFile(path, dataset="d", subject="s", video="v").count() == 4


def test_the_environment_stays_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENCV_FFMPEG_CAPTURE_OPTIONS", "rtsp_transport;udp")
    monkeypatch.delenv("OPENCV_FFMPEG_LOGLEVEL", raising=False)
    before = dict(os.environ)
    path = video_file(tmp_path / "real.mp4", 9)
    assert is_container(path.read_bytes()[:HEAD])
    assert VideoFile(path, dataset="d", subject="s", video="v").count() == 9
    assert dict(os.environ) == before


def test_a_video_of_too_many_pixels_is_refused(tmp_path: Path) -> None:
    path = video_file(tmp_path / "clip.avi", 3)
    content = path.read_bytes()
    sides = (64).to_bytes(4, "little") + (48).to_bytes(4, "little")
    assert sides in content
    large = (16_000).to_bytes(4, "little") * 2
    path.write_bytes(content.replace(sides, large))
    with pytest.raises(MebenchError, match=r"video-unreadable|video-ends-early"):
        VideoFile(path, dataset="d", subject="s", video="v").frame(0)
