"""The lossless frame cache: frames that are slow to render or decode, kept as PNG files.

Each cache folder belongs to one content key, so a changed video never gets an old frame. An index
holds the SHA-256 of each file; a file that does not match its hash is replaced.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable, Iterator
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from mebench.datasets.contract import Video
from mebench.datasets.frames.file_storage import (
    read_hashes,
    read_verified,
    size_on_disk,
    store_image,
    write_hashes,
)
from mebench.datasets.frames.images import decode, encode
from mebench.diagnostics import UsageError
from mebench.util.atomic_write import make_folder, remove_stale_files
from mebench.util.hashing import digest
from mebench.util.system import cache_folder

if TYPE_CHECKING:
    from mebench.datasets.contract import Image

INDEXED_EVERY = 64
"""The index is written after this number of frames: a killed run loses no more than these."""

_log = logging.getLogger("mebench")


def frame_cache_folder() -> Path:
    """Return the folder of all cached frames."""
    return cache_folder() / "frames"


def cache_folder_of(video: Video) -> Path:
    """Return the folder in which a video's frames are cached, whether it exists or not."""
    content = [video.dataset, video.subject, video.id, video.n_frames, video.content_key()]
    return frame_cache_folder() / digest(content, 32)


class CachedVideo(Video):
    """A video whose frames come from the cache, or else from the source."""

    def __init__(self, source: Video) -> None:
        self.source = source
        self.dataset, self.subject, self.id = source.dataset, source.subject, source.id
        self.fps, self.n_frames, self.location = source.fps, source.n_frames, source.location
        self.folder = cache_folder_of(source)
        self._hashes = read_hashes(self.folder)
        self._warned = False

    def frames(self, start: int = 0, stop: int | None = None) -> Iterator[Image]:
        """Read frames; get missing or damaged ones from the source and store them."""
        fresh: Iterator[Image] | None = None
        position, index_changed = -1, False
        try:
            for number in range(self.n_frames)[start:stop]:
                content = self._content(number)
                image = None if content is None else decode(content)
                if image is None:
                    # Missing frames are usually consecutive, and a video file is decoded in order.
                    if fresh is None or position != number:
                        fresh = self.source.frames(number, stop)
                    image, position = next(fresh), number + 1
                    index_changed |= self._restore(number, image)
                yield image
        finally:
            if index_changed:
                write_hashes(self.folder, self._hashes)

    def content_key(self) -> str:
        """Return the content key of the source: the cache changes no pixel."""
        return self.source.content_key()

    def is_complete(self) -> bool:
        """Return whether the index lists every frame; contents are checked when they are read."""
        return all(_file_name(number) in self._hashes for number in range(self.n_frames))

    def fill(self, progress: Callable[[int], None]) -> None:
        """Store the missing frames; ``progress`` gets the number done since the last call."""
        make_folder(self.folder)
        remove_stale_files(self.folder)
        missing = [number for number in range(self.n_frames) if self._content(number) is None]
        progress(self.n_frames - len(missing))
        try:
            for _, run in groupby(enumerate(missing), lambda pair: pair[1] - pair[0]):
                numbers = [number for _, number in run]  # consecutive: a video decodes in order
                images = self.source.frames(numbers[0], numbers[-1] + 1)
                for number, image in zip(numbers, images, strict=True):
                    self._store(number, image)
                    progress(1)
                    if number % INDEXED_EVERY == 0:
                        write_hashes(self.folder, self._hashes)
        finally:
            if self._hashes:
                write_hashes(self.folder, self._hashes)

    def remove(self) -> int:
        """Remove the folder from the cache; return the number of bytes freed."""
        size = size_on_disk(self.folder)
        shutil.rmtree(self.folder, ignore_errors=True)
        self._hashes = {}
        return size

    def _content(self, number: int) -> bytes | None:
        return read_verified(self.folder, _file_name(number), self._hashes)

    def _store(self, number: int, image: Image) -> None:
        name = _file_name(number)
        self._hashes[name] = store_image(self.folder / name, encode(image, ".png"))

    def _restore(self, number: int, image: Image) -> bool:
        """Store a frame that was missing or damaged; if that fails, only log it."""
        level = logging.DEBUG if self._warned else logging.WARNING
        self._warned = True
        name = f"{self.dataset}/{self.subject}/{self.id}"
        try:
            self._store(number, image)
        except UsageError as error:
            _log.log(level, "Frame %d of %s cannot be cached: %s", number, name, error)
            return False
        text = (
            "Frame %d of %s was missing or damaged in the cache and was replaced. Other frames of "
            "the video will be replaced without a message."
        )
        _log.log(level, text, number, name)
        return True


def _file_name(number: int) -> str:
    return f"{number:06d}.png"


def through_cache(video: Video) -> Video:
    """Return a video that reads the frames stored by `mebench datasets cache`, if there are any."""
    if not frame_cache_folder().is_dir():
        return video  # the key of the cache costs time
    cached = CachedVideo(video)
    return cached if cached.folder.is_dir() else video
