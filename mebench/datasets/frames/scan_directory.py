"""List the folders of a data set, and number the image files in them.

The number of an image file is the last run of digits in its name: ``img2.jpg`` comes before
``img10.jpg``. The position in the listing is not used: a missing file must not renumber the
frames after it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from mebench.diagnostics import Findings, Place


def is_hidden(name: str) -> bool:
    """Tell whether an entry is hidden."""
    return name.startswith(".")


def entries(
    folder: Path, findings: Findings | None = None, skip: Callable[[str], bool] = is_hidden
) -> list[os.DirEntry[str]]:
    """Return what a folder holds, in alphabetical order; one that is not there holds nothing.

    Parameters
    ----------
    folder : Path
        The folder.
    findings : Findings, optional
        Takes in that it cannot be read; without it, there is nothing in it.
    skip : callable
        Tells by its name whether an entry is passed over.
    """
    try:
        with os.scandir(folder) as found:
            return sorted((one for one in found if not skip(one.name)), key=lambda one: one.name)
    except FileNotFoundError:
        return []
    except OSError as error:
        if findings is not None:
            findings.error(
                "video-unreadable",
                f"The folder cannot be read: {error.strerror}.",
                "Check that you may read it.",
                Place(file=str(folder)),
            )
        return []


def is_folder(entry: os.DirEntry[str]) -> bool:
    """Tell whether an entry is a folder or leads to one."""
    try:
        return entry.is_dir()
    except OSError:  # a link that leads back to itself
        return False


IMAGE_SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp")

_NUMBER = re.compile(r"([0-9]+)[^0-9]*\Z")


@dataclass(frozen=True)
class NumberedFiles:
    """The image files of a folder.

    Attributes
    ----------
    by_number : dict of int to str
        Names, in the order of their numbers.
    unnumbered : tuple of str
        Images without a number in their name.
    doubled : tuple of (str, str)
        Two images of the same number; the first, in alphabetical order, counts.
    """

    by_number: dict[int, str]
    unnumbered: tuple[str, ...]
    duplicates: tuple[tuple[str, str], ...]

    def gaps(self, first: int) -> Iterator[tuple[int, int]]:
        """Yield the runs of numbers, both ends included, that no file has.

        Parameters
        ----------
        first : int
            Where the numbering begins.
        """
        expected = first
        for number in self.by_number:
            if number > expected:
                yield expected, number - 1
            expected = max(expected, number + 1)


def is_image(name: str) -> bool:
    """Tell whether a file name is that of a frame; hidden files are none."""
    return not name.startswith(".") and name.lower().endswith(IMAGE_SUFFIXES)


def number_files(names: Iterable[str]) -> NumberedFiles:
    """Sort the images among file names by their number."""
    found: dict[int, str] = {}
    unnumbered, duplicates = [], []
    for name in sorted(filter(is_image, names)):
        match = _NUMBER.search(name[: name.rindex(".")])
        if match is None:
            unnumbered.append(name)
            continue
        earlier = found.setdefault(int(match[1][-18:]), name)
        if earlier != name:
            duplicates.append((earlier, name))
    return NumberedFiles(dict(sorted(found.items())), tuple(unnumbered), tuple(duplicates))
