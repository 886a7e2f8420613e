"""List the folders of a data set, and number the image files in them.

The number of an image file is the last run of digits in its name: ``img2.jpg`` comes before
``img10.jpg``. The position in the listing is not used, because a missing file must not
renumber the frames after it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from mebench.diagnostics import Findings, Place


def is_hidden(name: str) -> bool:
    """Return whether a file name is hidden."""
    return name.startswith(".")


def list_entries(
    folder: Path, findings: Findings | None = None, skip: Callable[[str], bool] = is_hidden
) -> list[os.DirEntry[str]]:
    """Return the entries of a folder in alphabetical order; none, and a finding, on an error."""
    try:
        with os.scandir(folder) as entries:
            kept = [entry for entry in entries if not skip(entry.name)]
            return sorted(kept, key=lambda entry: entry.name)
    except FileNotFoundError:
        return []
    except OSError as error:
        if findings is not None:
            message = f"The folder cannot be read: {error.strerror}."
            remedy = "Check that you have permission to read it."
            findings.error("video-unreadable", message, remedy, Place(file=str(folder)))
        return []


def is_folder(entry: os.DirEntry[str]) -> bool:
    """Return whether an entry is a folder or a link to one."""
    try:
        return entry.is_dir()
    except OSError:  # a link that points to itself
        return False


IMAGE_SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp")

_NUMBER = re.compile(r"([0-9]+)[^0-9]*\Z")


@dataclass(frozen=True)
class NumberedFiles:
    """The image files of a folder, in the order of the numbers in their names.

    Of ``duplicates``, pairs of files with the same number, the first in alphabetical order is used.
    """

    by_number: dict[int, str]
    unnumbered: tuple[str, ...]
    duplicates: tuple[tuple[str, str], ...]

    def gaps(self, first: int) -> Iterator[tuple[int, int]]:
        """Yield each range without files from ``first`` on: its first and its last number."""
        expected = first
        for number in self.by_number:
            if number > expected:
                yield expected, number - 1
            expected = max(expected, number + 1)


def is_image(name: str) -> bool:
    """Return whether a file name is that of an image; hidden files do not count."""
    return not is_hidden(name) and name.lower().endswith(IMAGE_SUFFIXES)


def number_files(names: Iterable[str]) -> NumberedFiles:
    """Return the image files among file names, sorted by their numbers."""
    by_number: dict[int, str] = {}
    unnumbered, duplicates = [], []
    for name in sorted(filter(is_image, names)):
        match = _NUMBER.search(name[: name.rindex(".")])
        if match is None:
            unnumbered.append(name)
            continue
        earlier = by_number.setdefault(int(match[1][-18:]), name)
        if earlier != name:
            duplicates.append((earlier, name))
    return NumberedFiles(dict(sorted(by_number.items())), tuple(unnumbered), tuple(duplicates))
