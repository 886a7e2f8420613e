"""The data-set contract: what an adapter states about a data set, and what an opened copy offers.

An :class:`Adapter` states what is known without the data: title, license, how to get it. Opening
a copy returns a :class:`Dataset`: its truth manifest and its :class:`Video` objects, whose frames
are read or rendered one at a time, on request. A package adds its own adapters through the entry
point group ``mebench.datasets``.

Only abstract methods and attributes without a value must be defined; everything else has a
default that suits a data set without that feature.

Frames are counted from 0. An image is RGB, ``uint8``, of shape (height, width, 3).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, TypeVar

from mebench.diagnostics import Diagnostic, Findings, MebenchError, Place, UsageError
from mebench.util.text import did_you_mean

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mebench.datasets.factors import Factor
    from mebench.models.truth import TruthManifest

    Image = NDArray[np.uint8]

T = TypeVar("T")


class Video(ABC):
    """One video of a data set.

    Attributes
    ----------
    dataset, subject, id : str
        As the truth manifest spells them; ids are unique within a subject.
    fps : float or None
        Frames per second, if known.
    n_frames : int
        Number of frames.
    location : Path or None
        The video file or the folder of frames; None if the frames are not stored as files.
    reads_files : bool
        Whether several videos may be inspected at the same time, in threads.
    decodes_in_order : bool
        Whether reading a frame decodes all frames before it.
    """

    dataset: str
    subject: str
    id: str
    fps: float | None
    n_frames: int
    location: Path | None = None
    reads_files: bool = False
    decodes_in_order: bool = False

    def __repr__(self) -> str:
        """Return type and ids; this reads no frame."""
        return f"<{type(self).__name__} {self.subject}/{self.id} of {self.dataset}>"

    @abstractmethod
    def frames(self, start: int = 0, stop: int | None = None) -> Iterator[Image]:
        """Yield the frames from ``start`` up to, not including, ``stop``, one at a time.

        Parameters
        ----------
        start, stop : int
            Frame numbers, counted from 0; by default all frames.

        Yields
        ------
        array of uint8, shape (height, width, 3)
            An RGB image; all frames of a video have the same size.

        Raises
        ------
        MebenchError
            If a frame is missing or cannot be read; it names the video and the frame.
        """

    def frame(self, number: int) -> Image:
        """Return one frame.

        Parameters
        ----------
        number : int
            Counted from 0.

        Returns
        -------
        array of uint8, shape (height, width, 3)
            An RGB image.

        Raises
        ------
        MebenchError
            ``frame-outside-video``, or what :meth:`frames` raises.
        """
        for image in self.frames(number, number + 1) if 0 <= number < self.n_frames else ():
            return image
        message = f"Frame {number} does not exist: the video has {self.n_frames} frames."
        place = Place(dataset=self.dataset, subject=self.subject, video=self.id)
        raise MebenchError.of("frame-outside-video", message, "Count frames from 0.", place)

    def frames_at(self, numbers: Sequence[int]) -> Iterator[tuple[int, Image]]:
        """Yield some frames as (number, image).

        Parameters
        ----------
        numbers : sequence of int
            Frame numbers, counted from 0, in ascending order.
        """
        for number in numbers:
            yield number, self.frame(number)

    def inspect(self, findings: Findings) -> None:
        """Report problems that can be found quickly: by default, read the first and last frame."""
        for number in dict.fromkeys((0, self.n_frames - 1)):
            try:
                self.frame(number)
            except MebenchError as error:
                findings.extend_from(error)

    @abstractmethod
    def content_key(self) -> str:
        """Return a short text that changes whenever the pixels change.

        Caches of what is computed from the pixels use it as a key. Computing it neither renders
        nor decodes a frame.
        """


@dataclass(frozen=True, slots=True)
class RepairDescription:
    """A known error in the annotations of a data set, and its repair, each in a sentence.

    ``samples`` are the affected samples of the release: by name if they are few.
    """

    id: str
    samples: str
    wrong: str
    done: str
    why: str


@dataclass(frozen=True, slots=True)
class AppliedRepair:
    """A repair, and the rows of an opened copy that it affects, by subject and name.

    If the user disabled the repair, it is ``off``, and these rows are not repaired.
    """

    repair: RepairDescription
    samples: tuple[str, ...]
    off: bool


@dataclass(frozen=True, slots=True)
class Extent:
    """The size of a data set; None for a number that is not known."""

    subjects: int | None = None
    videos: int | None = None
    expressions: int | None = None
    fps: float | None = None


class Dataset(ABC):
    """An opened copy of a data set.

    Attributes
    ----------
    id : str
        Id of the data set.
    title : str or None
        The title that the copy itself states; None to use the adapter's.
    truth_files : tuple of Path
        The files that the truth was read from, the main one first.
    protocol_file : Path or None
        The copy's own protocol.
    applied_repairs : tuple of AppliedRepair
        The repairs that apply to its annotations.
    remarks : tuple of Diagnostic
        What users of this copy should know although nothing is wrong with it.
    extent : Extent or None
        The size that its parts have in the complete release; None if it has all parts.
    """

    id: str
    title: str | None = None
    truth_files: tuple[Path, ...] = ()
    protocol_file: Path | None = None
    applied_repairs: tuple[AppliedRepair, ...] = ()
    remarks: tuple[Diagnostic, ...] = ()
    extent: Extent | None = None

    def __repr__(self) -> str:
        """Return type, id and size; this reads no frame."""
        from mebench.datasets.summary import size_of

        try:
            size = f": {size_of(self.truth())}"
        except MebenchError:
            size = ""
        return f"<{type(self).__name__} {self.id}{size}>"

    def _repr_html_(self) -> str | None:
        """Return a summary of the truth for notebooks; this reads no frame."""
        from mebench.datasets.summary import as_html

        try:
            return as_html(f"{self.id}  {self.title or ''}".strip(), self.truth())
        except MebenchError:
            return None

    @abstractmethod
    def truth(self) -> TruthManifest:
        """Return the truth manifest: all videos with their annotated expressions.

        Intervals are closed, and frames count from 0.
        """

    @abstractmethod
    def videos(self) -> Sequence[Video]:
        """Return the videos whose frames are available, in the order of the truth."""

    def video(self, subject: str, video: str) -> Video:
        """Return a video by its ids.

        Raises
        ------
        UsageError
            ``unknown-subject`` or ``unknown-video``, with the ids that exist.
        """
        by_subject: dict[str, dict[str, Video]] = {}
        for candidate in self.videos():
            by_subject.setdefault(candidate.subject, {})[candidate.id] = candidate
        videos = _named("subject", subject, by_subject, self.id)
        return _named("video", video, videos, f"Subject {subject!r} of {self.id}")


def _named(kind: str, name: str, known: Mapping[str, T], owner: str) -> T:
    if name not in known:
        message = f"{owner} has no {kind} {name[:80]!r}.{did_you_mean(name, known)}"
        remedy = f"The first {kind}s are {', '.join(list(known)[:8])}."
        raise UsageError.of(f"unknown-{kind}", message, remedy)
    return known[name]


class Adapter(ABC):
    """A data set that mebench can read: its metadata, and how to open a copy.

    Attributes
    ----------
    id : str
        Id of the data set in protocols and truth manifests.
    title : str
        Title, one line.
    licence : str
        Terms of use.
    obtain : str
        How to get the data set, in a sentence.
    needs_root : bool
        Whether the data set is read from a folder, which the user names with ``--root``.
    extent : Extent
        Size of a complete copy.
    repairs : tuple of RepairDescription
        Known errors in the annotations that are repaired when a copy is opened.
    protocol_file : Path or None
        The protocol of the data set, if the package of the adapter has one.
    id_from_copy : bool
        Whether the id of an opened copy is stated in the copy, which may have its own protocol.
    """

    id: str
    title: str
    licence: ClassVar[str]
    obtain: ClassVar[str]
    needs_root: ClassVar[bool] = True
    extent: ClassVar[Extent] = Extent()
    repairs: ClassVar[tuple[RepairDescription, ...]] = ()
    protocol_file: ClassVar[Path | None] = None
    id_from_copy: ClassVar[bool] = False

    @abstractmethod
    def open(self, root: Path | None) -> Dataset:
        """Open a copy in a folder, which is None unless ``needs_root``.

        Raises
        ------
        MebenchError
            With all problems of the copy.
        """

    def survey(self, root: Path | None, findings: Findings) -> Dataset:
        """Open as much as possible of an incomplete copy, and collect its problems.

        By default, only complete copies are opened.

        Raises
        ------
        MebenchError
            If nothing can be opened.
        """
        return self.open(root)

    def sheet_roles(self) -> Sequence[str]:
        """Return the names of the spreadsheets that ``--sheet`` can set; by default, none."""
        return ()

    def looks_right(self, folder: Path) -> bool | None:
        """Check quickly, without reading annotations or frames, whether a folder holds a copy.

        The result is None if only opening the copy can show it, which is the default.

        Raises
        ------
        MebenchError
            With what is wrong.
        """
        return None


class DatasetGenerator(Adapter):
    """An adapter that can also make data sets of any size: ``mebench synth``."""

    @abstractmethod
    def generate(
        self,
        *,
        subjects: int,
        videos: int,
        fps: int,
        seconds: float,
        intensity: tuple[float, float],
        noise: float,
        seed: int,
    ) -> Dataset:
        """Return a data set that is rendered on request.

        There are ``videos`` per subject, of a length in seconds. ``intensity`` is the range of the
        strength of micro-expressions, of which 1 is a full action unit; ``noise`` is the standard
        deviation of the sensor noise, in gray levels; another ``seed`` gives other people.

        Raises
        ------
        ValueError
            If the sizes do not fit together.
        """

    @abstractmethod
    def events_as_csv(self, dataset: Dataset) -> str:
        """Return the table of all events of a generated data set."""

    def factors(self) -> Sequence[Factor]:
        """Return what the data set can vary with all else unchanged: ``mebench stress``."""
        return ()

    def level(self, factor: str, value: float) -> Dataset:
        """Return the data set with another value of one of its factors, under an id of its own.

        It has the same subjects, videos and events as the data set itself.
        """
        raise NotImplementedError
