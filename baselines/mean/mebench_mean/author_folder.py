"""A folder of the authors' weights, and which of its files each fold uses.

The folder of a data set in their repository (``CASME2``, ``SMIC_HS``, …) has ``spot/s1.hdf5`` and
so on, one file per left-out subject in the order of the numbers in the subjects' ids, and ``recog``
with the recognition networks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from mebench import MebenchError, Place, UsageError

if TYPE_CHECKING:
    from mebench.datasets import Video
    from mebench_mean.options import MeanOptions

SHIFTED = {2: 2, 5: 3, 6: 5, 7: 7, 10: 8, 11: 9, 12: 10, 13: 12, 14: 14}
"""Recognition files of CAS(ME)² by fold.

Five of the 14 subjects have no expression in one of the three classes. Where the authors' loop
meets such a subject, it inserts an empty fold but does not skip the next one, so that the folds
after it are shifted: the files 5, 10 and 12 were trained with the subject of their own number. The
nine files were trained without these subjects, in this order.
"""


@dataclass(frozen=True)
class AuthorFolder:
    """A folder of the authors' weights; folds are counted from 1.

    Attributes
    ----------
    path : Path
        The folder of a data set, with the folders ``spot`` and ``recog``.
    """

    path: Path

    @cached_property
    def spotting(self) -> dict[int, Path]:
        """The spotting files by fold."""
        return _numbered(self.path / "spot")

    @cached_property
    def recognition(self) -> dict[int, Path]:
        """The recognition files by their own number."""
        return _numbered(self.path / "recog")

    @property
    def is_shifted(self) -> bool:
        """Whether these are the files of CAS(ME)²."""
        return set(self.recognition) == set(SHIFTED.values()) and len(self.spotting) == max(SHIFTED)

    def recognition_file(self, fold: int) -> Path:
        """Return the recognition file of a fold; where it has none, that of the next fold."""
        numbers = SHIFTED if self.is_shifted else {number: number for number in self.recognition}
        following = [one for one in sorted(numbers) if one >= fold] or sorted(numbers)
        return self.recognition[numbers[following[0]]]

    def deviations(self) -> list[str]:
        """Return how the folds use the files, where a fold does not use that of its own number."""
        if not self.recognition:
            return []
        sentences = []
        without = sorted(set(self.spotting) - set(SHIFTED if self.is_shifted else self.recognition))
        if self.is_shifted:
            moved = ", ".join(f"{fold}: {file}" for fold, file in SHIFTED.items() if fold != file)
            sentences.append(
                "The authors' recognition files of CAS(ME)² are numbered by other folds; each fold "
                "uses the one whose recognition was trained without its subject (fold: file, "
                f"{moved}). The part that these files share with spotting was trained with it."
            )
        if without:
            sentences.append(
                "The authors trained no recognition for the folds "
                f"{', '.join(map(str, without))}, whose subjects have no expression in the classes;"
                " they use the network of the next fold."
            )
        return sentences

    @property
    def hash(self) -> str:
        """The SHA-256 of the names and contents of all files, as a hexadecimal number."""
        total = sha256()
        for files in (self.spotting, self.recognition):
            for number, file in files.items():
                total.update(f"{number} {sha256(file.read_bytes()).hexdigest()}\n".encode())
        return total.hexdigest()

    def check(self, subjects: Sequence[str], *, recognizes: bool) -> None:
        """Check that there is one spotting file per subject, and any recognition file.

        Raises
        ------
        UsageError
            ``author-folder``.
        """
        if not self.spotting:
            raise _error(self.path, "There is no file spot/s1.hdf5 in the folder.")
        if recognizes and not self.recognition:
            raise _error(self.path, "There is no file recog/sN.hdf5 in the folder.")
        if list(self.spotting) != list(range(1, len(subjects) + 1)):
            raise _error(
                self.path,
                f"The folder spot has {len(self.spotting)} files, up to s{max(self.spotting)}.hdf5,"
                f" but there are {len(subjects)} subjects; the files have no other names.",
            )


def refuse_author_weights(options: MeanOptions, purpose: str) -> None:
    """Refuse ``--author-weights`` where networks are trained, or come from elsewhere.

    Raises
    ------
    UsageError
        ``author-folder``.
    """
    if options.author_weights is not None:
        raise UsageError.of(
            "author-folder",
            f"--author-weights is for runs and explanations of folds; {purpose}.",
            "Leave out --author-weights.",
            Place(file=str(options.author_weights)),
        )


def fold_number(subject: str, subjects: Sequence[str]) -> int:
    """Return the number of a subject's file: its place in the order of the numbers in the ids."""
    return sorted(subjects, key=_number_in).index(subject) + 1


def subjects_of(videos: Sequence[Video]) -> list[str]:
    """Return the subjects of videos, each once."""
    return list(dict.fromkeys(video.subject for video in videos))


def _number_in(subject: str) -> tuple[int, str]:
    digits = "".join(letter for letter in subject if letter in "0123456789")
    return int(digits or 0), subject


def _numbered(folder: Path) -> dict[int, Path]:
    """Return the files ``s1.hdf5``, ``s2.hdf5``, … of a folder by their numbers, in their order."""
    files = {
        int(path.stem[1:]): path for path in folder.glob("s*.hdf5") if path.stem[1:].isdecimal()
    }
    return dict(sorted(files.items()))


def _error(folder: Path, message: str) -> MebenchError:
    return UsageError.of(
        "author-folder",
        message,
        "Pass the complete folder of this data set in the authors' repository, such as CASME2, "
        "which contains the folders spot and recog.",
        Place(file=str(folder)),
    )
