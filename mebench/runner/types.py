"""Types that the harness and a baseline exchange: videos, folds, predictions, study results.

Frames are counted from 0, and intervals are closed: both ends belong to them. A baseline offers
the studies it can: it names its :class:`Variants`, and implements the methods of
:class:`~mebench.runner.Baseline` that return the other records. The harness owns the folds and
the truth there too: a baseline returns its predictions per epoch, and the harness computes the
test curve, which is never used to choose anything.
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
"""Called with the share that is done (0 to 1) and a word on what is being done."""


@dataclass(frozen=True, slots=True)
class Expression:
    """An annotated expression.

    Attributes
    ----------
    onset, offset : int
        The first and the last frame.
    apex : int or None
        The strongest frame, where annotated.
    kind : {"micro", "macro"}
        Which kind.
    emotion : str or None
        A class of the protocol; None where the label is in no class.
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
        self._video = video

    def frames(self, start: int = 0, stop: int | None = None) -> Iterator[Image]:
        """Give the frames from ``start`` up to, not including, ``stop``, one at a time."""
        return self._video.frames(start, stop)

    def content_key(self) -> str:
        """Return what the pixels depend on, as a short text."""
        return self._video.content_key()


class AnnotatedVideo(UnseenVideo):
    """A video with its expressions, of every kind, in the order of the truth."""

    def __init__(self, video: Video, expressions: Iterable[Expression]) -> None:
        super().__init__(video)
        self.expressions = tuple(expressions)


@dataclass(frozen=True, slots=True)
class UnseenSample:
    """A sample of a recognition protocol: an interval that is given, to be named.

    Attributes
    ----------
    dataset, subject, id : str
        As the truth spells them.
    video : UnseenVideo
        Where it lies.
    onset, apex, offset : int or None
        Its frames in the video, as far as they are annotated.
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
    """One fold: what to learn from, and what to answer.

    Attributes
    ----------
    name : str
        For messages: the test subject.
    protocol : Protocol
        The rules: ``targets``, ``classes``, ``one_per_video``.
    training : tuple of AnnotatedVideo
        Videos of the other subjects, with their expressions.
    test : tuple of UnseenVideo
        The videos to answer. Under ``needs_truth`` they are annotated.
    training_samples, test_samples : tuple
        The same for recognition protocols.
    seed : int
        Of this fold; it does not depend on the order of the folds.
    store : Store
        Arrays that were prepared, and may be kept, on disk.
    report : callable
        ``report(share, what)`` moves the progress bar.
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
        """Return a stream of numbers of this fold, the same on every machine."""
        return RandomStream(self.seed, *path)


@dataclass(frozen=True, slots=True)
class DetectedInterval:
    """A spotted expression; what lies outside the video is clipped by the harness.

    Attributes
    ----------
    onset, offset : int
        The first and the last frame.
    apex : int, optional
        The strongest frame.
    score : float, optional
        Higher is surer; on every interval of a submission or on none.
    kind : {"micro", "macro"}, optional
        Needed where the protocol has two targets.
    emotion : str, optional
        A class of the protocol; needed where it names emotions, on micro-expressions.
    emotion_scores : dict, optional
        A number a class.
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
    """What a baseline says of one test video.

    Attributes
    ----------
    video : UnseenVideo
        Which.
    spotted : sequence of DetectedInterval
        Empty where nothing was found.
    score_threshold : float or dict, optional
        The video's operating point, where ``spotted`` holds candidates below it.
    curves : dict of str to array of shape (n_frames,), optional
        Scores a frame, which the harness keeps beside the submission.
    """

    video: UnseenVideo
    spotted: Sequence[DetectedInterval]
    score_threshold: Threshold | None = None
    curves: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SamplePrediction:
    """What a baseline says of one test sample."""

    sample: UnseenSample
    emotion: str
    emotion_scores: Mapping[str, float] | None = None


@dataclass(frozen=True, slots=True)
class Variant:
    """One row of a table that compares settings.

    Attributes
    ----------
    label : str
        How the row is called: ``Gaussian, σ = 1``.
    options : mapping
        The options that make it, over those that were typed.
    """

    label: str
    options: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Variants:
    """A study that runs a baseline several times, with other options each.

    Attributes
    ----------
    title : str
        What is compared.
    source : str
        The table of the paper that it makes again.
    variants : tuple of Variant
        In the order of the table.
    """

    title: str
    source: str
    variants: tuple[Variant, ...]


@dataclass(frozen=True, slots=True)
class EpochResult:
    """What a network says of the test samples after an epoch of training.

    Attributes
    ----------
    curve : str
        Which of the networks that are compared: ``with transfer``.
    epoch : int
        Counted from 1.
    sample_predictions : sequence of SamplePrediction
        Of all ``fold.test_samples``, with a probability a class.
    loss, accuracy : float
        On what it learns from, as a mean over the epoch.
    """

    curve: str
    epoch: int
    sample_predictions: Sequence[SamplePrediction]
    loss: float
    accuracy: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """Where a method looked when it spotted and named an expression.

    Attributes
    ----------
    video : UnseenVideo
        Which.
    onset, apex, offset : int
        The spotted interval.
    face : uint8 array of shape (height, width) or (height, width, 3)
        What is drawn below the maps.
    maps : dict of str to float array of shape (height, width)
        How much each place mattered, from 0 to 1, under the name of the network; NaN where it sees
        nothing.
    """

    video: UnseenVideo
    onset: int
    apex: int
    offset: int
    face: NDArray[np.uint8]
    maps: Mapping[str, NDArray[np.floating[Any]]]


@dataclass(frozen=True, slots=True)
class Cost:
    """What a fold costs, measured without anything that was kept from before.

    Attributes
    ----------
    parameters : dict of str to int
        Of each network.
    multiplications : int
        Multiply-accumulate operations for one pair of frames.
    frames : int
        How many test frames were answered.
    training : dict of str to float
        Seconds of each step of training, without features.
    inference : dict of str to float
        Seconds of each step from the frames to the answers: ``frames``, ``face``, ``flow``,
        ``features``, ``networks``, ``intervals``, or those that the method has.
    """

    parameters: Mapping[str, int]
    multiplications: int
    frames: int
    training: Mapping[str, float]
    inference: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Trained:
    """What a baseline has learnt, ready to be kept in a folder of weights.

    Attributes
    ----------
    classes : tuple of str
        In the order of its outputs; empty where it names nothing.
    one_per_video : bool
        Whether only the surest interval of a video counts.
    arrays : dict of str to array
        Numbers; nothing that would have to be unpickled.
    about : dict
        What else it needs, as plain data: frame rate, lengths in frames.
    """

    classes: tuple[str, ...]
    one_per_video: bool
    arrays: Mapping[str, NDArray[Any]]
    about: Mapping[str, Any] = field(default_factory=dict)
