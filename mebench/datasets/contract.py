"""The data-set contract: what an adapter says of its data set, and what an opened copy gives.

An :class:`Adapter` can be asked without the data: title, licence, how to get it. Opening it gives
a :class:`Dataset`: its truth manifest, and its :class:`Video` objects, whose frames are read or
rendered one at a time, when they are asked for. A package adds its own adapters through the entry
point group ``mebench.datasets``.

Frames are counted from 0. An image is RGB, ``uint8``, of shape (height, width, 3).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from mebench.diagnostics import Diagnostic, MebenchError, Place

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mebench.models.truth import TruthManifest

    Image = NDArray[np.uint8]


class Video(ABC):
    """One video of a data set.

    Attributes
    ----------
    dataset, subject, id : str
        As the truth manifest spells them; ids are unique within a subject.
    fps : float or None
        Frames a second, where known.
    n_frames : int
        Number of frames.
    """

    dataset: str
    subject: str
    id: str
    fps: float | None
    n_frames: int

    @abstractmethod
    def frames(self, start: int = 0, stop: int | None = None) -> Iterator[Image]:
        """Give the frames from ``start`` up to, not including, ``stop``, one at a time.

        Raises
        ------
        MebenchError
            If a frame is missing or cannot be read; it names the video and the frame.
        """

    def frame(self, number: int) -> Image:
        """Return one frame.

        Raises
        ------
        MebenchError
            ``frame-outside-video``, or what :meth:`frames` raises.
        """
        for image in self.frames(number, number + 1) if 0 <= number < self.n_frames else ():
            return image
        raise MebenchError.of(
            "frame-outside-video",
            f"Frame {number} does not exist: the video has {self.n_frames} frames.",
            "Frames count from 0.",
            Place(dataset=self.dataset, subject=self.subject, video=self.id),
        )

    @abstractmethod
    def content_key(self) -> str:
        """Return what the pixels depend on, as a short text: what is computed from them keeps it.

        Two videos whose frames differ have different keys. Reading it costs no rendering and no
        decoding.
        """


@dataclass(frozen=True, slots=True)
class Extent:
    """How large a data set is; a count that is not known is None."""

    subjects: int | None = None
    videos: int | None = None
    expressions: int | None = None
    fps: float | None = None


class Dataset(ABC):
    """An opened copy of a data set.

    Attributes
    ----------
    id : str
        The data set.
    remarks : tuple of Diagnostic
        What whoever uses it has to know of this copy, though nothing is wrong with it.
    """

    id: str
    remarks: tuple[Diagnostic, ...] = ()

    @abstractmethod
    def truth(self) -> TruthManifest:
        """Return the truth manifest: every video, with its annotated expressions."""

    @abstractmethod
    def videos(self) -> Sequence[Video]:
        """Return the videos, in the order of the truth."""


class Adapter(ABC):
    """What is known of a data set before it is opened, and how to open it.

    Attributes
    ----------
    id : str
        The data set, as protocols and truth manifests name it.
    title : str
        One line.
    licence : str
        Under which terms it may be used.
    obtain : str
        How to get it, in a sentence.
    needs_root : bool
        Whether it lies in a folder of the user's, which ``--root`` names.
    extent : Extent
        How large a complete copy is.
    """

    id: ClassVar[str]
    title: ClassVar[str]
    licence: ClassVar[str]
    obtain: ClassVar[str]
    needs_root: ClassVar[bool] = True
    extent: ClassVar[Extent] = Extent()

    @abstractmethod
    def open(self, root: Path | None) -> Dataset:
        """Open a copy.

        Parameters
        ----------
        root : Path or None
            The folder of the data, where ``needs_root``.

        Raises
        ------
        MebenchError
            With everything that is wrong with the copy.
        """
