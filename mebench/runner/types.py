"""Types that the harness and a baseline exchange: videos, folds, predictions, study results.

Frames are counted from 0, and intervals are closed: onset and offset belong to them. The types of
studies are optional: a baseline lists its :class:`Variants`, and implements the methods of
:class:`~mebench.runner.Baseline` that return the other types. The harness owns the folds and the
truth in studies too: for a learning curve the baseline returns its predictions per epoch, and the
harness computes the test curve, which is never used to select a model.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mebench.datasets.contract import Video
from mebench.models.base import Kind
from mebench.models.protocol import Protocol
from mebench.models.submission import Threshold
from mebench.util.random_streams import RandomStream

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mebench.datasets.contract import Image
    from mebench.util.array_store import Store


ProgressCallback = Callable[[float, str], None]
"""Called with the fraction that is done (0 to 1) and a word for the current step."""


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
        self._video = video

    def frames(self, start: int = 0, stop: int | None = None) -> Iterator[Image]:
        """Yield the frames from ``start`` up to, not including, ``stop``."""
        return self._video.frames(start, stop)

    def frames_at(self, numbers: Sequence[int]) -> Iterator[tuple[int, Image]]:
        """Yield some frames with their numbers, which are in ascending order."""
        return self._video.frames_at(numbers)

    def content_key(self) -> str:
        """Return a short text that identifies the content of the frames."""
        return self._video.content_key()


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


@dataclass(frozen=True, slots=True)
class Fold:
    """One fold: what to train on, and what to predict.

    Attributes
    ----------
    name : str
        The test subject, for messages.
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
    """

    name: str
    protocol: Protocol
    training: tuple[AnnotatedVideo, ...]
    test: tuple[UnseenVideo, ...]
    training_samples: tuple[AnnotatedSample, ...]
    test_samples: tuple[UnseenSample, ...]
    seed: int
    store: Store
    report: ProgressCallback

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
class Variant:
    """One row of a table that compares settings.

    Attributes
    ----------
    label : str
        The label of the row: ``Gaussian, σ = 1``.
    options : mapping
        The options of the variant; they override those of the command line.
    """

    label: str
    options: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Variants:
    """A study that runs a baseline several times, each time with different options.

    Attributes
    ----------
    title : str
        What is compared.
    source : str
        The table of the paper that the study reproduces.
    variants : tuple of Variant
        The variants, in the order of the table.
    """

    title: str
    source: str
    variants: tuple[Variant, ...]


@dataclass(frozen=True, slots=True)
class EpochResult:
    """The predictions of a network after an epoch of training.

    Attributes
    ----------
    curve : str
        The network, if several are compared: ``with transfer``.
    epoch : int
        The number of the epoch, counted from 1.
    sample_predictions : sequence of SamplePrediction
        One per sample of ``fold.test_samples``, with one probability per class.
    loss, accuracy : float
        Means over the epoch, on the training data.
    """

    curve: str
    epoch: int
    sample_predictions: Sequence[SamplePrediction]
    loss: float
    accuracy: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """Heat maps: where a method looked when it predicted an expression.

    Attributes
    ----------
    video : UnseenVideo
        The video.
    onset, apex, offset : int
        The spotted interval.
    face : uint8 array of shape (height, width) or (height, width, 3)
        The image on which the maps are drawn.
    maps : dict of str to float array of shape (height, width)
        The importance of each pixel, from 0 to 1, one map per network; NaN outside its input.
    """

    video: UnseenVideo
    onset: int
    apex: int
    offset: int
    face: NDArray[np.uint8]
    maps: Mapping[str, NDArray[np.floating[Any]]]


@dataclass(frozen=True, slots=True)
class Cost:
    """The cost of a fold, measured without cached arrays.

    Attributes
    ----------
    parameters : dict of str to int
        The number of parameters of each network.
    multiplications : int
        Multiply-accumulate operations per pair of frames.
    frames : int
        The number of frames of the test videos.
    training : dict of str to float
        The seconds of each step of training, without feature extraction.
    inference : dict of str to float
        The seconds of each step from the frames to the predictions: ``frames``, ``face``,
        ``flow``, ``features``, ``networks``, ``intervals``, or the steps of the method.
    """

    parameters: Mapping[str, int]
    multiplications: int
    frames: int
    training: Mapping[str, float]
    inference: Mapping[str, float]


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
    """

    classes: tuple[str, ...]
    one_per_video: bool
    arrays: Mapping[str, NDArray[Any]]
    about: Mapping[str, Any] = field(default_factory=dict)
