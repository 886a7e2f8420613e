"""The frame cache: lossless, damaged files are replaced, and no file is incomplete."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from mebench.datasets.frames.frame_cache import (
    CachedVideo,
    cache_folder_of,
    frame_cache_folder,
    through_cache,
)
from mebench.datasets.frames.images import decode
from mebench.diagnostics import MebenchError
from tests.datasets.material import NumberedDataset, NumberedVideo, codes, number_in, small_files

if TYPE_CHECKING:
    from mebench.datasets.contract import Image


class Counting(NumberedVideo):
    """A video that records which frames were requested."""

    def __init__(self) -> None:
        super().__init__("s1", "v1", 20)
        self.asked: list[int] = []

    def frames(self, start: int = 0, stop: int | None = None) -> Iterator[Image]:
        for number, image in enumerate(super().frames(start, stop), start):
            self.asked.append(number)
            yield image


@pytest.fixture(autouse=True)
def base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MEBENCH_CACHE", str(tmp_path))
    return tmp_path / "frames"


def filled() -> tuple[Counting, CachedVideo]:
    source = Counting()
    cached = CachedVideo(source)
    steps: list[int] = []
    cached.fill(steps.append)
    assert sum(steps) == source.n_frames
    source.asked.clear()
    return source, CachedVideo(source)


def test_cached_frames_are_the_same_and_cost_no_rendering(base: Path) -> None:
    source, cached = filled()
    assert frame_cache_folder() == base
    assert cached.is_complete()
    for image, original in zip(
        cached.frames(), NumberedVideo("s1", "v1", 20).frames(), strict=True
    ):
        assert np.array_equal(image, original)
    assert source.asked == []
    assert (cached.fps, cached.n_frames, cached.content_key()) == (25, 20, source.content_key())


def test_damaged_and_missing_frames_are_replaced(caplog: pytest.LogCaptureFixture) -> None:
    source, cached = filled()
    before = {path.name: path.read_bytes() for path in cached.folder.iterdir()}
    damaged = bytearray((cached.folder / "000003.png").read_bytes())
    damaged[-20] ^= 1
    (cached.folder / "000003.png").write_bytes(damaged)
    (cached.folder / "000004.png").unlink()
    (cached.folder / "000011.png").write_bytes(before["000012.png"])
    with caplog.at_level(logging.WARNING, "mebench"):
        assert [number_in(image) for image in cached.frames()] == list(range(20))
    assert source.asked == [3, 4, 11]
    assert len(caplog.records) == 1
    assert "numbered/s1/v1" in caplog.text
    assert {path.name: path.read_bytes() for path in cached.folder.iterdir()} == before
    source.asked.clear()
    assert number_in(CachedVideo(source).frame(4)) == 4
    assert source.asked == []


@pytest.mark.parametrize("index", [b"", b"nonsense\n\xff", b"12  x.png\n"])
def test_an_invalid_index_only_costs_time(index: bytes) -> None:
    source, cached = filled()
    (cached.folder / "sha256.txt").write_bytes(index)
    assert [number_in(image) for image in CachedVideo(source).frames(2, 5)] == [2, 3, 4]
    assert source.asked == [2, 3, 4]


def test_filling_continues_after_an_interruption() -> None:
    source, cached = filled()
    (cached.folder / "000007.png").unlink()
    half = cached.folder / ".mebench-1"
    half.write_bytes(b"half")
    os.utime(half, (0, 0))
    CachedVideo(source).fill(lambda _: None)
    assert source.asked == [7]
    assert not list(cached.folder.glob(".*"))


def test_another_content_has_another_folder() -> None:
    first, second = NumberedVideo("s1", "v1", 20), NumberedVideo("s1", "v1", 20, version=2)
    assert cache_folder_of(first) != cache_folder_of(second)
    assert cache_folder_of(first) != cache_folder_of(NumberedVideo("s2", "v1", 20))


def test_only_what_is_cached_is_wrapped() -> None:
    dataset = NumberedDataset(5)
    assert [through_cache(video) for video in dataset.videos()] == dataset.videos()
    CachedVideo(dataset.videos()[1]).fill(lambda _: None)
    kinds = [isinstance(through_cache(video), CachedVideo) for video in dataset.videos()]
    assert kinds == [False, True, False, False]
    assert CachedVideo(dataset.videos()[1]).remove() > 100
    assert not cache_folder_of(dataset.videos()[1]).exists()


@pytest.mark.parametrize("limit", [100, 1000])
def test_a_full_disk_leaves_nothing_half_written(base: Path, limit: int) -> None:
    with small_files(limit), pytest.raises(MebenchError) as caught:
        filled()
    assert codes(caught.value.diagnostics) == ["cannot-write"]
    left = [path for path in base.rglob("*") if path.is_file()]
    assert bool(left) is (limit == 1000)
    assert [path for path in left if path.suffix not in {".png", ".txt"}] == []
    images = [decode(path.read_bytes()) for path in left if path.suffix == ".png"]
    assert all(image is not None for image in images)


def test_reading_continues_if_the_cache_cannot_be_written(base: Path) -> None:
    source, cached = filled()
    for path in cached.folder.iterdir():
        path.unlink()
    cached.folder.rmdir()
    cached.folder.write_text("a file where the folder was")
    assert [number_in(image) for image in cached.frames()] == list(range(20))
    assert len(source.asked) == 20
