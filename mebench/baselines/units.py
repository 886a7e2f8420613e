"""What travels between the harness and a baseline: videos, samples, folds and answers.

Frames are counted from 0, and intervals are closed: both ends belong to them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mebench.datasets.contract import Video
from mebench.draws import RandomStream
from mebench.records.base import Kind
from mebench.records.protocol import Protocol
from mebench.records.submission import Threshold

if TYPE_CHECKING:
    from mebench.baselines.store import Store
    from mebench.datasets.contract import Image

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

    def draws(self, *path: str | int) -> RandomStream:
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
