"""The lossless frame cache: frames that are slow to render or decode, kept as PNG files.

Each cache folder belongs to one content key, so a changed video never gets an old frame. An index
holds the SHA-256 of each file; a file that does not match its hash is replaced.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from mebench.datasets.contract import Dataset, Video
from mebench.datasets.frames.file_storage import content_key_of, remove_partial_files, store
from mebench.datasets.frames.images import decode, encode
from mebench.diagnostics import UsageError
from mebench.util.atomic_write import make_folder
from mebench.util.system import cache_folder

if TYPE_CHECKING:
    from collections.abc import Callable

    from mebench.datasets.contract import Image
    from mebench.models.truth import TruthManifest


INDEX = "sha256.txt"

INDEXED_EVERY = 64
"""The index is written after this number of frames: a killed run loses no more than these."""

_log = logging.getLogger("mebench")


def frame_cache_folder() -> Path:
    """Return the folder of all cached frames."""
    return cache_folder() / "frames"


def cache_folder_of(video: Video) -> Path:
    """Return the folder in which a video's frames are cached, whether it exists or not."""
    name = content_key_of(
        [video.dataset, video.subject, video.id, video.n_frames, video.content_key()]
    )
    return frame_cache_folder() / name


class CachedVideo(Video):
    """A video whose frames come from the cache; a frame that is not cached comes from the source.

    Parameters
    ----------
    source : Video
        The video itself.
    folder : Path, optional
        Its folder in the cache.
    """

    def __init__(self, source: Video, folder: Path | None = None) -> None:
        self.source = source
        self.dataset, self.subject, self.id = source.dataset, source.subject, source.id
        self.fps, self.n_frames, self.location = source.fps, source.n_frames, source.location
        self.folder = cache_folder_of(source) if folder is None else folder
        self._index = read_index(self.folder)
        self._warned = False

    def frames(self, start: int = 0, stop: int | None = None) -> Iterator[Image]:
        """Read frames; get missing or damaged ones from the source and store them."""
        fresh: Iterator[Image] | None = None
        position, index_changed = -1, False
        try:
            for number in range(self.n_frames)[start:stop]:
                image = self._cached(number)
                if image is None:
                    # Missing frames are usually consecutive, and a video file is decoded in order.
                    if fresh is None or position != number:
                        fresh = self.source.frames(number, stop)
                    image, position = next(fresh), number + 1
                    index_changed |= self._restore(number, image)
                yield image
        finally:
            if index_changed:
                self._write_index()

    def content_key(self) -> str:
        """Return the content key of the source: the cache changes no pixel."""
        return self.source.content_key()

    def is_complete(self) -> bool:
        """Return whether the index lists every frame; contents are checked when they are read."""
        return len(self._index) == self.n_frames

    def fill(self, progress: Callable[[int], None]) -> None:
        """Store every frame that is not stored yet.

        Parameters
        ----------
        progress : callable
            Called with the number of frames done since the last call.

        Raises
        ------
        UsageError
            ``cannot-write``; frames stored before the error remain.
        """
        make_folder(self.folder)
        remove_partial_files(self.folder)
        missing = [number for number in range(self.n_frames) if self._content(number) is None]
        progress(self.n_frames - len(missing))
        try:
            for first, last in _consecutive_ranges(missing):
                for number, image in enumerate(self.source.frames(first, last + 1), first):
                    self._store(number, image)
                    progress(1)
                    if number % INDEXED_EVERY == 0:
                        self._write_index()
        finally:
            if self._index:
                self._write_index()

    def remove(self) -> int:
        """Remove the folder from the cache; return the number of bytes freed."""
        import shutil

        size = sum(file.stat().st_size for file in self.folder.glob("*"))
        shutil.rmtree(self.folder, ignore_errors=True)
        self._index = {}
        return size

    def _path(self, number: int) -> Path:
        return self.folder / f"{number:06d}.png"

    def _content(self, number: int) -> bytes | None:
        """Return the bytes of a stored file, or None if it is missing or its hash differs."""
        if number not in self._index:
            return None
        try:
            content = self._path(number).read_bytes()
        except OSError:
            return None
        return content if sha256(content).hexdigest() == self._index[number] else None

    def _cached(self, number: int) -> Image | None:
        content = self._content(number)
        return None if content is None else decode(content)

    def _store(self, number: int, image: Image) -> None:
        content = encode(image, ".png")
        store(self._path(number), content)
        self._index[number] = sha256(content).hexdigest()

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
        _log.log(
            level,
            "Frame %d of %s was missing or damaged in the cache and was replaced. Other frames of "
            "the video will be replaced without a message.",
            number,
            name,
        )
        return True

    def _write_index(self) -> None:
        """Write the index in the format of ``sha256sum``, so that other programs can check it."""
        lines = [
            f"{self._index[number]}  {self._path(number).name}\n" for number in sorted(self._index)
        ]
        store(self.folder / INDEX, "".join(lines).encode())


def read_index(folder: Path) -> dict[int, str]:
    """Return the hashes in a folder's index by frame number; unreadable lines are ignored."""
    try:
        lines = (folder / INDEX).read_text(encoding="ascii").splitlines()
    except (OSError, ValueError):
        return {}
    pairs = [line.split("  ") for line in lines]
    return {
        int(pair[1].removesuffix(".png")): pair[0]
        for pair in pairs
        if len(pair) == 2 and pair[1].removesuffix(".png").isdecimal()
    }


class CachedDataset(Dataset):
    """A data set that reads some of its videos from the cache.

    Attributes
    ----------
    source : Dataset
        The data set that the frames were cached from.
    """

    def __init__(self, source: Dataset) -> None:
        self.source, self.id = source, source.id
        self.title, self.truth_files = source.title, source.truth_files
        self.protocol_file, self.applied_repairs = source.protocol_file, source.applied_repairs
        self.remarks = source.remarks
        self._videos = [
            CachedVideo(video, folder) if folder.is_dir() else video
            for video, folder in ((video, cache_folder_of(video)) for video in source.videos())
        ]

    def truth(self) -> TruthManifest:
        """Return the truth."""
        return self.source.truth()

    def videos(self) -> Sequence[Video]:
        """Return the videos."""
        return self._videos


def read_through_cache(dataset: Dataset) -> Dataset:
    """Return a data set that reads the frames stored by `mebench datasets cache`."""
    if not frame_cache_folder().is_dir():
        return dataset
    cached = CachedDataset(dataset)
    has_cached_video = any(isinstance(video, CachedVideo) for video in cached.videos())
    return cached if has_cached_video else dataset


def _consecutive_ranges(numbers: list[int]) -> Iterator[tuple[int, int]]:
    """Yield the first and the last number of each group of consecutive numbers."""
    first = None
    for index, number in enumerate(numbers):
        first = number if first is None else first
        if index + 1 == len(numbers) or numbers[index + 1] != number + 1:
            yield first, number
            first = None
