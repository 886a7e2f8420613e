"""The lossless frame cache: frames that are slow to render or decode, kept as PNG files.

A folder of the cache belongs to one content key, so what a changed video would get is never an old
frame. Each file's SHA-256 stands in an index; a file that does not match it is made anew.
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
"""After so many frames the index is written: a killed run has no more than these to do again."""

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
    """A video whose frames come from the cache, and from the video itself where it lacks one.

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
        self.fps, self.n_frames = source.fps, source.n_frames
        self.folder = cache_folder_of(source) if folder is None else folder
        self._index = read_index(self.folder)
        self._warned = False

    def frames(self, start: int = 0, stop: int | None = None) -> Iterator[Image]:
        """Read frames; one that is missing or damaged is taken from the source and stored."""
        fresh: Iterator[Image] | None = None
        position, mended = -1, False
        try:
            for number in range(self.n_frames)[start:stop]:
                image = self._cached(number)
                if image is None:
                    # Neighbours are mostly missing together, and a file is best decoded in order.
                    if fresh is None or position != number:
                        fresh = self.source.frames(number, stop)
                    image, position = next(fresh), number + 1
                    mended |= self._restore(number, image)
                yield image
        finally:
            if mended:
                self._write_index()

    def content_key(self) -> str:
        """Return the source's: the cache changes no pixel."""
        return self.source.content_key()

    def is_complete(self) -> bool:
        """Tell whether every frame is stored, by the index; contents are checked when read."""
        return len(self._index) == self.n_frames

    def fill(self, progress: Callable[[int], None]) -> None:
        """Store every frame that is not stored yet.

        Parameters
        ----------
        progress : callable
            Told how many frames got done.

        Raises
        ------
        UsageError
            ``cannot-write``; frames that were stored before it stay.
        """
        make_folder(self.folder)
        remove_partial_files(self.folder)
        lacking = [one for one in range(self.n_frames) if not self._is_intact(one)]
        progress(self.n_frames - len(lacking))
        try:
            for first, last in _consecutive_runs(lacking):
                for number, image in enumerate(self.source.frames(first, last + 1), first):
                    self._store(number, image)
                    progress(1)
                    if number % INDEXED_EVERY == 0:
                        self._write_index()
        finally:
            if self._index:
                self._write_index()

    def remove(self) -> int:
        """Remove the folder from the cache; return how many bytes that frees."""
        import shutil

        size = sum(file.stat().st_size for file in self.folder.glob("*"))
        shutil.rmtree(self.folder, ignore_errors=True)
        self._index = {}
        return size

    def _path(self, number: int) -> Path:
        return self.folder / f"{number:06d}.png"

    def _content(self, number: int) -> bytes | None:
        """Return a stored file's bytes, if they are those that were written."""
        if number not in self._index:
            return None
        try:
            content = self._path(number).read_bytes()
        except OSError:
            return None
        return content if sha256(content).hexdigest() == self._index[number] else None

    def _is_intact(self, number: int) -> bool:
        return self._content(number) is not None

    def _cached(self, number: int) -> Image | None:
        content = self._content(number)
        return None if content is None else decode(content)

    def _store(self, number: int, image: Image) -> None:
        content = encode(image, ".png")
        store(self._path(number), content)
        self._index[number] = sha256(content).hexdigest()

    def _restore(self, number: int, image: Image) -> bool:
        """Store a frame that was missing or damaged; reading goes on where that fails."""
        level = logging.DEBUG if self._warned else logging.WARNING
        self._warned = True
        unit = f"{self.dataset}/{self.subject}/{self.id}"
        try:
            self._store(number, image)
        except UsageError as error:
            _log.log(level, "Frame %d of %s cannot be cached: %s", number, unit, error)
            return False
        _log.log(
            level,
            "Frame %d of %s was missing or damaged in the cache and was made anew; so will be "
            "others of the video.",
            number,
            unit,
        )
        return True

    def _write_index(self) -> None:
        """Write the index as ``sha256sum`` does, so that other programs can check it."""
        lines = [f"{self._index[one]}  {self._path(one).name}\n" for one in sorted(self._index)]
        store(self.folder / INDEX, "".join(lines).encode())


def read_index(folder: Path) -> dict[int, str]:
    """Return the hashes in a folder's index by frame; what cannot be read is not there."""
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
    """A data set some of whose videos are read from the cache.

    Attributes
    ----------
    id : str
        The data set.
    protocol_file : Path or None
        The data set's own protocol, where it has one.
    """

    def __init__(self, source: Dataset) -> None:
        self.source, self.id = source, source.id
        self.protocol_file = getattr(source, "protocol_file", None)
        self._videos = [
            CachedVideo(video, folder) if folder.is_dir() else video
            for video, folder in ((one, cache_folder_of(one)) for one in source.videos())
        ]

    def truth(self) -> TruthManifest:
        """Return the truth."""
        return self.source.truth()

    def videos(self) -> Sequence[Video]:
        """Return the videos."""
        return self._videos


def read_through_cache(dataset: Dataset) -> Dataset:
    """Return a data set that reads from the cache what `mebench datasets cache` stored of it."""
    if not frame_cache_folder().is_dir():
        return dataset
    found = CachedDataset(dataset)
    return found if any(isinstance(one, CachedVideo) for one in found.videos()) else dataset


def _consecutive_runs(numbers: list[int]) -> Iterator[tuple[int, int]]:
    """Yield runs of neighbours, both ends included."""
    first = None
    for place, number in enumerate(numbers):
        first = number if first is None else first
        if place + 1 == len(numbers) or numbers[place + 1] != number + 1:
            yield first, number
            first = None
