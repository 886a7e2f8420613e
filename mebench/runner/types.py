"""Types that the harness and a baseline exchange: videos, folds, predictions, weights.

Frames are counted from 0, and intervals are closed: onset and offset belong to them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

from mebench.datasets.contract import Video
from mebench.diagnostics import Diagnostic
from mebench.models.base import Kind, SubjectKey
from mebench.models.protocol import Protocol
from mebench.util.random_streams import RandomStream

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mebench.datasets.contract import Image
    from mebench.models.submission import Threshold
    from mebench.util.array_store import Store


ProgressCallback = Callable[[float, str], None]
"""Called with the fraction that is done (0 to 1) and a word for the current step."""


def ignore_progress(share: float, what: str) -> None:
    """Report the progress to nobody."""


@dataclass(frozen=True, slots=True)
class Expression:
    """An annotated expression.

    Attributes
    ----------
    onset, offset : int
        The first and the last frame.
    apex : int or None
        The frame of the strongest expression; None if it is not annotated.
    kind : {"micro", "macro"}
        Micro- or macro-expression.
    emotion : str or None
        A class of the protocol; None if the label belongs to no class.
    """

    onset: int
    offset: int
    apex: int | None
    kind: Kind
    emotion: str | None

    def __len__(self) -> int:
        """Return the number of frames."""
        return self.offset - self.onset + 1


class UnseenVideo(Video):
    """A video without its annotations."""

    def __init__(self, video: Video) -> None:
        self.dataset, self.subject, self.id = video.dataset, video.subject, video.id
        self.fps, self.n_frames = video.fps, video.n_frames
        self.decodes_in_order = video.decodes_in_order
        # The source of an annotated video, so that no annotation can be reached.
        self._source: Video = video._source if isinstance(video, UnseenVideo) else video
        self._content_key: str = (
            video._content_key if isinstance(video, UnseenVideo) else video.content_key()
        )

    def frames(self, start: int = 0, stop: int | None = None) -> Iterator[Image]:
        """Yield the frames from ``start`` up to, not including, ``stop``."""
        return self._source.frames(start, stop)

    def frames_at(self, numbers: Sequence[int]) -> Iterator[tuple[int, Image]]:
        """Yield some frames with their numbers, which are in ascending order."""
        return self._source.frames_at(numbers)

    def content_key(self) -> str:
        """Return a short text that identifies the content of the frames."""
        return self._content_key


class AnnotatedVideo(UnseenVideo):
    """A video with its expressions of all kinds, in the order of the truth."""

    def __init__(self, video: Video, expressions: Iterable[Expression]) -> None:
        super().__init__(video)
        self.expressions = tuple(expressions)


@dataclass(frozen=True, slots=True)
class UnseenSample:
    """A sample of a recognition protocol: a given interval without its emotion.

    Attributes
    ----------
    dataset, subject, id : str
        The ids in the truth.
    video : UnseenVideo
        The video that contains the sample.
    onset, apex, offset : int or None
        Frames in the video; None if not annotated.
    """

    dataset: str
    subject: str
    id: str
    video: UnseenVideo
    onset: int | None
    apex: int | None
    offset: int | None


@dataclass(frozen=True, slots=True)
class AnnotatedSample(UnseenSample):
    """A sample with its emotion, a class of the protocol."""

    emotion: str

    def without_emotion(self) -> UnseenSample:
        """Return the sample as it is tested."""
        return UnseenSample(*(getattr(self, field.name) for field in fields(UnseenSample)))


@dataclass(frozen=True, slots=True)
class Fold:
    """One fold: what to train on, and what to predict.

    Attributes
    ----------
    name : str
        The test subject, or another name of the fold, for messages.
    protocol : Protocol
        The protocol: ``targets``, ``classes``, ``one_per_video``.
    training : tuple of AnnotatedVideo
        Videos of the other subjects, with their expressions.
    test : tuple of UnseenVideo
        The videos to predict. With ``needs_truth`` they are annotated.
    training_samples, test_samples : tuple
        The same for recognition protocols.
    seed : int
        The seed of this fold; it does not depend on the order of the folds.
    store : Store
        A cache of arrays on disk, with those of ``prepare``; a baseline may add its own.
    report : callable
        ``report(share, what)`` updates the progress bar.
    test_subjects : tuple of SubjectKey
        The subjects that the fold tests.
    """

    name: str
    protocol: Protocol
    training: tuple[AnnotatedVideo, ...]
    test: tuple[UnseenVideo, ...]
    training_samples: tuple[AnnotatedSample, ...]
    test_samples: tuple[UnseenSample, ...]
    seed: int
    store: Store
    report: ProgressCallback = ignore_progress
    test_subjects: tuple[SubjectKey, ...] = ()

    def random_stream(self, *path: str | int) -> RandomStream:
        """Return a stream of random numbers of this fold, the same on every machine."""
        return RandomStream(self.seed, *path)


@dataclass(frozen=True, slots=True)
class DetectedInterval:
    """A spotted expression; the harness clips it to the video.

    Attributes
    ----------
    onset, offset : int
        The first and the last frame.
    apex : int, optional
        The frame of the strongest expression.
    score : float, optional
        The confidence: higher is more certain. Give it for all intervals of a submission or none.
    kind : {"micro", "macro"}, optional
        Required if the protocol has two targets.
    emotion : str, optional
        A class of the protocol; required for micro-expressions if the protocol has emotions.
    emotion_scores : dict, optional
        One number per class.
    """

    onset: int
    offset: int
    apex: int | None = None
    score: float | None = None
    kind: Kind | None = None
    emotion: str | None = None
    emotion_scores: Mapping[str, float] | None = None


@dataclass(frozen=True, slots=True)
class VideoPrediction:
    """The prediction for one test video.

    Attributes
    ----------
    video : UnseenVideo
        The video.
    spotted : sequence of DetectedInterval
        The detected intervals; may be empty.
    score_threshold : float or dict, optional
        The operating point of the video, if ``spotted`` holds candidates below it.
    curves : dict of str to array of shape (n_frames,), optional
        Scores per frame, which the harness stores beside the submission.
    """

    video: UnseenVideo
    spotted: Sequence[DetectedInterval]
    score_threshold: Threshold | None = None
    curves: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SamplePrediction:
    """The predicted emotion of one test sample."""

    sample: UnseenSample
    emotion: str
    emotion_scores: Mapping[str, float] | None = None


@dataclass(frozen=True, slots=True)
class Trained:
    """Final weights: what a baseline learned from all subjects.

    Attributes
    ----------
    classes : tuple of str
        The emotions in the order of the outputs; empty if the baseline only spots.
    one_per_video : bool
        Whether only the interval with the highest score counts in each video.
    arrays : dict of str to array
        Arrays of numbers; arrays of objects are refused.
    about : dict
        What else the baseline needs, as plain data: frame rate, lengths in frames.
    warnings : tuple of Diagnostic
        What the user should know about weights that other software wrote.
    """

    classes: tuple[str, ...]
    one_per_video: bool
    arrays: Mapping[str, NDArray[Any]]
    about: Mapping[str, Any] = field(default_factory=dict)
    warnings: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True)
class FoldResult:
    """The result of a fold, as the folder of the run stores it.

    Attributes
    ----------
    data : dict
        Plain data, stored as JSON; for predictions the rows of the submission.
    arrays : dict of str to array
        Stored as an ``.npz`` file if there are any; arrays of objects are refused.
    seconds : float
        The time that the fold took; the harness fills it in.
    warnings : tuple of Diagnostic
        What the user should know; the harness fills it in, and it is not stored.
    """

    data: Mapping[str, Any]
    arrays: Mapping[str, NDArray[Any]] = field(default_factory=dict)
    seconds: float = 0.0
    warnings: tuple[Diagnostic, ...] = ()
