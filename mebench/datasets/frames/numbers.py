"""The files of a frame folder, by their number: ``img2.jpg`` comes before ``img10.jpg``.

A file's number is the last run of digits in its name. Position says nothing: a missing file must
not move the frames after it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

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


def format_ranges(runs: Iterable[tuple[int, int]], most: int = 8) -> str:
    """Return ``3, 7 to 9`` of runs of numbers, the first of them."""
    shown: list[str] = []
    for first, last in runs:
        if len(shown) == most:
            shown.append("…")
            break
        shown.append(str(first) if first == last else f"{first} to {last}")
    return ", ".join(shown)
