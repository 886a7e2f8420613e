"""What is kept of a frame that was decoded: a digest of its pixels, its size, or what is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mebench.datasets.frames.images import decode, read_content
from mebench.diagnostics import MebenchError, Place

if TYPE_CHECKING:
    from mebench.datasets.contract import Image

DIGITS = 32


@dataclass(frozen=True, slots=True)
class FrameHash:
    """A frame.

    Attributes
    ----------
    digest : str or None
        Stands for its pixels; None where there are none.
    width, height : int
        In pixels.
    problem : str or None
        Why it cannot be read, in words.
    lasting : bool
        Whether the problem is in the file itself, and so is worth keeping.
    """

    digest: str | None
    width: int = 0
    height: int = 0
    problem: str | None = None
    lasting: bool = True

    def as_row(self) -> list[Any]:
        """Return it as the ledger keeps it."""
        return [self.digest, self.width, self.height, self.problem]

    @classmethod
    def of_row(cls, row: list[Any]) -> FrameHash:
        """Read what :meth:`as_row` wrote.

        Raises
        ------
        ValueError
            If it is none.
        """
        digest, width, height, problem = row
        if not isinstance(width, int) or not isinstance(height, int):
            raise ValueError("no size")
        if not all(one is None or isinstance(one, str) for one in (digest, problem)):
            raise ValueError("no digest")
        return cls(digest, width, height, problem)


def of_image(image: Image) -> FrameHash:
    """Return the fingerprint of a decoded frame."""
    import numpy as np

    height, width = image.shape[:2]
    return FrameHash(sha256(np.ascontiguousarray(image).data).hexdigest()[:DIGITS], width, height)


def of_file(path: Path) -> FrameHash:
    """Read, decode and hash an image file; what is wrong with it is kept as well."""
    try:
        content = read_content(path, Place(), 0)
    except MebenchError as error:
        message = error.diagnostics[0].message
        problem = message.removeprefix("Frame 0 cannot be read: ").removesuffix(".")
        return FrameHash(None, problem=problem, lasting=problem.startswith("the file is"))
    image = decode(content)
    if image is None:
        return FrameHash(None, problem="it is damaged, or no image")
    return of_image(image)
